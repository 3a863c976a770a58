"""The blueprint that this feature's pages share."""

from flask import Blueprint

from senior_univ.timetable import online, places, weeks
from senior_univ.timetable.models import ADMISSION_LABELS, DELIVERY_LABELS

blueprint = Blueprint("timetable", __name__)
blueprint.add_app_template_filter(ADMISSION_LABELS.__getitem__, "admission_words")
blueprint.add_app_template_filter(DELIVERY_LABELS.__getitem__, "delivery_words")
blueprint.add_app_template_filter(online.door_of, "door")
blueprint.add_app_template_filter(weeks.door_words, "door_words")
for name, words in places.FILTERS.items():
    blueprint.add_app_template_filter(words, name)
