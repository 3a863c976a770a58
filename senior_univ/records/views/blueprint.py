"""The blueprint of certificates and records."""

from flask import Blueprint

from senior_univ.records import rules
from senior_univ.records.models import FACE_LABELS

blueprint = Blueprint("records", __name__)
blueprint.add_app_template_filter(rules.number_words, "number_words")
blueprint.add_app_template_filter(rules.masked_name, "masked_name")
blueprint.add_app_template_filter(rules.VERDICT_LABELS.__getitem__, "verdict")
blueprint.add_app_template_filter(FACE_LABELS.__getitem__, "face")
