"""Who is in a class: roster and sign-in sheet."""

from typing import Any

from senior_univ.core.permissions import Permission
from senior_univ.core.web import Page, allow, db, render, signed_in
from senior_univ.enrolment import queries, rules
from senior_univ.enrolment.absences import absences
from senior_univ.enrolment.views.blueprint import blueprint

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
