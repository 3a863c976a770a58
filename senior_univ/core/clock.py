"""Instants and local days. The only place where a local day or time is made from an instant, or the other way round."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_zone = ZoneInfo("Asia/Shanghai")


def use_zone(zone: ZoneInfo) -> None:
    """Set the zone of every local day; called once when the application is made."""
    global _zone  # noqa: PLW0603  # one deployment serves one zone
    _zone = zone


def zone() -> ZoneInfo:
    """The zone of every class and local day."""
    return _zone


def now() -> datetime:
    """This instant, aware, in UTC, without microseconds."""
    return datetime.now(UTC).replace(microsecond=0)


def today() -> date:
    """The local day of this instant."""
    return local(now()).date()


def local(instant: datetime) -> datetime:
    """``instant`` as aware local time."""
    return instant.astimezone(_zone)


def instant(day: date, at: time) -> datetime:
    """The UTC instant of a local day and wall time; a time that clocks skip is read an hour later."""
    return datetime.combine(day, at, tzinfo=_zone).astimezone(UTC)


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """First instant of a local day and first instant of the next: half-open."""
    return instant(day, time()), instant(day + timedelta(days=1), time())


def week_start(day: date) -> date:
    """The Monday of ``day``'s week."""
    return day - timedelta(days=day.weekday())
