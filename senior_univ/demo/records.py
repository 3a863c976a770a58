"""The demo's last term: a class whose learners have their certificates, one whose certificates wait, and smiles."""

from datetime import date, datetime, timedelta
from itertools import cycle
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.accounts.models import Person
from senior_univ.attendance.models import Attendance, AttendanceEntry, How, Kind
from senior_univ.catalogue.models import Course
from senior_univ.core import clock
from senior_univ.demo.classes import MINUTES, STARTS, term_name
from senior_univ.enrolment.models import Hand, Seat
from senior_univ.network.models import Room, Venue
from senior_univ.records import rules
from senior_univ.records.models import Certificate, Face, SmileAnswer
from senior_univ.records.queries import earnings
from senior_univ.teaching.models import Teacher
from senior_univ.timetable.models import CourseClass, Holder, Lesson, Occupancy, Term

LESSONS, LEARNERS = 12, 9
WEEKS_BEFORE = 26
"""Last term began so long before this one."""

DILIGENT = (Kind.PRESENT,) * 5 + (Kind.LATE, Kind.LEAVE)
OFTEN_AWAY = (Kind.PRESENT, Kind.ABSENT, Kind.LEAVE)
FACES = (Face.GOOD, Face.GOOD, Face.FAIR, Face.GOOD, Face.GOOD, Face.POOR)


class LastTerm:
    """Two classes of a site that are over, with the demo's learner in them."""

    def __init__(self, session: Session, site_id: int, learner_id: int, manager_id: int) -> None:
        self.session, self.site_id, self.manager_id = session, site_id, manager_id
        known = select(Person.id).where(Person.site_id == site_id, Person.id != learner_id).order_by(Person.id)
        self.learner_ids = [learner_id, *session.scalars(known.limit(LEARNERS - 1))]
        self.entries = 0

    def make(self) -> None:
        """The first class's certificates are issued; the second's the manager may issue."""
        courses = select(Course).where(Course.organisation_id == self.site_id).order_by(Course.id)
        this_term = self.session.scalars(select(Term).order_by(Term.starts_on).limit(1)).one()
        first = this_term.starts_on - timedelta(weeks=WEEKS_BEFORE)
        term = Term(name=term_name(first), starts_on=first, ends_on=first + timedelta(weeks=18, days=-1))
        self.session.add(term)
        classes = [
            self._open(course, term, weekday)
            for weekday, course in enumerate(self.session.scalars(courses.limit(2)).all(), start=1)
        ]
        for course_class in classes:
            self._seat(course_class)
        for course_class in classes[:1]:
            self._issue(course_class)

    def _open(self, course: Course, term: Term, weekday: int) -> CourseClass:
        rooms = select(Room).join(Room.venue).where(Venue.organisation_id == self.site_id)
        room = self.session.scalars(rooms.order_by(Room.is_step_free.desc(), Room.id).limit(1)).one()
        teachers = select(Teacher).where(Teacher.organisation_id == self.site_id).order_by(Teacher.id)
        starts = [clock.instant(day, STARTS[1]) for day in _weekly(term.starts_on + timedelta(weekday))]
        opened = CourseClass(
            course=course, term=term, organisation_id=self.site_id,
            teacher=self.session.scalars(teachers.limit(1)).one(), room=room, region_code=room.venue.region_code,
            weekday=weekday, starts=STARTS[1], minutes=MINUTES, zone=clock.zone().key, capacity=room.capacity,
            wheelchair_places=room.wheelchair_places, seats_taken=len(self.learner_ids), wheelchairs_taken=0,
            first_lesson_at=starts[0], last_lesson_at=starts[-1], lessons_planned=LESSONS,
            opened_at=starts[0] - timedelta(weeks=4),
        )  # fmt: skip
        opened.lessons = [self._lesson(opened, number, at) for number, at in enumerate(starts, start=1)]
        self.session.add(opened)
        self.session.flush()
        for lesson in opened.lessons:
            self._take(lesson, Holder.ROOM, room.id)
            self._take(lesson, Holder.TEACHER, opened.teacher_id)
        return opened

    def _lesson(self, opened: CourseClass, number: int, starts_at: datetime) -> Lesson:
        ends_at = starts_at + timedelta(minutes=MINUTES)
        return Lesson(
            number=number, starts_at=starts_at, ends_at=ends_at, room=opened.room, teacher=opened.teacher, cancel_reason="",
        )  # fmt: skip

    def _take(self, lesson: Lesson, holder: Holder, holder_id: int) -> None:
        times = {"starts_at": lesson.starts_at, "ends_at": lesson.ends_at}
        self.session.add(Occupancy(holder=holder, holder_id=holder_id, lesson_id=lesson.id, **times))

    def _seat(self, course_class: CourseClass) -> None:
        for turn, person_id in enumerate(self.learner_ids):
            taken = {"taken_at": course_class.opened_at, "taken_by_id": self.manager_id}
            self.session.add(
                Seat(
                    course_class=course_class, person_id=person_id, hand=Hand.DESK,
                    reference=f"8{course_class.id:05d}{turn:04d}", **taken,
                )
            )  # fmt: skip
            kinds, faces = cycle(OFTEN_AWAY if turn % 4 == 3 else DILIGENT), cycle(FACES[turn % 3 :])
            for lesson, kind in zip(course_class.lessons, kinds, strict=False):
                self._take(lesson, Holder.PERSON, person_id)
                self._enter(lesson, person_id, kind)
                if kind in (Kind.PRESENT, Kind.LATE) and (lesson.number + turn) % 3:
                    said = {"face": next(faces), "answered_at": lesson.ends_at + timedelta(hours=1)}
                    self.session.add(SmileAnswer(lesson_id=lesson.id, person_id=person_id, **said))
        self.session.flush()

    def _enter(self, lesson: Lesson, person_id: int, kind: Kind) -> None:
        self.entries += 1
        entered_at = lesson.starts_at + timedelta(minutes=8)
        row = {
            "lesson_id": lesson.id, "person_id": person_id, "kind": kind, "how": How.TAP, "entered_at": entered_at,
            "received_at": entered_at, "entered_by_id": lesson.teacher.person_id,
        }  # fmt: skip
        self.session.add(AttendanceEntry(client_id=str(UUID(int=10**12 + self.entries)), **row))
        self.session.add(Attendance(**row))

    def _issue(self, course_class: CourseClass) -> None:
        for each in earnings(self.session, course_class).earned:
            self.session.add(
                Certificate(
                    number=rules.new_number(), class_id=course_class.id, person_id=each.person.id, hours=each.hours,
                    lessons=each.lessons, issued_at=course_class.last_lesson_at + timedelta(days=5),
                    issued_by_id=self.manager_id, taken_back_reason="",
                )
            )  # fmt: skip


def _weekly(first: date) -> list[date]:
    return [first + timedelta(weeks=number) for number in range(LESSONS)]
