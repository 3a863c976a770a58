"""Pure rules of regions: what a code says, how a file of codes is read, what share is covered."""

import csv
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from senior_univ.network.models import Level

LEVELS_BY_LENGTH = {6: Level.COUNTY, 9: Level.TOWNSHIP, 12: Level.VILLAGE}
LONGEST_CODE = 12
OFFICIAL_SUFFIXES = ("", "村", "村村民委员会", "村民委员会", "社区", "社区居民委员会", "居民委员会")
SUFFIXES = ("村民委员会", "居民委员会", "村委会", "居委会", "社区", "村")


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


def bare_name(text: str) -> str:
    """The part of a place's name that people say: 北关 for 北关社区居民委员会, 张家庄 for 张家庄村."""
    for suffix in SUFFIXES:
        if text.endswith(suffix) and len(text) > len(suffix) + 1:
            return bare_name(text.removesuffix(suffix))
    return text


def words_typed(text: str) -> list[str]:
    """The parts of what was typed to find a place: county, township and village, or fewer."""
    return [word for word in re.split(r"[\s,，、/]+", text) if word][:4]


def percent(part: int, whole: int) -> int | None:
    """Whole percents, rounded down, so that 100 means all; None of nothing."""
    return part * 100 // whole if whole else None


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
