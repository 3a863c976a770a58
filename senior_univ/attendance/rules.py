"""Why somebody does not come, in words she may choose from."""

from flask_babel import lazy_gettext as _l

REASONS = {
    "unwell": _l("I don't feel well"),
    "doctor": _l("I have to see a doctor"),
    "family": _l("Something at home"),
    "weather": _l("The weather"),
    "other": _l("Something else"),
}
"""Offered, never demanded: the key is what is kept."""

MOVED = "moved"
"""Kept where nobody asked: the lesson was moved onto another one of hers."""

AWAY = "away"
UNIT_CLOSED = "unit_closed"
CARE_DAY = "care_day"
"""Kept where nobody asked, either: she is away from her home, her unit is closed, a dated time of her day is then."""

KEPT_AWAY = (AWAY, UNIT_CLOSED, CARE_DAY)

STRUCK = "struck"
"""Kept where staff of her home struck her from today's list."""

WORDS_FROM_ELSEWHERE = {
    MOVED: _l("Moved onto another lesson"),
    AWAY: _l("Away from the home for some days"),
    UNIT_CLOSED: _l("Her unit is closed for some days"),
    CARE_DAY: _l("Something else of her day is then"),
    STRUCK: _l("Struck from the day's list by her home"),
}


def reason_words(reason: str) -> str:
    """A kept reason in words; a reason from elsewhere is shown as it is."""
    return str(WORDS_FROM_ELSEWHERE.get(reason) or REASONS.get(reason) or reason)
