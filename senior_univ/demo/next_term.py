"""The demo's next term: its windows, one class that goes on and asks its learners; and a class with too few today."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.accounts.queries import build_viewer
from senior_univ.core import clock
from senior_univ.demo.classes import WEEKS, term_name
from senior_univ.enrolment.copying import copy_classes
from senior_univ.enrolment.models import Seat
from senior_univ.timetable.models import Admission, CourseClass, Term
from senior_univ.timetable.queries import current_term

HOLIDAY_WEEKS = 5
LACKING = 3


class NextTerm:
    """What a site does near the end of a term."""

    def __init__(self, session: Session, site_id: int, learner_id: int, manager_id: int) -> None:
        self.session, self.site_id, self.learner_id = session, site_id, learner_id
        self.manager = build_viewer(session, manager_id)

    def make(self) -> None:
        """The term, the learner's class in it, and a class to decide about."""
        term = self._term()
        hers = select(Seat.class_id).where(Seat.person_id == self.learner_id, Seat.ended_at.is_(None))
        classes = self._classes()
        goes_on = [each for each in classes if each.id in set(self.session.scalars(hers))][:1]
        copy_classes(self.session, goes_on, term, with_learners=True, by=self.manager)
        others = (each for each in classes if each not in goes_on and 0 < each.seats_taken <= each.capacity - LACKING)
        few = min(others, key=lambda each: (each.seats_taken, each.id), default=None)
        if few is not None:
            few.least_learners = few.seats_taken + LACKING
            few.decide_on = clock.today()
        self.session.flush()

    def _term(self) -> Term:
        running = current_term(self.session)
        last = running.ends_on if running else clock.today()
        first = clock.week_start(last) + timedelta(weeks=1 + HOLIDAY_WEEKS)
        term = Term(
            name=term_name(first),
            starts_on=first,
            ends_on=first + timedelta(weeks=WEEKS, days=-1),
            returning_from_on=clock.today(),
            newcomers_from_on=clock.today() + timedelta(days=14),
            enrol_until_on=first + timedelta(weeks=3),
            withdraw_until_lesson=4,
        )
        self.session.add(term)
        self.session.flush()
        return term

    def _classes(self) -> list[CourseClass]:
        wanted = select(CourseClass).where(
            CourseClass.organisation_id == self.site_id,
            CourseClass.home_id.is_(None),
            CourseClass.cancelled_at.is_(None),
            CourseClass.admission == Admission.FIRST_COME,
            CourseClass.last_lesson_at > clock.now(),
        )
        return list(self.session.scalars(wanted.order_by(CourseClass.id)))
