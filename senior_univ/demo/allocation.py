"""The demo's allocation days: one at the first site that is open, and one whose places have been given."""

from collections.abc import Sequence
from datetime import time, timedelta
from itertools import cycle, islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.allocation.draw import hash_of
from senior_univ.allocation.drawing import draw_round
from senior_univ.allocation.models import AllocatedClass, AllocationRound, Application, Wish
from senior_univ.allocation.settling import settle_next
from senior_univ.core import clock
from senior_univ.demo.classes import STARTS, WEEKS_BEHIND, DemoClass, Timetable
from senior_univ.demo.people import DemoTeacher, Learner
from senior_univ.demo.places import Places
from senior_univ.enrolment.models import Hand
from senior_univ.timetable.models import Admission

CLASSES, APPLICANTS, PLACES = 3, 40, 8


class Days:
    """Makes both rounds, each with classes of its own that begin in some weeks."""

    def __init__(self, timetable: Timetable, places: Places, teachers: Sequence[DemoTeacher], manager_id: int) -> None:
        self.timetable, self.rows, self.rng = timetable, timetable.rows, timetable.rng
        self.site, self.manager_id = places.sites[0], manager_id
        self.own = [each for each in teachers if each.organisation_id == self.site.id]
        self.drawn_id: int | None = None

    def open_classes(self) -> list[DemoClass]:
        """A few small classes at the weekend, when rooms and teachers are free."""
        slots = [(weekday, start) for weekday in (5, 6) for start in STARTS]
        found = []
        for number, slot in enumerate(self.rng.sample(slots, len(slots))):
            teacher = self.own[number % len(self.own)]
            opened = self.timetable.open(self.site, self.site, teacher, slot, (WEEKS_BEHIND + 2, 8))
            if opened is not None:
                opened.capacity = PLACES
                found.append(opened)
            if len(found) == CLASSES:
                break
        return found

    def collect(self, learners: Sequence[Learner]) -> None:
        """The round that is open, for which the demo's learner has not applied, and the one that has closed."""
        self._round("2027年春季集中报名", learners[2:], opened_days_ago=2)
        self._ask(learners[0])
        first = learners[0]
        self.drawn_id = self._round("冬季短期班集中报名", [first, *learners[2:]], opened_days_ago=12)

    def _round(self, name: str, learners: Sequence[Learner], *, opened_days_ago: int) -> int:
        first = clock.today() - timedelta(days=opened_days_ago)
        opens_at, closes_at = clock.instant(first, time(8)), clock.instant(first + timedelta(days=9), time(18))
        secret = f"{self.rng.getrandbits(256):064x}"
        round_id = self.rows.add(
            AllocationRound, organisation_id=self.site.id, name=name, opens_at=opens_at,
            closes_at=closes_at, newcomers_share=30, most_classes=1, secret=secret,
            secret_hash=hash_of(secret), public_number_name="", public_number="",
            made_at=opens_at - timedelta(days=1), made_by_id=self.manager_id,
        )  # fmt: skip
        classes = self.open_classes()
        for each in classes:
            self.rows.add(AllocatedClass, round_id=round_id, class_id=each.id)
        free = [one for one in learners if not any(each.slot in one.slots for each in classes)]
        able = [one for one in free if not (one.needs_step_free or one.uses_wheelchair)]
        for one, number in zip(able[:APPLICANTS], self._numbers(), strict=False):
            self._apply(round_id, one, str(number), classes)
        return round_id

    def _ask(self, learner: Learner) -> None:
        """Somebody who applied last would like to come together with her."""
        self.rows.rows[Application][-1]["asks_person_id"] = learner.person_id

    def _numbers(self) -> list[int]:
        return self.rng.sample(range(100_000, 1_000_000), APPLICANTS)

    def _apply(self, round_id: int, learner: Learner, number: str, classes: Sequence[DemoClass]) -> None:
        application_id = self.rows.add(
            Application, round_id=round_id, number=number, person_id=learner.person_id, hand=Hand.HERSELF,
            made_at=self.timetable.now - timedelta(hours=self.rng.randint(1, 40)), made_by_id=learner.person_id, asks_person_id=None,
        )  # fmt: skip
        first = self.rng.randrange(len(classes))
        wishes = islice(cycle(classes), first, first + self.rng.randint(1, len(classes)))
        for rank, each in enumerate(wishes, 1):
            self.rows.link(Wish, application_id=application_id, rank=rank, class_id=each.id)

    def give(self, session: Session) -> None:
        """Give the places of the round that has closed, once everything is written."""
        for each in session.scalars(select(AllocatedClass)):
            each.course_class.admission = Admission.ALLOCATION
            each.course_class.capacity = PLACES
        session.flush()
        drawn = session.get_one(AllocationRound, self.drawn_id)
        draw_round(session, drawn, by=None)
        session.flush()
        while settle_next(session, drawn):
            session.flush()
