"""Issuing certificates and taking them back, and saying how a lesson was. Nothing here commits."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.attendance.models import Attendance
from senior_univ.audit import actions as audit
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.records import queries, rules
from senior_univ.records.events import certificates_issued
from senior_univ.records.models import Certificate, Face, SmileAnswer
from senior_univ.records.queries import Candidate
from senior_univ.records.rules import Verdict
from senior_univ.timetable.models import CourseClass, Lesson


def issue_all(session: Session, course_class: CourseClass, *, by: Viewer) -> list[Certificate]:
    """A certificate to everybody who has earned one and has none: doing it twice issues nothing twice."""
    earned = _earnings_to_issue(session, course_class, by).earned
    if not earned:
        raise DomainError("nobody_earned", _l("Nobody is waiting for a certificate in this class."))
    return _issue(session, course_class, earned, by)


def issue_again(session: Session, course_class: CourseClass, person_id: int, *, by: Viewer) -> list[Certificate]:
    """A new certificate, with a new number, to somebody whose first was taken back: what was wrong on it is right now."""
    found = _earnings_to_issue(session, course_class, by)
    for each in found.candidates:
        if each.person.id == person_id and each.verdict is Verdict.TAKEN_BACK:
            if not rules.has_earned(each.lessons, found.held):
                raise DomainError("too_few", _l("She was in too few lessons for a certificate."))
            return _issue(session, course_class, [each], by, replaces=each.certificate)
    raise DomainError("has_one", _l("She has her certificate already, or never had one in this class."))


def _earnings_to_issue(session: Session, course_class: CourseClass, by: Viewer) -> queries.Earnings:
    # The class's row is locked: two people issuing at once give one certificate each, not two.
    session.execute(select(CourseClass.id).where(CourseClass.id == course_class.id).with_for_update())
    if not queries.may_issue(by, course_class):
        raise DomainError("not_the_site", _l("Certificates of this class are issued by its teaching site."))
    found = queries.earnings(session, course_class)
    if not found.is_over:
        raise DomainError("not_over", _l("Certificates are issued when the last lesson is over."))
    return found


def _issue(
    session: Session,
    course_class: CourseClass,
    earned: Sequence[Candidate],
    by: Viewer,
    *,
    replaces: Certificate | None = None,
) -> list[Certificate]:
    issued = [
        Certificate(
            number=rules.new_number(),
            class_id=course_class.id,
            person_id=each.person.id,
            name=each.person.name,
            title=course_class.course.title,
            replaces_id=replaces.id if replaces else None,
            hours=each.hours,
            lessons=each.lessons,
            issued_at=clock.now(),
            issued_by_id=by.person_id,
            taken_back_reason="",
        )
        for each in earned
    ]
    session.add_all(issued)
    session.flush()
    about = course_class.course.title
    audit.record_all(session, "certificate.issued", [(each, each.person_id) for each in issued], by=by, about=about)
    certificates_issued.send(session, course_class=course_class, certificates=issued)
    return issued


def take_back(session: Session, certificate: Certificate, *, reason: str, by: Viewer) -> Certificate:
    """A certificate that should not stand; whoever asks for its number is told so, and it is kept."""
    standing = select(Certificate.id).where(Certificate.id == certificate.id, Certificate.taken_back_at.is_(None))
    if session.scalar(standing.with_for_update()) is None:
        raise DomainError("taken_back", _l("This certificate was taken back already."))
    certificate.taken_back_at = clock.now()
    certificate.taken_back_by_id = by.person_id
    certificate.taken_back_reason = reason
    audit.record(
        session,
        "certificate.taken_back",
        certificate,
        by=by,
        on_behalf_of=certificate.person_id,
        about=certificate.course_class.course.title,
    )
    return certificate


def say_how_it_was(session: Session, lesson: Lesson, *, face: Face, person_id: int) -> SmileAnswer:
    """Keep her answer about a lesson in which she was; a later one of the same day takes its place."""
    # Her attendance is locked: of two taps at once the second changes the first's answer.
    session.get(Attendance, (lesson.id, person_id), with_for_update=True)
    said = queries.answer_of(session, person_id, lesson.id)
    answered_on = clock.local(said.answered_at).date() if said else None
    may_say = rules.may_say(clock.local(lesson.starts_at).date(), answered_on, clock.today())
    if said is not None and not may_say:
        raise DomainError(
            "answered", _l("You have said how it was. Thank you! It can be changed on the same day only.")
        )
    if not may_say:
        raise DomainError("too_late", _l("This lesson was some days ago. Please tell us after the next one."))
    if said is None:
        said = SmileAnswer(lesson_id=lesson.id, person_id=person_id, face=face, answered_at=clock.now())
        session.add(said)
    said.face, said.answered_at = face, clock.now()
    return said
