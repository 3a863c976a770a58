"""Using a room of another organisation (资源开放): asking, granting, declining, and taking it back, in whole or for a day.

A granted booking takes the room by rows of the same table as lessons, so that the database itself refuses a second use.
Whoever gives a room away may take it back with words; what becomes of a booking waits in the other side's list until
somebody there has taken notice of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext
from flask_babel.speaklater import LazyString
from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from senior_univ.audit.actions import record
from senior_univ.core import clock, words
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError, NotFoundError
from senior_univ.network.models import Organisation, Room, Sharing
from senior_univ.timetable import room_days, settled_bookings
from senior_univ.timetable.models import Holder, Holiday, Occupancy, RoomBooking, Side
from senior_univ.timetable.rules import Meeting

MOST_WEEKS = 26
FARTHEST = timedelta(days=366)


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A room that an organisation would like from, to, and again in the ``weeks`` - 1 weeks after that."""

    room: Room
    organisation: Organisation
    first: Meeting
    weeks: int = 1
    purpose: str = ""


def ask_for_room(session: Session, wish: Wish, *, by: Viewer) -> RoomBooking:
    """Book a room that is open to others, or ask for one whose owner wants to answer.

    DomainError with its field where it can't be: ``own_room``, ``not_shared``, ``room_closed``, ``no_purpose``,
    ``end_before_start``, ``past_midnight``, ``in_the_past``, ``too_far_ahead``, ``odd_weeks``, ``holiday``,
    ``venue_closed``, ``room_taken``.
    """
    lock(session, wish.room)
    meetings = examine(session, wish, by=by)
    now = clock.now()
    is_open = wish.room.venue.sharing is Sharing.OPEN
    booking = RoomBooking(
        room_id=wish.room.id,
        organisation_id=wish.organisation.id,
        starts_at=wish.first.starts_at,
        ends_at=wish.first.ends_at,
        weeks=wish.weeks,
        purpose=wish.purpose.strip(),
        asked_at=now,
        asked_by_id=by.person_id,
        granted_at=now if is_open else None,
        waits_for=Side.OWNER,
    )
    session.add(booking)
    session.flush()  # its id stands in the rows that take the room
    if is_open:
        _take_room(session, booking, meetings, by)
    record(session, "booking.asked", booking, by=by, room=wish.room.id, granted=is_open)
    return booking


def examine(session: Session, wish: Wish, *, by: Viewer) -> list[Meeting]:
    """The days of a wish, public holidays left out, or its refusal as of :func:`ask_for_room`. Writes nothing."""
    _check_room(wish)
    _check_times(wish)
    asked = room_days.every_week(wish.first, wish.weeks)
    meetings = room_days.without_holidays(asked, holidays := room_days.holidays_among(session, asked))
    if not meetings:
        raise _holiday(asked[0], holidays)
    refuse_unless_free(session, wish.room, meetings, by)
    return meetings


def _holiday(meeting: Meeting, holidays: Mapping[date, Holiday]) -> DomainError:
    holiday = room_days.holiday_on(meeting, holidays)
    words_ = _l(
        "%(day)s is a public holiday (%(holiday)s). Please choose another day.",
        day=LazyString(words.long_day_words, meeting.starts_at),
        holiday=holiday.name if holiday else "",
    )
    return DomainError("holiday", words_, field="day")


def lock(session: Session, room: Room) -> None:
    """Make whoever wants this room wait for us."""
    session.refresh(room, with_for_update={"key_share": True}, attribute_names=["closed_at"])


def _check_room(wish: Wish) -> None:
    room, venue = wish.room, wish.room.venue
    if room.closed_at is not None or venue.closed_at is not None:
        raise DomainError("room_closed", _l("%(room)s is closed.", room=room.name))
    if venue.organisation_id == wish.organisation.id:
        raise DomainError(
            "own_room", _l("%(room)s is your own room: classes are planned in it at once.", room=room.name)
        )
    if venue.sharing is Sharing.OWN:
        words_ = _l("%(organisation)s has not opened its rooms to others.", organisation=venue.organisation.name)
        raise DomainError("not_shared", words_)
    if not wish.purpose.strip():
        raise DomainError("no_purpose", _l("Please say what you need the room for."), field="purpose")


def _check_times(wish: Wish) -> None:
    starts, ends = clock.local(wish.first.starts_at), clock.local(wish.first.ends_at)
    if wish.first.ends_at <= wish.first.starts_at:
        raise DomainError("end_before_start", _l("The end must be after the beginning."), field="ends")
    if ends.date() != starts.date():
        raise DomainError("past_midnight", _l("It must end on the day on which it begins."), field="ends")
    if wish.first.starts_at <= clock.now():
        raise DomainError("in_the_past", _l("That time has passed already."), field="day")
    if wish.first.starts_at > clock.now() + FARTHEST:
        raise DomainError("too_far_ahead", _l("Rooms can be booked for a year ahead."), field="day")
    if not 1 <= wish.weeks <= MOST_WEEKS:
        raise DomainError("odd_weeks", _l("From 1 to %(most)d weeks.", most=MOST_WEEKS), field="weeks")


def refuse_unless_free(session: Session, room: Room, meetings: Sequence[Meeting], by: Viewer) -> None:
    """Refuse days on which the venue is closed or the room is taken: by whom, as far as the viewer may see, and what is free."""
    known = room_days.read_around(session, room, meetings)
    hindered = [meeting for meeting in meetings if not known.is_free(meeting)]
    if not hindered:
        return
    first = hindered[0]
    taken = known.in_the_way(first)
    suggestions = [_others_words(len(hindered) - 1)] if len(hindered) > 1 else []
    free = room_days.nearest_free(known, meetings)
    raise DomainError(
        "room_taken" if taken else "venue_closed",
        taken_words(session, room, taken, by) if taken else _closed_words(room, first),
        field="starts",
        suggestions=[*suggestions, _free_words(free)],
    )


def _others_words(count: int) -> LazyString:
    return lazy_ngettext("On %(num)d more day it cannot be.", "On %(num)d more days it cannot be.", count)


def _closed_words(room: Room, meeting: Meeting) -> LazyString:
    return _l(
        "%(venue)s is not open at that time: %(day)s, %(time)s.",
        venue=room.venue.name,
        day=LazyString(words.long_day_words, meeting.starts_at),
        time=LazyString(words.time_range_words, meeting.starts_at, meeting.ends_at),
    )


def taken_words(session: Session, room: Room, taken: Occupancy, by: Viewer) -> LazyString:
    """What takes a room and when, as far as the viewer may see it."""
    when = {
        "room": room.name,
        "day": LazyString(words.long_day_words, taken.starts_at),
        "time": LazyString(words.time_range_words, taken.starts_at, taken.ends_at),
    }
    if lesson := room_days.lesson_seen(session, by, taken.lesson_id):
        what, whose = lesson.course_class.course.title, lesson.teacher.person.name
        return _l("%(room)s already has %(what)s (%(whose)s): %(day)s, %(time)s.", what=what, whose=whose, **when)
    if booking := room_days.booking_seen(session, by, taken.booking_id):
        whose = booking.organisation.name
        return _l("%(room)s is booked by %(whose)s: %(day)s, %(time)s.", whose=whose, **when)
    return _l("%(room)s is already engaged: %(day)s, %(time)s.", **when)


def _free_words(free: Sequence[datetime]) -> LazyString:
    if not free:
        return _l("No time near is free in this room. Please choose another room.")
    return _l("Free near that time: %(times)s.", times=LazyString(_join, free))


def _join(free: Sequence[datetime]) -> str:
    comma = "、" if words.is_chinese() else "; "
    return comma.join(f"{words.long_day_words(each)} {words.time_words(each)}" for each in free)


def _take_room(session: Session, booking: RoomBooking, meetings: Sequence[Meeting], by: Viewer) -> None:
    """Write a row for each day; where the database refuses one that was free a moment ago, say so in words."""
    rows = [
        {
            "holder": Holder.ROOM,
            "holder_id": booking.room_id,
            "starts_at": meeting.starts_at,
            "ends_at": meeting.ends_at,
            "booking_id": booking.id,
        }
        for meeting in meetings
    ]
    try:
        with session.begin_nested():
            session.execute(insert(Occupancy), rows)
    except IntegrityError as error:
        if "occupancy_overlap" not in str(error.orig):
            raise
        room = session.get_one(Room, booking.room_id)
        refuse_unless_free(session, room, meetings, by)
        raise DomainError(
            "room_taken", _l("Somebody else has just taken %(room)s at that time.", room=room.name), field="starts"
        ) from error


def _lock_booking(session: Session, booking: RoomBooking) -> None:
    """Wait for whoever is changing this booking, and see what became of it."""
    session.refresh(booking, with_for_update=True, attribute_names=STATE)


STATE = ["granted_at", "declined_at", "taken_back_at", "waits_for"]


def _refuse_unless_pending(booking: RoomBooking) -> None:
    if booking.taken_back_at is not None:
        raise DomainError("taken_back", _l("They have taken it back meanwhile."))
    if not booking.is_pending:
        raise DomainError("answered", _l("This has been answered already."))


def grant_booking(session: Session, booking: RoomBooking, *, by: Viewer, answer: str = "") -> RoomBooking:
    """Give them the room; days that have passed and public holidays are left out.

    DomainError where it is taken meanwhile, or answered.
    """
    lock(session, booking.room)
    _lock_booking(session, booking)
    _refuse_unless_pending(booking)
    coming = [meeting for meeting in room_days.asked_days(booking) if meeting.starts_at > clock.now()]
    if not coming:
        raise DomainError("in_the_past", _l("That time has passed already."))
    holidays = room_days.holidays_among(session, coming)
    coming = room_days.without_holidays(first := coming, holidays)
    if not coming:
        raise _holiday(first[0], holidays)
    _refuse_taken(session, booking.room, coming, by)
    booking.granted_at = clock.now()
    _answer(booking, answer, by)
    _take_room(session, booking, coming, by)
    record(session, "booking.granted", booking, by=by)
    return booking


def _refuse_taken(session: Session, room: Room, meetings: Sequence[Meeting], by: Viewer) -> None:
    """As for asking, but for the opening hours: the owner may open her own house."""
    known = room_days.read_around(session, room, meetings)
    taken = next((row for meeting in meetings if (row := known.in_the_way(meeting))), None)
    if taken is not None:
        raise DomainError(
            "room_taken",
            taken_words(session, room, taken, by),
            suggestions=[_free_words(room_days.nearest_free(known, meetings))],
        )


def _answer(booking: RoomBooking, answer: str, by: Viewer) -> None:
    booking.answer, booking.answered_by_id, booking.waits_for = answer.strip(), by.person_id, Side.GUEST


def decline_booking(session: Session, booking: RoomBooking, *, answer: str, by: Viewer) -> RoomBooking:
    """Say no, or take a room back that was granted; with words, which they read."""
    _lock_booking(session, booking)
    if not answer.strip():
        raise DomainError("no_reason", _l("Please say why, in a few words; they read it."), field="answer")
    if booking.is_granted:
        _refuse_ending(session, booking)
    else:
        _refuse_unless_pending(booking)
    booking.declined_at = clock.now()
    _answer(booking, answer, by)
    _free_room(session, booking)
    record(session, "booking.revoked" if booking.granted_at else "booking.declined", booking, by=by, reason=answer)
    return booking


def take_back(session: Session, booking: RoomBooking, *, by: Viewer) -> RoomBooking:
    """Need the room no longer; what has been stays as it was. DomainError where it is over, declined or taken back."""
    _lock_booking(session, booking)
    if booking.declined_at is not None or booking.taken_back_at is not None:
        raise DomainError("answered", _l("This booking no longer stands."))
    _refuse_ending(session, booking)
    booking.taken_back_at = clock.now()
    booking.waits_for = Side.OWNER if booking.granted_at else None
    _free_room(session, booking)
    record(session, "booking.taken_back", booking, by=by)
    return booking


def _refuse_ending(session: Session, booking: RoomBooking) -> None:
    """What is over stays as it was, and a room in which lessons are planned is not taken from under them."""
    if lessons := room_days.lessons_within(session, booking):
        words_ = lazy_ngettext(
            "%(num)d lesson of %(organisation)s is planned in this room. It has to be moved or cancelled first.",
            "%(num)d lessons of %(organisation)s are planned in this room. They have to be moved or cancelled first.",
            len(lessons),
            organisation=booking.organisation.name,
        )
        raise DomainError("lessons_planned", words_)
    if room_days.asked_days(booking)[-1].ends_at <= clock.now():
        raise DomainError("booking_over", _l("The last day is over already."))


def _free_room(session: Session, booking: RoomBooking) -> None:
    """The room is free again from now on."""
    session.execute(delete(Occupancy).where(Occupancy.booking_id == booking.id, Occupancy.ends_at > clock.now()))
    booking.unsettled = ""
    session.expire(booking, ["days"])


def give_up_day(session: Session, booking: RoomBooking, row_id: int, *, by: Viewer) -> RoomBooking:
    """Need the room not on this one day; the last coming day that is given up takes the whole booking back."""
    _lock_booking(session, booking)
    row = session.get(Occupancy, row_id)
    if row is None or row.booking_id != booking.id or not booking.is_granted:
        raise NotFoundError
    if row.ends_at <= clock.now():
        raise DomainError("booking_over", _l("That day is over already."))
    coming = [day for day in booking.days if day.ends_at > clock.now()]
    if len(coming) == 1 and not room_days.lessons_within(session, booking):
        return take_back(session, booking, by=by)
    session.delete(row)
    session.flush()
    session.expire(booking, ["days"])
    booking.waits_for = Side.OWNER
    if booking.unsettled:
        settled_bookings.recheck(session, RoomBooking.id == booking.id)
    record(session, "booking.day_given_up", booking, by=by, day=clock.local(row.starts_at).date().isoformat())
    return booking


def take_notice(session: Session, booking: RoomBooking, sides: set[Side]) -> RoomBooking:
    """Somebody of these sides has seen what the other one did last; a question stays until it is answered."""
    _lock_booking(session, booking)
    if booking.waits_for in sides and not booking.is_pending:
        booking.waits_for = None
    return booking
