"""Pure rules of regions: what a code says, how a file of codes is read, what share is covered."""

import csv
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from math import asin, ceil, cos, radians, sin, sqrt
from typing import Protocol

from flask_babel import lazy_gettext as _l

from senior_univ.core.errors import DomainError
from senior_univ.network.models import (
    CARE_KINDS,
    TEACHING_KINDS,
    Level,
    Organisation,
    OrganisationKind,
    Region,
    TravelMode,
)

LEVELS_BY_LENGTH = {6: Level.COUNTY, 9: Level.TOWNSHIP, 12: Level.VILLAGE}
LONGEST_CODE = 12
OFFICIAL_SUFFIXES = ("", "村", "村村民委员会", "村民委员会", "社区", "社区居民委员会", "居民委员会")
SUFFIXES = ("村民委员会", "居民委员会", "村委会", "居委会", "社区", "村")

_Kind = OrganisationKind
_SCHOOLS = (_Kind.COMMUNITY_COLLEGE, _Kind.GUIDANCE_CENTRE, _Kind.SENIOR_UNIVERSITY, _Kind.OPEN_UNIVERSITY)
PARENT_KINDS: dict[OrganisationKind, tuple[OrganisationKind, ...]] = {
    _Kind.EDUCATION_BUREAU: (_Kind.EDUCATION_BUREAU,),
    _Kind.CIVIL_AFFAIRS_BUREAU: (_Kind.CIVIL_AFFAIRS_BUREAU,),
    _Kind.GUIDANCE_CENTRE: (_Kind.EDUCATION_BUREAU,),
    _Kind.COMMUNITY_COLLEGE: (_Kind.GUIDANCE_CENTRE, _Kind.EDUCATION_BUREAU),
    _Kind.SENIOR_UNIVERSITY: (_Kind.GUIDANCE_CENTRE, _Kind.EDUCATION_BUREAU),
    _Kind.OPEN_UNIVERSITY: (_Kind.EDUCATION_BUREAU, _Kind.GUIDANCE_CENTRE),
    _Kind.TOWNSHIP_SCHOOL: (*_SCHOOLS, _Kind.EDUCATION_BUREAU),
    _Kind.TEACHING_SITE: (_Kind.TOWNSHIP_SCHOOL, *_SCHOOLS),
    _Kind.PARTNER: (_Kind.GUIDANCE_CENTRE, _Kind.EDUCATION_BUREAU),
} | dict.fromkeys(CARE_KINDS, (_Kind.CIVIL_AFFAIRS_BUREAU,))
"""The kinds that each kind may answer to, the best first: the tiers of the policy."""

_COUNTY_OR_CITY, _ANYWHERE = (Level.COUNTY, Level.CITY), tuple(Level)
LEVELS_OF_KIND: dict[OrganisationKind, tuple[Level, ...]] = dict.fromkeys(_Kind, _ANYWHERE) | {
    _Kind.EDUCATION_BUREAU: _COUNTY_OR_CITY,
    _Kind.CIVIL_AFFAIRS_BUREAU: _COUNTY_OR_CITY,
    _Kind.GUIDANCE_CENTRE: _COUNTY_OR_CITY,
    _Kind.COMMUNITY_COLLEGE: _COUNTY_OR_CITY,
    _Kind.TOWNSHIP_SCHOOL: (Level.TOWNSHIP,),
    _Kind.TEACHING_SITE: (Level.VILLAGE,),
}
"""The levels of region that each kind may stand at: its region is what it serves, and coverage is counted by it."""


class RegionFileError(ValueError):
    """A file of regions that is not taken over; ``problems`` has one sentence for each wrong line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class RegionRow:
    """One region of a file."""

    code: str
    name: str
    level: Level
    parent_code: str | None


def level_of(code: str) -> Level | None:
    """The level that a code's length says; None where it is no code. A county's code that ends with 00 is the city's."""
    if not (code.isascii() and code.isdigit()) or code.endswith("0000"):
        return None
    if len(code) == 6 and code.endswith("00"):
        return Level.CITY
    return LEVELS_BY_LENGTH.get(len(code))


def city_of(code: str) -> str:
    """The city's code of any code below it."""
    return code[:4] + "00"


def prefix_of(code: str) -> str:
    """How the codes of everything in a region begin: 1305 for the city 130500, else the code itself."""
    return code[:4] if level_of(code) is Level.CITY else code


def parent_of(code: str) -> str | None:
    """The code that a code belongs to; None for a city."""
    return {Level.COUNTY: city_of(code), Level.TOWNSHIP: code[:6], Level.VILLAGE: code[:9]}.get(_known_level(code))


def _known_level(code: str) -> Level:
    level = level_of(code)
    if level is None:
        raise ValueError(f"{code!r} is no region code")
    return level


def path_of(code: str) -> list[str]:
    """The codes from the city down to ``code``; empty where it is no code."""
    if level_of(code) is None:
        return []
    path = [code]
    while parent := parent_of(path[0]):
        path.insert(0, parent)
    return path


def is_below(code: str, prefixes: Iterable[str]) -> bool:
    """Whether a code lies in any of the areas."""
    return any(code.startswith(prefix) for prefix in prefixes)


def is_same_area(parent_code: str, code: str) -> bool:
    """Whether an organisation at ``parent_code`` is of the city or of the county of ``code``."""
    return code.startswith(prefix_of(parent_code)[:6])


def may_answer_to(kind: OrganisationKind, code: str, parent: Organisation) -> bool:
    """Whether an organisation of ``kind`` at ``code`` may answer to ``parent``, of the same kind only from further down."""
    is_higher = len(prefix_of(parent.region_code)) < len(prefix_of(code))
    return parent.kind in PARENT_KINDS[kind] and (parent.kind is not kind or is_higher)


def nearest_first(parents: Iterable[Organisation], kind: OrganisationKind) -> list[Organisation]:
    """Possible parents of an organisation of ``kind``, the best kind first, and of one kind the one nearest below."""
    order = PARENT_KINDS[kind]
    return sorted(parents, key=lambda each: (order.index(each.kind), -len(prefix_of(each.region_code)), each.id))


def bare_name(text: str) -> str:
    """The part of a place's name that people say: 北关 for 北关社区居民委员会, 张家庄 for 张家庄村."""
    for suffix in SUFFIXES:
        if text.endswith(suffix) and len(text) > len(suffix) + 1:
            return bare_name(text.removesuffix(suffix))
    return text


def words_typed(text: str) -> list[str]:
    """The parts of what was typed to find a place: county, township and village, or fewer."""
    return [word for word in re.split(r"[\s,，、/]+", text) if word][:4]


def read_regions(lines: Iterable[str], known: Collection[str] = ()) -> list[RegionRow]:
    """The regions of a CSV file with the columns ``code`` and ``name``, parents first; RegionFileError if any is wrong.

    ``known`` are codes that exist already and may be parents.
    """
    reader = csv.DictReader(lines)
    if not {"code", "name"} <= set(reader.fieldnames or ()):
        raise RegionFileError(["The first line must name the columns code and name."])
    rows = [(reader.line_num, (row["code"] or "").strip(), (row["name"] or "").strip()) for row in reader]
    if not rows:
        raise RegionFileError(["The file has no regions."])
    codes = {code for _line, code, _name in rows} | set(known)
    if problems := _problems(rows, codes):
        raise RegionFileError(problems)
    return sorted(
        (_region(code, name) for _line, code, name in rows), key=lambda row: (len(path_of(row.code)), row.code)
    )


def _region(code: str, name: str) -> RegionRow:
    return RegionRow(code, name, _known_level(code), parent_of(code))


def _problems(rows: list[tuple[int, str, str]], codes: set[str]) -> list[str]:
    problems, seen = [], set()
    for line, code, name in rows:
        problem = _problem(code, name, codes) or (f"{code} stands there twice" if code in seen else None)
        if problem:
            problems.append(f"Line {line}: {problem}.")
        seen.add(code)
    return problems


def _problem(code: str, name: str, codes: set[str]) -> str | None:
    if level_of(code) is None:
        return f"{code!r} is no region code (6 digits for a city or county, 9 for a township, 12 for a village)"
    parent = parent_of(code)
    if parent and parent not in codes:
        return f"{code} belongs to {parent}, which is neither in the file nor known"
    if not 1 <= len(name) <= 80:
        return f"{code} has no name, or one of more than 80 characters"
    return None


class Weekly(Protocol):
    """A weekly opening time; 0 is Monday."""

    weekday: int
    opens: time
    closes: time


def days_in_a_row(hours: Iterable[Weekly]) -> list[tuple[int, int, list[tuple[time, time]]]]:
    """Opening times with following days of equal times told at once: first and last weekday, and the times."""
    by_day: dict[int, list[tuple[time, time]]] = defaultdict(list)
    for each in sorted(hours, key=lambda each: (each.weekday, each.opens)):
        by_day[each.weekday].append((each.opens, each.closes))
    rows: list[tuple[int, int, list[tuple[time, time]]]] = []
    for day, times in by_day.items():
        if rows and rows[-1][1] == day - 1 and rows[-1][2] == times:
            rows[-1] = (rows[-1][0], day, times)
        else:
            rows.append((day, day, times))
    return rows


@dataclass(frozen=True)
class Coverage:
    """How far a township, or a county of townships, is covered: a school in every township, a site in every village.

    ``by_school`` counts the villages without a site of their own whose township has a school.
    """

    region: Region
    townships: int
    schools: int
    villages: int
    own_site: int
    by_school: int
    sites: int
    homes: int

    @property
    def without_site(self) -> int:
        """How many villages have no site of their own."""
        return self.villages - self.own_site

    @property
    def uncovered(self) -> int:
        """How many villages have neither a site of their own nor a school in their township."""
        return self.without_site - self.by_school


def percent(part: int, whole: int) -> int | None:
    """Whole percents, rounded down, so that 100 means all; None of nothing."""
    return part * 100 // whole if whole else None


Stands = tuple[str, OrganisationKind, int]
"""Region code, kind, and how many organisations of that kind stand there."""


def cover(regions: Sequence[Region], villages: Mapping[str, int], organisations: Sequence[Stands]) -> list[Coverage]:
    """The coverage of each region, a county or a township; ``villages`` counts those of every township's code."""
    return [
        _cover(region, villages, [each for each in organisations if each[0].startswith(region.code)])
        for region in regions
    ]


def _cover(region: Region, villages: Mapping[str, int], organisations: list[Stands]) -> Coverage:
    inside = {code: count for code, count in villages.items() if code.startswith(region.code)}
    schools = {code for code, kind, _count in organisations if kind is OrganisationKind.TOWNSHIP_SCHOOL}
    own = Counter(code[:9] for code in {code for code, kind, _count in organisations if _serves_village(code, kind)})
    return Coverage(
        region=region,
        townships=len(inside),
        schools=len(schools & set(inside)),
        villages=sum(inside.values()),
        own_site=sum(own.values()),
        by_school=sum(count - own[code] for code, count in inside.items() if code in schools),
        sites=sum(count for _code, kind, count in organisations if kind in TEACHING_KINDS),
        homes=sum(count for _code, kind, count in organisations if kind in CARE_KINDS),
    )


def _serves_village(code: str, kind: OrganisationKind) -> bool:
    return kind in TEACHING_KINDS and len(code) == LONGEST_CODE


Point = tuple[float, float]
"""Latitude and longitude in degrees."""

EARTH_KM = 6371.0
DETOUR = 1.3
"""How much longer roads are than the straight line between two places; an assumption, as the speeds are."""

KM_PER_HOUR = {
    TravelMode.ON_FOOT: 4,
    TravelMode.BICYCLE: 12,
    TravelMode.ELECTRIC_BICYCLE: 20,
    TravelMode.BUS: 25,
    TravelMode.CAR: 40,
}
MINUTES_BEFORE_RIDING = {TravelMode.BUS: 15, TravelMode.CAR: 5}
"""Waiting for the bus, parking the car."""


def distance_km(one: Point | None, other: Point | None) -> float | None:
    """The straight line between two places in kilometres (haversine); None where one of them is not known."""
    if one is None or other is None:
        return None
    (north, east), (to_north, to_east) = [(radians(each[0]), radians(each[1])) for each in (one, other)]
    half = sin((to_north - north) / 2) ** 2 + cos(north) * cos(to_north) * sin((to_east - east) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, half)))


def travel_minutes(km: float, mode: TravelMode) -> int:
    """Whole minutes, rounded up, from door to door over a straight line of ``km``."""
    riding = km * DETOUR / KM_PER_HOUR[mode] * 60
    return ceil(riding + (MINUTES_BEFORE_RIDING.get(mode, 0) if km > 0 else 0))


NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
NOT_A_POINT = _l("Please give two numbers, first the latitude, then the longitude, such as 37.0682, 114.5048.")


def read_point(text: str) -> Point:
    """The place that two numbers name, typed or pasted from a map; DomainError ``not_a_point`` on the field ``position``.

    Some maps say the longitude first: where only that order can be meant, it is taken.
    """
    plain = unicodedata.normalize("NFKC", text).replace("\u2212", "-")
    numbers = [float(each) for each in NUMBER.findall(plain)]
    if len(numbers) != 2 or re.search(r"\d[eE]\d|[^\W\dNESWnesw°北南东西纬经度]", plain):
        raise DomainError("not_a_point", NOT_A_POINT, field="position")
    north, east = numbers if abs(numbers[0]) <= 90 else reversed(numbers)
    if abs(north) > 90 or abs(east) > 180 or north == east == 0:
        words = _l("There is no such place: a latitude lies between -90 and 90, a longitude between -180 and 180.")
        raise DomainError("no_such_place", words, field="position")
    return round(north, 6), round(east, 6)


def point_words(point: Point | None) -> str:
    """A place as its two numbers, as :func:`read_point` reads it."""
    return "" if point is None else f"{point[0]}, {point[1]}"
