"""A lesson that is in no database."""

from datetime import UTC, datetime, timedelta

from senior_univ.accounts.models import Person
from senior_univ.catalogue.models import Course
from senior_univ.network.models import Organisation, Room, Venue
from senior_univ.teaching.models import Teacher
from senior_univ.timetable.models import CourseClass, Lesson

STARTS = datetime(2026, 3, 11, 1, 30, tzinfo=UTC)


def lesson_of(title, reason):
    course_class = CourseClass(
        course=Course(title=title), organisation=Organisation(phone=""), region_code="130502001062", opened_at=STARTS
    )
    return Lesson(
        id=1,
        number=1,
        revision=0,
        changed_at=STARTS,
        starts_at=STARTS,
        ends_at=STARTS + timedelta(minutes=90),
        cancel_reason=reason,
        course_class=course_class,
        room=Room(name="一楼教室", venue=Venue(name="活动中心", address="北关街12号")),
        teacher=Teacher(person=Person(name="赵志强")),
    )
