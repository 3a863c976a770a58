"""Who is in a class: roster and sign-in sheet; and enrolling many residents at once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import request
from flask_babel import gettext as _

from senior_univ.care import queries as care
from senior_univ.care.models import Residency
from senior_univ.core import clock
from senior_univ.core.errors import DomainError, NotFoundError
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, number_asked, render, roll_back, signed_in
from senior_univ.enrolment import actions, queries, rules
from senior_univ.enrolment.absences import absences
from senior_univ.enrolment.events import could_not_seat
from senior_univ.enrolment.facts import facts_of
from senior_univ.enrolment.forms import ManyForm
from senior_univ.enrolment.models import Hand
from senior_univ.enrolment.views.blueprint import blueprint
from senior_univ.timetable import queries as timetable
from senior_univ.timetable.models import CourseClass

BLANK_LINES = 5


def _roster(class_id: int) -> dict[str, Any]:
    """What a roster or sign-in sheet shows."""
    course_class = queries.class_with_roster(db(), signed_in(), class_id)
    lines = queries.roster(db(), course_class)
    lesson = queries.first_lesson(db(), course_class)
    away = absences(db(), [line.person.id for line in lines], [lesson.id]) if lesson else {}
    return {
        "course_class": course_class,
        "lines": lines,
        "lesson": lesson,
        "away": {person_id: reason for (_lesson_id, person_id), reason in away.items()},
        "serves": rules.serves(signed_in(), course_class),
    }


@blueprint.get("/classes/<int:class_id>/roster")
@allow(Permission.SEE_CLASSES)
def roster(class_id: int) -> Page:
    """Who is in the class, for its site, its home and its teacher."""
    shown = _roster(class_id)
    may_enrol_many = shown["course_class"].home_id and signed_in().may(Permission.SEE_RESIDENTS)
    return render("enrolment/roster.html", may_enrol_many=may_enrol_many, **shown)


@blueprint.get("/classes/<int:class_id>/roster/print")
@allow(Permission.SEE_CLASSES)
def print_roster(class_id: int) -> Page:
    """The roster on paper."""
    return render("enrolment/print_roster.html", **_roster(class_id))


@blueprint.get("/classes/<int:class_id>/sign-in-sheet")
@allow(Permission.SEE_CLASSES)
def sign_in_sheet(class_id: int) -> Page:
    """The sheet on which everybody signs at the next lesson, with some lines left for whoever comes besides."""
    return render("enrolment/sign_in_sheet.html", blank_lines=BLANK_LINES, **_roster(class_id))


@dataclass(frozen=True)
class Candidate:
    """A resident who may be ticked, or the words that say why not."""

    residency: Residency
    refusal: DomainError | None
    takes_wheelchair_place: bool
    is_ticked: bool
    has_namesake: bool


@blueprint.route("/classes/<int:class_id>/enrol-many", methods=["GET", "POST"])
@allow(Permission.ENROL_OTHERS)
def enrol_many(class_id: int) -> Page:
    """Tick residents, unit by unit; see who gets in, who would wait and who can't; then it is done, in one summary."""
    course_class = timetable.class_for(db(), signed_in(), Permission.ENROL_OTHERS, class_id)
    residents = care.residents(db(), signed_in(), _home_of(course_class))
    form = ManyForm()
    ids = {residency.person_id for residency in residents}
    chosen = [person_id for person_id in form.people.data or () if person_id in ids]
    if form.validate_on_submit() and not chosen:
        form.people.errors = [_("Please tick at least one resident.")]
    elif form.validate_on_submit() and (summary := _carry_out(form, course_class, chosen)):
        return _summed_up(form, course_class.id, summary, chosen)
    candidates = _candidates(course_class, residents, set(chosen) | _ticked(residents))
    return render("enrolment/enrol_many.html", form=form, course_class=course_class, groups=_by_unit(candidates))


@dataclass(frozen=True)
class Summary:
    """What came, or would come, of enrolling many, in plain values: it outlives an undone transaction."""

    taken: list[int]
    waiting: list[int]
    refused: list[tuple[int, DomainError]]


def _carry_out(form: ManyForm, course_class: CourseClass, chosen: list[int]) -> Summary | None:
    """Enrol them, and keep it only where that was asked for; else it was a look ahead."""
    if form.step.data == "enrol":
        return carry_out(form, lambda: _take(course_class, chosen, form))
    summary = _take(course_class, chosen, form)
    roll_back()
    return summary


def _take(course_class: CourseClass, person_ids: list[int], form: ManyForm) -> Summary:
    outcome = actions.take_seats(
        db(),
        course_class=course_class,
        person_ids=person_ids,
        hand=Hand.CARE_HOME,
        wheelchair_ids=form.wheelchairs.data or (),
        by=signed_in(),
    )
    lacking = [person.id for person, refusal in outcome.refused if refusal.code in rules.LACKING]
    waiting: list[int] = []
    if lacking and form.may_wait.data:
        answers = could_not_seat.send(
            db(), course_class=course_class, person_ids=lacking, hand=Hand.CARE_HOME, by=signed_in()
        )
        waiting = [each for _handler, ids in answers for each in ids]
    refused = [(person.id, refusal) for person, refusal in outcome.refused if person.id not in waiting]
    return Summary([seat.person_id for seat in outcome.taken], waiting, refused)


def _summed_up(form: ManyForm, class_id: int, summary: Summary, chosen: list[int]) -> Page:
    """The summary, read anew, since the look ahead was undone."""
    course_class = timetable.class_for(db(), signed_in(), Permission.ENROL_OTHERS, class_id)
    residents = care.residents(db(), signed_in(), _home_of(course_class))
    return render(
        "enrolment/enrolled_many.html",
        course_class=course_class,
        form=form,
        summary=summary,
        chosen=chosen,
        residencies={residency.person_id: residency for residency in residents},
        lacking=rules.LACKING,
        is_done=form.step.data == "enrol",
    )


def _home_of(course_class: CourseClass) -> int:
    """The home whose residents the class is for: its own class, or one that it gives itself."""
    if course_class.home_id is None and not course_class.organisation.is_care_home:
        raise NotFoundError
    return course_class.home_id or course_class.organisation_id


def _ticked(residents: Sequence[Residency]) -> set[int]:
    """Whom ``?tick=`` (a unit's id, or all) ticks beforehand."""
    if request.args.get("tick") == "all":
        return {residency.person_id for residency in residents}
    unit_id = number_asked("tick")
    return {each.person_id for each in residents if unit_id is not None and each.unit_id == unit_id}


def _candidates(course_class: CourseClass, residents: Sequence[Residency], ticked: set[int]) -> list[Candidate]:
    facts = facts_of(db(), course_class, [residency.person_id for residency in residents])
    names = Counter(residency.person.name for residency in residents)
    now = clock.now()
    return [
        Candidate(
            residency,
            rules.reason_against(course_class, facts[residency.person_id], asked_wheelchair=False, now=now),
            facts[residency.person_id].takes_wheelchair_place(False),
            residency.person_id in ticked,
            names[residency.person.name] > 1,
        )
        for residency in residents
        if residency.person_id in facts
    ]


def _by_unit(candidates: list[Candidate]) -> list[tuple[Any, list[Candidate]]]:
    return [(unit, list(each)) for unit, each in groupby(candidates, key=lambda candidate: candidate.residency.unit)]
