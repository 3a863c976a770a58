"""Lessons to settle: the list, and for each what may be done: a substitute, another time or room, leaving it as it is."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.core.paging import paginate
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, commit, db, found, render, signed_in
from senior_univ.network.queries import rooms_of
from senior_univ.timetable import actions, queries, rules, settled_bookings, settling, substitutes, weeks
from senior_univ.timetable.conflicts import conflicts_of_lesson, slot_of_lesson
from senior_univ.timetable.forms import CancelForm, given
from senior_univ.timetable.free_rooms import free_rooms
from senior_univ.timetable.models import Lesson, Unsettled
from senior_univ.timetable.nearest import nearest_single
from senior_univ.timetable.overrides import keep_overrides, refusing
from senior_univ.timetable.slots import Kind
from senior_univ.timetable.views.blueprint import blueprint
from senior_univ.timetable.views.bookings import when_of
from senior_univ.timetable.views.new_class import room_words

PLAN = Permission.PLAN_CLASSES
MOST_ROOMS = 3
blueprint.add_app_template_filter(lambda code: settling.CODE_WORDS.get(code, code), "unsettled_words")


@blueprint.get("/to-settle")
@allow(PLAN)
def to_settle() -> Page:
    """The lessons under which something has changed, the next first."""
    page = paginate(db(), settling.visible_unsettled(signed_in()), 25)
    bookings = db().scalars(settled_bookings.visible_unsettled(signed_in())).all() if page.number == 1 else []
    return render("timetable/to_settle.html", page=page, bookings=[(each, when_of(each)) for each in bookings])


@blueprint.get("/lessons/<int:lesson_id>/settle")
@allow(PLAN)
def settle_lesson(lesson_id: int) -> Page:
    """What may be done about one lesson: who could step in, when and where it could be instead."""
    row = db().scalar(settling.visible_unsettled(signed_in()).where(Unsettled.lesson_id == lesson_id))
    lesson = row.lesson if row else queries.lesson_for(db(), signed_in(), PLAN, lesson_id)
    return _settle_page(lesson, CancelForm(), row.code if row else "")


def _settle_page(lesson: Lesson, form: CancelForm, code: str) -> str:
    is_coming = lesson.cancelled_at is None and lesson.starts_at > clock.now()
    standing_against = {each.code for each in conflicts_of_lesson(db(), lesson) if each.kind is Kind.OVERRIDABLE}
    return render(
        "timetable/settle.html",
        lesson=lesson,
        line=weeks.lesson_line(lesson),
        code=code,
        form=form,
        substitutes=substitutes.find_substitutes(db(), lesson) if is_coming else [],
        times=nearest_single(db(), slot_of_lesson(lesson)) if is_coming else [],
        rooms=[(room, room_words(room)) for room in free_rooms(db(), lesson, MOST_ROOMS)] if is_coming else [],
        may_override=is_coming and code in standing_against,
        seen=rules.version_of(lesson),
        is_coming=is_coming,
    )


@blueprint.post("/lessons/<int:lesson_id>/substitute")
@allow(PLAN)
def take_substitute(lesson_id: int) -> Page:
    """Let somebody step in: the second tap."""
    lesson = queries.lesson_for(db(), signed_in(), PLAN, lesson_id)
    teacher_id, seen = _number(request.form.get("teacher", "")), request.form.get("seen")
    return _done(lesson_id, lambda: substitutes.take_substitute(db(), lesson, teacher_id, by=signed_in(), seen=seen))


@blueprint.post("/lessons/<int:lesson_id>/settle/move")
@allow(PLAN)
def settle_by_moving(lesson_id: int) -> Page:
    """Take one of the times or rooms that were proposed."""
    lesson = queries.lesson_for(db(), signed_in(), PLAN, lesson_id)
    changed: dict[str, Any] = {}
    if at := request.form.get("at"):
        changed["starts_at"] = found(_instant(at))
    if room_id := _number(request.form.get("room", "")):
        rooms = {room.id: room for room in rooms_of(db(), lesson.room.venue.organisation_id)}
        changed["room"] = found(rooms.get(room_id))
    seen = request.form.get("seen")
    return _done(lesson_id, lambda: actions.move_lesson(db(), lesson, by=signed_in(), seen=seen, **changed))


def _done(lesson_id: int, act: Any) -> Page:
    try:
        act()
        commit()
    except DomainError as refusal:
        flash(" ".join(map(str, (refusal.message, *refusal.suggestions))), "warning")
        return redirect(url_for("timetable.settle_lesson", lesson_id=lesson_id), 303)
    flash(_("The lesson is changed. Everybody concerned is being told."), "ok")
    return redirect(url_for("timetable.to_settle"), 303)


@blueprint.post("/lessons/<int:lesson_id>/settle/leave")
@allow(PLAN)
def settle_as_it_is(lesson_id: int) -> Page:
    """Hold it all the same, with a reason on record."""
    row, form = settling.unsettled_for(db(), signed_in(), lesson_id), CancelForm()
    code = row.code
    if form.validate_on_submit() and carry_out(form, lambda: _override(row.lesson, given(form.reason))):
        flash(_("The lesson stays as it is; your reason is on record."), "ok")
        return redirect(url_for("timetable.to_settle"), 303)
    lesson = queries.lesson_for(db(), signed_in(), PLAN, lesson_id)
    return _settle_page(lesson, form, code)


def _override(lesson: Lesson, reason: str) -> Lesson:
    conflicts = conflicts_of_lesson(db(), lesson)
    if refused := refusing(db(), conflicts, slot_of_lesson(lesson), reason, signed_in()):
        words = settling.CODE_WORDS.get(refused[0].code, refused[0].code)
        raise DomainError("not_overridable", _("This can't be overridden by you: %(why)s.", why=words), field="reason")
    pairs = [(lesson.id, each.code) for each in conflicts]
    keep_overrides(db(), lesson, pairs, reason, signed_in())
    settling.recheck(db(), Lesson.id == lesson.id)
    return lesson


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _instant(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo else None
