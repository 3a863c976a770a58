"""Who lives in which home, what she needs, and how the home's day runs."""

import enum
from datetime import date, time

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from senior_univ.accounts.models import Person
from senior_univ.core.db import Base, Instant, Key, Name, Note, words_of
from senior_univ.network.models import Organisation


class Unit(Base):
    """A care home's unit 护理区: the people on one floor or wing, and the minutes it takes to gather them."""

    __tablename__ = "unit"

    id: Mapped[Key]
    home_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[Name]
    floor: Mapped[int] = mapped_column(default=1)
    gathering_minutes: Mapped[int] = mapped_column(default=10)

    home: Mapped[Organisation] = relationship()


class ResidencyEnd(enum.Enum):
    """Why a residency ended."""

    MOVED = "moved"
    LEFT = "left"
    DIED = "died"


RESIDENCY_END_LABELS = {
    ResidencyEnd.MOVED: _l("Moved within the home"),
    ResidencyEnd.LEFT: _l("Left the home"),
    ResidencyEnd.DIED: _l("Died"),
}


class Residency(Base):
    """A resident in a home, its unit and bed, from and to. A day-care guest or 幸福院 guest has neither unit nor bed."""

    __tablename__ = "residency"
    __table_args__ = (
        Index(
            "uq_residency_standing",
            "person_id",
            unique=True,
            postgresql_where=text("to_on IS NULL"),
            sqlite_where=text("to_on IS NULL"),
        ),
        Index("ix_residency_home", "home_id", "to_on"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    home_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    bed: Mapped[str] = mapped_column(String(20), default="")
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    end: Mapped[ResidencyEnd | None] = mapped_column(words_of(ResidencyEnd))

    person: Mapped[Person] = relationship()
    home: Mapped[Organisation] = relationship()
    unit: Mapped[Unit | None] = relationship()


class AwayKind(enum.Enum):
    """Where a resident is who is not in the home for some days."""

    HOSPITAL = "hospital"
    AT_HOME = "at_home"


AWAY_LABELS = {AwayKind.HOSPITAL: _l("In hospital"), AwayKind.AT_HOME: _l("At home with her family")}


class Away(Base):
    """A resident is away 请假回家 or in hospital from, to (both days included); without ``to_on`` until she is back."""

    __tablename__ = "away"
    __table_args__ = (CheckConstraint("from_on <= to_on", name="order"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    home_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[AwayKind] = mapped_column(words_of(AwayKind))
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    written_at: Mapped[Instant]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class Quarantine(Base):
    """Nobody enters or leaves a unit from, to (both days included), unless it was lifted before."""

    __tablename__ = "quarantine"
    __table_args__ = (CheckConstraint("from_on <= to_on", name="order"),)

    id: Mapped[Key]
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    from_on: Mapped[date]
    to_on: Mapped[date]
    reason: Mapped[Note]
    declared_at: Mapped[Instant]
    declared_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    lifted_at: Mapped[Instant | None]

    unit: Mapped[Unit] = relationship()


class AccessNeeds(Base):
    """What somebody needs to take part; the least that a lesson must know, never a diagnosis."""

    __tablename__ = "access_needs"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    uses_wheelchair: Mapped[bool] = mapped_column(default=False)
    needs_step_free: Mapped[bool] = mapped_column(default=False)
    needs_escort: Mapped[bool] = mapped_column(default=False)
    is_hard_of_hearing: Mapped[bool] = mapped_column(default=False)
    note: Mapped[Note]

    @property
    def words(self) -> list[tuple[str, LazyString]]:
        """Each need as an icon's name and its words; who uses a wheelchair needs no further word about steps."""
        given = [
            (self.uses_wheelchair, "accessibility", _l("Wheelchair")),
            (self.needs_step_free and not self.uses_wheelchair, "arrow-right", _l("Can't climb steps")),
            (self.needs_escort, "users", _l("With an escort")),
            (self.is_hard_of_hearing, "volume", _l("Hard of hearing")),
        ]
        return [(icon, words) for is_so, icon, words in given if is_so]


class CareKind(enum.Enum):
    """What a block of the care day is for."""

    MEAL = "meal"
    NAP = "nap"
    MEDICATION = "medication"
    THERAPY = "therapy"
    VISITING = "visiting"
    DIALYSIS = "dialysis"
    OUTPATIENT = "outpatient"
    HOME_VISIT = "home_visit"
    OTHER = "other"


CARE_LABELS = {
    CareKind.MEAL: _l("Meal"),
    CareKind.NAP: _l("Nap"),
    CareKind.MEDICATION: _l("Medication"),
    CareKind.THERAPY: _l("Therapy"),
    CareKind.VISITING: _l("Visiting hours"),
    CareKind.DIALYSIS: _l("Dialysis"),
    CareKind.OUTPATIENT: _l("At the clinic"),
    CareKind.HOME_VISIT: _l("Away at home"),
    CareKind.OTHER: _l("Other"),
}


class CareBlock(Base):
    """A time of the care day when no lesson may be: of a whole home, of a unit, or of one resident.

    Exactly one of ``unit_id`` and ``person_id`` may be given; neither means the whole home. ``weekday`` None is every
    day (0 is Monday). Local wall times, half-open. Visiting hours are shown, but block nothing. It holds from ``from_on``
    to ``to_on``, both included, where they are given, save on the days of its ``CareBlockException`` rows.
    """

    __tablename__ = "care_block"
    __table_args__ = (
        CheckConstraint("starts < ends", name="order"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("unit_id IS NULL OR person_id IS NULL", name="one_owner"),
    )

    id: Mapped[Key]
    home_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[CareKind] = mapped_column(words_of(CareKind))
    weekday: Mapped[int | None]
    starts: Mapped[time]
    ends: Mapped[time]
    note: Mapped[Note]
    from_on: Mapped[date | None]
    to_on: Mapped[date | None]

    unit: Mapped[Unit | None] = relationship()
    person: Mapped[Person | None] = relationship()
    exceptions: Mapped[list["CareBlockException"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)

    @property
    def blocks_lessons(self) -> bool:
        """Whether no lesson may be at this time."""
        return self.kind is not CareKind.VISITING

    @property
    def excepted(self) -> frozenset[date]:
        """The days on which it does not hold."""
        return frozenset(exception.on for exception in self.exceptions)


class CareBlockException(Base):
    """A day on which a block does not hold."""

    __tablename__ = "care_block_exception"

    block_id: Mapped[int] = mapped_column(ForeignKey("care_block.id", ondelete="CASCADE"), primary_key=True)
    on: Mapped[date] = mapped_column(primary_key=True)
