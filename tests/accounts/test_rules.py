from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from senior_univ.accounts.models import PhoneKind
from senior_univ.accounts.rules import (
    masked_phone,
    name_readings,
    parse_phone,
    phone_words,
    read_birth,
    read_code,
    window_start,
)
from senior_univ.core.errors import DomainError

PREFIXES = st.sampled_from(["130", "135", "138", "139", "150", "158", "177", "186", "188", "198"])
SEPARATORS = st.sampled_from(["", " ", "-", "  ", "－", "　"])
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@pytest.mark.parametrize(
    ("written", "e164", "kind"),
    [
        ("13800138000", "+8613800138000", PhoneKind.MOBILE),
        ("１３８ ００１３ ８０００", "+8613800138000", PhoneKind.MOBILE),
        ("+86 138-0013-8000", "+8613800138000", PhoneKind.MOBILE),
        ("0319-2020001", "+863192020001", PhoneKind.LANDLINE),
        ("（0319）2020001", "+863192020001", PhoneKind.LANDLINE),
        ("0319—2020001", "+863192020001", PhoneKind.LANDLINE),
        ("010 1234 5678", "+861012345678", PhoneKind.LANDLINE),
    ],
)
def test_phones_are_read_as_people_write_them(written: str, e164: str, kind: PhoneKind) -> None:
    assert parse_phone(written) == (e164, kind)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("12345", "not_a_phone"),
        ("", "not_a_phone"),
        ("王秀英", "not_a_phone"),
        ("1380013800", "not_a_phone"),
        ("138001380001", "not_a_phone"),
        ("2020001", "no_area_code"),
        ("+1 202 555 0123", "phone_abroad"),
    ],
)
def test_what_is_no_phone_has_its_own_words(written: str, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        parse_phone(written)
    assert (refused.value.code, refused.value.field) == (code, "phone")


@given(prefix=PREFIXES, rest=st.integers(0, 10**8 - 1), first=SEPARATORS, second=SEPARATORS, is_wide=st.booleans())
def test_a_mobile_is_one_number_however_it_is_written(
    prefix: str, rest: int, first: str, second: str, is_wide: bool
) -> None:
    digits = f"{rest:08d}"
    written = f"{prefix}{first}{digits[:4]}{second}{digits[4:]}"
    e164, kind = parse_phone(written.translate(WIDE) if is_wide else written)
    assert (e164, kind) == (f"+86{prefix}{digits}", PhoneKind.MOBILE)
    assert parse_phone(phone_words(e164)) == (e164, kind)
    assert digits[:4] not in masked_phone(e164) or digits[:4] in (prefix + "****" + digits[4:])


@given(st.text(max_size=40))
@example("+" * 31)
@example("tel:13800138000")
def test_any_text_is_a_phone_or_refused_in_words(written: str) -> None:
    try:
        e164 = parse_phone(written)[0]
    except DomainError as refused:
        e164, words = "", str(refused.message)
    else:
        words = ""
    assert e164.startswith("+86") or len(words) > 10


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("王秀英", {"wangxiuying", "wxy"}),
        ("单雄信", {"shanxiongxin", "sxx", "danxiongxin"}),
        ("解晓东", {"xiexiaodong", "jiexiaodong", "xxd"}),
        ("曾国藩", {"zengguofan", "cengguofan", "zgf"}),
        ("吕雉", {"lvzhi", "luzhi", "lyuzhi", "lz"}),
        ("长孙无忌", {"zhangsunwuji", "changsunwuji"}),
        ("乐嘉", {"yuejia", "lejia"}),
        ("买买提·艾力", {"maimaitiaili", "mmtal"}),
        ("Anna Li", {"annali"}),
    ],
)
def test_a_name_is_found_by_every_reading_and_its_initials(name: str, typed: set[str]) -> None:
    assert typed <= name_readings(name)


@given(st.text(max_size=30))
def test_the_readings_of_any_name_are_bounded_and_can_be_typed(name: str) -> None:
    readings = name_readings(name)
    assert len(readings) <= 2 * 32
    assert all(reading.isascii() and reading.isalnum() and len(reading) <= 80 for reading in readings)


@pytest.mark.parametrize("typed", ["123456", " 123 456 ", "１２３４５６", "123-456", "验证码123456"])
def test_a_code_is_read_however_it_was_pasted(typed: str) -> None:
    assert read_code(typed) == "123456"


def test_the_year_alone_is_a_birth_date() -> None:
    assert read_birth(1948, None, None) == (1948, None)
    assert read_birth(1948, 5, None) == (1948, None)
    assert read_birth(1948, 5, 20) == (1948, date(1948, 5, 20))
    with pytest.raises(DomainError):
        read_birth(1949, 2, 29)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)), st.sampled_from([60, 3600, 86400]))  # noqa: DTZ001
def test_every_moment_lies_in_its_window(moment: datetime, seconds: int) -> None:
    at, length = moment.replace(tzinfo=UTC), timedelta(seconds=seconds)
    start = window_start(at, length)
    assert start <= at < start + length
    assert window_start(start, length) == start
