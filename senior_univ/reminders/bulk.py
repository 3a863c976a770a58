"""One text of staff's own words to everybody of a class, site, home or county: counted, looked at, sent, stopped.

What is confirmed is written into the outbox by a job, in chunks of phones, each in a transaction of its own: a process
that dies in the middle is followed by another that goes on behind the last phone that was written.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select, update
from sqlalchemy.orm import Session, joinedload

from config import Settings
from senior_univ.accounts.models import Belonging, Person
from senior_univ.accounts.queries import people_of
from senior_univ.audit.actions import record
from senior_univ.care.models import Residency
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.db import Database
from senior_univ.core.errors import NotFoundError
from senior_univ.core.permissions import Permission
from senior_univ.enrolment.models import Seat
from senior_univ.network.models import Organisation
from senior_univ.network.queries import below, organisation_scope
from senior_univ.reminders import actions, texts
from senior_univ.reminders.models import (
    Audience,
    BulkMessage,
    CallWhy,
    Message,
    MessageAbout,
    MessageKind,
    MessageState,
)
from senior_univ.reminders.parts import parts_of, refuse_words
from senior_univ.reminders.queries import CHANNEL, LANGUAGE, PHONE, with_contact
from senior_univ.reminders.rules import NEWS_LIFE
from senior_univ.reminders.ways import ways_of

PERMISSION = Permission.SEND_BULK_MESSAGES
PHONES_AT_ONCE = 500
SHOWN = 3
"""The first texts that are looked at before any goes."""

MISSED = (
    MessageState.FAILED,
    MessageState.PARKED,
    MessageState.SUPPRESSED,
    MessageState.EXPIRED,
    MessageState.CANCELLED,
)


@dataclass(frozen=True)
class Sample:
    """A text as one phone gets it."""

    phone: str
    names: Sequence[str]
    text: str


@dataclass(frozen=True)
class Preview:
    """What a bulk message would be: people, phones, those whom no text reaches; the parts and cost of all its texts."""

    people: int
    phones: int
    unreached: int
    parts: int
    cost: int
    samples: Sequence[Sample]


@dataclass(frozen=True)
class Missed:
    """Somebody whom it did not reach: by the state of her text, or else why she has no phone that texts reach."""

    person: Person
    state: MessageState | None
    why: CallWhy | None
    explanation: str


def visible_bulks(viewer: Viewer) -> Select[BulkMessage]:
    """The bulk messages of the viewer's organisations, the newest first."""
    seen = select(Organisation.id).where(organisation_scope(viewer, PERMISSION))
    loaded = (
        joinedload(BulkMessage.organisation),
        joinedload(BulkMessage.audience_organisation),
        joinedload(BulkMessage.course_class),
        joinedload(BulkMessage.region),
        joinedload(BulkMessage.created_by),
    )
    theirs = select(BulkMessage).where(BulkMessage.organisation_id.in_(seen))
    return theirs.options(*loaded).order_by(BulkMessage.id.desc())


def bulk_for(session: Session, viewer: Viewer, bulk_id: int) -> BulkMessage:
    """That bulk message; NotFoundError where it is none of the viewer's organisations."""
    bulk = session.scalar(visible_bulks(viewer).where(BulkMessage.id == bulk_id))
    if bulk is None:
        raise NotFoundError
    return bulk


def is_of(bulk: BulkMessage) -> ColumnElement[bool]:
    """SQL for "this Person is one of those to whom it goes"."""
    match bulk.audience:
        case Audience.CLASS:
            seated = select(Seat.person_id).where(Seat.class_id == bulk.class_id, Seat.ended_at.is_(None))
            return and_(Person.id.in_(seated), Person.ended_at.is_(None))
        case Audience.HOME:
            residing = select(Residency.person_id).where(
                Residency.home_id == bulk.audience_organisation_id, _stands(Residency.from_on, Residency.to_on)
            )
            return and_(Person.id.in_(residing), Person.ended_at.is_(None))
        case Audience.SITE:
            return and_(_belongs(Belonging.organisation_id == bulk.audience_organisation_id), Person.ended_at.is_(None))
        case Audience.COUNTY:
            county = select(Organisation.id).where(below(Organisation.region_code, bulk.region_code or ""))
            return and_(_belongs(Belonging.organisation_id.in_(county)), Person.ended_at.is_(None))


def _belongs(where: ColumnElement[bool]) -> ColumnElement[bool]:
    return Person.id.in_(select(Belonging.person_id).where(where, _stands(Belonging.from_on, Belonging.to_on)))


def _stands(from_on: Any, to_on: Any) -> ColumnElement[bool]:
    today = clock.today()
    return and_(from_on <= today, or_(to_on.is_(None), to_on >= today))


def preview(session: Session, bulk: BulkMessage, settings: Settings, price: int) -> Preview:
    """What it would be now. ``price``: of one part, in thousandths."""
    counted = with_contact(select(func.count(), func.count(PHONE), func.count(PHONE.distinct())).select_from(Person))
    people, reached, phones = session.execute(counted.where(is_of(bulk))).one()
    samples = [_sample(rows, bulk, settings) for rows in _by_phone(session, bulk, SHOWN)]
    parts = phones * max((parts_of(each.text) for each in samples), default=0)
    return Preview(people, phones, people - reached, parts, parts * price, samples)


def _sample(rows: Sequence[Row[Any]], bulk: BulkMessage, settings: Settings) -> Sample:
    first = rows[0]
    names = [row.name for row in rows]
    said = parameters_of(bulk) | {"names": names, "is_own": any(row.own == row.phone for row in rows)}
    return Sample(first.phone, names, texts.render(MessageKind.BULK_MESSAGE, first.language or "", said, settings))


def parameters_of(bulk: BulkMessage) -> dict[str, Any]:
    """What every text of it says alike."""
    return {"words": bulk.words, "phones": [bulk.organisation.phone]}


def _by_phone(session: Session, bulk: BulkMessage, most: int) -> list[list[Row[Any]]]:
    """Those whom it reaches, phone by phone, for the next ``most`` phones behind the last that was written."""
    reached = (is_of(bulk), bulk.written_up_to < PHONE)
    phones = with_contact(select(PHONE.label("phone")).select_from(Person)).where(*reached).distinct()
    last = session.scalars(phones.order_by("phone").limit(most)).all()[-1:]
    statement = select(
        PHONE.label("phone"),
        LANGUAGE.label("language"),
        CHANNEL.label("channel"),
        Person.id.label("person_id"),
        Person.name,
        Person.phone.label("own"),
    ).select_from(Person)
    wanted = with_contact(statement).where(*reached, last[0] >= PHONE).order_by(PHONE, Person.id) if last else None
    rows = session.execute(wanted).all() if wanted is not None else []
    return [list(each) for _phone, each in groupby(rows, key=lambda row: row.phone)]


def prepare(session: Session, bulk: BulkMessage, settings: Settings, *, by: Viewer) -> BulkMessage:
    """Keep it to be looked at; nothing goes before it is confirmed."""
    refuse_words(bulk.words, settings.zone, field="words")
    bulk.created_at, bulk.created_by_id = clock.now(), by.person_id
    session.add(bulk)
    session.flush()
    return bulk


def confirm(session: Session, bulk: BulkMessage, settings: Settings, *, by: Viewer) -> BulkMessage:
    """Let it go; a second time changes nothing."""
    session.refresh(bulk, with_for_update={"of": BulkMessage})
    if bulk.confirmed_at is None and bulk.stopped_at is None:
        seen = preview(session, bulk, settings, 0)
        bulk.people, bulk.phones, bulk.confirmed_at = seen.people, seen.phones, clock.now()
        record(session, "bulk.confirmed", bulk, by=by, people=seen.people, phones=seen.phones)
    return bulk


def stop(session: Session, bulk: BulkMessage, *, by: Viewer) -> BulkMessage:
    """Send no more of it: what is on its way arrives, the rest is cancelled."""
    session.refresh(bulk, with_for_update={"of": BulkMessage})
    if bulk.stopped_at is None:
        bulk.stopped_at, bulk.stopped_by_id = clock.now(), by.person_id
        waiting = update(Message).where(Message.bulk_id == bulk.id, Message.state == MessageState.DUE)
        ended = {"state": MessageState.CANCELLED, "explanation": "bulk_stopped", "ended_at": clock.now()}
        session.execute(waiting.values(ended), execution_options={"synchronize_session": False})
        record(session, "bulk.stopped", bulk, by=by)
    return bulk


def write_due(database: Database) -> int:
    """Write the texts of what is confirmed and due into the outbox; returns how many. Any number of processes may."""
    now = clock.now()
    with database.read() as session:
        waiting = select(BulkMessage.id).where(
            BulkMessage.confirmed_at.is_not(None),
            BulkMessage.due_at <= now,
            BulkMessage.written_at.is_(None),
            BulkMessage.stopped_at.is_(None),
        )
        due = list(session.scalars(waiting.order_by(BulkMessage.id)))
    return sum(_write(database, bulk_id) for bulk_id in due)


def _write(database: Database, bulk_id: int) -> int:
    written = 0
    while (chunk := _write_chunk(database, bulk_id)) is not None:
        written += chunk
    return written


def _write_chunk(database: Database, bulk_id: int) -> int | None:
    """The next phones' texts in one transaction; None once it is all written or was stopped."""
    with database.write() as session:
        locked = select(BulkMessage).where(BulkMessage.id == bulk_id).with_for_update()
        bulk = session.scalars(locked, execution_options={"populate_existing": True}).one()
        if bulk.stopped_at is not None or bulk.written_at is not None:
            return None
        chunk = _by_phone(session, bulk, PHONES_AT_ONCE)
        if not chunk:
            bulk.written_at = clock.now()
            return None
        bulk.written_up_to = chunk[-1][0].phone
        return _queue(session, bulk, chunk)


def _queue(session: Session, bulk: BulkMessage, chunk: Sequence[Sequence[Row[Any]]]) -> int:
    said, expires_at = parameters_of(bulk), bulk.due_at + NEWS_LIFE
    rows = []
    for people in chunk:
        first = people[0]
        key = f"{MessageKind.BULK_MESSAGE.value}:{bulk.id}:{first.phone}"
        row = actions.row_of(key, MessageKind.BULK_MESSAGE, first.phone, first.language or "")
        more = {"channel": first.channel, "organisation_id": bulk.organisation_id, "bulk_id": bulk.id}
        rows.append(row | more | {"parameters": said, "expires_at": expires_at})
    ids = actions.queue_rows(session, rows)
    about = [
        (ids[row["key"]], person.person_id, None, None)
        for row, people in zip(rows, chunk, strict=True)
        if row["key"] in ids
        for person in people
    ]
    actions.add_about(session, about)
    return len(ids)


def states_of(session: Session, bulk: BulkMessage) -> Counter[MessageState]:
    """How many of its texts are in which state."""
    rows = select(Message.state, func.count()).where(Message.bulk_id == bulk.id).group_by(Message.state)
    return Counter(dict(session.execute(rows).all()))


def people_missed(bulk: BulkMessage, viewer: Viewer) -> Select[Person]:
    """Those of the viewer's people whom it did not reach, by name: without a phone that texts reach, or in vain."""
    about = select(MessageAbout.person_id).join(Message, Message.id == MessageAbout.message_id)
    told = about.where(Message.bulk_id == bulk.id)
    in_vain = Person.id.in_(told.where(Message.state.in_(MISSED)))
    untold = and_(is_of(bulk), Person.id.not_in(told))
    missed = select(Person).where(or_(in_vain, untold), people_of(viewer, PERMISSION))
    return missed.options(joinedload(Person.region)).order_by(Person.name, Person.id)


def missed_of(session: Session, bulk: BulkMessage, people: Sequence[Person]) -> list[Missed]:
    """Why each of these was not reached; a fixed number of queries."""
    about = select(MessageAbout.person_id, Message.state, Message.explanation).join(Message)
    mine = about.where(Message.bulk_id == bulk.id, MessageAbout.person_id.in_([each.id for each in people]))
    texts_of = {row.person_id: row for row in session.execute(mine)}
    ways = ways_of(session, [each.id for each in people if each.id not in texts_of])
    return [
        Missed(each, row.state, None, row.explanation)
        if (row := texts_of.get(each.id))
        else Missed(each, None, ways[each.id].why, "")
        for each in people
    ]
