"""Quiet hours, runs of reminders, urgency, receipts."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from senior_univ.core import clock
from senior_univ.reminders import rules
from senior_univ.reminders.models import MessageKind, MessageState, Priority
from senior_univ.reminders.rules import Hours
from tests.reminders.conftest import at

HOURS = Hours(time(20), time(7), time(12), time(14, 30), time(18), time(7))
INSTANTS = st.datetimes(datetime(2025, 12, 1), datetime(2027, 3, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda instant: instant.replace(microsecond=0)
)
ZONES = st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])


@pytest.mark.parametrize(
    ("now", "priority", "free"),
    [
        ("2026-03-10 19:59", Priority.ORDINARY, "2026-03-10 19:59"),
        ("2026-03-10 20:00", Priority.ORDINARY, "2026-03-11 07:00"),
        ("2026-03-10 12:00", Priority.ORDINARY, "2026-03-10 14:30"),
        ("2026-12-31 23:00", Priority.ORDINARY, "2027-01-01 07:00"),
        ("2026-03-10 12:00", Priority.URGENT, "2026-03-10 12:00"),
        ("2026-03-10 20:00", Priority.URGENT, "2026-03-11 06:30"),
        ("2026-03-11 06:29", Priority.URGENT, "2026-03-11 06:30"),
        ("2026-03-11 06:30", Priority.URGENT, "2026-03-11 06:30"),
        ("2026-03-10 23:00", Priority.CODE, "2026-03-10 23:00"),
    ],
)
def test_when_a_text_may_go(now: str, priority: Priority, free: str) -> None:
    assert rules.may_go_at(at(now), HOURS, priority) == at(free)


@given(now=INSTANTS, priority=st.sampled_from(Priority), zone=ZONES)
def test_a_text_that_may_go_is_never_in_its_quiet_hours(now: datetime, priority: Priority, zone: str) -> None:
    before = clock.zone()
    clock.use_zone(ZoneInfo(zone))
    try:
        free = rules.may_go_at(now, HOURS, priority)
        local = clock.local(free).time()
    finally:
        clock.use_zone(before)
    assert now <= free <= now + timedelta(hours=13)
    if priority is Priority.ORDINARY:
        assert time(7) <= local < time(12) or time(14, 30) <= local < time(20)
    if priority is Priority.URGENT:
        assert time(6, 30) <= local < time(20)


@given(now=INSTANTS)
def test_a_run_is_never_at_night_and_announces_today_or_tomorrow(now: datetime) -> None:
    local = clock.local(now)
    runs = {run.kind: run for run in rules.runs_at(now, HOURS)}
    assert bool(runs) == (time(7) <= local.time() < time(20))
    if evening := runs.get(MessageKind.REMINDER_EVENING):
        assert local.time() >= time(18)
        assert evening.day == local.date() + timedelta(days=1)
        assert evening.until == clock.instant(local.date(), time(20))
    if morning := runs.get(MessageKind.REMINDER_MORNING):
        assert morning.day == local.date()


def test_a_site_without_quiet_hours_still_ends_its_evening_run_at_midnight() -> None:
    always = Hours(time(0), time(0), time(0), time(0), time(18), time(7))
    [_morning, evening] = rules.runs_at(at("2026-03-10 23:00"), always)
    assert evening.until == at("2026-03-11 00:00")


@pytest.mark.parametrize(("hours", "urgent"), [(-1, False), (0, False), (1, True), (24, True), (25, False)])
def test_what_begins_within_a_day_is_urgent(hours: int, urgent: bool) -> None:
    now = at("2026-03-10 09:00")
    assert rules.is_urgent(now, now + timedelta(hours=hours)) is urgent


@given(st.lists(st.sampled_from([MessageState.ACCEPTED, MessageState.FAILED, MessageState.DELIVERED]), min_size=1))
def test_the_order_of_receipts_does_not_matter(receipts: list[MessageState]) -> None:
    state = MessageState.SUBMITTING
    for receipt in receipts:
        state = receipt if rules.outranks(receipt, state) else state
    assert state is max(receipts, key=lambda each: rules.RANKS[each])
