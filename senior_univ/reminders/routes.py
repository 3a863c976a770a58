"""Whose hours a text keeps, which sender takes it and in which words, as was chosen; read once for a whole batch.

The first sender is passed over for the second while its last answers were all that it could not be reached, or that it
refuses our account. That is read from the attempts in the database: every worker knows what one has met.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Settings
from senior_univ.reminders.models import Attempt, Message, OrganisationTexting, Outcome
from senior_univ.reminders.rules import Hours
from senior_univ.reminders.senders import Sender, Senders
from senior_univ.reminders.wording import Words, words_now

LAST_ANSWERS = 5
PASSED_OVER = timedelta(minutes=1)
"""After this the first sender is tried again."""

DOWN = {"not_reached"}
"""Codes of attempts that say that nobody is there; beside them all that begin with ``config:``."""


@dataclass(frozen=True)
class Routes:
    """The ways of one batch."""

    settings: Settings
    senders: Senders
    texting: Mapping[int, OrganisationTexting]
    down: frozenset[str]
    words: Words
    hours: dict[int | None, Hours] = field(default_factory=dict)

    def _texting_of(self, message: Message) -> OrganisationTexting | None:
        return self.texting.get(message.organisation_id or 0)

    @property
    def caps(self) -> dict[int, int]:
        """{organisation: the most texts that it sends a day} of those that have a cap."""
        own = self.texting.items()
        return {organisation_id: each.daily_cap for organisation_id, each in own if each.daily_cap is not None}

    def hours_of(self, message: Message) -> Hours:
        """When this text may go."""
        whose = message.organisation_id if message.organisation_id in self.texting else None
        if whose not in self.hours:
            self.hours[whose] = Hours.of(self.settings, self._texting_of(message))
        return self.hours[whose]

    def signature_of(self, message: Message) -> str:
        """The name in 【】 before it."""
        texting = self._texting_of(message)
        return (texting.signature if texting else None) or self.settings.sms_signature

    def sender_of(self, message: Message) -> Sender | None:
        """Who sends it; None where nobody can."""
        names = self.senders.for_organisation(self._texting_of(message), message.channel)
        standing = [name for name in names if name not in self.down] or names
        return self.senders.of(standing[0]) if standing else None


def of(session: Session, settings: Settings, senders: Senders, batch: Sequence[Message], now: datetime) -> Routes:
    """The ways of these texts: three queries, and some for senders that another could stand in for."""
    ids = {each.organisation_id for each in batch if each.organisation_id is not None}
    own = select(OrganisationTexting).where(OrganisationTexting.organisation_id.in_(ids))
    texting = {each.organisation_id: each for each in session.scalars(own)} if ids else {}
    return Routes(settings, senders, texting, _down(session, senders, now), words_now(session))


def _down(session: Session, senders: Senders, now: datetime) -> frozenset[str]:
    """The senders whose last answers were all refusals, the last of them a moment ago."""
    if len(senders.by_name) < 2:
        return frozenset()
    return frozenset(name for name in senders.by_name if _is_down(session, name, now))


def _is_down(session: Session, name: str, now: datetime) -> bool:
    recent = (Attempt.sender == name, Attempt.began_at > now - 5 * PASSED_OVER, Attempt.outcome.is_not(None))
    last = select(Attempt.outcome, Attempt.code, Attempt.answered_at).where(*recent)
    rows = session.execute(last.order_by(Attempt.began_at.desc()).limit(LAST_ANSWERS)).all()
    if len(rows) < LAST_ANSWERS or not all(_is_refusal(row.outcome, row.code) for row in rows):
        return False
    return any(row.answered_at > now - PASSED_OVER for row in rows)


def _is_refusal(outcome: Outcome, code: str) -> bool:
    return outcome is not Outcome.ACCEPTED and (code in DOWN or code.startswith("config:"))
