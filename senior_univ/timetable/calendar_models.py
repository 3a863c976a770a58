"""What days are like in a place: market days, farm seasons, an organisation's timings; and days on which all is off."""

import enum
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from senior_univ.core.db import Base, Instant, Key, Name, Note, words_of
from senior_univ.network.models import Organisation, Region, Venue


class LocalDaysKind(enum.Enum):
    """What makes days special in a place."""

    MARKET = "market"
    TEMPLE_FAIR = "temple_fair"
    FARM_SEASON = "farm_season"


LOCAL_DAYS_LABELS = {
    LocalDaysKind.MARKET: _l("Market day"),
    LocalDaysKind.TEMPLE_FAIR: _l("Temple fair"),
    LocalDaysKind.FARM_SEASON: _l("Farm season"),
}


class LocalDays(Base):
    """Days of every year on which people of a township or village have other things to do; lessons stay, planners know.

    A market is on the lunar days that end in ``digits`` (逢二、逢七: 2 and 7); a temple fair begins on the lunar
    ``month`` and ``day`` and lasts ``length`` days; a farm season is from ``month`` and ``day`` to ``to_month`` and
    ``to_day`` of the solar year.
    """

    __tablename__ = "local_days"

    id: Mapped[Key]
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    kind: Mapped[LocalDaysKind] = mapped_column(words_of(LocalDaysKind))
    name: Mapped[Name]
    digits: Mapped[list[int]] = mapped_column(JSON, default=list)
    month: Mapped[int | None]
    day: Mapped[int | None]
    to_month: Mapped[int | None]
    to_day: Mapped[int | None]
    length: Mapped[int] = mapped_column(default=1)

    region: Mapped[Region] = relationship()


class Timings(Base):
    """How an organisation's days go; one without a row keeps the winter break and has one timing all the year.

    ``takes_make_up_days``: a make-up workday that names the weekday it stands for is that weekday. Winter timing (冬季作息)
    is from ``winter_month`` and ``winter_day`` until the day before ``summer_month`` and ``summer_day``: lessons then begin so
    many minutes later (less than nothing: earlier), those before noon and those after it each.
    """

    __tablename__ = "timings"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)
    takes_make_up_days: Mapped[bool] = mapped_column(default=False)
    has_winter_break: Mapped[bool] = mapped_column(default=True)
    winter_month: Mapped[int] = mapped_column(default=10)
    winter_day: Mapped[int] = mapped_column(default=1)
    summer_month: Mapped[int] = mapped_column(default=5)
    summer_day: Mapped[int] = mapped_column(default=1)
    morning_minutes: Mapped[int] = mapped_column(default=0)
    afternoon_minutes: Mapped[int] = mapped_column(default=0)

    organisation: Mapped[Organisation] = relationship()


class SuspensionKind(enum.Enum):
    """Why everything is off in a place for days."""

    SNOW = "snow"
    HEAT = "heat"
    RAINSTORM = "rainstorm"
    POLLUTION = "pollution"
    EPIDEMIC = "epidemic"
    FARMING = "farming"
    OTHER = "other"


SUSPENSION_LABELS = {
    SuspensionKind.SNOW: _l("Snow and ice"),
    SuspensionKind.HEAT: _l("Great heat"),
    SuspensionKind.RAINSTORM: _l("Rainstorm"),
    SuspensionKind.POLLUTION: _l("Heavy air pollution"),
    SuspensionKind.EPIDEMIC: _l("Epidemic"),
    SuspensionKind.FARMING: _l("Farm work"),
    SuspensionKind.OTHER: _l("Another reason"),
}


class Suspension(Base):
    """One act that cancelled every lesson of an area (``region_code``) or a venue from, to (both days included).

    Once it was ended before its time, it says nothing of days to come.
    """

    __tablename__ = "suspension"
    __table_args__ = (
        CheckConstraint("from_on <= to_on", name="order"),
        CheckConstraint("(region_code IS NULL) <> (venue_id IS NULL)", name="one_place"),
    )

    id: Mapped[Key]
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"), index=True)
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venue.id"), index=True)
    from_on: Mapped[date]
    to_on: Mapped[date]
    kind: Mapped[SuspensionKind] = mapped_column(words_of(SuspensionKind))
    note: Mapped[Note]
    declared_at: Mapped[Instant]
    declared_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[Instant | None]

    region: Mapped[Region | None] = relationship()
    venue: Mapped[Venue | None] = relationship()


class MakingUp(Base):
    """Somebody takes every date that is proposed for what a suspension cancelled; it goes on until none is left."""

    __tablename__ = "making_up"

    id: Mapped[Key]
    suspension_id: Mapped[int] = mapped_column(ForeignKey("suspension.id"), index=True)
    asked_at: Mapped[Instant]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    done_at: Mapped[Instant | None] = mapped_column(index=True)
    made: Mapped[int] = mapped_column(default=0)

    suspension: Mapped[Suspension] = relationship()
