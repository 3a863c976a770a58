"""Lists of public holidays: what chinesecalendar knows, and what an officer pastes or sends as a file."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from chinese_calendar import Holiday as Known
from chinese_calendar import constants

from senior_univ.timetable.models import HolidayKind

NAMES: dict[str, tuple[str, str]] = {known.value: (vars(known)["chinese"], known.value) for known in Known}


class ListedDay(NamedTuple):
    """A holiday or make-up workday of a list."""

    on: date
    kind: HolidayKind
    name: str
    name_en: str = ""


def known_days() -> Iterator[ListedDay]:
    """Every holiday and make-up workday that the installed chinesecalendar knows (2004–2026 in its release 1.11)."""
    for kind, days in ((HolidayKind.HOLIDAY, constants.holidays), (HolidayKind.WORKDAY, constants.workdays)):
        for day, name in days.items():
            yield ListedDay(day, kind, *NAMES.get(name, (name, name)))
