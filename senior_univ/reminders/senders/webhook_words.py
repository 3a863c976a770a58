"""What comes from outside, made fit to be kept: no control characters, no more than a column holds."""

LONGEST_REPLY = 1600


def plain(text: object, size: int) -> str:
    """``text`` without control characters, which PostgreSQL refuses in part, cut to ``size``."""
    return "".join(each for each in str(text)[: 2 * size] if each >= " " or each == "\n")[:size]


def e164(number: object, country_code: object = "86") -> str:
    """``13800138000`` as +8613800138000; a number with its country code stays."""
    digits = "".join(each for each in str(number) if each in "0123456789")[:18]
    if str(number).startswith("+") or len(digits) > 11:
        return f"+{digits}"
    code = "".join(each for each in str(country_code) if each in "0123456789")[:3]
    return f"+{code}{digits}" if digits else ""
