"""The blueprint that all pages of enrolment hang on, and the filters that their templates share."""

from flask import Blueprint

from senior_univ.enrolment import rules

blueprint = Blueprint("enrolment", __name__)
blueprint.add_app_template_filter(rules.class_when, "class_when")
blueprint.add_app_template_filter(rules.places_words, "places_words")
blueprint.add_app_template_filter(rules.reference_words, "reference_words")
blueprint.add_app_template_filter(rules.subject_name, "subject_name")
