"""A unit of a home is closed for some days, or open again: those who miss lessons elsewhere hear of it, once a phone.

Lessons in the home itself are no news to text: they stand on the unit's list.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.care.models import Quarantine
from senior_univ.core import clock
from senior_univ.reminders import actions, queries, rules
from senior_univ.reminders.models import Message, MessageKind
from senior_univ.reminders.queries import Receiver


def tell_closed(
    session: Session, *, quarantine: Quarantine, lessons: Mapping[int, Sequence[int]], **_more: Any
) -> None:
    """Tell who is on leave from lessons elsewhere until when, and that her seats are kept."""
    _tell(session, MessageKind.UNIT_CLOSED, quarantine, lessons)


def tell_opened(
    session: Session, *, quarantine: Quarantine, lessons: Mapping[int, Sequence[int]], **_more: Any
) -> None:
    """Tell who comes again; whom nobody has told yet that the unit was closed hears of neither."""
    prefix = f"{MessageKind.UNIT_CLOSED.value}:{quarantine.id}:"
    told = session.scalars(select(Message.key).where(Message.key.startswith(prefix, autoescape=True))).all()
    untold = {key.removeprefix(prefix) for key in actions.call_off(session, told)}
    _tell(session, MessageKind.UNIT_OPENED, quarantine, lessons, untold)


def _tell(
    session: Session,
    kind: MessageKind,
    quarantine: Quarantine,
    lessons: Mapping[int, Sequence[int]],
    left_out: Collection[str] = (),
) -> None:
    by_phone: dict[str, list[Receiver]] = defaultdict(list)
    for receiver in queries.receivers(session, lessons).values():
        if receiver.phone not in left_out:
            by_phone[receiver.phone].append(receiver)
    now = clock.now()
    starts = queries.starts_of(session, {lesson_id for each in lessons.values() for lesson_id in each})
    for phone, people in sorted(by_phone.items()):
        theirs = {lesson_id for each in people for lesson_id in lessons[each.person_id]}
        actions.queue(
            session,
            key=f"{kind.value}:{quarantine.id}:{phone}",
            kind=kind,
            phone=phone,
            parameters={
                "names": sorted(each.name for each in people),
                "is_own": any(each.is_own for each in people),
                "unit": quarantine.unit.name,
                "from_on": quarantine.from_on.isoformat(),
                "to_on": quarantine.to_on.isoformat(),
                "count": len(theirs),
                "phones": [quarantine.unit.home.phone],
            },
            expires_at=now + rules.NEWS_LIFE,
            about=[(each.person_id, None) for each in people],
            is_urgent=rules.is_urgent(now, *(starts[lesson_id] for lesson_id in theirs)),
            language=people[0].language,
            organisation_id=quarantine.unit.home_id,
            channel=people[0].channel,
        )
