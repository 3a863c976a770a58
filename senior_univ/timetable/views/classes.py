"""Classes: the list, opening one, a class's own page, cancelling it."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from senior_univ.catalogue.queries import subjects
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.forms import clean_text
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, number_asked, render, signed_in
from senior_univ.core.words import is_chinese, weekday_words
from senior_univ.timetable import actions, queries, rules, weeks
from senior_univ.timetable.class_list import PAGE, ClassFilter, count_classes, read_classes
from senior_univ.timetable.forms import CancelForm
from senior_univ.timetable.models import Term
from senior_univ.timetable.views.blueprint import blueprint

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
    count = count_classes(db(), who, asked)
    page = PageOf(number_asked("page", 1, least=1, most=10_000) or 1, -(-count // PAGE))
    return render(
        "timetable/classes.html",
        rows=read_classes(db(), who, asked, page.number),
        asked=asked,
        terms=[(term.id, term.name) for term in terms],
        subjects=[(each.id, each.name if is_chinese() else each.name_en) for each in subjects(db())],
        weekday_choices=list(enumerate(map(weekday_words, range(7)))),
        count=count,
        page=page,
        may_plan=who.may(Permission.PLAN_CLASSES),
        has_area=bool(who.prefixes(Permission.SEE_CLASSES)),
        is_counted=counts(who),
    )


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
