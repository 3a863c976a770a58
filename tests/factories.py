"""Rows that tests need, each with sensible defaults; a test names only what it is about."""

from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.accounts.models import Account, Consent, FamilyGrant, Person, PhoneKind, RoleAssignment
from senior_univ.care.models import Residency, Unit
from senior_univ.catalogue.models import Course, Subject
from senior_univ.core import clock
from senior_univ.core.access import Right
from senior_univ.core.permissions import Role
from senior_univ.enrolment.models import Hand, Seat
from senior_univ.network.models import Organisation, OrganisationKind, Room, Venue
from senior_univ.teaching.models import Teacher, TeacherKind
from senior_univ.timetable.models import CourseClass, Holder, Lesson, Occupancy, Term

CITY, COUNTY, OTHER_COUNTY = "130500", "130502", "130503"
VILLAGE = "130502001062"
_numbers = count(1)


def kept(session: Session, row: Any) -> Any:
    """``row``, written, with its id."""
    session.add(row)
    session.flush()
    return row


def make_organisation(session: Session, **given: Any) -> Organisation:
    defaults = {
        "name": f"北关社区教学站{next(_numbers)}",
        "kind": OrganisationKind.TEACHING_SITE,
        "region_code": VILLAGE,
        "phone": "+863192020001",
    }
    return kept(session, Organisation(**defaults | given))


def make_home(session: Session, **given: Any) -> Organisation:
    return make_organisation(
        session, **{"name": f"夕阳红养老院{next(_numbers)}", "kind": OrganisationKind.CARE_INSTITUTION} | given
    )


def make_room(session: Session, organisation: Organisation | None = None, **given: Any) -> Room:
    owner = organisation or make_organisation(session)
    venue = kept(
        session,
        Venue(
            organisation_id=owner.id,
            name=f"{owner.name}院",
            region_code=owner.region_code,
            address="北关街12号，大槐树对面",
        ),
    )
    defaults = {"venue_id": venue.id, "name": "一楼教室", "capacity": 30, "wheelchair_places": 4, "is_step_free": True}
    return kept(session, Room(**defaults | given))


def make_person(session: Session, **given: Any) -> Person:
    number = next(_numbers)
    phone = f"+86138{number:08d}"
    defaults = {
        "name": "王秀英",
        "birth_year": 1948,
        "phone": phone,
        "phone_kind": PhoneKind.MOBILE,
        "region_code": VILLAGE,
        "created_at": clock.now(),
    }
    person = Person(**defaults | given)
    person.phone_tail = person.phone[-4:] if person.phone else None
    return kept(session, person)


def make_account(session: Session, person: Person, **given: Any) -> Account:
    return kept(session, Account(**{"person_id": person.id} | given))


def make_staff(session: Session, role: Role, organisation: Organisation, **given: Any) -> Person:
    """A person with an account and that role; ``given`` goes to the person."""
    person = make_person(session, **{"name": "李建国", "birth_year": 1980} | given)
    make_account(session, person)
    kept(
        session,
        RoleAssignment(person_id=person.id, organisation_id=organisation.id, role=role, given_at=clock.now()),
    )
    return person


def make_teacher(session: Session, organisation: Organisation | None = None, **given: Any) -> Teacher:
    person = make_person(session, name=given.pop("name", "赵志强"), birth_year=1965)
    owner = organisation or make_organisation(session)
    defaults = {
        "person_id": person.id,
        "organisation_id": owner.id,
        "kind": TeacherKind.PART_TIME,
        "promised_at": clock.now(),
    }
    return kept(session, Teacher(**defaults | given))


def make_subject(session: Session, slug: str = "calligraphy") -> Subject:
    found = session.scalar(select(Subject).where(Subject.slug == slug))
    return found or kept(session, Subject(slug=slug, name="书法", name_en="Calligraphy", icon="brush"))


def make_course(session: Session, organisation: Organisation | None = None, **given: Any) -> Course:
    owner = organisation or make_organisation(session)
    defaults = {"organisation_id": owner.id, "subject_id": make_subject(session).id, "title": "楷书入门"}
    return kept(session, Course(**defaults | given))


def make_term(session: Session, starts_on: date | None = None, **given: Any) -> Term:
    """A term of eighteen weeks that began two weeks ago, unless told otherwise."""
    first = starts_on or clock.week_start(clock.today()) - timedelta(weeks=2)
    defaults = {"name": "本学期", "starts_on": first, "ends_on": first + timedelta(weeks=18, days=-1)}
    return kept(session, Term(**defaults | given))


def make_unit(session: Session, home: Organisation, **given: Any) -> Unit:
    return kept(session, Unit(**{"home_id": home.id, "name": "一楼护理区"} | given))


def make_resident(session: Session, home: Organisation, unit: Unit | None = None, **given: Any) -> Person:
    person = make_person(session, **{"phone": None, "phone_kind": None} | given)
    kept(
        session,
        Residency(
            person_id=person.id,
            home_id=home.id,
            unit_id=unit.id if unit else None,
            from_on=clock.today() - timedelta(30),
        ),
    )
    return person


NINE_THIRTY = time(9, 30)


def make_class(session: Session, *, lessons: int = 4, first_at: datetime | None = None, **given: Any) -> CourseClass:
    """A weekly class whose lessons begin tomorrow at 9:30; its room and teacher are taken by them.

    ``site`` (an organisation), ``course``, ``term``, ``teacher`` and ``room`` may be given as rows.
    """
    site = given.pop("site", None) or make_organisation(session)
    course = given.pop("course", None) or make_course(session, site)
    room = given.pop("room", None) or make_room(session, site, capacity=max(30, given.get("capacity", 30)))
    teacher = given.pop("teacher", None) or make_teacher(session, site)
    term = given.pop("term", None) or session.scalar(select(Term)) or make_term(session)
    first = first_at or clock.instant(clock.today() + timedelta(1), NINE_THIRTY)
    defaults = {
        "course": course,
        "term": term,
        "organisation": site,
        "teacher": teacher,
        "room": room,
        "region_code": room.venue.region_code if room.venue else site.region_code,
        "weekday": clock.local(first).weekday(),
        "starts": clock.local(first).time(),
        "minutes": 90,
        "zone": "Asia/Shanghai",
        "capacity": room.capacity,
        "wheelchair_places": room.wheelchair_places,
        "seats_taken": 0,
        "wheelchairs_taken": 0,
        "first_lesson_at": first,
        "last_lesson_at": first + timedelta(weeks=lessons - 1),
        "lessons_planned": lessons,
        "opened_at": clock.now(),
    }
    made: CourseClass = kept(session, CourseClass(**defaults | given))
    for number in range(lessons):
        make_lesson(session, made, first + timedelta(weeks=number), number=number + 1)
    return made


def make_lesson(session: Session, course_class: CourseClass, starts_at: datetime, **given: Any) -> Lesson:
    """A lesson of a class with what takes its room and teacher."""
    ends_at = starts_at + timedelta(minutes=course_class.minutes)
    room_id, teacher_id = course_class.room_id, course_class.teacher_id
    row = {"class_id": course_class.id, "starts_at": starts_at, "ends_at": ends_at}
    lesson: Lesson = kept(session, Lesson(**row | {"room_id": room_id, "teacher_id": teacher_id} | given))
    for holder, holder_id in ((Holder.ROOM, room_id), (Holder.TEACHER, teacher_id)):
        session.add(
            Occupancy(holder=holder, holder_id=holder_id, starts_at=starts_at, ends_at=ends_at, lesson_id=lesson.id)
        )
    session.flush()
    return lesson


def make_seat(session: Session, course_class: CourseClass, person: Person, **given: Any) -> Seat:
    """A standing seat, counted; her lessons are not taken."""
    course_class.seats_taken += 1
    defaults = {
        "class_id": course_class.id,
        "person_id": person.id,
        "reference": f"{next(_numbers):010d}",
        "hand": Hand.HERSELF,
        "taken_at": clock.now(),
        "taken_by_id": person.id,
    }
    return kept(session, Seat(**defaults | given))


def make_grant(session: Session, elder: Person, relative: Person, **given: Any) -> FamilyGrant:
    """The elder's consent to her main contact, who may do everything for her."""
    defaults = {
        "elder_id": elder.id,
        "relative_id": relative.id,
        "rights": [right.value for right in Right],
        "is_main_contact": True,
        "asked_at": clock.now(),
        "asked_by_id": relative.id,
        "consent": Consent.ON_HER_SCREEN,
        "consented_at": clock.now(),
    }
    return kept(session, FamilyGrant(**defaults | given))
