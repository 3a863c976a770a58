"""What a home of the demo has written down: somebody away, a unit that was closed, single days, visiting hours."""

from datetime import date, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.care import actions
from senior_univ.care.models import AwayKind, CareBlock, CareKind, Quarantine, Residency, Unit
from senior_univ.care.queries import units_of
from senior_univ.care.rules import BlockPlan, falls_on
from senior_univ.core import clock
from senior_univ.core.access import Viewer

WEEKEND = (5, 6)
VISITING_FROM, VISITING_TO = time(9), time(11)


class HomeDays:
    """The days of one home, as its scheduler wrote them down."""

    def __init__(self, session: Session, home_id: int, scheduler_id: int) -> None:
        self.session, self.home_id, self.today = session, home_id, clock.today()
        self.by = Viewer(scheduler_id, "")
        self.units = units_of(session, home_id)

    def make(self) -> None:
        """Everything below."""
        in_hospital, at_clinic, *_others = self._residents()
        actions.go_away(
            self.session,
            in_hospital,
            AwayKind.HOSPITAL,
            from_on=max(self.today - timedelta(days=3), in_hospital.from_on),
            to_on=self.today + timedelta(days=11),
            by=self.by,
        )
        self._day_at_the_clinic(at_clinic)
        self._no_nap_for_once()
        for unit in self.units:
            self._visiting_hours(unit)
        self._unit_that_was_closed(self.units[-1])

    def _residents(self) -> list[Residency]:
        """Those without times of their own, whoever has lived here longest first."""
        own_times = select(CareBlock.person_id).where(CareBlock.person_id.is_not(None))
        query = select(Residency).where(Residency.home_id == self.home_id, Residency.to_on.is_(None))
        query = query.where(Residency.person_id.not_in(own_times)).order_by(Residency.from_on, Residency.id)
        return list(self.session.scalars(query.limit(2)))

    def _day_at_the_clinic(self, residency: Residency) -> None:
        day = self.today + timedelta(days=2)
        plan = BlockPlan(
            home_id=self.home_id,
            kind=CareKind.OUTPATIENT,
            starts=time(8),
            ends=time(11, 30),
            person_id=residency.person_id,
            note="县医院复查",
            from_on=day,
            to_on=day,
        )
        actions.add_block(self.session, plan, by=self.by)

    def _no_nap_for_once(self) -> None:
        naps = select(CareBlock).where(CareBlock.home_id == self.home_id, CareBlock.kind == CareKind.NAP)
        for nap in self.session.scalars(naps.order_by(CareBlock.id)):
            actions.except_day(self.session, nap, self._next_day_of(nap), by=self.by)

    def _next_day_of(self, block: CareBlock) -> date:
        days = (self.today + timedelta(days=number) for number in range(5, 12))
        return next(day for day in days if falls_on(block, day))

    def _visiting_hours(self, unit: Unit) -> None:
        """On weekends in the morning, too."""
        for weekday in WEEKEND:
            plan = BlockPlan(
                home_id=self.home_id,
                kind=CareKind.VISITING,
                starts=VISITING_FROM,
                ends=VISITING_TO,
                weekday=weekday,
                unit_id=unit.id,
            )
            actions.add_block(self.session, plan, by=self.by)

    def _unit_that_was_closed(self, unit: Unit) -> None:
        from_on = self.today - timedelta(days=40)
        row = Quarantine(
            unit=unit,
            from_on=from_on,
            to_on=from_on + timedelta(days=6),
            reason="流感",
            declared_at=clock.instant(from_on, time(7, 40)),
            declared_by_id=self.by.person_id,
        )
        self.session.add(row)
        self.session.flush()
