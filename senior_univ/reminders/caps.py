"""How many texts a day an organisation sends, and how often a phone gets the same one.

A cap is taken by one conditional UPDATE within the claim's transaction, so no two processes take the last one; what is
over the cap goes on the next day. Codes and urgent texts are neither counted nor held back.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.orm import Session

from senior_univ.core import clock
from senior_univ.core.upserts import insert_into
from senior_univ.reminders.models import DayCount, Message, MessageState, Priority
from senior_univ.reminders.senders import Outgoing

SAME_TEXT = 3
SAME_WITHIN = timedelta(hours=24)
CREATED_WITHIN = timedelta(days=8)
"""A text of the last day was written down at most so long ago: what the index of phones is asked for."""

GONE_OUT = (MessageState.SUBMITTING, MessageState.UNKNOWN, MessageState.ACCEPTED, MessageState.DELIVERED)


def repeated(session: Session, outgoing: Sequence[Outgoing], now: datetime) -> set[int]:
    """Those texts that their phones have had often enough within a day."""
    wanted = {(each.phone, each.text) for each in outgoing}
    seen = _times_seen(session, wanted, now)
    over = set()
    for each in outgoing:
        seen[each.phone, each.text] += 1
        if seen[each.phone, each.text] > SAME_TEXT:
            over.add(each.message_id)
    return over


def _times_seen(session: Session, wanted: Collection[tuple[str, str]], now: datetime) -> Counter[tuple[str, str]]:
    rows = session.execute(
        select(Message.phone, Message.text, func.count())
        .where(Message.phone.in_({phone for phone, _text in wanted}), Message.created_at > now - CREATED_WITHIN)
        .where(Message.text.in_({text for _phone, text in wanted}), Message.attempted_at > now - SAME_WITHIN)
        .where(Message.state.in_(GONE_OUT))
        .group_by(Message.phone, Message.text)
    )
    return Counter({(phone, text): number for phone, text, number in rows})


def over_cap(session: Session, batch: Sequence[Message], caps: Mapping[int, int], now: datetime) -> set[int]:
    """Those of these texts that are beyond their organisations' caps of this day; the others are counted."""
    theirs: dict[int, list[int]] = defaultdict(list)
    for message in batch:
        whose = message.organisation_id
        if whose is not None and whose in caps and message.priority == Priority.ORDINARY:
            theirs[whose].append(message.id)
    day = clock.local(now).date()
    over: set[int] = set()
    for organisation_id in sorted(theirs):
        ids = theirs[organisation_id]
        over.update(ids[_take(session, organisation_id, day, len(ids), caps[organisation_id]) :])
    return over


def _take(session: Session, organisation_id: int, day: date, number: int, cap: int) -> int:
    """Count up to ``number`` texts of that day as used; returns how many fitted under the cap."""
    key = {"organisation_id": organisation_id, "day": day}
    session.execute(insert_into(session, DayCount).values(key | {"used": 0}).on_conflict_do_nothing())
    mine = update(DayCount).where(DayCount.organisation_id == organisation_id, DayCount.day == day)
    if _count(session, mine.where(DayCount.used + number <= cap).values(used=DayCount.used + number)):
        return number
    used = session.scalar(select(DayCount.used).filter_by(**key).with_for_update()) or 0
    left = max(0, min(number, cap - used))
    _count(session, mine.values(used=DayCount.used + left))
    return left


def _count(session: Session, statement: Any) -> int:
    done = session.execute(statement, execution_options={"synchronize_session": False})
    return cast("CursorResult[Any]", done).rowcount


def next_day(now: datetime) -> datetime:
    """When a new day's cap begins."""
    return clock.day_bounds(clock.local(now).date())[1]
