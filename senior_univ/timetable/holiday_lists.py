"""Lists of public holidays: what chinesecalendar knows, and what an officer pastes or sends as a file."""

import csv
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any, NamedTuple
from zipfile import BadZipFile, ZipFile

from chinese_calendar import Holiday as Known
from chinese_calendar import constants
from flask_babel import lazy_gettext as _l
from python_calamine import CalamineError, CalamineWorkbook

from senior_univ.core.errors import DomainError
from senior_univ.core.forms import clean_text
from senior_univ.timetable.models import HolidayKind
from senior_univ.timetable.rules import FIRST_YEAR, LAST_YEAR

NAMES: dict[str, tuple[str, str]] = {known.value: (vars(known)["chinese"], known.value) for known in Known}
MOST_LINES, MOST_DAYS, LONGEST_NAME = 400, 15, 80
HOLIDAY_WORDS = {"holiday", "off", "放假", "休", "休息", "节假日", "假"}
WORKDAY_WORDS = {"workday", "work", "上班", "班", "调休上班", "补班", "调休"}
DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
SPREADSHEET = b"PK"
"""How an XLSX file begins."""
LARGEST_UNPACKED, MOST_ROWS, MOST_TAGS = 8_000_000, 5_000, 60_000
PART = re.compile(r"(xl/|_rels/).*\.(xml|rels)|\[Content_Types\]\.xml")
ATTRIBUTE = re.compile(rb"""([^\s=]+)\s*=\s*("[^"]*"|'[^']*')""")
TAG = re.compile(rb"""<(?:\w+:)?(row|c)(?=[\s/>])((?:\s+[^\s=>]+\s*=\s*(?:"[^"]*"|'[^']*'))*)(\s*/?>)?""")
PLACE = re.compile(rb"[A-Za-z]{0,2}(\d{1,7})")
"""Of a row or a cell that is near enough: up to column ZZ."""


class ListedDay(NamedTuple):
    """A holiday or make-up workday of a list; ``stands_for`` is the weekday (0 is Monday) that the latter is worked as."""

    on: date
    kind: HolidayKind
    name: str
    name_en: str = ""
    stands_for: int | None = None


def known_days() -> Iterator[ListedDay]:
    """Every holiday and make-up workday that the installed chinesecalendar knows (2004–2026 in its release 1.11)."""
    for kind, days in ((HolidayKind.HOLIDAY, constants.holidays), (HolidayKind.WORKDAY, constants.workdays)):
        for day, name in days.items():
            yield ListedDay(day, kind, *NAMES.get(name, (name, name)))


def read_text(text: str) -> list[ListedDay]:
    """The days of a pasted list or of a CSV: day (or first and last day), what it is, name; DomainError names the line."""
    return _read_rows(_split(line) for line in text.splitlines())


def read_file(content: bytes) -> list[ListedDay]:
    """The days of an XLSX or CSV file (UTF-8 or GB 18030)."""
    if content.startswith(SPREADSHEET):
        return _read_rows(_sheet_rows(content))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return read_text(content.decode(encoding))
        except UnicodeDecodeError:
            continue
    raise _unreadable()


def _unreadable() -> DomainError:
    return DomainError(
        "unreadable_file", _l("This file cannot be read. Please send a CSV or Excel file."), field="file"
    )


def _sheet_rows(content: bytes) -> list[list[Any]]:
    try:
        book = CalamineWorkbook.from_filelike(_small_parts(content))
        rows: list[list[Any]] = book.get_sheet_by_index(0).to_python()
    except (CalamineError, IndexError, ValueError, BadZipFile, zlib.error, RuntimeError, OSError, EOFError) as error:
        raise _unreadable() from error
    return rows


def _small_parts(content: bytes) -> BytesIO:
    """The parts of an XLSX file that hold its cells, unpacked within bounds and packed again.

    A kilobyte may unpack to gigabytes, or hold a cell in the last row and column, up to which the reader makes room:
    either would end the whole process.
    """
    parts, room = BytesIO(), LARGEST_UNPACKED
    with ZipFile(BytesIO(content)) as sent, ZipFile(parts, "w") as kept:
        for name in dict.fromkeys(sent.namelist()):
            if not PART.fullmatch(name):
                continue
            with sent.open(name) as part:
                text = part.read(room + 1)
            room -= len(text)
            if room < 0 or _is_wide(text):
                raise _unreadable()
            kept.writestr(name, text)
    parts.seek(0)
    return parts


def _is_wide(part: bytes) -> bool:
    """Whether a part has cells past column ZZ or row MOST_ROWS, or cells that do not say where they are."""
    tags = TAG.findall(part)
    return len(tags) > MOST_TAGS or not all(end and _is_near(kind, attributes) for kind, attributes, end in tags)


def _is_near(kind: bytes, attributes: bytes) -> bool:
    said = [value[1:-1] for name, value in ATTRIBUTE.findall(attributes) if name == b"r"]
    places = [PLACE.fullmatch(each) for each in said]
    is_said = len(said) == 1 or (not said and kind == b"row")
    return is_said and all(place and int(place[1]) <= MOST_ROWS for place in places)


def _split(line: str) -> list[str]:
    """The cells of a line: by tab or comma (Chinese ones too), else by spaces."""
    text = unicodedata.normalize("NFKC", clean_text(line.replace("\t", ",")) or "").replace("、", ",")
    try:
        cells = next(csv.reader([text]), [])
    except csv.Error:
        cells = [text]
    return cells if len(cells) > 1 else text.split()


def _read_rows(rows: Iterable[list[Any]]) -> list[ListedDay]:
    days: list[ListedDay] = []
    for number, row in enumerate(rows, 1):
        cells = [_as_text(cell) for cell in row]
        if not any(cells) or (number == 1 and not any(map(DAY.search, cells))):
            continue  # an empty line, or the heads of the columns
        days.extend(_read_row(cells, number))
        if number > MOST_LINES:
            raise DomainError("too_many", _l("Please send at most %(most)d lines.", most=MOST_LINES))
    if not days:
        raise DomainError("no_days", _l("There is no day in this list."))
    return days


def _as_text(cell: Any) -> str:
    if isinstance(cell, date | datetime):
        return f"{cell:%Y-%m-%d}"
    return unicodedata.normalize("NFKC", clean_text(str(cell)) or "").strip()


def _read_row(cells: list[str], number: int) -> list[ListedDay]:
    """The days of one line: the dates found in it are the first and the last, the words are kind and name."""
    dates = [found for cell in cells for found in DAY.findall(cell)]
    said = [word for cell in cells if (word := DAY.sub("", cell).strip(" -~—至到"))]
    kinds = [kind for word in said if (kind := _kind(word))]
    names = [word for word in said if not _kind(word)]
    if not 1 <= len(dates) <= 2 or len(kinds) > 1 or len(names) != 1:
        raise _wrong_line(number)
    first, last = _day(dates[0], number), _day(dates[-1], number)
    if not 0 <= (last - first).days < MOST_DAYS:
        raise _wrong_line(number)
    kind = kinds[0] if kinds else HolidayKind.HOLIDAY
    name = names[0][:LONGEST_NAME]
    return [ListedDay(first + timedelta(days=more), kind, name) for more in range((last - first).days + 1)]


def _kind(word: str) -> HolidayKind | None:
    if word.casefold() in HOLIDAY_WORDS:
        return HolidayKind.HOLIDAY
    return HolidayKind.WORKDAY if word.casefold() in WORKDAY_WORDS else None


def _day(parts: tuple[str, str, str], number: int) -> date:
    try:
        day = date(*map(int, parts))
    except ValueError:
        raise _wrong_line(number) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise _wrong_line(number)
    return day


def _wrong_line(number: int) -> DomainError:
    return DomainError(
        "wrong_line",
        _l("Line %(number)d cannot be read. It needs a day, holiday or workday, and a name.", number=number),
    )
