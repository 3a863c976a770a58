"""The limit that the product is measured against: Flask and SQLAlchemy doing the same work, with nothing else.

``POST /enrol/<class>/<person>`` is one enrolment in one transaction, on the product's own tables with all their
constraints (the exclusion constraint on occupancy included): a conditional UPDATE of the class's counter, a seat, one
row of occupancy for each of the class's 16 coming lessons, one row of audit, a commit, a redirect. A full class is 409.

``GET /classes`` is a page of 50 classes with course, weekday, time, venue, room, teacher and seats: one query that reads
columns, one plain Jinja template.

There is no sign-in, no session, no token, no form, no permission, no translation, no layout, no navigation, no text size,
and no rule: nobody asks who she is, whether she may, or whether she has something else at that time (the constraint
does).
"""

import os
import secrets
from datetime import UTC, datetime

from flask import Flask, redirect, render_template
from sqlalchemy import create_engine, insert, select, update
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.wrappers import Response

from senior_univ import features
from senior_univ.accounts.models import Person
from senior_univ.audit.models import AuditEntry
from senior_univ.catalogue.models import Course
from senior_univ.enrolment.models import Hand, Seat
from senior_univ.network.models import Room, Venue
from senior_univ.teaching.models import Teacher
from senior_univ.timetable.models import CourseClass, Holder, Lesson, Occupancy

ROWS = 50

features.import_models()
app = Flask(__name__)
new_session = sessionmaker(create_engine(os.environ["DATABASE_URL"], pool_size=8))


@app.get("/healthz")
def alive() -> str:
    return "ok"


@app.post("/enrol/<int:class_id>/<int:person_id>")
def enrol(class_id: int, person_id: int) -> Response | tuple[str, int]:
    with new_session() as session:
        if not take_place(session, class_id):
            return "full", 409
        write_rows(session, class_id, person_id, datetime.now(UTC))
        session.commit()
    return redirect(f"/enrol/{class_id}/confirmed", 303)


def take_place(session: Session, class_id: int) -> bool:
    taken = (
        update(CourseClass)
        .where(CourseClass.id == class_id, CourseClass.seats_taken < CourseClass.capacity)
        .values(seats_taken=CourseClass.seats_taken + 1)
        .returning(CourseClass.id)
    )
    return session.scalar(taken, execution_options={"synchronize_session": False}) is not None


def write_rows(session: Session, class_id: int, person_id: int, now: datetime) -> None:
    seat = Seat(
        class_id=class_id,
        person_id=person_id,
        reference=f"{secrets.randbelow(10**10):010d}",
        hand=Hand.HERSELF,
        taken_at=now,
        taken_by_id=person_id,
    )
    session.add(seat)
    session.flush()
    lessons = select(Lesson.id, Lesson.starts_at, Lesson.ends_at).where(
        Lesson.class_id == class_id, Lesson.starts_at > now
    )
    taken = [
        {"holder": Holder.PERSON, "holder_id": person_id, "lesson_id": id_, "starts_at": starts_at, "ends_at": ends_at}
        for id_, starts_at, ends_at in session.execute(lessons)
    ]
    session.execute(insert(Occupancy), taken)
    session.add(
        AuditEntry(
            at=now,
            actor_id=person_id,
            on_behalf_of_id=person_id,
            action="seat.taken",
            record_type="seat",
            record_id=seat.id,
            details={"class_id": class_id},
        )
    )


@app.get("/classes")
def classes() -> str:
    wanted = (
        select(
            CourseClass.id,
            Course.title,
            CourseClass.weekday,
            CourseClass.starts,
            Venue.name.label("venue"),
            Room.name.label("room"),
            Person.name.label("teacher"),
            CourseClass.seats_taken,
            CourseClass.capacity,
        )
        .join(Course, Course.id == CourseClass.course_id)
        .join(Room, Room.id == CourseClass.room_id)
        .join(Venue, Venue.id == Room.venue_id)
        .join(Teacher, Teacher.id == CourseClass.teacher_id)
        .join(Person, Person.id == Teacher.person_id)
        .order_by(CourseClass.weekday, CourseClass.starts, CourseClass.id)
        .limit(ROWS)
    )
    with new_session() as session:
        return render_template("classes.html", rows=session.execute(wanted).all())
