"""What people and organisations choose about their texts, and what is known of a phone."""

import enum
from datetime import time

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from senior_univ.core.db import Base, Instant, words_of
from senior_univ.network.models import Organisation


class FirstRung(enum.Enum):
    """How somebody is told first: some can't read, some have no mobile."""

    SMS = "sms"
    VOICE = "voice"
    CALL = "call"


FIRST_RUNG_LABELS = {
    FirstRung.SMS: _l("By text message"),
    FirstRung.VOICE: _l("By a call that reads it out"),
    FirstRung.CALL: _l("By a person who calls"),
}


class Topic(enum.Enum):
    """What somebody may switch off; sign-in codes and urgent changes can't be."""

    REMINDERS = "reminders"
    CHANGES = "changes"
    PLACES = "places"
    FAMILY = "family"
    AFTERWARDS = "afterwards"


TOPIC_LABELS = {
    Topic.REMINDERS: _l("Reminders of lessons"),
    Topic.CHANGES: _l("Changes of lessons that are not urgent"),
    Topic.PLACES: _l("Places, waiting lists and allocation days"),
    Topic.FAMILY: _l("What relatives and staff did for me"),
    Topic.AFTERWARDS: _l("Certificates and other news afterwards"),
}


class MessageChoice(Base):
    """How somebody wants to be told; who has no row is told first by text, of everything, without a weekly summary."""

    __tablename__ = "message_choice"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    first_rung: Mapped[FirstRung] = mapped_column(words_of(FirstRung), default=FirstRung.SMS)
    wants_weekly: Mapped[bool] = mapped_column(default=False)


class MutedTopic(Base):
    """Somebody wants no texts on this."""

    __tablename__ = "muted_topic"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    topic: Mapped[Topic] = mapped_column(words_of(Topic), primary_key=True)
    since: Mapped[Instant]


class PhoneStanding(Base):
    """What is known of a number, whoever's it is said to be: our own list decides.

    ``stopped_at``: its owner answered STOP; ``wrong_at``: whoever has it says that it is the wrong number;
    ``blocked_at``: the provider or carrier refuses it.
    """

    __tablename__ = "phone_standing"

    phone: Mapped[str] = mapped_column(String(20), primary_key=True)
    stopped_at: Mapped[Instant | None]
    wrong_at: Mapped[Instant | None]
    blocked_at: Mapped[Instant | None]


class OrganisationTexting(Base):
    """How an organisation's texts go; what is None is as the settings say.

    ``sender`` and ``fallback`` are names of configured senders. ``daily_cap``: the most texts a day, codes and urgent
    ones besides.
    """

    __tablename__ = "organisation_texting"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True)
    sender: Mapped[str | None] = mapped_column(String(20))
    fallback: Mapped[str | None] = mapped_column(String(20))
    signature: Mapped[str | None] = mapped_column(String(20))
    quiet_from: Mapped[time | None]
    quiet_until: Mapped[time | None]
    noon_quiet_from: Mapped[time | None]
    noon_quiet_until: Mapped[time | None]
    evening_reminder: Mapped[time | None]
    morning_reminder: Mapped[time | None]
    daily_cap: Mapped[int | None]

    organisation: Mapped[Organisation] = relationship()
