"""People, how they sign in, what they do for organisations, and who may act for whom."""

import enum
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from senior_univ.core.access import Right
from senior_univ.core.db import Base, Instant, Key, Name, Note, words_of
from senior_univ.core.permissions import Role
from senior_univ.network.models import Organisation, Region


class PhoneKind(enum.Enum):
    """What a number can do: a text reaches a mobile only."""

    MOBILE = "mobile"
    LANDLINE = "landline"


class Person(Base):
    """Somebody: learner, relative, teacher, staff. May have no account, no mobile, no phone.

    ``phone`` is E.164; several people may share one. ``site_id`` is the organisation that looks after her calls.
    """

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint("birth_year BETWEEN 1900 AND 2100", name="birth_year"),
        Index("ix_person_phone_tail", "phone_tail"),
    )

    id: Mapped[Key]
    name: Mapped[Name]
    birth_year: Mapped[int | None]
    born_on: Mapped[date | None]
    phone: Mapped[str | None] = mapped_column(String(20), index=True)
    phone_kind: Mapped[PhoneKind | None] = mapped_column(words_of(PhoneKind))
    phone_tail: Mapped[str | None] = mapped_column(String(4))
    region_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"), index=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    lives_alone: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]
    language: Mapped[str | None] = mapped_column(String(10))
    text_size: Mapped[str | None] = mapped_column(String(10))
    theme: Mapped[str | None] = mapped_column(String(10))
    reminders_stopped_at: Mapped[Instant | None]

    region: Mapped[Region | None] = relationship()
    site: Mapped[Organisation | None] = relationship()

    @property
    def mobile(self) -> str | None:
        """The number that a text reaches, or None."""
        return self.phone if self.phone_kind is PhoneKind.MOBILE else None


class NameReading(Base):
    """One way to type a person's name on a keyboard: full pinyin (wangxiuying) or its initials (wxy)."""

    __tablename__ = "name_reading"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True)
    reading: Mapped[str] = mapped_column(String(80), primary_key=True, index=True)


class Account(Base):
    """What somebody signs in with; staff have a password, everybody else a code to their phone.

    ``session_number`` is part of the session: raising it signs the person out everywhere.
    """

    __tablename__ = "account"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    login_name: Mapped[str | None] = mapped_column(String(40), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    session_number: Mapped[int] = mapped_column(default=1)
    closed_at: Mapped[Instant | None]

    person: Mapped[Person] = relationship()


class RoleAssignment(Base):
    """What somebody does for an organisation, from and to."""

    __tablename__ = "role_assignment"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    role: Mapped[Role] = mapped_column(words_of(Role))
    given_at: Mapped[Instant]
    given_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    taken_at: Mapped[Instant | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    organisation: Mapped[Organisation] = relationship()


class Consent(enum.Enum):
    """How an elder said yes; never by reading out a code."""

    ON_HER_SCREEN = "on_her_screen"
    BY_PHONE = "by_phone"
    BY_TEXT = "by_text"
    IN_PERSON = "in_person"
    GUARDIAN = "guardian"


RIGHT_LABELS = {
    Right.SEE: _l("See the timetable and classes"),
    Right.ASK_LEAVE: _l("Ask for leave from a lesson"),
    Right.ENROL: _l("Enrol in a class"),
    Right.WITHDRAW: _l("Withdraw from a class"),
}

RELATION_LABELS = {
    "daughter": _l("Daughter"),
    "son": _l("Son"),
    "daughter_in_law": _l("Daughter-in-law"),
    "son_in_law": _l("Son-in-law"),
    "grandchild": _l("Grandchild"),
    "spouse": _l("Husband or wife"),
    "sibling": _l("Brother or sister"),
    "other": _l("Another relative or somebody close"),
}
"""What the relative is to the elder."""

CONSENT_LABELS = {
    Consent.ON_HER_SCREEN: _l("On her own signed-in screen"),
    Consent.BY_PHONE: _l("By phone, on the number on file"),
    Consent.BY_TEXT: _l("By a text from her own phone"),
    Consent.IN_PERSON: _l("In front of staff"),
    Consent.GUARDIAN: _l("By her guardian"),
}


class FamilyGrant(Base):
    """An elder lets a relative act for her. Without ``consented_at`` it is only asked for and allows nothing.

    ``witness_id`` is who recorded a consent that was not given on the elder's own screen, ``basis`` a guardian's paper.
    """

    __tablename__ = "family_grant"
    __table_args__ = (
        CheckConstraint("elder_id <> relative_id", name="two_people"),
        Index(
            "uq_family_grant_standing",
            "elder_id",
            "relative_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
            sqlite_where=text("ended_at IS NULL"),
        ),
        Index(
            "uq_family_grant_main",
            "elder_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL AND consented_at IS NOT NULL AND is_main_contact"),
            sqlite_where=text("ended_at IS NULL AND consented_at IS NOT NULL AND is_main_contact"),
        ),
    )

    id: Mapped[Key]
    elder_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    relative_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    relation: Mapped[str] = mapped_column(String(20), default="")
    rights: Mapped[list[str]] = mapped_column(JSON, default=list)
    is_main_contact: Mapped[bool] = mapped_column(default=False)
    asked_at: Mapped[Instant]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    consent: Mapped[Consent | None] = mapped_column(words_of(Consent))
    consented_at: Mapped[Instant | None]
    witness_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    basis: Mapped[Note]
    ends_on: Mapped[date | None]
    ended_at: Mapped[Instant | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    elder: Mapped[Person] = relationship(foreign_keys=[elder_id])
    relative: Mapped[Person] = relationship(foreign_keys=[relative_id])

    @property
    def allowed(self) -> frozenset[Right]:
        """What this grant allows as it is written; whether it stands today is asked of ``rules``."""
        return frozenset(Right(right) for right in self.rights)


class BelongingReason(enum.Enum):
    """Why an organisation may see a person."""

    ENROLLED = "enrolled"
    RESIDENT = "resident"
    DESK = "desk"
    STAFF = "staff"


class Belonging(Base):
    """Why and since when an organisation may see a person; written by accounts, care and enrolment."""

    __tablename__ = "belonging"
    __table_args__ = (UniqueConstraint("person_id", "organisation_id", "reason"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    reason: Mapped[BelongingReason] = mapped_column(words_of(BelongingReason))
    from_on: Mapped[date]
    to_on: Mapped[date | None]


class Draft(Base):
    """A form that somebody began and did not send, for her eyes only and for some days.

    ``path`` is the page on which it is filled in, ``data`` the fields as they were typed.
    """

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("person_id", "path"),)

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    path: Mapped[str] = mapped_column(String(200))
    data: Mapped[dict[str, list[str]]] = mapped_column(JSON, default=dict)
    saved_at: Mapped[Instant] = mapped_column(index=True)


class CodePurpose(enum.Enum):
    """What a code is for; a code for one thing opens no other."""

    SIGN_IN = "sign_in"


class SignInCode(Base):
    """A six-digit code to a phone: ten minutes, one use, five tries; kept as a keyed hash only."""

    __tablename__ = "sign_in_code"
    __table_args__ = (Index("ix_sign_in_code_phone", "phone", "issued_at"),)

    id: Mapped[Key]
    phone: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[CodePurpose] = mapped_column(words_of(CodePurpose), default=CodePurpose.SIGN_IN)
    code_hash: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    tries_left: Mapped[int] = mapped_column(default=5)
    used_at: Mapped[Instant | None]


class Throttle(Base):
    """How often something was tried within a window, per phone or per address (both kept as keyed hashes)."""

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    window_starts_at: Mapped[Instant] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)
