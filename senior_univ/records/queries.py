"""Reading certificates, hours and smiles. A learner's own is asked for by her id, which the caller may see."""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from senior_univ.accounts.models import Person
from senior_univ.attendance.models import TOOK_PART, Attendance
from senior_univ.core import clock
from senior_univ.core.access import Right, Viewer
from senior_univ.core.errors import NotFoundError
from senior_univ.core.permissions import AREA_ROLES, Permission
from senior_univ.core.words import LEAST_SHOWN
from senior_univ.enrolment import queries as enrolment
from senior_univ.records import rules
from senior_univ.records.models import Certificate, Face, SmileAnswer
from senior_univ.records.rules import Verdict
from senior_univ.timetable import queries as timetable
from senior_univ.timetable.models import CourseClass, Lesson


@dataclass(frozen=True)
class Candidate:
    """Somebody of a class: what she attended, and whether that is enough."""

    line: enrolment.RosterLine
    minutes: tuple[int, ...]
    verdict: Verdict
    certificate: Certificate | None

    @property
    def person(self) -> Person:
        """Who it is."""
        return self.line.person

    @property
    def lessons(self) -> int:
        """In how many lessons she was."""
        return len(self.minutes)

    @property
    def hours(self) -> int:
        """How many 课时 that makes."""
        return rules.hours_of(self.minutes)


@dataclass(frozen=True)
class Earnings:
    """Who of a class has earned a certificate; ``unrolled`` lessons were held without anything entered."""

    held: int
    unrolled: int
    is_over: bool
    candidates: tuple[Candidate, ...]

    @property
    def needed(self) -> int:
        """In how many lessons one must have been."""
        return rules.needed(self.held)

    @property
    def earned(self) -> list[Candidate]:
        """Those who get one now."""
        return [each for each in self.candidates if each.verdict is Verdict.EARNED]


def minutes_of(lesson: Lesson) -> int:
    """How long a lesson was."""
    return int((lesson.ends_at - lesson.starts_at).total_seconds() // 60)


def may_issue(viewer: Viewer, course_class: CourseClass) -> bool:
    """Whether the viewer plans for the class's own site: a home sees who has earned one, its site issues it."""
    area = any(post.role in AREA_ROLES and post.gives(Permission.PLAN_CLASSES) for post in viewer.posts)
    return area or course_class.organisation_id in viewer.organisation_ids(Permission.PLAN_CLASSES)


def earnings(session: Session, course_class: CourseClass) -> Earnings:
    """Everybody in a class that the caller may see, with what she attended and what comes of it."""
    lessons = {lesson.id: lesson for lesson in timetable.lessons_of_class(session, course_class.id)}
    standing = [lesson for lesson in lessons.values() if lesson.cancelled_at is None]
    past = {lesson.id for lesson in standing if lesson.ends_at <= clock.now()}
    rows = session.execute(
        select(Attendance.lesson_id, Attendance.person_id, Attendance.kind).where(Attendance.lesson_id.in_(past))
    ).all()
    held = {lesson_id for lesson_id, _person, _kind in rows}
    attended: dict[int, list[int]] = defaultdict(list)
    for lesson_id, person_id, kind in rows:
        if kind in TOOK_PART:
            attended[person_id].append(minutes_of(lessons[lesson_id]))
    issued = _latest_of_class(session, course_class.id)
    people = [
        _candidate(line, attended[line.person.id], len(held), issued.get(line.person.id))
        for line in enrolment.roster(session, course_class)
    ]
    is_over = course_class.cancelled_at is None and bool(standing) and len(past) == len(standing)
    return Earnings(len(held), len(past) - len(held), is_over, tuple(people))


def _latest_of_class(session: Session, class_id: int) -> dict[int, Certificate]:
    wanted = select(Certificate).where(Certificate.class_id == class_id).order_by(Certificate.id)
    return {each.person_id: each for each in session.scalars(wanted)}


def _candidate(
    line: enrolment.RosterLine, minutes: Sequence[int], held: int, certificate: Certificate | None
) -> Candidate:
    if certificate is not None:
        verdict = Verdict.TAKEN_BACK if certificate.taken_back_at else Verdict.HAS_ONE
    elif not held:
        verdict = Verdict.NO_ROLL
    else:
        verdict = Verdict.EARNED if rules.has_earned(len(minutes), held) else Verdict.TOO_FEW
    return Candidate(line, tuple(minutes), verdict, certificate)


def _with_class() -> Select[Certificate]:
    loaded: tuple[Any, ...] = timetable.class_options()
    of_class = contains_eager(Certificate.course_class).options(*loaded)
    return select(Certificate).join(Certificate.course_class).options(of_class, joinedload(Certificate.person))


def certificates_of(session: Session, person_id: int) -> Sequence[Certificate]:
    """Her certificates, those taken back too, the newest first."""
    hers = _with_class().where(Certificate.person_id == person_id)
    return session.scalars(hers.order_by(Certificate.issued_at.desc(), Certificate.id.desc())).all()


def certificate_for(session: Session, viewer: Viewer, certificate_id: int) -> Certificate:
    """That certificate: her own, her elder's, or of a class that the viewer plans; else NotFoundError."""
    elders = [elder for elder, rights in viewer.elders.items() if Right.SEE in rights]
    seen = or_(
        Certificate.person_id.in_([viewer.person_id, *elders]),
        timetable.sees_classes(viewer, Permission.PLAN_CLASSES),
    )
    found = session.scalar(_with_class().where(Certificate.id == certificate_id, seen))
    if found is None:
        raise NotFoundError
    return found


def certificate_numbered(session: Session, number: str) -> Certificate | None:
    """The certificate with that number, one taken back too: anybody who holds it may ask."""
    return session.scalar(_with_class().where(Certificate.number == number))


def is_replaced(session: Session, certificate: Certificate) -> bool:
    """Whether a new certificate has taken the place of this one."""
    return session.scalar(select(Certificate.id).where(Certificate.replaces_id == certificate.id).limit(1)) is not None


def taken_back(session: Session, certificate_ids: Collection[int]) -> set[int]:
    """Those of these certificates that were taken back."""
    gone = select(Certificate.id).where(Certificate.id.in_(certificate_ids), Certificate.taken_back_at.is_not(None))
    return set(session.scalars(gone))


def certificate_at_work(session: Session, viewer: Viewer, certificate_id: int) -> Certificate:
    """A certificate that the viewer may take back: of her own site's class; else NotFoundError."""
    sees = timetable.sees_classes(viewer, Permission.PLAN_CLASSES)
    found = session.scalar(_with_class().where(Certificate.id == certificate_id, sees))
    if found is None or not may_issue(viewer, found.course_class):
        raise NotFoundError
    return found


@dataclass(frozen=True)
class LearnedClass:
    """What she attended of a class."""

    course_class: CourseClass
    minutes: tuple[int, ...]
    certificate: Certificate | None

    @property
    def lessons(self) -> int:
        """In how many lessons she was."""
        return len(self.minutes)

    @property
    def hours(self) -> int:
        """How many 课时 that makes."""
        return rules.hours_of(self.minutes)


@dataclass(frozen=True)
class LearningRecord:
    """Everything that she has learned, term by term, the latest first; totals are the sums of what is shown."""

    rows: tuple[LearnedClass, ...]

    @property
    def hours(self) -> int:
        """课时 over all."""
        return sum(row.hours for row in self.rows)

    @property
    def lessons(self) -> int:
        """Lessons over all."""
        return sum(row.lessons for row in self.rows)

    @property
    def terms(self) -> list[tuple[str, list[LearnedClass]]]:
        """(term, its classes)."""
        by_term: dict[str, list[LearnedClass]] = defaultdict(list)
        for row in self.rows:
            by_term[row.course_class.term.name].append(row)
        return list(by_term.items())


def learning_record(session: Session, person_id: int) -> LearningRecord:
    """The hours of somebody whom the caller may see, counted from the attendance that stands."""
    lessons = session.scalars(
        select(Lesson)
        .join(Attendance, Attendance.lesson_id == Lesson.id)
        .where(Attendance.person_id == person_id, Attendance.kind.in_(TOOK_PART), Lesson.cancelled_at.is_(None))
        .order_by(Lesson.starts_at)
    )
    minutes: dict[int, list[int]] = defaultdict(list)
    for lesson in lessons:
        minutes[lesson.class_id].append(minutes_of(lesson))
    standing = {each.class_id: each for each in certificates_of(session, person_id) if each.taken_back_at is None}
    classes = select(CourseClass).where(CourseClass.id.in_(minutes)).options(*timetable.class_options())
    in_order = classes.order_by(CourseClass.first_lesson_at.desc(), CourseClass.id)
    found = session.scalars(in_order).all()
    ordered = sorted(found, key=lambda each: each.term.starts_on, reverse=True)
    return LearningRecord(tuple(LearnedClass(each, tuple(minutes[each.id]), standing.get(each.id)) for each in ordered))


def _was_in(person_id: int) -> Select[Lesson]:
    """Lessons that are over and in which she was."""
    loaded: tuple[Any, ...] = timetable.lesson_options()
    return (
        select(Lesson)
        .join(Attendance, Attendance.lesson_id == Lesson.id)
        .join(Lesson.course_class)
        .where(Attendance.person_id == person_id, Attendance.kind.in_(TOOK_PART))
        .where(Lesson.cancelled_at.is_(None), Lesson.ends_at <= clock.now())
        .options(*loaded)
    )


def lesson_she_was_in(session: Session, person_id: int, lesson_id: int) -> Lesson | None:
    """That lesson, if it is over and she was in it."""
    return session.scalar(_was_in(person_id).where(Lesson.id == lesson_id))


def lesson_to_ask_about(session: Session, person_id: int) -> Lesson | None:
    """Her last lesson of today or yesterday, if she has not said how it was."""
    since, _until = clock.day_bounds(clock.today() - rules.ASKED_FOR)
    recent = _was_in(person_id).where(Lesson.starts_at >= since)
    last = session.scalar(recent.order_by(Lesson.starts_at.desc(), Lesson.id.desc()).limit(1))
    return None if last is None or answer_of(session, person_id, last.id) else last


def answer_of(session: Session, person_id: int, lesson_id: int) -> SmileAnswer | None:
    """What she said of a lesson."""
    return session.get(SmileAnswer, (lesson_id, person_id))


@dataclass(frozen=True)
class Smiles:
    """How a class is found; None of each face where so few answered that it could be guessed who said what."""

    answers: int
    faces: dict[Face, int] | None


def smiles(session: Session, class_id: int) -> Smiles:
    """The answers about all lessons of a class that the caller may see, as counts."""
    rows = session.execute(
        select(SmileAnswer.face, func.count())
        .join(Lesson, Lesson.id == SmileAnswer.lesson_id)
        .where(Lesson.class_id == class_id)
        .group_by(SmileAnswer.face)
    ).all()
    counted = Counter(dict(rows))
    total = counted.total()
    return Smiles(total, {face: counted[face] for face in Face} if total >= LEAST_SHOWN else None)
