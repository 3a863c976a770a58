"""The blueprint that all pages of allocation days hang on, and the filters that their templates share."""

from flask import Blueprint

from senior_univ.allocation import rules

blueprint = Blueprint("allocation", __name__)
blueprint.add_app_template_filter(rules.number_words, "application_number")
blueprint.add_app_template_filter(rules.moment_words, "moment")
blueprint.add_app_template_filter(rules.pass_words, "pass_words")
