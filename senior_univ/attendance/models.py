"""Leave, said before the lesson; who was there, with everything that was ever entered; cards; what went wrong."""

import enum

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from senior_univ.accounts.models import Person
from senior_univ.core.db import Base, Instant, Key, Note, words_of
from senior_univ.timetable.models import Lesson


class Leave(Base):
    """A learner will not come to one lesson; may be taken back until it begins.

    ``asked_by_id`` None: nobody asked, the lesson was moved onto another one of hers.
    """

    __tablename__ = "leave"
    __table_args__ = (
        Index(
            "uq_leave_standing",
            "lesson_id",
            "person_id",
            unique=True,
            postgresql_where=text("taken_back_at IS NULL"),
            sqlite_where=text("taken_back_at IS NULL"),
        ),
        Index("ix_leave_person", "person_id"),
    )

    id: Mapped[Key]
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[Note]
    asked_at: Mapped[Instant]
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    taken_back_at: Mapped[Instant | None]
    taken_back_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    lesson: Mapped[Lesson] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class Kind(enum.Enum):
    """Whether and how somebody took part in a lesson."""

    PRESENT = "present"
    LATE = "late"
    LEAVE = "leave"
    ABSENT = "absent"
    ONLINE = "online"
    OTHER_WAY = "other_way"


KIND_LABELS = {
    Kind.PRESENT: _l("Present"),
    Kind.LATE: _l("Came late"),
    Kind.LEAVE: _l("Leave"),
    Kind.ABSENT: _l("Absent"),
    Kind.ONLINE: _l("Online"),
    Kind.OTHER_WAY: _l("Took part in another way"),
}
TOOK_PART = frozenset({Kind.PRESENT, Kind.LATE, Kind.ONLINE, Kind.OTHER_WAY})
"""What counts as having been in the lesson."""


class Participation(enum.Enum):
    """How a resident took part: the care view of the same lesson."""

    ACTIVE = "active"
    PASSIVE = "passive"
    DECLINED = "declined"
    UNAVAILABLE = "unavailable"


PARTICIPATION_LABELS = {
    Participation.ACTIVE: _l("Took part actively"),
    Participation.PASSIVE: _l("Watched and listened"),
    Participation.DECLINED: _l("Did not want to"),
    Participation.UNAVAILABLE: _l("Could not come"),
}


class How(enum.Enum):
    """How an attendance was entered; an inspector reads it."""

    TAP = "tap"
    ALL_HERE = "all_here"
    CARD = "card"
    WALL_CODE = "wall_code"
    OFFLINE = "offline"
    LATE_BULK = "late_bulk"


HOW_LABELS = {
    How.TAP: _l("One tap by the teacher"),
    How.ALL_HERE: _l("With \u201call here\u201d"),
    How.CARD: _l("By her card"),
    How.WALL_CODE: _l("By the code on the wall"),
    How.OFFLINE: _l("By the teacher, without a network"),
    How.LATE_BULK: _l("Afterwards, many at once"),
}


class AttendanceEntry(Base):
    """One entry about one person in one lesson. Entries are only ever added; what stands follows from all of them.

    ``client_id`` is the entry's own name, made where it was tapped: the same entry sent twice is one row. ``entered_at``
    is when it was tapped, ``received_at`` when it came here. An entry says a kind, a participation level, or both.
    """

    __tablename__ = "attendance_entry"
    __table_args__ = (
        CheckConstraint("kind IS NOT NULL OR participation IS NOT NULL", name="says_something"),
        Index("ix_attendance_entry_lesson", "lesson_id", "person_id", "entered_at"),
        Index("ix_attendance_entry_received", "received_at"),
    )

    id: Mapped[Key]
    client_id: Mapped[str] = mapped_column(String(36), unique=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[Kind | None] = mapped_column(words_of(Kind))
    participation: Mapped[Participation | None] = mapped_column(words_of(Participation))
    how: Mapped[How] = mapped_column(words_of(How))
    entered_at: Mapped[Instant]
    received_at: Mapped[Instant]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    entered_by: Mapped[Person] = relationship(foreign_keys=[entered_by_id])


class Attendance(Base):
    """What stands for one person in one lesson: the latest of her entries (see ``rules.standing_of``).

    ``entered_at``, ``received_at``, ``entered_by_id`` and ``how`` are those of the entry that gave the kind.
    ``is_late``: it was received more than a day after the lesson ended. ``changes``: how many entries stand behind it.
    """

    __tablename__ = "attendance"
    __table_args__ = (Index("ix_attendance_person", "person_id"), Index("ix_attendance_late", "is_late", "lesson_id"))

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    kind: Mapped[Kind] = mapped_column(words_of(Kind))
    participation: Mapped[Participation | None] = mapped_column(words_of(Participation))
    how: Mapped[How] = mapped_column(words_of(How))
    entered_at: Mapped[Instant]
    received_at: Mapped[Instant]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    is_late: Mapped[bool] = mapped_column(default=False)
    changes: Mapped[int] = mapped_column(default=1)

    lesson: Mapped[Lesson] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    entered_by: Mapped[Person] = relationship(foreign_keys=[entered_by_id])


class LearnerCard(Base):
    """A paper card with a QR code that says who she is at the door; only a hash of its token is kept."""

    __tablename__ = "learner_card"
    __table_args__ = (
        Index(
            "uq_learner_card_standing",
            "person_id",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
            sqlite_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[Instant]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    revoked_at: Mapped[Instant | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])


class IncidentKind(enum.Enum):
    """What went wrong in class 突发情况."""

    FALL = "fall"
    UNWELL = "unwell"
    MISSING = "missing"
    OTHER = "other"


INCIDENT_LABELS = {
    IncidentKind.FALL: _l("She fell"),
    IncidentKind.UNWELL: _l("She feels unwell"),
    IncidentKind.MISSING: _l("She left and nobody knows where she is"),
    IncidentKind.OTHER: _l("Something else happened"),
}


class Incident(Base):
    """Something went wrong in class: with whom, what, when, by whom written down. ``client_id`` as in an entry."""

    __tablename__ = "incident"

    id: Mapped[Key]
    client_id: Mapped[str] = mapped_column(String(36), unique=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[IncidentKind] = mapped_column(words_of(IncidentKind))
    note: Mapped[Note]
    happened_at: Mapped[Instant]
    written_at: Mapped[Instant]
    written_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    lesson: Mapped[Lesson] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    written_by: Mapped[Person] = relationship(foreign_keys=[written_by_id])


class AbsenceCall(Base):
    """Somebody who lives alone was missed in a lesson and her site was told: once, whoever noticed."""

    __tablename__ = "absence_call"

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    told_at: Mapped[Instant]


class UncalledRoll(Base):
    """Nobody called the roll of a lesson with people who live alone, and its site was told: once."""

    __tablename__ = "uncalled_roll"

    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), primary_key=True)
    told_at: Mapped[Instant]


class FileKind(enum.Enum):
    """What was attached to a lesson."""

    SIGN_IN_SHEET = "sign_in_sheet"
    PHOTO = "photo"


FILE_LABELS = {FileKind.SIGN_IN_SHEET: _l("Signed sign-in sheet"), FileKind.PHOTO: _l("Photo of the class")}


class LessonFile(Base):
    """A scan or photo that is evidence of a lesson. The file lies in the folder of the settings, named by ``digest``.

    ``has_consent``: whoever attached it stated that everybody whose face can be seen agreed. Once removed, the row stays
    with the reason; the file itself goes.
    """

    __tablename__ = "lesson_file"

    id: Mapped[Key]
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"), index=True)
    kind: Mapped[FileKind] = mapped_column(words_of(FileKind))
    digest: Mapped[str] = mapped_column(String(64), index=True)
    ending: Mapped[str] = mapped_column(String(4))
    bytes: Mapped[int]
    has_consent: Mapped[bool]
    added_at: Mapped[Instant]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    removed_at: Mapped[Instant | None]
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    removal_reason: Mapped[Note]

    lesson: Mapped[Lesson] = relationship()
    added_by: Mapped[Person] = relationship(foreign_keys=[added_by_id])
    removed_by: Mapped[Person | None] = relationship(foreign_keys=[removed_by_id])
