"""Classes: the list, opening one, a class's own page, cancelling it."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from senior_univ.catalogue.queries import courses_of, subjects
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.forms import clean_text
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, number_asked, render, signed_in
from senior_univ.core.words import is_chinese, weekday_words
from senior_univ.network.models import Organisation
from senior_univ.network.queries import rooms_of
from senior_univ.teaching.queries import teachers_of
from senior_univ.timetable import actions, cautions, queries, rules, weeks
from senior_univ.timetable.class_list import PAGE, ClassFilter, count_classes, read_classes
from senior_univ.timetable.forms import CancelForm, ClassForm, given
from senior_univ.timetable.models import Admission, CourseClass, Term
from senior_univ.timetable.rules import Meeting
from senior_univ.timetable.slots import slot_of_plan
from senior_univ.timetable.views.blueprint import blueprint
from senior_univ.timetable.views.scopes import organisation_asked, organisations_to_choose

FILTERS = {"term", "subject", "weekday", "organisation", "free", "page"}


@dataclass(frozen=True)
class PageOf:
    """Which page of a list this is, as the pagination macro wants it."""

    number: int
    count: int

    def _url(self, number: int) -> str | None:
        if not 1 <= number <= self.count:
            return None
        asked: dict[str, Any] = request.args.to_dict() | {"page": number}
        return url_for("timetable.classes", **{name: asked[name] for name in asked if name in FILTERS})

    @property
    def previous_url(self) -> str | None:
        """The page before."""
        return self._url(self.number - 1)

    @property
    def next_url(self) -> str | None:
        """The page after."""
        return self._url(self.number + 1)


def _filter(terms: list[Term]) -> ClassFilter:
    """What the query string asks for; the running or next term unless another is named."""
    asked = clean_text(request.args.get("organisation")) or ""
    return ClassFilter(
        term_id=number_asked("term") or _term_id(terms),
        subject_id=number_asked("subject"),
        weekday=number_asked("weekday", most=6),
        organisation_id=number_asked("organisation"),
        organisation="" if asked.isascii() and asked.isdecimal() else asked[:80],
        has_free_seats=bool(request.args.get("free")),
    )


def _term_id(terms: list[Term]) -> int | None:
    """The running term's id, else the next one's, else the last one's; ``terms`` has the latest first."""
    coming = [term for term in terms if term.ends_on >= clock.today()]
    chosen = coming[-1:] or terms[:1]
    return chosen[0].id if chosen else None


def counts(who: Viewer) -> bool:
    """Whether this viewer is told how many are in a class; officers of an area are not told of fewer than five."""
    return who.may(Permission.PLAN_CLASSES) or not who.prefixes(Permission.SEE_CLASSES)


@blueprint.get("/classes")
@allow(Permission.SEE_CLASSES)
def classes() -> Page:
    """The classes that the viewer may see, fifty a page."""
    terms = list(queries.terms(db()))
    asked, who = _filter(terms), signed_in()
    weekdays = [weekday_words(number) for number in range(7)]
    count = count_classes(db(), who, asked)
    page = PageOf(number_asked("page", 1, least=1, most=10_000) or 1, -(-count // PAGE))
    return render(
        "timetable/classes.html",
        rows=read_classes(db(), who, asked, page.number),
        asked=asked,
        terms=[(term.id, term.name) for term in terms],
        subjects=[(each.id, each.name if is_chinese() else each.name_en) for each in subjects(db())],
        weekdays=weekdays,
        weekday_choices=list(enumerate(weekdays)),
        count=count,
        page=page,
        may_plan=who.may(Permission.PLAN_CLASSES),
        has_area=bool(who.prefixes(Permission.SEE_CLASSES)),
        is_counted=counts(who),
    )


@blueprint.route("/classes/new", methods=["GET", "POST"])
@allow(Permission.PLAN_CLASSES)
def new_class() -> Page:
    """Open a class in an organisation's own room."""
    owner = organisation_asked(Permission.PLAN_CLASSES)
    if owner is None:
        text = clean_text(request.args.get("q")) or ""
        owners = organisations_to_choose(Permission.PLAN_CLASSES, text)
        title = _("Open a class")
        return render("timetable/choose.html", choices=owners, text=text, endpoint="timetable.new_class", title=title)
    form = ClassForm()
    choices = ClassChoices.read(owner)
    choices.offer(form)
    if form.validate_on_submit():
        plan = choices.plan(form)
        opened = carry_out(form, lambda: actions.open_class(db(), plan, by=signed_in()))
        if opened:
            _say_opened(plan, opened)
            return redirect(url_for("timetable.course_class", class_id=opened.id), 303)
    return render("timetable/new_class.html", form=form, owner=owner, choices=choices)


@dataclass(frozen=True)
class ClassChoices:
    """What a new class of an organisation may be made of."""

    owner: Organisation
    terms: dict[int, Term]
    courses: dict[int, Any]
    teachers: dict[int, Any]
    rooms: dict[int, Any]
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
            _by_id(rooms_of(db(), owner.id)),
            queries.unknown_years(db(), terms[0].starts_on, terms[-1].ends_on) if terms else [],
        )

    def offer(self, form: ClassForm) -> None:
        """Set the choices of the form."""
        form.term.choices = [(term.id, term.name) for term in self.terms.values()]
        form.course.choices = _choices((course.id, course.title) for course in self.courses.values())
        form.teacher.choices = _choices((teacher.id, _teacher_words(teacher)) for teacher in self.teachers.values())
        form.room.choices = _choices((room.id, room_words(room)) for room in self.rooms.values())
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
        )


def _by_id(rows: Any) -> dict[int, Any]:
    return {row.id: row for row in rows}


def _choices(pairs: Any) -> list[tuple[Any, str]]:
    return [("", _("Please choose")), *pairs]


def _teacher_words(teacher: Any) -> str:
    subjects_said = [each.name if is_chinese() else each.name_en for each in teacher.subjects]
    separator = "、" if is_chinese() else ", "
    return f"{teacher.person.name} ({separator.join(subjects_said)})" if subjects_said else teacher.person.name


def room_words(room: Any) -> str:
    """Venue, name and how many a room holds."""
    return _("%(venue)s %(room)s (%(seats)d people)", venue=room.venue.name, room=room.name, seats=room.capacity)


def _say_opened(plan: actions.Plan, opened: CourseClass) -> None:
    """Tell what was made, and what to look at."""
    if opened.lessons_planned < plan.lessons:
        flash(_("The term has room for %(num)d lessons only.", num=opened.lessons_planned), "warning")
    meetings = [Meeting(lesson.starts_at, lesson.ends_at) for lesson in opened.lessons]
    for words in cautions.warnings(db(), plan, slot_of_plan(plan, meetings)):
        flash(str(words), "warning")
    flash(_("The class is open. People can enrol now."), "ok")


@blueprint.get("/classes/<int:class_id>")
@allow(Permission.SEE_CLASSES)
def course_class(class_id: int) -> Page:
    """A class with its lessons."""
    shown = queries.class_for(db(), signed_in(), Permission.SEE_CLASSES, class_id)
    lessons = queries.lessons_of_class(db(), class_id)
    may_change = rules.may_change(signed_in(), shown)
    is_open = shown.cancelled_at is None and shown.last_lesson_at > clock.now()
    return render(
        "timetable/course_class.html",
        course_class=shown,
        pattern=weeks.pattern_words(shown),
        is_counted=counts(signed_in()),
        lessons=[(each, *weeks.state_words(weeks.row_of(each))) for each in lessons],
        may_change=may_change,
        may_enrol=may_change and is_open and signed_in().may(Permission.ENROL_OTHERS),
        is_over=shown.last_lesson_at <= clock.now(),
        now=clock.now(),
    )


@blueprint.route("/classes/<int:class_id>/cancel", methods=["GET", "POST"])
@allow(Permission.PLAN_CLASSES)
def cancel_class(class_id: int) -> Page:
    """End a class before its time, after saying what that means."""
    shown = queries.class_for(db(), signed_in(), Permission.PLAN_CLASSES, class_id)
    form = CancelForm()
    if form.validate_on_submit() and carry_out(
        form, lambda: actions.cancel_class(db(), shown, reason=form.reason.data, by=signed_in())
    ):
        flash(_("The class is cancelled. Everybody in it is being told."), "ok")
        return redirect(url_for("timetable.course_class", class_id=class_id), 303)
    shown = queries.class_for(db(), signed_in(), Permission.PLAN_CLASSES, class_id)
    coming = [each for each in queries.lessons_of_class(db(), class_id) if each.is_coming(clock.now())]
    return render(
        "timetable/cancel_class.html",
        form=form,
        course_class=shown,
        pattern=weeks.pattern_words(shown),
        coming=len(coming),
    )
