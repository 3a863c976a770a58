"""Where a class or a lesson is, in words: a room, online, or either. Everything that names a place asks here."""

from collections.abc import Callable

from flask_babel import gettext as _

from senior_univ.timetable.models import CourseClass, Delivery, Lesson


def place_words(room: str, way: Delivery) -> str:
    """Where a learner goes; ``room`` is venue and room. A lesson that is online names none, so that nobody sets out."""
    if way is Delivery.ONLINE:
        return online_words()
    return _("%(room)s, or online", room=room) if way is Delivery.BOTH else room


def place_at_work(room: str, way: Delivery) -> str:
    """Where it is for whoever plans and teaches: an online lesson takes the room in which the teacher sits."""
    return _("online, teacher in %(room)s", room=room) if way is Delivery.ONLINE else place_words(room, way)


def online_words() -> str:
    """What stands in place of a room."""
    return _("online (no need to come)")


def lesson_place(lesson: Lesson) -> str:
    """Where a learner finds this lesson."""
    return place_words(f"{lesson.room.venue.name} {lesson.room.name}", lesson.way)


def lesson_place_at_work(lesson: Lesson) -> str:
    """Where this lesson is for its teacher and its site."""
    return place_at_work(f"{lesson.room.venue.name} {lesson.room.name}", lesson.way)


def class_place(course_class: CourseClass) -> str:
    """Where a class usually meets."""
    return place_words(f"{course_class.room.venue.name} {course_class.room.name}", course_class.delivery)


def class_place_at_work(course_class: CourseClass) -> str:
    """Where a class usually meets, for its teacher and its site."""
    return place_at_work(f"{course_class.room.venue.name} {course_class.room.name}", course_class.delivery)


def address_of(which: Lesson | CourseClass) -> str:
    """How to find the place; empty where nobody goes anywhere."""
    way = which.way if isinstance(which, Lesson) else which.delivery
    return "" if way is Delivery.ONLINE else which.room.venue.address or ""


FILTERS: dict[str, Callable[..., str]] = {
    "lesson_place": lesson_place,
    "lesson_place_at_work": lesson_place_at_work,
    "class_place": class_place,
    "class_place_at_work": class_place_at_work,
    "place_address": address_of,
}
