"""Who may see a booking, what stands against using a room on some days, and which times near are free."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, joinedload

from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.permissions import Permission
from senior_univ.network.models import OpeningHours, Organisation, Room, Venue
from senior_univ.network.queries import organisation_scope
from senior_univ.timetable import rules
from senior_univ.timetable.models import CourseClass, Holder, Holiday, Lesson, Occupancy, RoomBooking
from senior_univ.timetable.queries import holidays_between, lesson_options, sees_classes
from senior_univ.timetable.rules import Meeting

NEAR = timedelta(days=7)
SUGGESTED = 3
WEEK = timedelta(days=7)


def is_ours(viewer: Viewer) -> ColumnElement[bool]:
    """Condition on RoomBooking: it was made for an organisation whose rooms the viewer manages."""
    return exists().where(
        Organisation.id == RoomBooking.organisation_id, organisation_scope(viewer, Permission.MANAGE_ROOMS)
    )


def is_of_our_room(viewer: Viewer) -> ColumnElement[bool]:
    """Condition on RoomBooking: it is of a room that the viewer manages."""
    return exists().where(
        Room.id == RoomBooking.room_id,
        Venue.id == Room.venue_id,
        Organisation.id == Venue.organisation_id,
        organisation_scope(viewer, Permission.MANAGE_ROOMS),
    )


def booking_seen(session: Session, viewer: Viewer, booking_id: int | None) -> RoomBooking | None:
    """That booking, if it is of the viewer's organisation or room."""
    return session.scalar(
        select(RoomBooking)
        .where(RoomBooking.id == booking_id, or_(is_ours(viewer), is_of_our_room(viewer)))
        .options(joinedload(RoomBooking.organisation), joinedload(RoomBooking.room).joinedload(Room.venue))
    )


def lesson_seen(session: Session, viewer: Viewer, lesson_id: int | None) -> Lesson | None:
    """That lesson, if the viewer may see its class."""
    return session.scalar(
        select(Lesson)
        .join(Lesson.course_class)
        .where(Lesson.id == lesson_id, sees_classes(viewer, Permission.SEE_CLASSES))
        .options(*lesson_options())
    )


def every_week(first: Meeting, weeks: int, every_weeks: int = 1) -> list[Meeting]:
    """A meeting and its like in the weeks after it, or in every other one, always at the same local time."""
    starts, minutes = clock.local(first.starts_at), (first.ends_at - first.starts_at) // timedelta(minutes=1)
    days = [starts.date() + number * every_weeks * WEEK for number in range(weeks)]
    return rules.meetings(days, starts.time(), minutes)


def asked_days(booking: RoomBooking) -> list[Meeting]:
    """The days that were asked for, public holidays among them."""
    return every_week(Meeting(booking.starts_at, booking.ends_at), booking.weeks, booking.every_weeks)


def without_holidays(meetings: Sequence[Meeting], holidays: Mapping[date, Holiday]) -> list[Meeting]:
    """Those that are on no public holiday."""
    return [meeting for meeting in meetings if holiday_on(meeting, holidays) is None]


def holiday_on(meeting: Meeting, holidays: Mapping[date, Holiday]) -> Holiday | None:
    """The public holiday on which a meeting would be."""
    holiday = holidays.get(clock.local(meeting.starts_at).date())
    return holiday if holiday is not None and holiday.is_off else None


def holidays_among(session: Session, meetings: Sequence[Meeting]) -> dict[date, Holiday]:
    """The holidays between the first and the last of them. One query."""
    if not meetings:
        return {}
    days = [clock.local(meeting.starts_at).date() for meeting in meetings]
    return holidays_between(session, min(days), max(days))


def lessons_within(session: Session, booking: RoomBooking) -> list[Lesson]:
    """The guest's coming lessons that are held in the room because of this booking."""
    days = asked_days(booking)
    lessons = session.scalars(
        select(Lesson)
        .join(Lesson.course_class)
        .where(
            Lesson.room_id == booking.room_id,
            CourseClass.organisation_id == booking.organisation_id,
            Lesson.cancelled_at.is_(None),
            Lesson.ends_at > clock.now(),
            Lesson.starts_at < days[-1].ends_at,
        )
        .order_by(Lesson.starts_at)
        .options(*lesson_options())
    )
    return [each for each in lessons if any(day.overlaps(each.starts_at, each.ends_at) for day in days)]


@dataclass(frozen=True)
class RoomDays:
    """A room over a span of time: its venue's hours, and what takes it, in order."""

    opening: Sequence[OpeningHours]
    taken: Sequence[Occupancy]

    def is_open(self, meeting: Meeting) -> bool:
        """Whether the venue is open all the while; hours that follow each other are one, none at all is always."""
        starts, ends = clock.local(meeting.starts_at), clock.local(meeting.ends_at).time()
        reached: time = starts.time()
        for hours in self.opening:
            if hours.weekday == starts.weekday() and hours.opens <= reached < hours.closes:
                reached = hours.closes
        return not self.opening or reached >= ends

    def in_the_way(self, meeting: Meeting) -> Occupancy | None:
        """What takes the room at that time."""
        before = bisect_right(self.taken, meeting.starts_at, key=lambda row: row.starts_at)
        near = self.taken[max(0, before - 1) : before + 1]
        return next((row for row in near if meeting.overlaps(row.starts_at, row.ends_at)), None)

    def is_free(self, meeting: Meeting) -> bool:
        """Whether the room can be used then."""
        return self.is_open(meeting) and self.in_the_way(meeting) is None


def read_room(session: Session, room: Room, starts: datetime, ends: datetime) -> RoomDays:
    """A room from, to. Two queries."""
    hours = select(OpeningHours).where(OpeningHours.venue_id == room.venue_id)
    taken = select(Occupancy).where(
        Occupancy.holder == Holder.ROOM,
        Occupancy.holder_id == room.id,
        Occupancy.starts_at < ends,
        Occupancy.ends_at > starts,
    )
    return RoomDays(
        session.scalars(hours.order_by(OpeningHours.opens)).all(),
        session.scalars(taken.order_by(Occupancy.starts_at)).all(),
    )


def read_around(session: Session, room: Room, meetings: Sequence[Meeting]) -> RoomDays:
    """A room from a week before these days until a week after them, which the times near lie in."""
    return read_room(session, room, meetings[0].starts_at - 2 * NEAR, meetings[-1].ends_at + 2 * NEAR)


def nearest_free(known: RoomDays, meetings: Sequence[Meeting]) -> list[datetime]:
    """When the first of these days could begin instead so that all are free: within a week, on the half hour; at most three."""
    now, first = clock.now(), clock.local(meetings[0].starts_at)
    minutes = (meetings[0].ends_at - meetings[0].starts_at) // timedelta(minutes=1)
    free: list[datetime] = []
    for day, starts in rules.single_times(first.date(), first.time(), minutes, NEAR):
        meeting = rules.meeting_on(day, starts, minutes)
        if meeting.starts_at > now and all(map(known.is_free, every_week(meeting, len(meetings)))):
            free.append(meeting.starts_at)
        if len(free) == SUGGESTED:
            break
    return free
