"""The blueprint that all pages of enrolment hang on, and the filters that their templates share."""

from flask import Blueprint
from markupsafe import Markup

from senior_univ.core.pages import unbroken
from senior_univ.enrolment import rules
from senior_univ.timetable.models import CourseClass

blueprint = Blueprint("enrolment", __name__)
blueprint.add_app_template_filter(rules.places_words, "places_words")
blueprint.add_app_template_filter(rules.reference_words, "reference_words")
blueprint.add_app_template_filter(rules.subject_name, "subject_name")


@blueprint.app_template_filter("class_when")
def class_when(course_class: CourseClass) -> Markup:
    """When a class meets, its hours on one line."""
    return unbroken(rules.class_when(course_class))
