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

MOVED_WORDS = _l("Moved onto another lesson")


def reason_words(reason: str) -> str:
    """A kept reason in words; a reason from elsewhere is shown as it is."""
    words = MOVED_WORDS if reason == MOVED else REASONS.get(reason, reason)
    return str(words)
