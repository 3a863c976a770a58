"""A class or a lesson in words for others: a notice for the village's group, and a script for its loudspeaker. Pure.

Nothing here knows who is in a class: a notice carries no personal data but the teacher's name, which is public.
"""

from datetime import date, datetime, time

from flask_babel import gettext as _
from flask_babel import ngettext

from senior_univ.accounts.rules import phone_words
from senior_univ.core import clock
from senior_univ.core.words import (
    PARTS_OF_DAY,
    is_chinese,
    long_day_words,
    lunar_words,
    time_range_words,
    time_words,
    weekday_words,
)
from senior_univ.timetable.models import CourseClass, Delivery, Lesson
from senior_univ.timetable.places import class_place, lesson_place

NUMBERS = "零一二三四五六七八九十"


def class_notice(course_class: CourseClass, coming: Lesson | None) -> str:
    """The notice of a class that takes learners: what, when, where, by whom, whom to call; ``coming`` is its next lesson."""
    course = course_class.course.title
    lines = [
        _("[%(organisation)s] Class: %(course)s", organisation=course_class.organisation.name, course=course),
        _usual_time(course_class),
    ]
    if coming is not None:
        lines.append(_("Next lesson: %(day)s", day=long_day_words(coming.starts_at)))
    lines += [
        _("Where: %(place)s", place=class_place(course_class)),
        _("Teacher: %(name)s", name=course_class.teacher.person.name),
    ]
    if course_class.seats_free > 0 and course_class.cancelled_at is None:
        lines.append(ngettext("%(num)d place is free.", "%(num)d places are free.", course_class.seats_free))
    if course_class.material_costs:
        lines.append(_("Material: %(costs)s", costs=course_class.material_costs))
    return "\n".join(lines + questions(course_class))


def _usual_time(course_class: CourseClass) -> str:
    day, hours = weekday_words(course_class.weekday), _hours_of(course_class)
    if course_class.every_weeks > 1:
        return _("When: every other %(weekday)s, %(hours)s", weekday=day, hours=hours)
    return _("When: every %(weekday)s, %(hours)s", weekday=day, hours=hours)


def lesson_notice(lesson: Lesson) -> str:
    """The notice of a lesson: that it is, or that it was moved, cancelled or put into another room; old and new."""
    return "\n".join([*_lesson_head(lesson), *_lesson_body(lesson), *questions(lesson.course_class)])


def class_script(course_class: CourseClass, coming: Lesson | None) -> str:
    """What a loudspeaker says of a class that takes learners, said twice."""
    said_of = {
        "course": course_class.course.title,
        "organisation": course_class.organisation.name,
        "weekday": weekday_words(course_class.weekday),
        "time": spoken_time(course_class.starts),
        "place": class_place(course_class),
    }
    if course_class.every_weeks > 1:
        said = _(
            "The class “%(course)s” of %(organisation)s takes learners. It is held every other %(weekday)s, %(time)s, at %(place)s.",
            **said_of,
        )
    else:
        said = _(
            "The class “%(course)s” of %(organisation)s takes learners. It is held every %(weekday)s, %(time)s, at %(place)s.",
            **said_of,
        )
    if coming is not None:
        said += _("The next lesson is on %(day)s.", day=spoken_day(clock.local(coming.starts_at).date()))
    return _twice(said + _spoken_questions(course_class))


def lesson_script(lesson: Lesson) -> str:
    """What a loudspeaker says of a lesson, said twice."""
    return _twice(_spoken_lesson(lesson) + _spoken_questions(lesson.course_class))


def spoken_day(day: date) -> str:
    """三月十一日，星期三，农历正月廿三: a day as it is read out."""
    if not is_chinese():
        return long_day_words(day)
    number = f"{spoken_number(day.month)}月{spoken_number(day.day)}日"
    return f"{number}，{weekday_words(day.weekday())}，农历{lunar_words(day)}"


def spoken_time(at: time | datetime) -> str:
    """上午九点半: a time as it is read out."""
    if not is_chinese():
        return time_words(at)
    local = clock.local(at).time() if isinstance(at, datetime) else at
    part = next(name for until, name in PARTS_OF_DAY if local.hour < until)
    hour = "两" if local.hour % 12 == 2 else spoken_number(local.hour % 12 or 12)
    return f"{part}{hour}点{_spoken_minutes(local.minute)}"


def _spoken_minutes(minute: int) -> str:
    short = {0: "整", 15: "一刻", 30: "半", 45: "三刻"}
    if minute in short:
        return short[minute]
    return f"零{spoken_number(minute)}分" if minute < 10 else f"{spoken_number(minute)}分"


def spoken_number(number: int) -> str:
    """二十三: a number from 0 to 99 in Chinese words."""
    tens, ones = divmod(number, 10)
    if not tens:
        return NUMBERS[ones]
    return ("" if tens == 1 else NUMBERS[tens]) + "十" + (NUMBERS[ones] if ones else "")


def _hours_of(course_class: CourseClass) -> str:
    return time_range_words(course_class.starts, course_class.ends)


def _when(starts_at: datetime) -> str:
    return f"{long_day_words(starts_at)} {time_words(starts_at)}"


def _has_other_room(lesson: Lesson) -> bool:
    return lesson.room_id != lesson.course_class.room_id


def _lesson_head(lesson: Lesson) -> list[str]:
    organisation = lesson.course_class.organisation.name
    if lesson.cancelled_at is not None:
        return [_("[%(organisation)s] A lesson is cancelled", organisation=organisation)]
    if lesson.moved_from is not None:
        return [_("[%(organisation)s] A lesson is moved", organisation=organisation)]
    if lesson.is_online:
        return [_("[%(organisation)s] A lesson is held online", organisation=organisation)]
    if _has_other_room(lesson):
        return [_("[%(organisation)s] A lesson is in another room", organisation=organisation)]
    return [_("[%(organisation)s] Lesson", organisation=organisation)]


def _lesson_body(lesson: Lesson) -> list[str]:
    course_class = lesson.course_class
    lines = [_("Course: %(course)s", course=course_class.course.title)]
    if lesson.cancelled_at is not None:
        lines.append(_("Not held: %(when)s", when=_when(lesson.starts_at)))
        return [*lines, _("Why: %(reason)s", reason=lesson.cancel_reason)] if lesson.cancel_reason else lines
    if lesson.moved_from is not None:
        lines.append(_("Was planned for: %(when)s", when=_when(lesson.moved_from)))
        lines.append(_("Now: %(when)s", when=_when(lesson.starts_at)))
    else:
        lines.append(_("When: %(when)s", when=_when(lesson.starts_at)))
    if _has_other_room(lesson) or lesson.is_online:
        lines.append(_("Instead of: %(place)s", place=class_place(course_class)))
    lines.append(_("Where: %(place)s", place=lesson_place(lesson)))
    return [*lines, _("Teacher: %(name)s", name=lesson.teacher.person.name)]


def questions(course_class: CourseClass) -> list[str]:
    """Whom to call, where the organisation has a phone."""
    phone = course_class.organisation.phone
    return [_("Questions: %(phone)s", phone=phone_words(phone))] if phone else []


def _spoken_lesson(lesson: Lesson) -> str:
    course, day = lesson.course_class.course.title, spoken_day(clock.local(lesson.starts_at).date())
    starts = spoken_time(lesson.starts_at)
    if lesson.cancelled_at is not None:
        return _("“%(course)s” on %(day)s, %(time)s, is not held. Please do not come in vain, and tell each other.", course=course, day=day, time=starts)  # fmt: skip
    said = ""
    if lesson.moved_from is not None:
        old = spoken_day(clock.local(lesson.moved_from).date())
        said = _("“%(course)s”, planned for %(day)s, %(time)s, is moved.", course=course, day=old, time=spoken_time(lesson.moved_from))  # fmt: skip
    if lesson.way is Delivery.ONLINE:
        return said + _("“%(course)s” on %(day)s, %(time)s, is held online. There is no need to come.", course=course, day=day, time=starts)  # fmt: skip
    place = lesson_place(lesson)
    return said + _("“%(course)s” is held on %(day)s, %(time)s, at %(place)s.", course=course, day=day, time=starts, place=place)  # fmt: skip


def _spoken_questions(course_class: CourseClass) -> str:
    phone = course_class.organisation.phone
    return _("Whoever has questions calls %(phone)s.", phone=phone_words(phone)) if phone else ""


def _twice(said: str) -> str:
    """A loudspeaker's text: a greeting, a rest, the news twice, and thanks."""
    return "\n\n".join(
        [
            _("Dear friends, please listen."),
            said,
            _("(Wait five seconds.)"),
            _("Once more:"),
            said,
            _("That is all. Thank you."),
        ]
    )
