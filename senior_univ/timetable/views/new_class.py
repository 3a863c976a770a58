"""Opening a class: the form, which is checked while it is filled, and what it may be made of."""

from dataclasses import dataclass
from typing import Any

from flask import current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from senior_univ.care.queries import units_of
from senior_univ.catalogue.queries import courses_of
from senior_univ.core import clock
from senior_univ.core.forms import clean_text
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, render, signed_in
from senior_univ.core.words import is_chinese, weekday_words
from senior_univ.network.models import Organisation, Room
from senior_univ.network.queries import rooms_of
from senior_univ.teaching.queries import teachers_of
from senior_univ.timetable import actions, borrowed, online, queries, verdicts
from senior_univ.timetable.forms import ClassForm, ClassSettingsForm, given
from senior_univ.timetable.models import Admission, CourseClass, Delivery, Term
from senior_univ.timetable.views.blueprint import blueprint
from senior_univ.timetable.views.scopes import organisation_asked, organisations_to_choose


@blueprint.route("/classes/new", methods=["GET", "POST"])
@allow(Permission.PLAN_CLASSES)
def new_class() -> Page:
    """Open a class in an organisation's own room, a booked one, or only look whether it could be."""
    owner = organisation_asked(Permission.PLAN_CLASSES)
    if owner is None:
        text = clean_text(request.args.get("q")) or ""
        owners = organisations_to_choose(Permission.PLAN_CLASSES, text)
        title = _("Open a class")
        return render("timetable/choose.html", choices=owners, text=text, endpoint="timetable.new_class", title=title)
    form = ClassForm()
    choices = ClassChoices.read(owner)
    choices.offer(form)
    verdict = None
    if form.validate_on_submit() and has_way_in(form):
        plan, override = choices.plan(form), form.override.data or ""
        if "only_check" not in request.form:
            opened = carry_out(form, lambda: actions.open_class(db(), plan, override=override, by=signed_in()))
            if opened:
                _say_opened(plan, opened)
                return redirect(url_for("timetable.course_class", class_id=opened.id), 303)
            plan = choices.plan(form)
        verdict = verdicts.of_plan(db(), plan, override=override, by=signed_in())
    return render("timetable/new_class.html", form=form, owner=owner, choices=choices, verdict=verdict)


@blueprint.get("/classes/new/check")
@allow(Permission.PLAN_CLASSES)
def check_new_class() -> Page:
    """What the form's answers so far come to; empty until all that is needed has been filled in."""
    owner = organisation_asked(Permission.PLAN_CLASSES)
    if owner is None:
        return ""
    form = ClassForm(request.args, meta={"csrf": False})
    choices = ClassChoices.read(owner)
    choices.offer(form)
    if not form.validate():
        return ""
    verdict = verdicts.of_plan(db(), choices.plan(form), override=form.override.data or "", by=signed_in())
    return render("timetable/_verdict.html", verdict=verdict)


@dataclass(frozen=True)
class ClassChoices:
    """What a new class of an organisation may be made of."""

    owner: Organisation
    terms: dict[int, Term]
    courses: dict[int, Any]
    teachers: dict[int, Any]
    rooms: dict[int, Any]
    units: dict[int, Any]
    unknown_years: list[int]

    @classmethod
    def read(cls, owner: Organisation) -> "ClassChoices":
        """Terms that are not over, and the organisation's courses, teachers and rooms."""
        terms = [term for term in reversed(queries.terms(db())) if term.ends_on >= clock.today()]
        return cls(
            owner,
            _by_id(terms),
            _by_id(courses_of(db(), [owner.id])),
            _by_id(teachers_of(db(), [owner.id])),
            _by_id([*rooms_of(db(), owner.id), *borrowed.booked_rooms(db(), owner.id)]),
            _by_id(units_of(db(), owner.id) if owner.is_care_home else ()),
            queries.unknown_years(db(), terms[0].starts_on, terms[-1].ends_on) if terms else [],
        )

    def offer(self, form: ClassForm) -> None:
        """Set the choices of the form."""
        form.term.choices = [(term.id, term.name) for term in self.terms.values()]
        form.course.choices = _choices((course.id, course.title) for course in self.courses.values())
        form.teacher.choices = _choices((teacher.id, _teacher_words(teacher)) for teacher in self.teachers.values())
        form.room.choices = _choices((room.id, room_words(room)) for room in self.rooms.values())
        form.unit.choices = [("", _("Everybody in the home")), *((unit.id, unit.name) for unit in self.units.values())]
        if not self.units:
            del form.unit
        form.weekday.choices = [(str(number), weekday_words(number)) for number in range(7)]

    def plan(self, form: ClassForm) -> actions.Plan:
        """What a valid form describes."""
        return actions.Plan(
            course=self.courses[form.course.data],
            term=self.terms[form.term.data],
            teacher=self.teachers[form.teacher.data],
            room=self.rooms[form.room.data],
            weekday=int(form.weekday.data),
            starts=given(form.starts),
            minutes=given(form.minutes),
            capacity=given(form.capacity),
            wheelchair_places=given(form.wheelchair_places),
            home_id=self.owner.id if self.owner.is_care_home else None,
            from_on=form.from_on.data,
            lessons=given(form.lessons),
            admission=Admission(form.admission.data),
            least_learners=form.least_learners.data or 0,
            decide_on=form.decide_on.data,
            material_costs=form.material_costs.data or "",
            unit_id=(form.unit.data or None) if form.unit else None,
            delivery=Delivery(form.delivery.data),
            join_url=form.join_url.data or "",
        )


def has_way_in(form: ClassForm | ClassSettingsForm) -> bool:
    """Whether who comes online finds a way in: a link, or a meeting server; else the form says so."""
    is_online = Delivery(form.delivery.data) is not Delivery.ON_SITE
    if is_online and not form.join_url.data and online.server_of(current_app.config["SETTINGS"]) is None:
        form.join_url.errors = [*form.join_url.errors, NO_WAY_IN]
        return False
    return True


NO_WAY_IN = _l("Please paste the link of the meeting, so that people can join.")


def _by_id(rows: Any) -> dict[int, Any]:
    return {row.id: row for row in rows}


def _choices(pairs: Any) -> list[tuple[Any, str]]:
    return [("", _("Please choose")), *pairs]


def _teacher_words(teacher: Any) -> str:
    subjects_said = [each.name if is_chinese() else each.name_en for each in teacher.subjects]
    separator = "、" if is_chinese() else ", "
    return f"{teacher.person.name} ({separator.join(subjects_said)})" if subjects_said else teacher.person.name


def room_words(room: Room) -> str:
    """Venue and name of a room, how many it holds, and what it has, to choose it by."""
    held = _("%(venue)s %(room)s (%(seats)d people)", venue=room.venue.name, room=room.name, seats=room.capacity)
    wheelchairs = _("%(places)d for wheelchairs", places=room.wheelchair_places) if room.wheelchair_places else ""
    has = [wheelchairs, *(str(words) for is_there, words in _fittings(room) if is_there)]
    return _(", ").join([held, *filter(None, has)])


def _fittings(room: Room) -> list[tuple[bool, Any]]:
    """What may decide for a room, and whether it is there."""
    return [
        (not room.is_step_free, _("Reached by steps")),
        (room.has_screen, _("Screen")),
        (room.has_camera, _("Camera for lessons online")),
    ]


def _say_opened(plan: actions.Plan, opened: CourseClass) -> None:
    """Tell what was made, and what to look at."""
    if opened.lessons_planned < plan.lessons:
        flash(_("The term has room for %(num)d lessons only.", num=opened.lessons_planned), "warning")
    for words in verdicts.said_of_opened(db(), plan, opened):
        flash(str(words), "warning")
    flash(_("The class is open. People can enrol now."), "ok")
