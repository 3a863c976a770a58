"""A code: ten minutes, one use, five tries, throttled; known and unknown phones alike."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from senior_univ.accounts.actions import CodeAnswer, issue_code, use_code
from senior_univ.accounts.actions import codes as limits
from senior_univ.accounts.models import SignInCode, Throttle
from senior_univ.core.db import Database

PHONE, OTHER, KEY = "+8613800138000", "+8613900139000", "a key"


def issue(session: Session, phone: str = PHONE, address: str = "10.0.0.1") -> CodeAnswer:
    return issue_code(session, phone, address=address, key=KEY)


def use(session: Session, digits: str, phone: str = PHONE) -> bool:
    return use_code(session, phone, digits, key=KEY)


def wrong(digits: str) -> str:
    return f"{(int(digits) + 1) % 10**6:06d}"


def test_a_code_opens_once(session: Session, codes: list[str], frozen: time_machine.Traveller) -> None:
    assert issue(session) is CodeAnswer.SENT
    assert use(session, codes[0])
    assert not use(session, codes[0])


def test_a_code_is_six_digits_and_kept_as_a_hash_only(session: Session, codes: list[str]) -> None:
    issue(session)
    kept = session.scalars(select(SignInCode)).one()
    assert len(codes[0]) == 6
    assert codes[0] not in kept.code_hash
    assert len(kept.code_hash) == 64


def test_a_code_opens_its_own_phone_only(session: Session, codes: list[str]) -> None:
    issue(session)
    assert not use(session, codes[0], OTHER)
    assert use(session, codes[0])


def test_after_five_wrong_tries_the_right_code_is_worth_nothing(session: Session, codes: list[str]) -> None:
    issue(session)
    for _ in range(5):
        assert not use(session, wrong(codes[0]))
    assert not use(session, codes[0])


def test_after_ten_minutes_a_code_is_too_old(
    session: Session, codes: list[str], frozen: time_machine.Traveller
) -> None:
    issue(session)
    frozen.shift(timedelta(minutes=10))
    assert not use(session, codes[0])


def test_a_text_that_was_overtaken_is_still_good_and_both_are_used_up(
    session: Session, codes: list[str], frozen: time_machine.Traveller
) -> None:
    issue(session)
    frozen.shift(timedelta(minutes=2))
    issue(session)
    assert use(session, codes[0])
    assert not use(session, codes[1])


def test_one_code_a_minute_and_five_an_hour_go_to_one_phone(
    session: Session, codes: list[str], frozen: time_machine.Traveller
) -> None:
    assert [issue(session), issue(session)] == [CodeAnswer.SENT, CodeAnswer.SENT_BEFORE]
    for _ in range(4):
        frozen.shift(timedelta(minutes=1))
        assert issue(session) is CodeAnswer.SENT
    frozen.shift(timedelta(minutes=1))
    assert issue(session) is CodeAnswer.TOO_MANY
    assert issue(session, OTHER) is CodeAnswer.SENT
    frozen.shift(timedelta(hours=1))
    assert issue(session) is CodeAnswer.SENT
    assert len(codes) == 7


def test_a_village_that_shares_an_address_is_not_locked_out_but_a_flood_is(
    session: Session, codes: list[str], frozen: time_machine.Traveller
) -> None:
    phones = [f"+86138{number:08d}" for number in range(limits.CODES_PER_ADDRESS_AND_HOUR + 1)]
    answers = [issue(session, phone) for phone in phones]
    assert set(answers[:-1]) == {CodeAnswer.SENT}
    assert answers[-1] is CodeAnswer.TOO_MANY
    assert issue(session, phones[-1], address="10.0.0.2") is CodeAnswer.SENT


def test_neither_phones_nor_addresses_are_kept_by_the_throttle(session: Session, codes: list[str]) -> None:
    issue(session)
    keys = session.scalars(select(Throttle.key)).all()
    assert keys
    assert not any("13800138000" in key or "10.0.0.1" in key for key in keys)


def test_yesterdays_codes_are_forgotten(session: Session, codes: list[str], frozen: time_machine.Traveller) -> None:
    issue(session)
    frozen.shift(timedelta(days=2))
    issue(session, OTHER)
    assert session.scalars(select(SignInCode.phone)).all() == [OTHER]


def test_two_who_try_one_code_at_the_same_moment_do_not_both_get_in(database: Database, codes: list[str]) -> None:
    with database.write() as session:
        issue(session)
    start = Barrier(4)

    def try_it(_number: int) -> bool:
        start.wait()
        with database.write() as session:
            return use(session, codes[0])

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(try_it, range(4))) == [False, False, False, True]


def test_guesses_at_the_same_moment_are_all_counted(database: Database, codes: list[str]) -> None:
    with database.write() as session:
        issue(session)

    def guess(_number: int) -> bool:
        with database.write() as session:
            return use(session, wrong(codes[0]))

    with ThreadPoolExecutor(4) as pool:
        assert not any(pool.map(guess, range(8)))
    with database.read() as session:
        assert session.scalars(select(SignInCode.tries_left)).one() == 0


STEPS = st.lists(st.sampled_from(["right", "wrong", "wait"]), max_size=12)


@pytest.fixture
def new_code(database: Database, codes: list[str]) -> Callable[[], str]:
    """Issues a code to a phone that has none, past the throttle."""

    def issue_fresh() -> str:
        with database.write() as session:
            session.execute(SignInCode.__table__.delete())
            session.execute(Throttle.__table__.delete())
            assert issue(session) is CodeAnswer.SENT
        return codes[-1]

    return issue_fresh


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_happens_a_code_opens_at_most_once_within_five_tries_and_ten_minutes(
    database: Database, new_code: Callable[[], str], steps: list[str]
) -> None:
    with time_machine.travel("2026-03-10T01:00:00+00:00", tick=False) as clock:
        digits = new_code()
        tries, minutes, opened = 0, 0, 0
        for step in steps:
            if step == "wait":
                clock.shift(timedelta(minutes=4))
                minutes += 4
                continue
            with database.write() as session:
                got_in = use(session, digits if step == "right" else wrong(digits))
            should = step == "right" and tries < 5 and minutes < 10 and not opened
            assert got_in is should
            tries, opened = tries + 1, opened + got_in
        with database.read() as session:
            assert session.scalar(select(func.min(SignInCode.tries_left))) >= 0
