"""Said where people are: a notice to copy, a script for the loudspeaker, a poster, a picture; of a class, a lesson, a week."""

from flask import Response, url_for
from flask_babel import gettext as _

from senior_univ.core import clock
from senior_univ.core.permissions import Permission
from senior_univ.core.qr import public_address, qr_code
from senior_univ.core.web import Page, allow, db, found, render, signed_in
from senior_univ.timetable import notices, queries, weeks
from senior_univ.timetable.models import CourseClass, Lesson
from senior_univ.timetable.pictures import can_draw, draw_days
from senior_univ.timetable.views.blueprint import blueprint
from senior_univ.timetable.views.shown import shown_asked


def _class(class_id: int) -> CourseClass:
    return queries.class_for(db(), signed_in(), Permission.SEE_CLASSES, class_id)


def _lesson(lesson_id: int) -> Lesson:
    """The lesson with the class's own room, which a notice names where the lesson is in another one."""
    lesson = queries.lesson_for(db(), signed_in(), Permission.SEE_CLASSES, lesson_id)
    _class(lesson.class_id)  # loads what the lesson's own query leaves out
    return lesson


def _coming(course_class: CourseClass) -> Lesson | None:
    now = clock.now()
    return next((each for each in queries.lessons_of_class(db(), course_class.id) if each.is_coming(now)), None)


@blueprint.get("/classes/<int:class_id>/notice")
@allow(Permission.SEE_CLASSES)
def class_notice(class_id: int) -> Page:
    """A class in words for the group and for the loudspeaker."""
    course_class = _class(class_id)
    coming = _coming(course_class)
    return render(
        "timetable/notice.html",
        title=course_class.course.title,
        notice=notices.class_notice(course_class, coming),
        script=notices.class_script(course_class, coming),
        poster_url=url_for("timetable.class_poster", class_id=class_id),
        picture_url=url_for("timetable.class_picture_page", class_id=class_id),
        back_url=url_for("timetable.course_class", class_id=class_id),
    )


@blueprint.get("/lessons/<int:lesson_id>/notice")
@allow(Permission.SEE_CLASSES)
def lesson_notice(lesson_id: int) -> Page:
    """A lesson in words for the group and for the loudspeaker: what is new stands first."""
    lesson = _lesson(lesson_id)
    return render(
        "timetable/notice.html",
        title=_("%(course)s, lesson %(number)d", course=lesson.course_class.course.title, number=lesson.number),
        notice=notices.lesson_notice(lesson),
        script=notices.lesson_script(lesson),
        poster_url=url_for("timetable.lesson_poster", lesson_id=lesson_id),
        picture_url=None,
        back_url=url_for("timetable.lesson", lesson_id=lesson_id),
    )


@blueprint.get("/classes/<int:class_id>/poster")
@allow(Permission.SEE_CLASSES)
def class_poster(class_id: int) -> Page:
    """A class on A4, for the wall."""
    course_class = _class(class_id)
    lines = notices.class_notice(course_class, _coming(course_class)).splitlines()[1:]
    back_url = url_for("timetable.class_notice", class_id=class_id)
    return _poster(course_class, "", lines, back_url)


@blueprint.get("/lessons/<int:lesson_id>/poster")
@allow(Permission.SEE_CLASSES)
def lesson_poster(lesson_id: int) -> Page:
    """A lesson on A4, for the door."""
    lesson = _lesson(lesson_id)
    head, *lines = notices.lesson_notice(lesson).splitlines()
    back_url = url_for("timetable.lesson_notice", lesson_id=lesson_id)
    return _poster(lesson.course_class, head, lines, back_url)


def _poster(course_class: CourseClass, head: str, lines: list[str], back_url: str) -> Page:
    address = public_address(url_for("enrolment.class_page", class_id=course_class.id))
    code = None if course_class.home_id else qr_code(address, scale=6)
    return render(
        "timetable/poster.html", course_class=course_class, head=head, lines=lines, code=code, back_url=back_url
    )


def _picture_page(title: str, picture_url: str, print_url: str, back_url: str) -> Page:
    """The page of a picture: how to keep it; or, where there is no font to draw with, how to print instead."""
    return render(
        "timetable/picture.html",
        title=title,
        picture_url=picture_url if can_draw() else None,
        print_url=print_url,
        back_url=back_url,
    )


def _picture(title: str, subtitle: str, days: list[weeks.Day], foot: str = "") -> Response:
    """The picture itself."""
    drawn = found(draw_days(title, subtitle, days, foot) if can_draw() else None)
    return Response(drawn, mimetype="image/png")


@blueprint.get("/classes/<int:class_id>/picture")
@allow(Permission.SEE_CLASSES)
def class_picture_page(class_id: int) -> Page:
    """A class's lessons as a picture to keep."""
    course_class = _class(class_id)
    return _picture_page(
        course_class.course.title,
        url_for("timetable.class_picture", class_id=class_id),
        url_for("timetable.class_poster", class_id=class_id),
        url_for("timetable.class_notice", class_id=class_id),
    )


@blueprint.get("/classes/<int:class_id>/picture.png")
@allow(Permission.SEE_CLASSES)
def class_picture(class_id: int) -> Page:
    """A class's lessons that are still to come, drawn."""
    course_class = _class(class_id)
    lessons = [each for each in queries.lessons_of_class(db(), class_id) if each.ends_at > clock.now()]
    days = _days_with(lessons)
    return _picture(course_class.course.title, course_class.organisation.name, days, _foot(course_class))


def _days_with(lessons: list[Lesson]) -> list[weeks.Day]:
    if not lessons:
        return []
    first, last = (clock.local(each.starts_at).date() for each in (lessons[0], lessons[-1]))
    holidays = queries.holidays_between(db(), first, last)
    return weeks.days_of(lessons, first, (last - first).days + 1, holidays=holidays)


def _foot(course_class: CourseClass) -> str:
    return (notices.questions(course_class) or [""])[0]


@blueprint.get("/week/picture")
@allow(Permission.SEE_CLASSES)
def week_picture_page() -> Page:
    """The week of an organisation, a room or a teacher as a picture to keep."""
    shown = found(shown_asked())
    return _picture_page(
        shown.title,
        url_for("timetable.week_picture", on=shown.first, **shown.asked),
        url_for("timetable.print_week", on=shown.first, **shown.asked),
        url_for("timetable.week", on=shown.first, **shown.asked),
    )


@blueprint.get("/week/picture.png")
@allow(Permission.SEE_CLASSES)
def week_picture() -> Page:
    """The same week, drawn."""
    shown = found(shown_asked())
    return _picture(shown.name, shown.span, shown.days(is_for_wall=True))
