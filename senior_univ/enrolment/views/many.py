"""Enrolling many residents at once: tick them, see what would come of it, say what each brings, and one summary.

What came of it is kept as one act in the record, so that the summary is a page of its own that can be read again.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import redirect, request, url_for
from flask_babel import gettext as _

from senior_univ.accounts import queries as accounts
from senior_univ.audit import actions as audit
from senior_univ.audit import queries as acts
from senior_univ.audit.models import AuditEntry
from senior_univ.care import queries as care
from senior_univ.care.models import Residency
from senior_univ.core import clock
from senior_univ.core.errors import DomainError, NotFoundError
from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, carry_out, db, found, number_asked, render, roll_back, signed_in
from senior_univ.enrolment import actions, rules
from senior_univ.enrolment.events import could_not_seat
from senior_univ.enrolment.facts import facts_of
from senior_univ.enrolment.forms import ManyForm
from senior_univ.enrolment.models import Hand
from senior_univ.enrolment.views.blueprint import blueprint
from senior_univ.timetable import queries as timetable
from senior_univ.timetable.models import CourseClass

ENROLLED_MANY = "class.enrolled_many"


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
    elif form.validate_on_submit() and form.step.data == "needs":
        return _ask_needs(form, course_class, residents, chosen)
    elif form.validate_on_submit() and form.step.data == "enrol":
        if act := carry_out(form, lambda: _enrol(course_class, chosen, form)):
            return redirect(url_for("enrolment.enrolled_many", class_id=class_id, act_id=act.id), 303)
    elif form.validate_on_submit():
        return _look_ahead(form, course_class, chosen)
    candidates = _candidates(course_class, residents, set(chosen) | _ticked(residents))
    return render("enrolment/enrol_many.html", form=form, course_class=course_class, groups=_by_unit(candidates))


def _ask_needs(
    form: ManyForm, course_class: CourseClass, residents: Sequence[Residency], chosen: Collection[int]
) -> Page:
    """Who of those chosen comes in a wheelchair or with an escort, beyond what is on file."""
    candidates = _candidates(course_class, residents, set(chosen))
    ticked = [each for each in candidates if each.is_ticked]
    return render("enrolment/enrol_many_needs.html", form=form, course_class=course_class, candidates=ticked)


@dataclass(frozen=True)
class Summary:
    """What came, or would come, of enrolling many, in plain values; ``refused`` are (person, code, words)."""

    taken: list[int]
    waiting: list[int]
    refused: list[tuple[int, str, str]]


def _take(course_class: CourseClass, person_ids: list[int], form: ManyForm) -> Summary:
    outcome = actions.take_seats(
        db(),
        course_class=course_class,
        person_ids=person_ids,
        hand=Hand.CARE_HOME,
        wheelchair_ids=form.wheelchairs.data or (),
        escort_ids=form.escorts.data or (),
        by=signed_in(),
    )
    lacking = [person.id for person, refusal in outcome.refused if refusal.code in rules.LACKING]
    waiting: list[int] = []
    if lacking and form.may_wait.data:
        answers = could_not_seat.send(
            db(), course_class=course_class, person_ids=lacking, hand=Hand.CARE_HOME, by=signed_in()
        )
        waiting = [each for _handler, ids in answers for each in ids]
    refused = [
        (person.id, refusal.code, str(refusal.message))
        for person, refusal in outcome.refused
        if person.id not in waiting
    ]
    return Summary([seat.person_id for seat in outcome.taken], waiting, refused)


def _look_ahead(form: ManyForm, course_class: CourseClass, chosen: list[int]) -> Page:
    """What would come of it: it is done and undone."""
    summary, class_id = _take(course_class, chosen, form), course_class.id
    roll_back()
    shown = timetable.class_for(db(), signed_in(), Permission.ENROL_OTHERS, class_id)
    return _summed_up(shown, summary, form=form, chosen=chosen)


def _enrol(course_class: CourseClass, chosen: list[int], form: ManyForm) -> AuditEntry:
    """Do it, and keep what came of it."""
    kept = vars(_take(course_class, chosen, form))
    act = audit.record(db(), ENROLLED_MANY, course_class, by=signed_in(), about=course_class.course.title, **kept)
    db().flush()  # the address of its page is made of its id
    return act


@blueprint.get("/classes/<int:class_id>/enrol-many/<int:act_id>")
@allow(Permission.ENROL_OTHERS)
def enrolled_many(class_id: int, act_id: int) -> Page:
    """What came of one act: who got in, who waits, who could not and why."""
    course_class = timetable.class_for(db(), signed_in(), Permission.ENROL_OTHERS, class_id)
    act = found(acts.act_of(db(), ENROLLED_MANY, CourseClass, course_class.id, act_id))
    return _summed_up(course_class, _kept(act.details))


def _kept(details: Mapping[str, Any]) -> Summary:
    refused = [(person_id, code, words) for person_id, code, words in details["refused"]]
    return Summary(details["taken"], details["waiting"], refused)


def _summed_up(
    course_class: CourseClass, summary: Summary, *, form: ManyForm | None = None, chosen: Sequence[int] = ()
) -> Page:
    """A summary; without a form it is done."""
    people = [*summary.taken, *summary.waiting, *(person_id for person_id, _code, _words in summary.refused)]
    return render(
        "enrolment/enrolled_many.html",
        course_class=course_class,
        form=form,
        summary=summary,
        chosen=chosen,
        names=accounts.names_of(db(), people),
        residencies=care.residencies_of(db(), people),
        needs=care.needs_of(db(), people),
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
