"""The blueprint that this feature's pages share."""

from flask import Blueprint

blueprint = Blueprint("timetable", __name__)
