"""The demo's waiting lists: a place that is kept for the learner, and one for which she waits as the third."""

from contextlib import suppress

from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.accounts.models import Person
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.enrolment.actions import end_seat
from senior_univ.enrolment.models import Hand, Seat
from senior_univ.timetable.models import Admission, CourseClass
from senior_univ.waiting.actions import join

BEFORE_HER, BEHIND_HER, LEAST = 2, 3, 4


class Queues:
    """Fills two classes of a site and lets people wait for them."""

    def __init__(self, session: Session, site_id: int, learner_id: int, manager_id: int) -> None:
        self.session, self.site_id, self.learner_id = session, site_id, learner_id
        self.desk = Viewer(manager_id, "")
        known = select(Person.id).where(Person.site_id == site_id, Person.id != learner_id).order_by(Person.id)
        self.others = list(session.scalars(known.limit(60)))

    def make(self) -> None:
        """One queue of which it is her turn, and one in which she waits."""
        asked, waited = False, False
        for course_class in self._classes():
            if not asked:
                asked = self._offer(course_class)
            elif not waited:
                waited = self._wait(course_class)

    def _classes(self) -> list[CourseClass]:
        wanted = select(CourseClass).where(
            CourseClass.organisation_id == self.site_id,
            CourseClass.home_id.is_(None),
            CourseClass.cancelled_at.is_(None),
            CourseClass.admission == Admission.FIRST_COME,
            CourseClass.last_lesson_at > clock.now(),
            CourseClass.seats_taken >= LEAST,
        )
        return list(self.session.scalars(wanted.order_by(CourseClass.id)))

    def _offer(self, course_class: CourseClass) -> bool:
        """She is the first in the queue when somebody leaves."""
        course_class.capacity = course_class.seats_taken
        if not self._join(course_class, self.learner_id):
            return False
        self._fill(course_class, BEHIND_HER)
        sitting = select(Seat).where(Seat.class_id == course_class.id, Seat.ended_at.is_(None))
        last = self.session.scalars(sitting.order_by(Seat.takes_wheelchair_place, Seat.id.desc()).limit(1)).one()
        end_seat(self.session, last, by=None)
        return True

    def _wait(self, course_class: CourseClass) -> bool:
        course_class.capacity = course_class.seats_taken
        self._fill(course_class, BEFORE_HER)
        return self._join(course_class, self.learner_id)

    def _fill(self, course_class: CourseClass, number: int) -> None:
        """So many people wait who can."""
        joined = 0
        for person_id in self.others:
            joined += joined < number and self._join(course_class, person_id)

    def _join(self, course_class: CourseClass, person_id: int) -> bool:
        with suppress(DomainError), self.session.begin_nested():
            join(self.session, course_class=course_class, person_ids=[person_id], hand=Hand.DESK, by=self.desk)
            return True
        return False
