"""Phones, names and codes, without a database."""

import hashlib
import hmac
import math
import secrets
import unicodedata
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import product

from flask_babel import lazy_gettext as _l
from pypinyin import Style, pinyin

from senior_univ.accounts.models import FamilyGrant, PhoneKind
from senior_univ.core.errors import DomainError
from senior_univ.core.phones import phone_words, read_phone

NO_SUCH_DAY = _l("There is no such day. The year alone is enough, too.")
CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5
MOST_READINGS = 32
"""Full readings kept of one name; past that the rarest readings of its characters are left out."""

SURNAMES = {
    "单": "shan", "解": "xie", "曾": "zeng", "仇": "qiu", "查": "zha", "盖": "ge", "任": "ren", "华": "hua",
    "朴": "piao", "翟": "zhai", "区": "ou", "乐": "yue", "缪": "miao", "尉": "yu", "员": "yun", "黑": "he",
    "秘": "bi", "折": "she", "繁": "po", "覃": "qin", "召": "shao", "长": "zhang", "澹": "tan", "万": "wan",
    "种": "chong", "冼": "xian", "洗": "xian", "牟": "mu", "宁": "ning", "燕": "yan", "应": "ying", "石": "shi",
}  # fmt: skip
"""How a character is read as a surname, where that is not its commonest reading or is missing from the dictionary."""

KEPT_FOR = timedelta(days=7)
"""A half-filled form is offered again for so long."""


def plain_text(text: str) -> str:
    """Full-width letters and digits as plain ones, without space around."""
    return unicodedata.normalize("NFKC", text).strip()


def parse_phone(text: str) -> tuple[str, PhoneKind]:
    """E.164 and kind of a number as people write it; DomainError ``not_a_phone``, ``no_area_code`` or ``phone_abroad``."""
    e164, is_mobile = read_phone(text)
    return e164, PhoneKind.MOBILE if is_mobile else PhoneKind.LANDLINE


def masked_phone(e164: str | None) -> str:
    """138****8000: enough to recognise one's own number, not enough to call another's."""
    words = phone_words(e164).replace(" ", "")
    return f"{words[:3]}****{words[-4:]}" if len(words) > 7 else words


@lru_cache(maxsize=8192)
def _readings_of(character: str) -> tuple[str, ...]:
    """Every reading of one character without tones, the commonest first; ü is typed v, u or yu."""
    readings = []
    for reading in pinyin(character, style=Style.NORMAL, heteronym=True)[0]:
        plain = reading.replace("ü", "v").lower()
        readings += [plain, plain.replace("v", "u"), plain.replace("v", "yu")] if "v" in plain else [plain]
    return tuple(dict.fromkeys(r for r in readings if r.isascii() and r.isalpha()))


def _choices(name: str) -> list[list[str]]:
    """What each character of ``name`` may be typed as."""
    choices = []
    for position, character in enumerate(plain_text(name).casefold()):
        if character.isascii():
            choices += [[character]] if character.isalnum() else []
            continue
        readings = list(_readings_of(character))
        if position == 0 and character in SURNAMES:
            readings = list(dict.fromkeys([SURNAMES[character], *readings]))
        choices += [readings] if readings else []
    return choices


def name_readings(name: str) -> set[str]:
    """Every way to type ``name`` on a keyboard: full pinyin (wangxiuying) and initials (wxy), all readings of each."""
    choices = _choices(name)
    while math.prod(map(len, choices)) > MOST_READINGS:
        max(choices, key=len).pop()
    full = {"".join(way)[:80] for way in product(*choices)}
    initials = {"".join(way)[:80] for way in product(*({r[0] for r in each} for each in choices))}
    return (full | initials) - {""}


def read_birth(year: int, month: int | None, day: int | None) -> tuple[int, date | None]:
    """Birth year, and the date where all three were given; DomainError ``no_such_day``."""
    if not (month and day):
        return year, None
    try:
        return year, date(year, month, day)
    except ValueError:
        raise DomainError("no_such_day", NO_SUCH_DAY, field="day") from None


def keyed_hash(key: str, *parts: str) -> str:
    """What is kept instead of a code, a phone or an address: nobody without ``key`` can try them all."""
    return hmac.new(key.encode(), "\x1f".join(parts).encode(), hashlib.sha256).hexdigest()


def new_code() -> str:
    """Six random digits."""
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def read_code(text: str) -> str:
    """The digits of a code as it was typed or pasted: full-width digits, spaces and dashes are no mistake."""
    return "".join(c for c in plain_text(text) if c.isdecimal() and c.isascii())


def stands(grant: FamilyGrant, day: date) -> bool:
    """Whether the grant allows anything on ``day``: she said yes, nobody ended it, and it has not run out."""
    is_agreed = grant.consented_at is not None and grant.ended_at is None
    return is_agreed and (grant.ends_on is None or grant.ends_on >= day)


def terms_of(grant: FamilyGrant) -> str:
    """What somebody who was shown this grant saw: changes whenever what is asked for does."""
    ends_on = grant.ends_on.isoformat() if grant.ends_on else ""
    return "-".join([*sorted(grant.rights), "main" if grant.is_main_contact else "", ends_on])


def window_start(at: datetime, length: timedelta) -> datetime:
    """Start of the window of ``length`` that holds ``at``; windows follow each other without a gap."""
    seconds = int(length.total_seconds())
    return datetime.fromtimestamp(int(at.timestamp()) // seconds * seconds, at.tzinfo)


__all__ = [
    "keyed_hash",
    "masked_phone",
    "name_readings",
    "new_code",
    "parse_phone",
    "phone_words",
    "plain_text",
    "read_birth",
    "read_code",
    "stands",
    "terms_of",
    "window_start",
]
