"""Who has earned a certificate, how hours are counted, what a number looks like, when a smile is asked for. Pure."""

import enum
import secrets
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta

from flask_babel import lazy_gettext as _l

MINUTES_PER_HOUR = 45
"""One 课时, as schools and 学分银行 count it."""

EARNED_OF, EARNED_IN = 2, 3
"""A certificate needs this share of the lessons held: two of three."""

ASKED_FOR = timedelta(days=1)
"""How it was is asked on the lesson's day and on the next: later it is memory that answers."""

LONG, DIGITS = 12, frozenset("0123456789")

_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip
"""Damm's table: every wrong digit and every swap of two neighbours changes the check digit."""


class Verdict(enum.Enum):
    """Whether somebody gets a certificate, and why not."""

    EARNED = "earned"
    HAS_ONE = "has_one"
    TAKEN_BACK = "taken_back"
    TOO_FEW = "too_few"
    NO_ROLL = "no_roll"


VERDICT_LABELS = {
    Verdict.EARNED: _l("Has earned it"),
    Verdict.HAS_ONE: _l("Has her certificate"),
    Verdict.TAKEN_BACK: _l("Was taken back"),
    Verdict.TOO_FEW: _l("Was in too few lessons"),
    Verdict.NO_ROLL: _l("No roll was called yet"),
}


def needed(held: int) -> int:
    """In how many of the lessons held somebody must have been: two of three, rounded up."""
    return -(-held * EARNED_OF // EARNED_IN)


def has_earned(attended: int, held: int) -> bool:
    """Whether that many lessons of those held earn a certificate; a class without a roll earns none."""
    return held > 0 and attended >= needed(held)


def hours_of(minutes: Iterable[int]) -> int:
    """课时 of lessons that long: added up first, then rounded down, so that no minute is lost twice."""
    return sum(minutes) // MINUTES_PER_HOUR


def check_digit(digits: str) -> str:
    """Damm's check digit."""
    state = "0"
    for digit in digits:
        state = _DAMM[int(state)][int(digit)]
    return state


def new_number() -> str:
    """A number that nobody can guess: eleven random digits and their check digit."""
    digits = f"{secrets.randbelow(10 ** (LONG - 1)):0{LONG - 1}d}"
    return digits + check_digit(digits)


def read_number(text: str) -> str:
    """The digits of a number as somebody typed or read it aloud: without spaces and dashes, full-width digits too."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(c for c in plain if not c.isspace() and c not in "-–—·.")


def is_number(digits: str) -> bool:
    """Whether it could be a certificate's number: twelve digits whose last one is right."""
    return len(digits) == LONG and set(digits) <= DIGITS and check_digit(digits) == "0"


def number_words(number: str) -> str:
    """1234 5678 9012: in groups, to be read aloud and typed."""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def masked_name(name: str) -> str:
    """王**: enough for whoever holds the certificate, too little for anybody else."""
    return name[:1] + "*" * len(name[1:])


def may_say(lesson_day: date, answered_on: date | None, today: date) -> bool:
    """Whether she may say today how a lesson was: while it is asked, and a second time on the day of her answer."""
    if answered_on is not None:
        return answered_on == today
    return lesson_day <= today <= lesson_day + ASKED_FOR
