from collections import Counter
from datetime import time, timedelta

import pytest
from sqlalchemy import select

from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.enrolment import invitations, too_few
from senior_univ.enrolment.models import Hand, Seat
from senior_univ.reminders.models import Message, MessageKind
from senior_univ.timetable.class_settings import move_class
from senior_univ.timetable.models import CourseClass
from senior_univ.waiting.actions import Group, join_in_order
from tests.enrolment.managing import manager_of
from tests.enrolment.pages import post, token
from tests.enrolment.seats import counters, enrol, rows, times_held
from tests.factories import make_class, make_course, make_organisation, make_person
from tests.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("frozen")
DAY = timedelta(days=1)


def two_classes(session, **into):
    site = make_organisation(session)
    course = make_course(session, site)
    small = make_class(session, site=site, course=course, least_learners=5, decide_on=clock.today(), capacity=20)
    other = make_class(session, site=site, course=course, first_at=small.first_lesson_at + 2 * DAY, **into)
    return site, small, other


def told(session):
    kinds = session.scalars(select(Message.kind).where(Message.kind != MessageKind.ENROLLED_FOR_YOU))
    return sorted(kind.value for kind in kinds)


def test_a_class_below_its_least_number_is_listed_until_it_has_enough(session):
    site, small, _other = two_classes(session)
    by = manager_of(session, site)
    assert [each.id for each in session.scalars(too_few.due(by))] == [small.id]
    for _ in range(5):
        enrol(session, small, make_person(session))
    session.expire_all()
    assert not session.scalars(too_few.too_few(by)).all()


def test_merging_moves_everybody_at_once_and_tells_each_once(session):
    site, small, other = two_classes(session)
    people = [make_person(session) for _ in range(3)]
    for each in people:
        enrol(session, small, each)
    merging = too_few.merge(session, small, other, by=manager_of(session, site))
    assert len(merging.movers) == 3
    assert rows(session, other)[0] == counters(session, other)[0] == 3
    assert rows(session, small)[0] == counters(session, small)[0] == 0
    assert small.cancelled_at
    assert len(times_held(session, people[0], other)) == 4
    assert told(session) == ["class_merged"] * 3


def test_whoever_has_another_class_then_is_named_before_and_told_that_hers_ends(session):
    site, small, other = two_classes(session)
    free, busy = make_person(session), make_person(session)
    for each in (free, busy):
        enrol(session, small, each)
    enrol(session, make_class(session, first_at=other.first_lesson_at), busy)
    by = manager_of(session, site)
    ahead = too_few.preview_merge(session, small, other, by)
    assert [person.id for person in ahead.movers] == [free.id]
    assert [(person.id, refusal.code) for person, refusal in ahead.refused] == [(busy.id, "other_class")]
    too_few.merge(session, small, other, by=by)
    assert told(session) == ["class_cancelled", "class_merged"]
    assert [gone.course_class.id for gone in too_few.gone_lately(session, busy.id)] == [small.id]
    assert not too_few.gone_lately(session, free.id)


def test_two_classes_at_the_same_time_can_be_merged(session):
    site, small, _ = two_classes(session)
    same = make_class(session, site=site, course=small.course, first_at=small.first_lesson_at)
    learner = make_person(session)
    enrol(session, small, learner)
    assert len(too_few.merge(session, small, same, by=manager_of(session, site)).movers) == 1
    assert len(times_held(session, learner)) == 4


def test_only_as_many_go_along_as_there_is_room(session):
    site, small, other = two_classes(session, capacity=2)
    people = [make_person(session) for _ in range(3)]
    for each in people:
        enrol(session, small, each)
    merging = too_few.merge(session, small, other, by=manager_of(session, site))
    assert [refusal.code for _, refusal in merging.refused] == ["full"]
    assert counters(session, other)[0] == 2


def test_a_class_into_which_nobody_fits_is_refused(session):
    site, small, other = two_classes(session, capacity=1)
    enrol(session, other, make_person(session))
    enrol(session, small, make_person(session))
    with pytest.raises(DomainError) as refused:
        too_few.merge(session, small, other, by=manager_of(session, site))
    assert refused.value.code == "nobody_fits"
    with pytest.raises(DomainError) as same:
        too_few.merge(session, small, small, by=manager_of(session, site))
    assert same.value.code == "same_class"


def test_a_class_moved_as_a_whole_takes_its_learners_and_says_who_is_busy(session):
    site, small, _ = two_classes(session)
    free, busy = make_person(session), make_person(session)
    for each in (free, busy):
        enrol(session, small, each)
    friday = small.first_lesson_at + 2 * DAY
    enrol(session, make_class(session, first_at=friday.replace(hour=6)), busy)
    weekday, starts = clock.local(friday).weekday(), time(14)
    cannot = too_few.who_cannot(session, small, weekday, starts)
    assert [(person.id, refusal.code) for person, refusal in cannot] == [(busy.id, "other_class")]
    lessons = move_class(session, small, weekday=weekday, starts=starts, by=manager_of(session, site)).lessons
    assert {clock.local(each.starts_at).weekday() for each in lessons} == {weekday}
    assert times_held(session, free, small) == [each.starts_at for each in lessons]
    assert (small.weekday, small.starts) == (weekday, starts)
    with pytest.raises(DomainError) as same:
        move_class(session, small, weekday=weekday, starts=starts, by=manager_of(session, site))
    assert same.value.code == "nothing_changed"


def test_a_time_at_which_the_room_is_taken_is_refused_and_others_are_named(session):
    site, small, other = two_classes(session)
    taken = make_class(session, site=site, room=small.room, first_at=other.first_lesson_at)
    with pytest.raises(DomainError) as refused:
        move_class(session, small, weekday=taken.weekday, starts=taken.starts, by=manager_of(session, site))
    assert refused.value.code == "room_taken"


def test_the_pages_show_who_goes_along_and_merge_with_one_button(client, database):
    with database.write() as session:
        site, small, other = two_classes(session)
        enrol(session, small, make_person(session, name="王秀英"))
        by, ids = manager_of(session, site), (small.id, other.id)
    sign_in(client, by.person_id)
    assert f"/classes/{ids[0]}/decide" in client.get("/classes/too-few").text
    assert "/classes/too-few" in client.get("/").text
    assert f"/classes/{ids[0]}/merge/{ids[1]}" in client.get(f"/classes/{ids[0]}/decide").text
    url = f"/classes/{ids[0]}/merge/{ids[1]}"
    assert "王秀英" in client.get(url).text
    assert post(client, url).status_code == 303
    with database.read() as session:
        assert session.get_one(CourseClass, ids[0]).cancelled_at
        assert session.scalar(select(Seat.class_id).where(Seat.ended_at.is_(None))) == ids[1]
    again = post(client, f"/classes/{ids[1]}/move-all", weekday=4, starts="14:00")
    assert again.status_code == 303


def test_merging_asks_the_database_as_often_for_ten_learners_as_for_three(session, statements):
    def asked(learners):
        site = make_organisation(session)
        small = make_class(session, site=site, capacity=20)
        into = make_class(session, site=site, capacity=20, course=small.course, term=small.term)
        for _ in range(learners):
            enrol(session, small, make_person(session))
        by = manager_of(session, site)
        session.flush()
        with statements() as seen:
            assert len(too_few.merge(session, small, into, by=by).movers) == learners
        return len([each for each in seen if not each.startswith("INSERT INTO audit_entry")])

    assert asked(10) <= asked(3) + 2


ACTS = {
    "move-all": {"weekday": 4, "starts": "14:00"},
    "merge": {},
    "cancel": {"reason": "人数不够"},
}
"""The page of each way of deciding, and what is sent to it."""


@pytest.mark.parametrize("act", ACTS)
def test_deciding_on_a_class_takes_as_many_statements_for_forty_learners_as_for_five(client, database, act, statements):
    """Everybody has a phone; half as many are invited, and half as many wait."""

    def asked(learners):
        with database.write() as session:
            site = make_organisation(session)
            small = make_class(session, site=site, capacity=learners + 10)
            course_class = make_class(session, site=site, capacity=60, course=small.course, term=small.term)
            for _ in range(learners):
                enrol(session, small, make_person(session))
            by = manager_of(session, site)
            guests = [make_person(session).id for _ in range(learners // 2)]
            invitations.invite(session, course_class=small, person_ids=guests, by=by)
            groups = [Group([make_person(session).id], Hand.HERSELF) for _ in range(learners // 2)]
            small.capacity = learners + len(guests)
            join_in_order(session, course_class=small, groups=groups, by=by)
            url = f"/classes/{small.id}/{act}" + (f"/{course_class.id}" if act == "merge" else "")
        sign_in(client, by.person_id)
        with statements() as seen:
            assert client.get(url).status_code == 200
        csrf = token(client, url)
        with statements() as sent:
            assert client.post(url, data={"csrf_token": csrf} | ACTS[act]).status_code == 303
        return Counter(seen), Counter(sent)

    few, many = asked(5), asked(40)
    for before, after in zip(few, many, strict=True):
        assert after.total() <= before.total() + 2, after - before
