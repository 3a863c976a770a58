"""What stands on each kind of user's first screen: a dictionary for its template, in a fixed number of queries."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from senior_univ.attendance.queries import count_away_from
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.permissions import Permission
from senior_univ.core.words import masked_count, near_day_words
from senior_univ.enrolment.queries import learner_counts, learner_total, next_lesson
from senior_univ.enrolment.too_few import due
from senior_univ.home import queries
from senior_univ.network.models import CARE_KINDS, TEACHING_KINDS, Organisation
from senior_univ.network.queries import organisation_scope
from senior_univ.partnerships.to_answer import to_answer
from senior_univ.partnerships.waiting_items import waiting_items
from senior_univ.reminders import calls, inbox
from senior_univ.teaching.queries import what_waits
from senior_univ.timetable.booking_queries import count_waiting, waiting_bookings
from senior_univ.timetable.models import CourseClass, Lesson, RoomBooking, Side
from senior_univ.timetable.queries import current_term, lessons_between
from senior_univ.timetable.settled_bookings import count_unsettled as count_unsettled_bookings
from senior_univ.timetable.settling import count_unsettled

SOON = timedelta(hours=3)
"""How long before a lesson the card says 还有40分钟."""
MOST_NAMED = 3
"""So many bookings that wait are named each."""


def learner_screen(session: Session, person_id: int) -> dict[str, Any]:
    """The today card and what is open for her: her next lesson and how long until it."""
    lesson = next_lesson(session, person_id)
    is_today = lesson is not None and clock.local(lesson.starts_at).date() == clock.today()
    until = lesson.starts_at - clock.now() if lesson is not None and is_today else None
    is_soon = until is not None and timedelta(0) < until <= SOON
    return {
        "lesson": lesson,
        "is_today": is_today,
        "is_running": until is not None and until <= timedelta(0),
        "minutes_until": ceil(until.total_seconds() / 60) if until is not None and is_soon else None,
        "person": queries.person_of(session, person_id),
        "news": queries.news_of(session, person_id),
    }


@dataclass(frozen=True)
class Task:
    """Something that waits for somebody at work: in words, and where it is done."""

    words: str
    url: str


def work_screen(session: Session, viewer: Viewer) -> dict[str, Any]:
    """What waits for somebody at work today: tasks, lessons and calls."""
    closes_calls = viewer.may(Permission.CLOSE_CALL_BACKS)
    return {
        "organisations": _own_organisations(session, viewer),
        "lessons": _lessons_today(session, viewer),
        "tasks": list(_tasks(session, viewer)),
        "exchange": to_answer(session, viewer) if viewer.may(Permission.SEE_CLASS_REQUESTS) else None,
        "open_calls": queries.count_open_call_backs(session, viewer) if closes_calls else None,
    }


def _tasks(session: Session, viewer: Viewer) -> Iterator[Task]:
    """The most pressing first."""
    yield from _tasks_of_texts(session, viewer)
    if viewer.may(Permission.PLAN_CLASSES):
        if number := count_unsettled(session, viewer):
            words = ngettext("%(num)d lesson no longer fits", "%(num)d lessons no longer fit", number)
            yield Task(words, url_for("timetable.to_settle"))
        if number := count_unsettled_bookings(session, viewer):
            words = ngettext("%(num)d booking no longer fits", "%(num)d bookings no longer fit", number)
            yield Task(words, url_for("timetable.to_settle"))
        if number := _count(session, due(viewer)):
            words = ngettext("%(num)d class has too few learners", "%(num)d classes have too few learners", number)
            yield Task(words, url_for("enrolment.classes_too_few"))
    if viewer.may(Permission.SEE_CLASS_REQUESTS):
        for item in waiting_items(session, viewer):
            yield Task(item.words, url_for(item.endpoint, **item.arguments))
    yield from _tasks_of_bookings(session, viewer)
    if viewer.may(Permission.MANAGE_TEACHERS):
        yield from _tasks_of_teachers(session, viewer)


def _tasks_of_texts(session: Session, viewer: Viewer) -> Iterator[Task]:
    """Whom a person must call, who will not come, and what a person must read."""
    if viewer.may(Permission.PLAN_CLASSES) and (number := calls.count_open(session, viewer)):
        yield Task(ngettext("%(num)d call to make", "%(num)d calls to make", number), url_for("reminders.open_calls"))
    if viewer.may(Permission.TEACH) and (number := _away_soon(session, viewer)):
        words = ngettext(
            "%(num)d learner is on leave from your lessons of today and tomorrow",
            "%(num)d learners are on leave from your lessons of today and tomorrow",
            number,
        )
        yield Task(words, url_for("timetable.my_day"))
    if viewer.may(Permission.SEE_MESSAGES) and (number := inbox.count_unsettled(session, viewer)):
        words = ngettext("%(num)d answer to a text to read", "%(num)d answers to texts to read", number)
        yield Task(words, url_for("reminders.inbox_page"))


def _away_soon(session: Session, viewer: Viewer) -> int:
    tomorrow_ends = clock.day_bounds(clock.today() + timedelta(days=1))[1]
    return count_away_from(session, viewer.person_id, clock.now(), tomorrow_ends)


def _tasks_of_bookings(session: Session, viewer: Viewer) -> Iterator[Task]:
    """A few are named each, many are counted."""
    number = count_waiting(session, viewer)
    if number > MOST_NAMED:
        words = ngettext("%(num)d booking of a room waits for you", "%(num)d bookings of rooms wait for you", number)
        yield Task(words, url_for("timetable.waiting_bookings"))
    elif number:
        for booking in session.scalars(waiting_bookings(viewer)):
            yield Task(_booking_words(booking), url_for("timetable.booking", booking_id=booking.id))


def _booking_words(booking: RoomBooking) -> str:
    where = f"{booking.room.venue.name} {booking.room.name}"
    day = near_day_words(booking.starts_at)
    if booking.is_pending:
        return _("%(who)s asks for a room: %(where)s, %(day)s", who=booking.organisation.name, where=where, day=day)
    if booking.waits_for is Side.GUEST:
        owner = booking.room.venue.organisation.name
        return _("%(who)s has answered your booking: %(where)s, %(day)s", who=owner, where=where, day=day)
    return _("%(who)s has changed a booking: %(where)s, %(day)s", who=booking.organisation.name, where=where, day=day)


def _tasks_of_teachers(session: Session, viewer: Viewer) -> Iterator[Task]:
    waits = what_waits(session, viewer)
    if number := waits.volunteers:
        words = ngettext("%(num)d volunteer waits for an answer", "%(num)d volunteers wait for an answer", number)
        yield Task(words, url_for("teaching.volunteers"))
    if number := waits.teachers:
        words = ngettext("Papers of %(num)d teacher end soon", "Papers of %(num)d teachers end soon", number)
        yield Task(words, url_for("teaching.expiring"))


def _count(session: Session, query: Select[Any]) -> int:
    return (
        session.scalar(
            select(func.count()).select_from(query.order_by(None).with_only_columns(CourseClass.id).subquery())
        )
        or 0
    )


def _own_organisations(session: Session, viewer: Viewer) -> list[Organisation]:
    ids = {post.organisation_id for post in viewer.posts}
    return list(session.scalars(select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.id)))


def _lessons_today(session: Session, viewer: Viewer) -> list[Lesson]:
    """Today's lessons of the sites and homes that the viewer works for."""
    starts, ends = clock.day_bounds(clock.today())
    own = {post.organisation_id for post in viewer.posts if post.gives(Permission.PLAN_CLASSES)}
    found = {
        lesson.id: lesson
        for organisation_id in own
        for lesson in lessons_between(session, starts, ends, organisation_id=organisation_id)
    }
    return sorted(found.values(), key=lambda lesson: (lesson.starts_at, lesson.id))


@dataclass(frozen=True)
class AreaRow:
    """One site or home of an officer's area; ``learners`` in words, since fewer than five are not told."""

    organisation: Organisation
    classes: int
    learners: str


def area_screen(session: Session, viewer: Viewer) -> dict[str, Any]:
    """An officer's sites and homes with classes and learners as counts, and their sums."""
    scope = organisation_scope(viewer, Permission.SEE_COVERAGE)
    places = session.scalars(
        select(Organisation)
        .where(scope, Organisation.closed_on.is_(None), Organisation.kind.in_(TEACHING_KINDS | CARE_KINDS))
        .order_by(Organisation.region_code, Organisation.id)
    ).all()
    term = current_term(session)
    classes = _classes_of_each(session, term.id) if term else {}
    learners = learner_counts(session, viewer)
    rows = [AreaRow(place, classes.get(place.id, 0), masked_count(learners.get(place.id, 0))) for place in places]
    return {
        "term": term,
        "sites": [row for row in rows if row.organisation.is_teaching],
        "homes": [row for row in rows if row.organisation.is_care_home],
        "class_count": sum(row.classes for row in rows),
        "learner_count": masked_count(learner_total(session, viewer)),
    }


def _classes_of_each(session: Session, term_id: int) -> dict[int, int]:
    """Standing classes of the term by where they are given: the home's, where it is for residents."""
    place = func.coalesce(CourseClass.home_id, CourseClass.organisation_id)
    rows = session.execute(
        select(place, func.count())
        .where(CourseClass.term_id == term_id, CourseClass.cancelled_at.is_(None))
        .group_by(place)
    )
    return dict(rows.all())
