"""Telephone numbers of mainland China: a mobile and a landline are phones, everything else has its own words."""

import unicodedata
from functools import lru_cache

import phonenumbers
from flask_babel import lazy_gettext as _l

from senior_univ.core.errors import DomainError

COUNTRY = "CN"
COUNTRY_CODE = 86
REACHABLE = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE)

NOT_A_PHONE = _l("This is no phone number. A mobile has 11 digits; a landline starts with its area code, 0319-2020001.")
NO_AREA_CODE = _l("Please write the area code before a landline's number, for example 0319-2020001.")
ABROAD = _l("We can only reach phones of mainland China. Please give such a number.")


def read_phone(text: str) -> tuple[str, bool]:
    """E.164 of a number as people write it, and whether it is a mobile.

    DomainError ``not_a_phone``, ``no_area_code`` or ``phone_abroad``, on the field ``phone``.
    """
    written = unicodedata.normalize("NFKC", text).strip()
    if not written or len(written) > 30 or any(c.isalpha() for c in written):
        raise DomainError("not_a_phone", NOT_A_PHONE, field="phone")
    try:
        number = phonenumbers.parse(written, COUNTRY)
    except phonenumbers.NumberParseException:
        raise DomainError("not_a_phone", NOT_A_PHONE, field="phone") from None
    if number.country_code != COUNTRY_CODE:
        raise DomainError("phone_abroad", ABROAD, field="phone")
    kind = phonenumbers.number_type(number)
    if kind not in REACHABLE:
        raise _refusal(number)
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return e164, kind == phonenumbers.PhoneNumberType.MOBILE


def _refusal(number: phonenumbers.PhoneNumber) -> DomainError:
    if len(str(number.national_number)) in (7, 8):
        return DomainError("no_area_code", NO_AREA_CODE, field="phone")
    return DomainError("not_a_phone", NOT_A_PHONE, field="phone")


@lru_cache(maxsize=4096)
def phone_words(e164: str | None) -> str:
    """138 0013 8000 or 0319-2020001: as people say and dial it; empty for no phone."""
    if not e164:
        return ""
    try:
        number = phonenumbers.parse(e164, COUNTRY)
    except phonenumbers.NumberParseException:
        return e164
    national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    if phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.FIXED_LINE:
        area, _, rest = national.partition(" ")
        return f"{area}-{rest.replace(' ', '')}" if rest else national
    return national
