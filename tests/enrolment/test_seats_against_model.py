"""Whatever people do in whatever order, the counters are the rows, and the rows are what a simple model says."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.enrolment import actions, queries
from senior_univ.timetable import events
from senior_univ.wiring import connect
from tests.enrolment.seats import counters, enrol, herself, rows, times_held
from tests.factories import make_class, make_organisation, make_person, make_room

CAPACITY, WHEELCHAIRS, PEOPLE, CLASSES = 3, 2, 5, 3
person, lesson_class = st.integers(0, PEOPLE - 1), st.integers(0, CLASSES - 1)


class Seats(RuleBasedStateMachine):
    """Three classes: the first two at the same time, the third later that day."""

    def __init__(self, session):
        super().__init__()
        self.session = session
        self.savepoint = session.begin_nested()
        site = make_organisation(session)
        first = clock.instant(clock.today() + timedelta(days=1), clock.local(clock.now()).time())
        starts = (first, first, first + timedelta(hours=4))
        fits = {"capacity": CAPACITY, "wheelchair_places": WHEELCHAIRS, "lessons": 2}
        room = make_room(session, site)
        self.classes = [make_class(session, site=site, room=room, first_at=starts[2], **fits)]
        for at in starts[:2]:
            self.classes.insert(0, make_class(session, site=site, first_at=at, **fits))
        self.people = [make_person(session) for _ in range(PEOPLE)]
        self.seats = {}
        self.moved_onto = set()
        self.cancelled = set()

    def teardown(self):
        self.savepoint.rollback()
        self.session.expunge_all()

    def expected(self, who, where, wheelchair):
        seated = [wheel for (_, place), (_, wheel) in self.seats.items() if place == where]
        if where in self.cancelled:
            return "cancelled"
        if (who, where) in self.seats:
            return "already_in"
        if where < 2 and (who, 1 - where) in self.seats:
            return "other_class"
        if len(seated) == CAPACITY:
            return "full"
        return "no_wheelchair_place" if wheelchair and sum(seated) == WHEELCHAIRS else None

    @rule(who=person, where=lesson_class, wheelchair=st.booleans())
    def take(self, who, where, wheelchair):
        expected, code = self.expected(who, where, wheelchair), None
        try:
            with self.session.begin_nested():
                seat = enrol(self.session, self.classes[where], self.people[who], takes_wheelchair_place=wheelchair)
                self.seats[who, where] = (seat, wheelchair)
        except DomainError as refused:
            code = refused.code
        assert code == expected

    @rule(who=person, where=lesson_class)
    def end(self, who, where):
        if (who, where) in self.seats:
            seat, _ = self.seats.pop((who, where))
            actions.end_seat(self.session, seat, by=herself(self.people[who]))

    @rule(where=lesson_class, days=st.integers(1, 5))
    def move_first_lesson(self, where, days):
        """To another day and back, where nobody has anything else."""
        lesson = self.classes[where].lessons[0]
        if where in self.cancelled:
            return
        for by in (timedelta(days=days), -timedelta(days=days)):
            lesson.starts_at, lesson.ends_at = lesson.starts_at + by, lesson.ends_at + by
            events.lesson_moved.send(self.session, lesson=lesson, old_starts_at=lesson.starts_at, old_room_id=1)

    @rule(where=st.just(2))
    def cancel(self, where):
        if where not in self.cancelled:
            self.classes[where].cancelled_at = clock.now()
            events.class_cancelled.send(self.session, course_class=self.classes[where])
            self.cancelled.add(where)
            self.seats = {key: seat for key, seat in self.seats.items() if key[1] != where}

    @invariant()
    def counters_are_rows_are_model(self):
        for where, course_class in enumerate(self.classes):
            wheelchairs = [wheel for (_, place), (_, wheel) in self.seats.items() if place == where]
            model = (len(wheelchairs), sum(wheelchairs))
            assert counters(self.session, course_class) == rows(self.session, course_class) == model

    @invariant()
    def everybody_is_taken_when_her_lessons_are(self):
        for who, each in enumerate(self.people):
            hers = [self.classes[place] for (number, place) in self.seats if number == who]
            starts = sorted(lesson.starts_at for course_class in hers for lesson in course_class.lessons)
            assert times_held(self.session, each) == starts
            assert len(queries.seats_of(self.session, each.id)) == len(hers)


@pytest.mark.usefixtures("frozen")
def test_seats_are_what_a_simple_model_says(session):
    connect()
    run_state_machine_as_test(
        lambda: Seats(session),
        settings=settings(
            max_examples=25,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
