"""Moving one lesson: the form, which is checked while it is filled, and who could not come then."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from senior_univ.core import clock
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, render, signed_in
from senior_univ.network.models import Room
from senior_univ.network.queries import rooms_of
from senior_univ.teaching.models import Teacher
from senior_univ.teaching.queries import teachers_of
from senior_univ.timetable import actions, borrowed, queries, rules, verdicts, weeks
from senior_univ.timetable.forms import MoveForm, given
from senior_univ.timetable.models import Lesson
from senior_univ.timetable.series import Reach, change_series
from senior_univ.timetable.verdicts import Verdict
from senior_univ.timetable.views.blueprint import blueprint
from senior_univ.timetable.views.new_class import room_words


@blueprint.route("/lessons/<int:lesson_id>/move", methods=["GET", "POST"])
@allow(Permission.PLAN_CLASSES)
def move_lesson(lesson_id: int) -> Page:
    """Hold one lesson at another time, in another room or with another teacher; who can't come then is shown before."""
    shown = queries.lesson_for(db(), signed_in(), Permission.PLAN_CLASSES, lesson_id)
    asked = Asked(shown)
    form = asked.form()
    verdict = None
    if form.validate_on_submit():
        verdict = asked.verdict(form)
        is_known = not verdict.hindered or form.known.data == verdict.known
        if "only_check" not in request.form and is_known and carry_out(form, lambda: asked.move(form)):
            flash(_("The lesson is changed. Everybody in the class is being told."), "ok")
            return redirect(url_for("timetable.lesson", lesson_id=lesson_id), 303)
        form.known.data = verdict.known
    shown = queries.lesson_for(db(), signed_in(), Permission.PLAN_CLASSES, lesson_id)
    form.seen.data = rules.version_of(shown)
    line = weeks.lesson_line(shown, shown=shown.course_class.organisation.name)
    return render("timetable/move_lesson.html", form=form, verdict=verdict, lesson=shown, line=line)


@blueprint.get("/lessons/<int:lesson_id>/move/check")
@allow(Permission.PLAN_CLASSES)
def check_move(lesson_id: int) -> Page:
    """What the form's answers so far come to; empty until all that is needed has been filled in, or nothing is different."""
    asked = Asked(queries.lesson_for(db(), signed_in(), Permission.PLAN_CLASSES, lesson_id))
    form = asked.form(request.args, meta={"csrf": False})
    if not form.validate():
        return ""
    return render("timetable/_verdict.html", verdict=asked.verdict(form))


class Asked:
    """A lesson, and the rooms and teachers that its form offers."""

    def __init__(self, lesson: Lesson) -> None:
        course_class = lesson.course_class
        owner_id = course_class.organisation_id
        owners = [each for each in (course_class.home_id, owner_id) if each]
        own = [room for owner in owners for room in rooms_of(db(), owner)]
        rooms = [lesson.room, *own, *borrowed.booked_rooms(db(), owner_id)]
        self.lesson = lesson
        self.rooms: dict[int, Room] = {room.id: room for room in rooms}
        self.teachers: dict[int, Teacher] = {
            teacher.id: teacher for teacher in [lesson.teacher, *teachers_of(db(), [owner_id])]
        }

    def form(self, *answers: Any, **options: Any) -> MoveForm:
        """The form, filled with what the lesson is, and with ``answers`` where they are not those of the request."""
        starts = clock.local(self.lesson.starts_at)
        form = MoveForm(
            *answers,
            day=starts.date(),
            starts=starts.time(),
            room=self.lesson.room_id,
            teacher=self.lesson.teacher_id,
            seen=rules.version_of(self.lesson),
            **options,
        )
        form.room.choices = [(room.id, room_words(room)) for room in self.rooms.values()]
        form.teacher.choices = [(teacher.id, teacher.person.name) for teacher in self.teachers.values()]
        return form

    def _wanted(self, form: MoveForm) -> dict[str, Any]:
        return {
            "starts_at": clock.instant(given(form.day), given(form.starts)),
            "room": self.rooms[form.room.data],
            "teacher": self.teachers[form.teacher.data],
            "override": form.override.data or "",
            "by": signed_in(),
        }

    def verdict(self, form: MoveForm) -> Verdict:
        """Whether what a valid form asks for can be, for every lesson that it reaches."""
        reach = Reach(form.reach.data)
        if reach is not Reach.ONE:
            return verdicts.of_series(db(), self.lesson, reach, **self._wanted(form))
        return verdicts.of_move(db(), self.lesson, **self._wanted(form))

    def move(self, form: MoveForm) -> Lesson:
        """Do what a valid form asks for, with later lessons, too, where it says so."""
        reach = Reach(form.reach.data)
        if reach is not Reach.ONE:
            change_series(db(), self.lesson, reach, **self._wanted(form), seen=form.seen.data)
            return self.lesson
        return actions.move_lesson(db(), self.lesson, **self._wanted(form), seen=form.seen.data)
