"""What happens elsewhere and is told by text. Each is connected by a line in ``wiring`` and writes in the same
transaction as what happened."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from senior_univ.accounts.models import FamilyGrant, Person, SignInCode
from senior_univ.accounts.queries import grants_to, people_with_phone, standing_grants
from senior_univ.attendance.models import Leave
from senior_univ.core import clock
from senior_univ.enrolment.models import Hand, Invitation, Seat
from senior_univ.reminders import actions, calls, ladder, queries, rules
from senior_univ.reminders.models import MessageKind
from senior_univ.teaching.models import Teacher
from senior_univ.timetable.models import Admission, CourseClass, Delivery, Lesson


def send_code(session: Session, *, code: SignInCode, digits: str) -> None:
    """Text a sign-in code to the phone that asked for it."""
    session.flush()  # the code's id is its text's key
    actions.queue(
        session,
        key=f"code:{code.id}",
        kind=MessageKind.CODE,
        phone=code.phone,
        parameters={"digits": digits},
        expires_at=code.expires_at,
    )


def tell_move(
    session: Session,
    *,
    lesson: Lesson,
    old_starts_at: datetime,
    old_room_id: int,
    was_online: bool | None = None,
    old_teacher_id: int | None = None,
    **_more: Any,
) -> None:
    """Tell a lesson's class of its new time, place or teacher; another room of an online lesson is no news here."""
    session.flush()
    was_online = lesson.is_online if was_online is None else was_online
    is_elsewhere = lesson.room_id != old_room_id and lesson.way is not Delivery.ONLINE
    has_other_teacher = old_teacher_id not in (None, lesson.teacher_id)
    if lesson.starts_at != old_starts_at or is_elsewhere or lesson.is_online != was_online or has_other_teacher:
        old_teacher = session.get(Teacher, old_teacher_id or lesson.teacher_id)
        actions.tell_lesson_change(
            session, lesson, old_starts_at, old_room_id, was_online=was_online, old_teacher=old_teacher
        )
        calls.end(session, [lesson.id])
        _call_about(session, MessageKind.LESSON_MOVED, lesson, old_starts_at)


def tell_cancelled_lesson(session: Session, *, lesson: Lesson, is_told: bool = True, **_more: Any) -> None:
    """Tell a lesson's class that it will not be."""
    session.flush()
    if is_told and lesson.course_class.cancelled_at is None:
        now_online = lesson.is_online
        actions.tell_lesson_change(session, lesson, lesson.starts_at, lesson.room_id, was_online=now_online)
        calls.end(session, [lesson.id])
        _call_about(session, MessageKind.LESSON_CANCELLED, lesson, lesson.starts_at)


def _call_about(session: Session, kind: MessageKind, lesson: Lesson, old_starts_at: datetime) -> None:
    """Whoever is to be called about a change, on the call sheet at once; a lesson of the past is no news."""
    coming = [each for each in (old_starts_at, lesson.starts_at) if each > clock.now()]
    if coming:
        ladder.call_class(session, kind, lesson, min(coming))


def tell_cancelled_class(session: Session, *, course_class: CourseClass, person_ids: list[int], **_more: Any) -> None:
    """Tell those who were in a class that it ends."""
    session.flush()
    actions.tell_class_cancelled(session, course_class, person_ids)
    lesson = queries.lesson_that_was_next(session, course_class)
    if lesson is not None:
        ladder.call_class(session, MessageKind.CLASS_CANCELLED, lesson, lesson.starts_at, person_ids)


def tell_seat_taken(session: Session, *, seat: Seat, **_more: Any) -> None:
    """Tell her that another enrolled her; residents' classes in their own home stand on the home's list instead."""
    if seat.hand is not Hand.HERSELF:
        _tell_of_seat(session, MessageKind.ENROLLED_FOR_YOU, seat, seat.taken_by_id)


def tell_seats_taken(session: Session, *, course_class: CourseClass, seats: Sequence[Seat], **_more: Any) -> None:
    """Tell each of many that another enrolled them, in as many statements as for one.

    An allocation day tells its result by itself, to everybody who applied.
    """
    if course_class.admission is Admission.ALLOCATION:
        return
    session.flush()
    told = [seat for seat in seats if seat.person_id != seat.taken_by_id]
    lesson = queries.next_lesson(session, course_class.id, clock.now()) if told else None
    if lesson is None or course_class.home_id is not None:
        return
    actor = session.get_one(Person, told[0].taken_by_id)
    hers = {grant.elder_id for grant in grants_to(session, actor.id) if grant.consented_at}
    receivers = queries.receivers(session, [seat.person_id for seat in told])
    rows, about = [], {}
    for seat in told:
        receiver = receivers.get(seat.person_id)
        if receiver and (receiver.is_own or actor.phone != receiver.phone):
            kind = MessageKind.ENROLLED_FOR_YOU
            row = actions.row_of(f"{kind.value}:{seat.id}", kind, receiver.phone, receiver.language)
            row |= {"organisation_id": lesson.organisation_id, "channel": receiver.channel}
            parameters = _news_of(receiver, actor, lesson, is_relative=seat.person_id in hers)
            rows.append(row | {"parameters": parameters, "expires_at": clock.now() + rules.NEWS_LIFE})
            about[row["key"]] = seat.person_id
    written = actions.queue_rows(session, rows)
    actions.add_about(session, [(message_id, about[key], None, None) for key, message_id in written.items()])


def tell_seat_ended(session: Session, *, seat: Seat, **_more: Any) -> None:
    """Tell her that another withdrew her; what the system ends is told by its own cause."""
    if seat.ended_by_id is not None:
        calls.end_in_class(session, seat.class_id, seat.person_id)
    _tell_of_seat(session, MessageKind.WITHDRAWN_FOR_YOU, seat, seat.ended_by_id)


def _tell_of_seat(session: Session, kind: MessageKind, seat: Seat, by_id: int | None) -> None:
    if by_id is None or by_id == seat.person_id or seat.course_class.home_id is not None:
        return
    session.flush()
    lesson = queries.next_lesson(session, seat.class_id, clock.now())
    if lesson is not None:
        _tell_her(session, f"{kind.value}:{seat.id}", kind, seat.person_id, by_id, lesson)


def tell_merged(
    session: Session, *, course_class: CourseClass, into: CourseClass, seats: Sequence[Seat], **_more: Any
) -> None:
    """Tell those who went along that their class goes on as another one: once, with day, time and place."""
    lesson = queries.next_lesson(session, into.id, clock.now())
    if lesson is None:
        return
    told = queries.receivers(session, [seat.person_id for seat in seats])
    was = {"was": course_class.course.title}
    news = {seat.id: (told[seat.person_id], was) for seat in seats if seat.person_id in told}
    _queue_all(session, MessageKind.CLASS_MERGED, lesson, news)


def tell_invited(
    session: Session, *, course_class: CourseClass, invitations: Sequence[Invitation], **_more: Any
) -> None:
    """Tell each who is invited, and until when a place is kept; residents are told by their home."""
    lesson = queries.next_lesson(session, course_class.id, clock.now())
    if lesson is None or course_class.home_id is not None:
        return
    told = queries.receivers(session, [each.person_id for each in invitations])
    goes_on = course_class.copied_from_id is not None
    news = {
        each.id: (
            told[each.person_id],
            {"goes_on": goes_on, "answer_by": each.answer_by.isoformat() if each.is_held else ""},
        )
        for each in invitations
        if each.person_id in told
    }
    _queue_all(session, MessageKind.CLASS_INVITED, lesson, news)


def _queue_all(
    session: Session,
    kind: MessageKind,
    lesson: queries.LessonNow,
    news: Mapping[int, tuple[queries.Receiver, dict[str, Any]]],
) -> None:
    """News of one class to many, each by the id of what happened to her; as many statements as for one."""
    rows, about = [], {}
    for cause_id, (told, more) in news.items():
        row = actions.row_of(f"{kind.value}:{cause_id}", kind, told.phone, told.language)
        row |= {"organisation_id": lesson.organisation_id, "channel": told.channel}
        parameters = _of_lesson(told, lesson) | more
        rows.append(row | {"parameters": parameters, "expires_at": clock.now() + rules.NEWS_LIFE})
        about[row["key"]] = told.person_id
    written = actions.queue_rows(session, rows)
    actions.add_about(session, [(message_id, about[key], None, None) for key, message_id in written.items()])


def _of_lesson(told: queries.Receiver, lesson: queries.LessonNow) -> dict[str, Any]:
    return {
        "name": told.name,
        "is_own": told.is_own,
        "course": lesson.course,
        "starts_at": lesson.starts_at.isoformat(),
        "place": lesson.place,
        "phones": [lesson.phone],
    }


def tell_leave(session: Session, *, leave: Leave, **_more: Any) -> None:
    """Tell her that another asked for leave for her; what the system notes follows a change that is told as such."""
    calls.end(session, [leave.lesson_id], leave.person_id)
    if leave.asked_by_id is None or leave.asked_by_id == leave.person_id:
        return
    session.flush()
    if session.get_one(Lesson, leave.lesson_id).course_class.home_id is not None:
        return
    lesson = queries.lessons_now(session, [leave.lesson_id])[leave.lesson_id]
    kind = MessageKind.LEAVE_FOR_YOU
    _tell_her(session, f"{kind.value}:{leave.id}", kind, leave.person_id, leave.asked_by_id, lesson)


def call_off_leave(session: Session, *, leave: Leave, **_more: Any) -> None:
    """She comes after all: nobody need hear of a leave that is none, unless the text has gone out."""
    actions.call_off(session, [f"{MessageKind.LEAVE_FOR_YOU.value}:{leave.id}"])


def _tell_her(
    session: Session, key: str, kind: MessageKind, person_id: int, by_id: int, lesson: queries.LessonNow
) -> None:
    """News of what another did on her behalf: to her, or to her main contact unless it was he who did it."""
    told = queries.receivers(session, [person_id]).get(person_id)
    actor = session.get_one(Person, by_id)
    if told is None or (not told.is_own and actor.phone == told.phone):
        return
    is_relative = any(grant.relative_id == by_id for grant in standing_grants(session, person_id))
    parameters = _news_of(told, actor, lesson, is_relative=is_relative)
    _queue_news(session, key, kind, told, parameters, lesson.organisation_id)


def _news_of(told: queries.Receiver, actor: Person, lesson: queries.LessonNow, *, is_relative: bool) -> dict[str, Any]:
    return {
        "name": told.name,
        "by": actor.name,
        "is_relative": is_relative,
        "course": lesson.course,
        "starts_at": lesson.starts_at.isoformat(),
        "place": lesson.place,
        "phones": [lesson.phone],
    }


def ask_consent(session: Session, *, grant: FamilyGrant, **_more: Any) -> None:
    """Ask her, once, on a phone that is hers alone, whether she agrees; asked in front of her it is soon answered there."""
    told = queries.receivers(session, [grant.elder_id]).get(grant.elder_id)
    elder, relative = session.get_one(Person, grant.elder_id), session.get_one(Person, grant.relative_id)
    if told is None or not told.is_own or len(people_with_phone(session, told.phone)) > 1:
        return
    said = {"name": elder.name, "relative": relative.name, "phones": [elder.site.phone] if elder.site else []}
    key = f"{MessageKind.GRANT_ASKED.value}:{grant.id}"
    _queue_news(session, key, MessageKind.GRANT_ASKED, told, said | {"grant_id": grant.id}, elder.site_id)


def tell_grant(session: Session, *, grant: FamilyGrant, **_more: Any) -> None:
    """Tell her that it is on record that a relative may act for her."""
    session.flush()
    told = queries.receivers(session, [grant.elder_id]).get(grant.elder_id)
    if told is None or not told.is_own:
        return
    elder, relative = session.get_one(Person, grant.elder_id), session.get_one(Person, grant.relative_id)
    parameters = {
        "name": elder.name,
        "relative": relative.name,
        "phones": [elder.site.phone] if elder.site else [],
    }
    key = f"{MessageKind.GRANT_GIVEN.value}:{grant.id}"
    _queue_news(session, key, MessageKind.GRANT_GIVEN, told, parameters, elder.site_id)


def _queue_news(
    session: Session,
    key: str,
    kind: MessageKind,
    told: queries.Receiver,
    parameters: Mapping[str, Any],
    organisation_id: int | None,
) -> None:
    actions.queue(
        session,
        key=key,
        kind=kind,
        phone=told.phone,
        parameters=parameters,
        expires_at=clock.now() + rules.NEWS_LIFE,
        about=[(told.person_id, None)],
        language=told.language,
        organisation_id=organisation_id,
        channel=told.channel,
    )
