"""Uploads against the database: any order, any doubles, two devices at once, a process that dies in the middle."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from senior_univ.attendance import roll_call
from senior_univ.attendance.models import Attendance, AttendanceEntry, Kind
from senior_univ.attendance.roll_call import Tap
from senior_univ.attendance.standing import standing_of
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.timetable.models import Lesson
from tests.factories import make_class, make_person, make_seat


@pytest.fixture
def rolled(database):
    """A lesson that has begun, with two learners and two who call the roll: the ids."""
    with database.write() as session:
        course_class = make_class(session, first_at=clock.now() - timedelta(minutes=30))
        people = [make_person(session) for _ in range(4)]
        for person in people[:2]:
            make_seat(session, course_class, person, taken_at=clock.now() - timedelta(days=9))
        return course_class.lessons[0].id, [person.id for person in people]


def enter(database, lesson_id, taps, by_id):
    with database.write() as session:
        return roll_call.enter(session, session.get_one(Lesson, lesson_id), taps, by=Viewer(by_id, ""))


def stands(database, lesson_id):
    with database.read() as session:
        rows = session.scalars(select(Attendance).where(Attendance.lesson_id == lesson_id)).all()
        return {row.person_id: (row.kind, row.entered_at, row.changes) for row in rows}


def entries(database, lesson_id):
    with database.read() as session:
        return session.scalars(select(AttendanceEntry).where(AttendanceEntry.lesson_id == lesson_id)).all()


@st.composite
def batches(draw):
    """Taps of two people, cut into uploads in some order, some of them sent twice."""
    taps = draw(
        st.lists(st.tuples(st.integers(0, 1), st.sampled_from(Kind), st.integers(0, 4)), min_size=1, max_size=6)
    )
    order = draw(st.permutations(range(len(taps))))
    again = draw(st.lists(st.sampled_from(range(len(taps))), max_size=4))
    return taps, [*order, *again]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches())
def test_whatever_the_order_and_however_often_it_is_sent_the_same_stands(database, rolled, batch):
    lesson_id, people = rolled
    said, order = batch
    now = clock.now()
    with database.write() as session:
        session.execute(delete(Attendance))
        session.execute(delete(AttendanceEntry))
    taps = [
        Tap(people[who], kind, entered_at=now + timedelta(seconds=second), client_id=str(uuid4()))
        for who, kind, second in said
    ]
    for position in order:
        enter(database, lesson_id, [taps[position]], people[2])
    kept = entries(database, lesson_id)
    assert {entry.client_id for entry in kept} == {tap.client_id for tap in taps}
    expected = {
        who: standing_of([entry for entry in kept if entry.person_id == who], now)
        for who in {tap.person_id for tap in taps}
    }
    assert stands(database, lesson_id) == {
        who: (standing.kind, standing.entered_at, standing.changes) for who, standing in expected.items()
    }


def test_two_teachers_at_once_lose_nothing_of_each_other(database, rolled):
    lesson_id, people = rolled
    now = clock.now()
    sent = {
        by_id: [
            Tap(who, kind, entered_at=now + timedelta(milliseconds=turn), client_id=str(uuid4()))
            for turn in range(offset, 20, 2)
            for who in people[:2]
        ]
        for by_id, kind, offset in ((people[2], Kind.PRESENT, 0), (people[3], Kind.LATE, 1))
    }

    def tap_one_by_one(by_id):
        for tap in sent[by_id]:
            enter(database, lesson_id, [tap], by_id)

    threads = [threading.Thread(target=tap_one_by_one, args=(by_id,)) for by_id in sent]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(entries(database, lesson_id)) == 40
    assert {who: (kind, changes) for who, (kind, _at, changes) in stands(database, lesson_id).items()} == dict.fromkeys(
        people[:2], (Kind.LATE, 20)
    )


def test_the_same_upload_from_two_connections_at_once_is_kept_once(database, rolled):
    lesson_id, people = rolled
    taps = [Tap(who, Kind.PRESENT, entered_at=clock.now(), client_id=str(uuid4())) for who in people[:2]]
    counts = []
    threads = [
        threading.Thread(target=lambda: counts.append(enter(database, lesson_id, taps, people[2]))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(counts) == [0, 0, 0, 2]
    assert len(entries(database, lesson_id)) == 2


def test_a_process_that_ends_in_the_middle_leaves_nothing_half_done_and_the_device_sends_again(database, rolled):
    lesson_id, people = rolled
    taps = [Tap(who, Kind.PRESENT, entered_at=clock.now(), client_id=str(uuid4())) for who in people[:2]]
    with database.new_writer() as session:
        roll_call.enter(session, session.get_one(Lesson, lesson_id), taps, by=Viewer(people[2], ""))
        session.connection().detach()  # the process is gone before its commit
    assert (entries(database, lesson_id), stands(database, lesson_id)) == ([], {})
    assert enter(database, lesson_id, taps, people[2]) == 2
    assert len(stands(database, lesson_id)) == 2
