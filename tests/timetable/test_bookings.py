"""Rooms that others have opened: asked for, granted, declined, taken back, always told to the other side."""

from datetime import time, timedelta

import pytest
from sqlalchemy import select

from senior_univ.core.errors import DomainError, NotFoundError
from senior_univ.network import actions as network
from senior_univ.network.actions import RoomDetails
from senior_univ.network.models import OpeningHours, Room, Sharing, Venue
from senior_univ.timetable import actions, booking_queries, bookings, shared_rooms
from senior_univ.timetable.models import Holder, Lesson, Occupancy, RoomBooking, Side
from senior_univ.timetable.shared_rooms import RoomWish
from tests import factories
from tests.queries_counted import queries_of
from tests.sending_forms import send, shown
from tests.signing_in import sign_in
from tests.timetable.lending import MONDAY, Lending, at, meeting
from tests.timetable.site import make_plan


@pytest.fixture(autouse=True)
def in_english(client):
    client.set_cookie("language", "en")


@pytest.fixture
def lending(database, frozen) -> Lending:
    return Lending.make(database)


def refused(act, *args, **given):
    with pytest.raises(DomainError) as raised:
        act(*args, **given)
    return raised.value


def taken(session):
    rows = session.scalars(select(Occupancy).where(Occupancy.holder == Holder.ROOM).order_by(Occupancy.starts_at))
    return [(row.starts_at, row.ends_at, row.booking_id) for row in rows]


def booked(database, lending, **given):
    """A booking of the home, kept; its id."""
    with database.write() as session:
        return lending.ask(session, **given).id


def test_a_room_on_request_waits_for_its_owner(database, lending):
    with database.write() as session:
        booking = lending.ask(session)
        assert booking.is_pending
        assert booking.waits_for is Side.OWNER
        assert taken(session) == []


def test_an_open_room_is_theirs_at_once_and_its_owner_is_told(database, lending):
    with database.write() as session:
        session.get_one(Room, lending.room).venue.sharing = Sharing.OPEN
        booking = lending.ask(session)
        assert booking.is_granted
        assert booking.answered_by_id is None
        assert booking.waits_for is Side.OWNER
        assert taken(session) == [(*meeting(), booking.id)]
        assert booking_queries.count_waiting(session, lending.manager) == 1
        assert booking_queries.count_waiting(session, lending.scheduler) == 0


def test_a_weekly_booking_takes_every_week_once_it_is_granted(database, lending):
    booking_id = booked(database, lending, weeks=3)
    with database.write() as session:
        booking = booking_queries.booking_for(session, lending.manager, booking_id)
        bookings.grant_booking(session, booking, answer="钥匙在传达室", by=lending.manager)
        weeks = [timedelta(days=7 * number) for number in range(3)]
        first = meeting()
        assert taken(session) == [(first.starts_at + week, first.ends_at + week, booking_id) for week in weeks]
        assert booking.waits_for is Side.GUEST
        assert booking_queries.count_waiting(session, lending.scheduler) == 1


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"when": meeting(starts=11, ends=11)}, "end_before_start", "ends"),
        ({"when": meeting(starts=22, ends=25)}, "past_midnight", "ends"),
        ({"when": meeting(MONDAY - timedelta(days=7))}, "in_the_past", "day"),
        ({"when": meeting(MONDAY + timedelta(days=400))}, "too_far_ahead", "day"),
        ({"weeks": 0}, "odd_weeks", "weeks"),
        ({"weeks": 27}, "odd_weeks", "weeks"),
        ({"purpose": "  "}, "no_purpose", "purpose"),
    ],
)
def test_what_cannot_be_booked_is_refused_for_its_own_reason(database, lending, given, code, field):
    with database.write() as session:
        refusal = refused(lending.ask, session, **given)
        assert (refusal.code, refusal.field) == (code, field)


def test_nobody_books_her_own_room_or_one_that_is_not_open_or_closed(database, lending):
    with database.write() as session:
        assert refused(lending.ask, session, by=lending.manager).code == "own_room"
        room = session.get_one(Room, lending.room)
        room.venue.sharing = Sharing.OWN
        assert refused(lending.ask, session).code == "not_shared"
        room.closed_at = at(MONDAY, 0)
        session.flush()
        assert refused(lending.ask, session).code == "room_closed"


def test_closed_hours_are_refused_with_the_nearest_free_times(database, lending):
    with database.write() as session:
        venue_id = session.get_one(Room, lending.room).venue_id
        for opens, closes in ((8, 12), (12, 14)):
            session.add(OpeningHours(venue_id=venue_id, weekday=0, opens=time(opens), closes=time(closes)))
        session.flush()
        assert lending.ask(session, meeting(starts=11, ends=13)).is_pending
        refusal = refused(lending.ask, session, meeting(starts=13, ends=15))
        assert refusal.code == "venue_closed"
        assert "Free near that time" in str(refusal.suggestions[0])
        assert "12:00" in str(refusal.suggestions[0])


def open_class(session, lending):
    plan = make_plan(
        session,
        session.get_one(Room, lending.room).venue.organisation,
        room=session.get_one(Room, lending.room),
        term=factories.make_term(session, MONDAY, ends_on=MONDAY + timedelta(days=20)),
        weekday=0,
        starts=time(9, 30),
    )
    return actions.open_class(session, plan, by=lending.manager)


def test_a_lesson_in_the_way_is_named_to_its_own_people_and_to_nobody_else(database, lending):
    with database.write() as session:
        course_class = open_class(session, lending)
        stranger = refused(lending.ask, session, weeks=3)
        assert stranger.code == "room_taken"
        assert "already engaged" in str(stranger.message)
        assert course_class.course.title not in str(stranger.message)
        assert "2 more days" in str(stranger.suggestions[0])
        owner = refused(bookings.refuse_unless_free, session, course_class.room, [meeting()], lending.manager)
        assert course_class.course.title in str(owner.message)
        assert course_class.teacher.person.name in str(owner.message)


def test_a_booking_in_the_way_is_named_to_its_two_sides_alone(database, lending):
    with database.write() as session:
        room = session.get_one(Room, lending.room)
        room.venue.sharing = Sharing.OPEN
        lending.ask(session)
        assert "夕阳红养老院" not in str(refused(lending.ask, session, by=lending.other_manager).message)
        assert "夕阳红养老院" in str(refused(lending.ask, session).message)
        for viewer in (lending.manager, lending.scheduler):
            told = refused(bookings.refuse_unless_free, session, room, [meeting()], viewer)
            assert "夕阳红养老院" in str(told.message)


def test_half_open_times_touch_without_a_clash(database, lending):
    with database.write() as session:
        session.get_one(Room, lending.room).venue.sharing = Sharing.OPEN
        lending.ask(session, meeting(starts=9, ends=11))
        assert lending.ask(session, meeting(starts=11, ends=12), by=lending.other_manager).is_granted
        assert lending.ask(session, meeting(starts=8, ends=9), by=lending.other_manager).is_granted


def test_no_class_is_opened_in_a_room_that_others_have_booked(database, lending):
    with database.write() as session:
        session.get_one(Room, lending.room).venue.sharing = Sharing.OPEN
        lending.ask(session)
    with database.write() as session:
        refusal = refused(open_class, session, lending)
        assert refusal.code == "room_taken"
        assert "夕阳红养老院" in str(refusal.message)


def test_of_two_who_ask_for_one_time_only_one_is_granted(database, lending):
    with database.write() as session:
        one = lending.ask(session)
        two = lending.ask(session, meeting(starts=10, ends=12), by=lending.other_manager)
        bookings.grant_booking(session, one, by=lending.manager)
        refusal = refused(bookings.grant_booking, session, two, by=lending.manager)
        assert refusal.code == "room_taken"
        assert two.is_pending


def test_an_answer_is_given_once(database, lending):
    with database.write() as session:
        booking = lending.ask(session)
        assert refused(bookings.decline_booking, session, booking, answer=" ", by=lending.manager).field == "answer"
        bookings.decline_booking(session, booking, answer="那天检修暖气", by=lending.manager)
        assert booking.waits_for is Side.GUEST
        assert refused(bookings.grant_booking, session, booking, by=lending.manager).code == "answered"
        assert refused(bookings.take_back, session, booking, by=lending.scheduler).code == "answered"
        other = lending.ask(session)
        bookings.take_back(session, other, by=lending.scheduler)
        assert other.waits_for is None
        assert refused(bookings.grant_booking, session, other, by=lending.manager).code == "taken_back"


def test_the_owner_takes_a_granted_room_back_with_words(database, lending):
    with database.write() as session:
        booking = lending.ask(session)
        bookings.grant_booking(session, booking, by=lending.manager)
        bookings.decline_booking(session, booking, answer="那天检修暖气", by=lending.manager)
        assert taken(session) == []
        assert not booking.is_granted
        assert booking.waits_for is Side.GUEST


def test_a_day_is_given_up_and_the_last_one_ends_the_booking(database, lending):
    booking_id = booked(database, lending, weeks=2)
    with database.write() as session:
        booking = session.get_one(RoomBooking, booking_id)
        bookings.grant_booking(session, booking, by=lending.manager)
        first, second = booking.days
        bookings.give_up_day(session, booking, first.id, by=lending.scheduler)
        assert [row[0] for row in taken(session)] == [second.starts_at]
        assert booking.waits_for is Side.OWNER
        with pytest.raises(NotFoundError):
            bookings.give_up_day(session, booking, first.id, by=lending.scheduler)
        session.expire(booking)
        bookings.give_up_day(session, booking, second.id, by=lending.scheduler)
        assert booking.taken_back_at is not None
        assert taken(session) == []


def test_what_has_been_stays_and_what_is_over_is_not_taken_back(database, lending, frozen):
    with database.write() as session:
        session.get_one(Room, lending.room).venue.sharing = Sharing.OPEN
        booking = lending.ask(session, weeks=2)
        booking_id = booking.id
    frozen.move_to(at(MONDAY + timedelta(days=1), 9))
    with database.write() as session:
        bookings.take_back(session, session.get_one(RoomBooking, booking_id), by=lending.scheduler)
        assert taken(session) == [(*meeting(), booking_id)]
        gone = lending.ask(session, meeting(MONDAY + timedelta(days=2)))
        gone_id = gone.id
    frozen.move_to(at(MONDAY + timedelta(days=3), 9))
    with database.write() as session:
        gone = session.get_one(RoomBooking, gone_id)
        assert refused(bookings.take_back, session, gone, by=lending.scheduler).code == "booking_over"


def test_a_room_is_not_taken_from_under_lessons(database, lending):
    with database.write() as session:
        session.get_one(Room, lending.room).venue.sharing = Sharing.OPEN
        booking = lending.ask(session, by=lending.other_manager)
        session.execute(Occupancy.__table__.delete())
        course_class = factories.make_class(session, site=booking.organisation, room=booking.room)
        session.add(
            Lesson(class_id=course_class.id, number=90, starts_at=at(MONDAY, 9), ends_at=at(MONDAY, 10),
                   room_id=lending.room, teacher_id=course_class.teacher_id)
        )  # fmt: skip
        session.flush()
        for act, given in (
            (bookings.take_back, {"by": lending.other_manager}),
            (bookings.decline_booking, {"answer": "检修", "by": lending.manager}),
        ):
            refusal = refused(act, session, booking, **given)
            assert refusal.code == "lessons_planned"
            assert "1 lesson of 营头教学站" in str(refusal.message)


def test_a_room_that_others_have_booked_is_not_closed(database, lending):
    booking_id = booked(database, lending)
    with database.write() as session:
        room = session.get_one(Room, lending.room)
        closings = (
            lambda: network.close_room(session, room, by=lending.manager),
            lambda: network.close_venue(session, room.venue, by=lending.manager),
            lambda: network.close_organisation(session, room.venue.organisation, by=lending.manager),
        )
        assert {refused(close).code for close in closings} == {"still_booked"}
        bookings.decline_booking(
            session, session.get_one(RoomBooking, booking_id), answer="要关门了", by=lending.manager
        )
        network.close_room(session, room, by=lending.manager)
        assert room.closed_at is not None


def test_notice_is_taken_by_the_side_that_it_waits_for(database, lending):
    with database.write() as session:
        booking = lending.ask(session)
        bookings.take_notice(session, booking, {Side.OWNER})
        assert booking.waits_for is Side.OWNER  # a question stays until it is answered
        bookings.grant_booking(session, booking, by=lending.manager)
        bookings.take_notice(session, booking, {Side.OWNER})
        assert booking.waits_for is Side.GUEST
        bookings.take_notice(session, booking, {Side.GUEST})
        assert booking.waits_for is None


def found(session, viewer, **wish):
    return [each.room.name for each in shared_rooms.find_rooms(session, viewer, RoomWish(**wish))]


def test_the_finder_shows_what_is_open_free_and_fits_the_nearest_first(database, lending):
    with database.write() as session:
        near = session.get_one(Room, lending.room)
        near.venue.latitude, near.venue.longitude, near.name = 37.07, 114.50, "近"
        far = factories.make_room(session, near.venue.organisation, name="远", capacity=60, has_screen=True)
        far.venue.sharing, far.venue.latitude, far.venue.longitude = Sharing.OPEN, 37.2, 114.5
        own = factories.make_room(session, near.venue.organisation, name="自用")
        own.venue.sharing = Sharing.OWN
        mine = factories.make_room(session, session.get_one(type(near.venue.organisation), lending.home))
        mine.venue.sharing, mine.venue.latitude, mine.venue.longitude = Sharing.OPEN, 37.08, 114.5
        session.add(OpeningHours(venue_id=far.venue_id, weekday=0, opens=time(9), closes=time(10)))
        session.flush()
        who = lending.scheduler
        assert found(session, who) == ["近", "远"]
        assert found(session, who, seats=31) == ["远"]
        assert found(session, who, wheelchairs=5) == []
        assert found(session, who, has_screen=True) == ["远"]
        assert found(session, who, has_camera=True) == []
        assert found(session, who, place="130503") == []
        assert found(session, who, place="130502") == ["近", "远"]
        assert found(session, who, meeting=meeting()) == ["近"]
        assert found(session, who, meeting=meeting(starts=9, ends=10)) == ["近", "远"]
        near.venue.sharing = Sharing.OPEN
        lending.ask(session, meeting(starts=9, ends=10))
        assert found(session, lending.other_manager, meeting=meeting(starts=9.5, ends=10)) == ["远", "一楼教室"]
        assert next(name.split()[-1] for _code, name in shared_rooms.places_with_rooms(session, who)) == "襄都区"


def test_the_week_of_a_room_shows_who_has_booked_it_and_who_asks(database, lending):
    with database.write() as session:
        granted = lending.ask(session)
        bookings.grant_booking(session, granted, by=lending.manager)
        lending.ask(session, meeting(MONDAY + timedelta(days=1)), by=lending.other_manager, weeks=2)
        week = (at(MONDAY, 0), at(MONDAY + timedelta(days=7), 0))
        rows = booking_queries.booking_rows(
            session, *week, lambda booking_id: f"/bookings/{booking_id}", room_id=lending.room
        )
        assert [(row.organisation, row.is_granted) for row in rows] == [("夕阳红养老院", True), ("营头教学站", False)]
        assert rows[0].url == f"/bookings/{granted.id}"
        assert rows == booking_queries.booking_rows(
            session, *week, lambda booking_id: f"/bookings/{booking_id}", owner_id=lending.owner
        )
        assert booking_queries.booking_rows(session, *week, owner_id=lending.home) == []


FORM = {"day": "2026-03-16", "starts": "09:00", "ends": "11:00", "weeks": "1", "purpose": "书法"}


def test_a_home_asks_on_the_page_and_reads_the_answer_on_its_first_page(database, lending, client):
    sign_in(client, lending.scheduler.person_id)
    finder = shown(client, "/rooms/open?day=2026-03-16&starts=09:00&ends=11:00")
    assert "北关教学站院 一楼教室" in finder
    path = f"/rooms/{lending.room}/book"
    assert 'value="2026-03-16"' in shown(client, f"{path}?day=2026-03-16&starts=09:00&ends=11:00")
    assert send(client, path, **FORM).status_code == 303
    assert "owner&#39;s answer" in shown(client, "/bookings")
    sign_in(client, lending.manager.person_id)
    assert "asks for a room" in shown(client, "/")
    with database.read() as session:
        booking_id = session.scalars(select(RoomBooking.id)).one()
    page = f"/bookings/{booking_id}"
    assert "夕阳红养老院" in shown(client, "/bookings/waiting")
    assert send(client, page).text.count("Please choose one.")
    assert "Please say why" in send(client, page, is_granted="no").text
    assert send(client, page, is_granted="yes", answer="钥匙在传达室").status_code == 303
    sign_in(client, lending.scheduler.person_id)
    assert "has answered your booking" in shown(client, "/")
    assert "钥匙在传达室" in shown(client, page)
    assert send(client, f"{page}/notice", page).status_code == 303
    assert "has answered" not in shown(client, "/")
    assert send(client, f"{page}/take-back").status_code == 303
    sign_in(client, lending.manager.person_id)
    assert "has changed a booking" in shown(client, "/")
    assert "Not needed any more" in shown(client, "/bookings/of-our-rooms")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"day": "2026-02-30"}, "a day that exists"),
        ({"day": ""}, "Please fill this in"),
        ({"starts": "nine"}, "a time such as"),
        ({"ends": "08:00"}, "The end must be after"),
        ({"weeks": "all"}, "whole number"),
        ({"weeks": "99"}, "From 1 to 26 weeks"),
        ({"purpose": ""}, "Please fill this in"),
        ({"day": "2026-03-01"}, "has passed already"),
    ],
)
def test_what_was_typed_stays_when_a_booking_is_refused(lending, client, fields, words):
    sign_in(client, lending.scheduler.person_id)
    answer = send(client, f"/rooms/{lending.room}/book", **FORM | fields)
    assert answer.status_code == 200
    assert words in answer.text
    if "purpose" not in fields:
        assert 'value="书法"' in answer.text


def test_a_finder_asked_nonsense_says_what_it_needs(lending, client):
    sign_in(client, lending.scheduler.person_id)
    assert "a day, from when and until when" in shown(client, "/rooms/open?day=2026-03-16")
    assert "a day, from when and until when" in shown(client, "/rooms/open?starts=09:00")
    assert "The end must be after" in shown(client, "/rooms/open?day=2026-03-16&starts=09:00&ends=08:00")
    assert "whole number" in shown(client, "/rooms/open?seats=many&place=%27--")


def test_a_booking_is_seen_by_its_two_sides_alone(database, lending, client):
    booking_id = booked(database, lending)
    with database.read() as session, pytest.raises(NotFoundError):
        booking_queries.booking_for(session, lending.other_manager, booking_id)
    sign_in(client, lending.other_manager.person_id)
    paths = [f"/bookings/{booking_id}{rest}" for rest in ("", "/revoke", "/take-back")]
    assert {client.get(path).status_code for path in paths} == {404}
    sign_in(client, lending.scheduler.person_id)
    assert client.get(f"/bookings/{booking_id}/revoke").status_code == 404
    assert (
        send(client, f"/bookings/{booking_id}", f"/bookings/{booking_id}/take-back", is_granted="yes").status_code
        == 404
    )
    sign_in(client, lending.manager.person_id)
    assert client.get(f"/bookings/{booking_id}/take-back").status_code == 404


def test_a_room_that_is_not_open_has_no_page_to_book_it(database, lending, client):
    with database.write() as session:
        session.get_one(Room, lending.room).venue.sharing = Sharing.OWN
    sign_in(client, lending.scheduler.person_id)
    assert client.get(f"/rooms/{lending.room}/book").status_code == 404


def test_lists_ask_as_many_questions_whatever_their_length(database, lending, client):
    sign_in(client, lending.manager.person_id)
    booked(database, lending)
    few = queries_of(client, "/bookings/of-our-rooms")
    for number in range(1, 9):
        booked(database, lending, when=meeting(MONDAY + timedelta(days=number)))
    assert queries_of(client, "/bookings/of-our-rooms") == few


def test_a_room_may_be_changed_while_it_is_booked(database, lending):
    booked(database, lending)
    with database.write() as session:
        room = session.get_one(Room, lending.room)
        network.change_room(session, room, RoomDetails(name="一楼大教室", capacity=40), by=lending.manager)
        assert session.scalars(select(Venue.sharing)).first() is Sharing.ON_REQUEST
