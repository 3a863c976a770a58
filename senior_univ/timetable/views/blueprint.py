"""The blueprint that this feature's pages share."""

from flask import Blueprint

from senior_univ.timetable.models import ADMISSION_LABELS

blueprint = Blueprint("timetable", __name__)
blueprint.add_app_template_filter(ADMISSION_LABELS.__getitem__, "admission_words")
