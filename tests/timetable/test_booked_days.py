"""Public holidays are left out of bookings; what no longer fits waits to be settled, for both sides."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.network import actions as network
from senior_univ.network.models import OpeningHours, Room, Sharing
from senior_univ.timetable import bookings, settled_bookings
from senior_univ.timetable.models import Holiday, HolidayKind, RoomBooking, Side
from tests.sending_forms import send, shown
from tests.signing_in import sign_in
from tests.timetable.lending import MONDAY, Lending, meeting

NEXT_MONDAY = MONDAY + timedelta(7)


@pytest.fixture(autouse=True)
def in_english(client):
    client.set_cookie("language", "en")


@pytest.fixture
def lending(database, frozen):
    return Lending.make(database, Sharing.OPEN)


def close_on(session, day, name="村庙会"):
    session.add(Holiday(on=day, kind=HolidayKind.HOLIDAY, name=name, name_en="Founding day"))
    session.flush()


def days_of(session, booking):
    session.refresh(booking, ["days"])
    return [clock.local(day.starts_at).date() for day in booking.days]


def test_a_series_leaves_public_holidays_out(database, lending):
    with database.write() as session:
        close_on(session, NEXT_MONDAY)
        booking = lending.ask(session, weeks=3)
        assert days_of(session, booking) == [MONDAY, MONDAY + timedelta(14)]


def test_a_holiday_that_was_announced_while_the_question_waited_is_left_out_too(database, lending):
    with database.write() as session:
        session.get_one(Room, lending.room).venue.sharing = Sharing.ON_REQUEST
        booking = lending.ask(session, weeks=2)
        close_on(session, MONDAY)
        bookings.grant_booking(session, booking, by=lending.manager)
        assert days_of(session, booking) == [NEXT_MONDAY]


def test_a_holiday_alone_is_refused_by_its_name(database, lending):
    with database.write() as session:
        close_on(session, MONDAY)
        with pytest.raises(DomainError) as refused:
            lending.ask(session)
    assert (refused.value.code, refused.value.field) == ("holiday", "day")
    assert "村庙会" in str(refused.value.message) or "Founding day" in str(refused.value.message)


def test_the_holiday_is_named_before_a_series_is_booked(database, lending, client):
    with database.write() as session:
        close_on(session, NEXT_MONDAY)
    sign_in(client, lending.scheduler.person_id)
    fields = {"day": MONDAY.isoformat(), "starts": "09:00", "ends": "11:00", "weeks": "3", "purpose": "书法"}
    path = f"/rooms/{lending.room}/book"
    page = send(client, path, **fields).text
    assert "Founding day" in page
    assert "2 days" in page
    with database.read() as session:
        assert session.scalar(select(RoomBooking)) is None
    assert 'value="3"' in send(client, path, **fields, step="change").text
    booked = send(client, path, **fields, step="confirm")
    assert booked.status_code == 303
    assert "Founding day" in shown(client, booked.location)


def shorten(session, lending, opens=time(13), weekday=0):
    """The place opens in the afternoon only."""
    venue = session.get_one(Room, lending.room).venue
    network.add_opening_hours(session, venue, [weekday], opens, time(18), by=lending.manager)


def test_new_hours_put_bookings_on_the_list_of_both_sides_until_they_fit(database, lending):
    with database.write() as session:
        booking = lending.ask(session, weeks=2)
        shorten(session, lending)
        assert booking.unsettled == "venue_closed"
        for viewer, count in ((lending.manager, 1), (lending.scheduler, 1), (lending.other_manager, 0)):
            assert settled_bookings.count_unsettled(session, viewer) == count
        hours = session.scalars(select(OpeningHours)).one()
        network.remove_opening_hours(session, hours, by=lending.manager)
        assert booking.unsettled == ""


def test_days_that_are_given_up_settle_it(database, lending):
    with database.write() as session:
        booking = lending.ask(session, weeks=2)
        late = lending.ask(session, meeting(date(2026, 3, 17), 14, 16), weeks=2)
        shorten(session, lending)
        shorten(session, lending, weekday=1)
        assert late.unsettled == ""
        for row in list(booking.days):
            bookings.give_up_day(session, booking, row.id, by=lending.scheduler)
        assert booking.unsettled == ""
        assert settled_bookings.count_unsettled(session, lending.manager) == 0


def test_the_owner_lets_them_in_all_the_same_with_words_that_they_read(database, lending, client):
    with database.write() as session:
        booking_id = lending.ask(session).id
        shorten(session, lending)
    sign_in(client, lending.scheduler.person_id)
    assert f"/bookings/{booking_id}" in shown(client, "/to-settle")
    assert client.get(f"/bookings/{booking_id}/hold").status_code == 404
    sign_in(client, lending.manager.person_id)
    assert "no longer fits" in shown(client, "/")
    assert send(client, f"/bookings/{booking_id}/hold", answer="").status_code == 200
    assert send(client, f"/bookings/{booking_id}/hold", answer="王师傅开门").status_code == 303
    with database.read() as session:
        booking = session.get_one(RoomBooking, booking_id)
        assert (booking.unsettled, booking.waits_for, booking.answer) == ("", Side.GUEST, "王师傅开门")
    assert "settled meanwhile" in send(client, f"/bookings/{booking_id}/hold", answer="又一次").text
