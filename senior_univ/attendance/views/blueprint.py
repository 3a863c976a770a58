"""The pages of attendance: one blueprint, spread over the modules of this package."""

from flask import Blueprint

from senior_univ.attendance.models import FILE_LABELS, HOW_LABELS, INCIDENT_LABELS, KIND_LABELS, PARTICIPATION_LABELS
from senior_univ.attendance.rules import reason_words

blueprint = Blueprint("attendance", __name__)
blueprint.add_app_template_filter(reason_words, "leave_reason")
blueprint.add_app_template_filter(KIND_LABELS.__getitem__, "attendance_kind")
blueprint.add_app_template_filter(HOW_LABELS.__getitem__, "attendance_how")
blueprint.add_app_template_filter(PARTICIPATION_LABELS.__getitem__, "participation")
blueprint.add_app_template_filter(INCIDENT_LABELS.__getitem__, "incident_kind")
blueprint.add_app_template_filter(FILE_LABELS.__getitem__, "file_kind")
