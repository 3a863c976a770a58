"""What people answered."""

import enum

from flask_babel import lazy_gettext as _l
from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from senior_univ.accounts.models import Person
from senior_univ.core.db import Base, Instant, Key, words_of
from senior_univ.network.models import Organisation


class Meaning(enum.Enum):
    """What a reply was taken for."""

    COMING = "coming"
    KNOWS = "knows"
    LEAVE = "leave"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    AGREED = "agreed"
    STOP = "stop"
    START = "start"
    WRONG_NUMBER = "wrong_number"
    OTHER = "other"


MEANING_LABELS = {
    Meaning.COMING: _l("Is coming"),
    Meaning.KNOWS: _l("Knows of it"),
    Meaning.LEAVE: _l("Can't come"),
    Meaning.ACCEPTED: _l("Takes the place"),
    Meaning.DECLINED: _l("Declines the place"),
    Meaning.AGREED: _l("Agrees to her relative"),
    Meaning.STOP: _l("Wants no more texts"),
    Meaning.START: _l("Wants texts again"),
    Meaning.WRONG_NUMBER: _l("Wrong number"),
    Meaning.OTHER: _l("For a person to read"),
}


class IncomingText(Base):
    """A text that came, once: the same told twice is one row. What nobody understood waits in a site's inbox.

    ``message_id`` is the text that it answers, ``person_id`` whom it is about where that is known; ``organisation_id``
    whose inbox it is in. ``phone`` and ``text`` are blank once it was ``forgotten_at``.
    """

    __tablename__ = "incoming_text"
    __table_args__ = (
        UniqueConstraint("sender", "ref"),
        Index("ix_incoming_text_phone", "phone", "came_at"),
        Index("ix_incoming_text_inbox", "organisation_id", "settled_at"),
    )

    id: Mapped[Key]
    sender: Mapped[str] = mapped_column(String(20))
    ref: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(String(1600))
    came_at: Mapped[Instant]
    meaning: Mapped[Meaning] = mapped_column(words_of(Meaning))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("message.id", ondelete="SET NULL"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    settled_at: Mapped[Instant | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    forgotten_at: Mapped[Instant | None]

    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    settled_by: Mapped[Person | None] = relationship(foreign_keys=[settled_by_id])
    organisation: Mapped[Organisation | None] = relationship()
