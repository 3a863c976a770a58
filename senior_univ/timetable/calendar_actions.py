"""Writing terms and public holidays."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import TypedDict, Unpack

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from senior_univ.audit.actions import record
from senior_univ.core import clock, words
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.timetable.holiday_lists import ListedDay, known_days
from senior_univ.timetable.models import CourseClass, Holiday, Lesson, Term


def import_known_holidays(session: Session) -> int:
    """Write the days that chinesecalendar knows and that are not there yet; how many were added.

    What an officer has entered for a day stands.
    """
    present = set(session.scalars(select(Holiday.on)))
    new = [day for day in known_days() if day.on not in present]
    _insert_days(session, new, "chinesecalendar")
    return len(new)


def _insert_days(session: Session, days: Iterable[ListedDay], source: str) -> None:
    if rows := [day._asdict() | {"source": source} for day in days]:
        session.execute(insert(Holiday), rows)


def enter_holidays(session: Session, days: Collection[ListedDay], *, source: str, by: Viewer) -> list[ListedDay]:
    """Write these days in place of what is there for them; the days as they are now.

    Lessons that are already planned stay: the officer is told how many there are (:func:`lessons_on`).
    """
    kept = list({day.on: day for day in days}.values())
    session.execute(delete(Holiday).where(Holiday.on.in_([day.on for day in kept])))
    _insert_days(session, kept, source)
    record(session, "holidays.entered", by=by, days=[day.on.isoformat() for day in kept])
    return kept


def remove_holidays(session: Session, holidays: Sequence[Holiday], *, by: Viewer) -> Sequence[Holiday]:
    """Let these days be like any other again."""
    for holiday in holidays:
        session.delete(holiday)
    record(session, "holidays.removed", by=by, days=[holiday.on.isoformat() for holiday in holidays])
    return holidays


def lessons_on(session: Session, days: Iterable[date]) -> int:
    """How many lessons are planned on these days."""
    bounds = [clock.day_bounds(day) for day in days]
    if not bounds:
        return 0
    first, last = min(starts for starts, _ in bounds), max(ends for _, ends in bounds)
    standing = select(Lesson.starts_at).where(
        Lesson.starts_at >= first, Lesson.starts_at < last, Lesson.cancelled_at.is_(None)
    )
    return sum(any(starts <= at < ends for starts, ends in bounds) for at in session.scalars(standing))


class Windows(TypedDict, total=False):
    """From when who may enrol, until when, and until which lesson she may leave by herself; None is no limit."""

    returning_from_on: date | None
    newcomers_from_on: date | None
    enrol_until_on: date | None
    withdraw_until_lesson: int | None


def add_term(
    session: Session, *, name: str, starts_on: date, ends_on: date, by: Viewer, **windows: Unpack[Windows]
) -> Term:
    """Add a term; refuses days that end before they begin or that another term has, and windows in a wrong order."""
    _check_term(session, None, starts_on, ends_on)
    _check_windows(windows, ends_on)
    term = Term(name=name, starts_on=starts_on, ends_on=ends_on, **windows)
    session.add(term)
    record(session, "term.added", term, by=by)
    return term


def change_term(
    session: Session, term: Term, *, name: str, starts_on: date, ends_on: date, by: Viewer, **windows: Unpack[Windows]
) -> Term:
    """Change a term's name, days or windows; its classes must still lie within it."""
    _check_term(session, term.id, starts_on, ends_on)
    _check_classes_fit(session, term, starts_on, ends_on)
    _check_windows(windows, ends_on)
    term.name, term.starts_on, term.ends_on = name, starts_on, ends_on
    for field, value in windows.items():
        setattr(term, field, value)
    record(session, "term.changed", term, by=by)
    return term


def _check_term(session: Session, term_id: int | None, starts_on: date, ends_on: date) -> None:
    if ends_on <= starts_on:
        raise DomainError("end_before_start", _l("A term must end after it begins."), field="ends_on")
    if (ends_on - starts_on).days > 366:
        raise DomainError("too_long", _l("A term lasts a year at most."), field="ends_on")
    overlaps = (Term.starts_on <= ends_on, Term.ends_on >= starts_on, Term.id != (term_id or 0))
    if other := session.scalar(select(Term).where(*overlaps).limit(1)):
        raise DomainError(
            "overlaps",
            _l(
                "%(term)s already has some of these days: %(first)s to %(last)s.",
                term=other.name,
                first=_day_said(other.starts_on),
                last=_day_said(other.ends_on),
            ),
            field="starts_on",
        )


def _check_windows(windows: Windows, ends_on: date) -> None:
    days = {
        "returning_from_on": windows.get("returning_from_on"),
        "newcomers_from_on": windows.get("newcomers_from_on"),
        "enrol_until_on": windows.get("enrol_until_on"),
    }
    given = [(field, day) for field, day in days.items() if day is not None]
    for (_earlier, first), (field, then) in pairwise(given):
        if then < first:
            words_said = _l("Learners of earlier terms come first, then newcomers; enrolment ends after that.")
            raise DomainError("windows_order", words_said, field=field)
    if given and given[-1][1] > ends_on:
        raise DomainError("window_after_term", _l("The term is over by then."), field=given[-1][0])


def _check_classes_fit(session: Session, term: Term, starts_on: date, ends_on: date) -> None:
    spans = select(func.min(CourseClass.first_lesson_at), func.max(CourseClass.last_lesson_at)).group_by(
        CourseClass.term_id
    )
    span = session.execute(spans.where(CourseClass.term_id == term.id)).one_or_none()
    if span is None:
        return
    first, last = (clock.local(at).date() for at in span)
    if first < starts_on or last > ends_on:
        words_said = _l(
            "This term's classes have lessons from %(first)s to %(last)s.",
            first=_day_said(first),
            last=_day_said(last),
        )
        raise DomainError("classes_outside", words_said, field="starts_on" if first < starts_on else "ends_on")


def _day_said(day: date) -> LazyString:
    return LazyString(words.day_words, day)
