"""What people choose about their texts: topics, how they are told first, language, a weekly summary.

Opting out of reminders is not opting out of the world: codes, urgent changes and what became of a reply belong to no
topic. Whoever has no row is told of everything, by text.
"""

from collections.abc import Collection
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from senior_univ.accounts.models import Person
from senior_univ.audit.actions import record
from senior_univ.core import clock
from senior_univ.core.access import Right, Viewer
from senior_univ.core.errors import DomainError
from senior_univ.reminders import standings
from senior_univ.reminders.models import FirstRung, MessageChoice, MutedTopic, PhoneStanding, Topic

LANGUAGES = {"zh_CN": "中文", "en": "English"}


@dataclass(frozen=True)
class Choice:
    """How somebody wants to be told; ``standing`` is what is known of her phone."""

    first_rung: FirstRung
    wants_weekly: bool
    muted: frozenset[Topic]
    language: str
    standing: PhoneStanding | None

    @property
    def wanted(self) -> list[Topic]:
        """The topics that she gets texts on."""
        return [topic for topic in Topic if topic not in self.muted]


def choice_of(session: Session, person: Person) -> Choice:
    """What she chose, or what holds where she chose nothing."""
    row = session.get(MessageChoice, person.id)
    muted = session.scalars(select(MutedTopic.topic).where(MutedTopic.person_id == person.id))
    return Choice(
        row.first_rung if row else FirstRung.SMS,
        row.wants_weekly if row else False,
        frozenset(muted),
        person.language or next(iter(LANGUAGES)),
        session.get(PhoneStanding, person.phone) if person.phone else None,
    )


def want_topics(session: Session, person: Person, wanted: Collection[Topic], *, by: Viewer) -> None:
    """Exactly these topics reach her from now on."""
    before = choice_of(session, person).muted
    muted = frozenset(Topic) - frozenset(wanted)
    if muted == before:
        return
    session.execute(delete(MutedTopic).where(MutedTopic.person_id == person.id, MutedTopic.topic.not_in(muted)))
    session.add_all(MutedTopic(person_id=person.id, topic=each, since=clock.now()) for each in muted - before)
    off = sorted(each.value for each in muted)
    record(session, "texts.topics_chosen", person, by=by, on_behalf_of=person.id, off=off)


def choose_rung(session: Session, person: Person, rung: FirstRung, *, by: Viewer) -> None:
    """How she is told first."""
    row = _row(session, person)
    if row.first_rung is not rung:
        row.first_rung = rung
        record(session, "texts.way_chosen", person, by=by, on_behalf_of=person.id, way=rung.value)


def choose_language(session: Session, person: Person, language: str, *, by: Viewer) -> None:
    """The language of her texts and pages."""
    if language in LANGUAGES and language != person.language:
        person.language = language
        record(session, "texts.language_chosen", person, by=by, on_behalf_of=person.id, language=language)


def want_weekly(session: Session, person: Person, *, wanted: bool, by: Viewer) -> None:
    """Whether a relative hears once a week which lessons those have whom he helps."""
    row = _row(session, person)
    if row.wants_weekly is not wanted:
        row.wants_weekly = wanted
        record(session, "texts.weekly_chosen", person, by=by, on_behalf_of=person.id, wanted=wanted)


def want_texts_again(session: Session, person: Person, *, by: Viewer) -> None:
    """Her phone had answered STOP: it gets texts again."""
    if person.phone:
        standings.start(session, person.phone)
        record(session, "reminders.wanted", person, by=by, on_behalf_of=person.id)


def refuse_without_right(by: Viewer, person_id: int) -> None:
    """A relative changes how she is told only where she lets him act for her."""
    if not by.may_for(person_id, Right.ENROL):
        raise DomainError(
            "no_right", _l("You may see this, but not change it for her. She can allow it on her family page.")
        )


def _row(session: Session, person: Person) -> MessageChoice:
    row = session.get(MessageChoice, person.id)
    if row is None:
        row = MessageChoice(person_id=person.id, first_rung=FirstRung.SMS, wants_weekly=False)
        session.add(row)
        session.flush()
    return row
