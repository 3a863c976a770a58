"""The roll call: one tap a person. It works as plain forms; the device's own part adds what the network can't."""

from datetime import timedelta

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from senior_univ.attendance import check_in, incidents, queries, roll_call
from senior_univ.attendance.forms import RollForm
from senior_univ.attendance.incidents import Happening
from senior_univ.attendance.models import IncidentKind, Kind, Participation
from senior_univ.attendance.roll_call import Tap
from senior_univ.attendance.views.blueprint import blueprint
from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Permission
from senior_univ.core.web import NOT_READABLE, Page, allow, carry_out, db, render, signed_in
from senior_univ.timetable.models import Lesson

FOUR = (Kind.PRESENT, Kind.LATE, Kind.LEAVE, Kind.ABSENT)
DAYS_BACK = 7
NOBODY = 0


@blueprint.get("/roll-call")
@allow(Permission.CALL_ROLL)
def roll_calls() -> Page:
    """Today's lessons whose roll this viewer calls, and those of the last days."""
    starts, ends = clock.day_bounds(clock.today())
    lessons = queries.lessons_to_call(db(), signed_in(), starts - timedelta(days=DAYS_BACK), ends)
    return render(
        "attendance/roll_calls.html",
        lessons=[lesson for lesson in lessons if lesson.starts_at >= starts],
        before=[lesson for lesson in reversed(lessons) if lesson.starts_at < starts],
        counts=queries.counts(db(), [lesson.id for lesson in lessons]),
    )


@blueprint.route("/lessons/<int:lesson_id>/roll-call", methods=["GET", "POST"])
@allow(Permission.CALL_ROLL)
def call_roll(lesson_id: int) -> Page:
    """Who is here, a tap each or all at once; what is entered stands on the page with when and how."""
    lesson = queries.lesson_to_call(db(), signed_in(), lesson_id)
    form = RollForm()
    if form.validate_on_submit() and carry_out(form, lambda: _enter(lesson)) is not None:
        at = str(_pressed()[0] or "")
        return redirect(url_for("attendance.call_roll", lesson_id=lesson_id, _anchor=at or None), 303)
    return render(
        "attendance/roll_call.html",
        form=form,
        lesson=lesson,
        lines=queries.roll(db(), lesson),
        kinds=FOUR,
        other_kinds=(Kind.ONLINE, Kind.OTHER_WAY),
        levels=list(Participation),
        incident_kinds=list(IncidentKind),
        is_open=check_in.is_open(lesson, clock.now()),
        is_late=clock.local(lesson.ends_at).date() < clock.today(),
    )


def _enter(lesson: Lesson) -> int:
    """What the pressed button says: ``tap`` 12:present or 12:active, ``incident`` 12:fall, or ``all``."""
    if "all" in request.form:
        return roll_call.all_here(db(), lesson, by=signed_in())
    person_id, word = _pressed()
    if "incident" in request.form and word in _words(IncidentKind):
        incidents.write_down(db(), lesson, Happening(person_id, IncidentKind(word)), by=signed_in())
        flash(_("Written down. When she is safe, please add what happened, under What went wrong."), "ok")
        return 1
    if word in _words(Kind):
        return roll_call.enter(db(), lesson, [Tap(person_id, Kind(word))], by=signed_in())
    if word in _words(Participation):
        return roll_call.enter(db(), lesson, [Tap(person_id, participation=Participation(word))], by=signed_in())
    raise DomainError("not_readable", NOT_READABLE)


def _words(kinds: type[IncidentKind | Kind | Participation]) -> set[str]:
    return {kind.value for kind in kinds}


def _pressed() -> tuple[int, str]:
    """Whom the pressed button is about, and its word."""
    number, _colon, word = (request.form.get("tap") or request.form.get("incident", "")).partition(":")
    is_number = number.isascii() and number.isdecimal() and len(number) < 10
    return (int(number) if is_number else NOBODY), word


@blueprint.get("/lessons/<int:lesson_id>/roll-call/<int:person_id>")
@allow(Permission.CALL_ROLL)
def entries(lesson_id: int, person_id: int) -> Page:
    """Everything that was ever entered about one person in this lesson, by whom, when and how."""
    lesson = queries.lesson_to_call(db(), signed_in(), lesson_id)
    person = queries.person_seated(db(), lesson, person_id)
    return render(
        "attendance/entries.html",
        lesson=lesson,
        person=person,
        entries=queries.history(db(), lesson_id, person_id),
    )
