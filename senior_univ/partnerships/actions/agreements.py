"""What was agreed becomes a class with its seats, ends early or in its time, and is looked back upon."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from senior_univ.audit.actions import record
from senior_univ.care.queries import residencies_of
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.words import long_day_words
from senior_univ.enrolment import actions as enrolment
from senior_univ.enrolment.models import Hand
from senior_univ.partnerships import queries, rules
from senior_univ.partnerships.actions import village
from senior_univ.partnerships.actions.offers import home_of_class
from senior_univ.partnerships.models import Agreement, Feedback, NewsKind, Rating
from senior_univ.partnerships.news import tell
from senior_univ.timetable import actions as timetable
from senior_univ.timetable.co_teachers import add_helper
from senior_univ.timetable.models import Assistance, CourseClass, Lesson
from senior_univ.timetable.rules import Plan, first_day


def schedule_class(session: Session, agreement: Agreement, plan: Plan, *, by: Viewer) -> CourseClass:
    """Open the agreed class; refuses ended, too_early, already_scheduled, wrong_home and whatever ``open_class`` refuses.

    No lesson is after the agreement's last day.
    """
    plan = replace(plan, every_weeks=agreement.offer.request.frequency.every_weeks, until_on=agreement.to_on)
    session.flush()  # a refresh forgets what was not written yet
    session.refresh(agreement, ["class_id", "to_on", "ended_at"], with_for_update=True)
    _check_agreement(session, agreement, first_day(plan, clock.now()))
    agreed_room = agreement.offer.room_id
    is_home_room = plan.room.venue.organisation_id == agreement.home_id
    if plan.home_id != home_of_class(agreement.offer.request) or not (is_home_room or plan.room.id == agreed_room):
        raise DomainError("wrong_home", _l("The class is held in a room of the home."), field="room")
    if agreement.offer.request.village_places:
        village.lend_room(session, agreement, plan, by=by)
    opened = timetable.open_class(session, plan, by=by)
    if co_teacher := agreement.offer.co_teacher:
        add_helper(session, opened, co_teacher, Assistance.CO_TEACHER, by=by)
    agreement.class_id = opened.id
    session.expire(agreement, ["course_class"])
    record(session, "agreement.scheduled", agreement, by=by, class_id=opened.id)
    tell(session, NewsKind.SCHEDULED, agreement, to=agreement.site_id, by=agreement.home_id)
    return opened


def _check_agreement(session: Session, agreement: Agreement, first: date) -> None:
    if agreement.ended_at is not None or (agreement.to_on is not None and agreement.to_on < first):
        raise DomainError("ended", _l("This agreement has ended."))
    if first < agreement.from_on:
        words = _l("The agreement begins on %(day)s.", day=LazyString(long_day_words, agreement.from_on))
        raise DomainError("too_early", words, field="from_on")
    if queries.is_scheduled(session, agreement):
        raise DomainError("already_scheduled", _l("The class of this agreement has been scheduled already."))


def enrol_residents(
    session: Session, course_class: CourseClass, home_id: int, person_ids: Collection[int], *, by: Viewer
) -> enrolment.Outcome:
    """Give residents of the home seats in a class, as many as may; refuses not_resident for anybody else."""
    residencies = residencies_of(session, person_ids)
    if any(each not in residencies or residencies[each].home_id != home_id for each in person_ids):
        raise DomainError("not_resident", _l("Somebody of these no longer lives in your home."), field="people")
    return enrolment.take_seats(session, course_class=course_class, person_ids=person_ids, hand=Hand.CARE_HOME, by=by)


def end_agreement(session: Session, agreement: Agreement, last_on: date, reason: str, *, by: Viewer) -> Agreement:
    """End an agreement before its time: lessons after ``last_on`` fall away, and whoever has a seat is told.

    Refuses ended, no_reason, in_the_past and too_late (it ends by itself by then).
    """
    session.flush()  # a refresh forgets what was not written yet
    session.refresh(agreement, ["class_id", "to_on", "ended_at"], with_for_update=True)
    _check_ending(agreement, last_on, reason)
    agreement.ended_at, agreement.ended_by_id = clock.now(), by.person_id
    agreement.to_on, agreement.end_reason = last_on, reason
    record(session, "agreement.ended", agreement, by=by, reason=reason)
    is_by_home = queries.asks_for(by, agreement.home_id)
    sides = agreement.site_id, agreement.home_id
    to, from_ = sides if is_by_home else reversed(sides)
    tell(session, NewsKind.ENDED, agreement, to=to, by=from_)
    course_class = queries.class_of(session, agreement)
    if course_class is not None and course_class.cancelled_at is None:
        _let_fall_away(session, course_class, last_on, reason, by)
    return agreement


def _check_ending(agreement: Agreement, last_on: date, reason: str) -> None:
    if agreement.ended_at is not None:
        raise DomainError("ended", _l("This agreement has ended."))
    if not reason:
        raise DomainError("no_reason", _l("Please say why, in a few words; the other side reads it."), field="reason")
    if last_on < clock.today():
        raise DomainError("in_the_past", _l("That day has passed already."), field="last_on")
    if agreement.to_on is not None and last_on > agreement.to_on:
        raise DomainError("too_late", _l("By then the agreement is over anyway."), field="last_on")


def _let_fall_away(session: Session, course_class: CourseClass, last_on: date, reason: str, by: Viewer) -> None:
    """Cancel what comes after a day: the class, where nothing of it is left."""
    until = clock.day_bounds(last_on)[1]
    coming = select(Lesson).where(
        Lesson.class_id == course_class.id, Lesson.cancelled_at.is_(None), Lesson.starts_at > clock.now()
    )
    lessons = session.scalars(coming.order_by(Lesson.id)).all()
    later = [lesson for lesson in lessons if lesson.starts_at >= until]
    if later and len(later) == len(lessons):
        timetable.cancel_class(session, course_class, reason=reason, by=by)
        return
    for lesson in later:
        timetable.cancel_lesson(session, lesson, reason=reason, by=by)


def give_feedback(
    session: Session, agreement: Agreement, rating: Rating, note: str, *, is_by_home: bool, by: Viewer
) -> Feedback:
    """One side says how it was, once it is over; refuses not_over, already_said and, for a poor one, no_reason."""
    session.flush()
    session.refresh(agreement, ["class_id", "to_on", "ended_at"], with_for_update=True)
    session.expire(agreement, ["feedback"])
    if not rules.is_over(agreement, clock.today(), clock.day_bounds(clock.today())[0]):
        raise DomainError("not_over", _l("The class is not over yet; afterwards you can say how it was."))
    if agreement.feedback_of(is_home=is_by_home):
        raise _already_said()
    if rating is Rating.POOR and not note:
        raise DomainError("no_reason", _l("Please say what was missing, so that it can be better."), field="note")
    said = Feedback(
        agreement_id=agreement.id,
        is_by_home=is_by_home,
        rating=rating,
        note=note,
        given_at=clock.now(),
        given_by_id=by.person_id,
    )
    session.add(said)
    try:
        session.flush()  # each side once: the database's last word
    except IntegrityError as error:
        raise _already_said() from error
    record(session, "agreement.looked_back", agreement, by=by)
    session.expire(agreement, ["feedback"])
    return said


def _already_said() -> DomainError:
    return DomainError("already_said", _l("Somebody of your side has said already how it was."))
