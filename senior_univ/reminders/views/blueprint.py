"""The blueprint that this feature's pages share."""

from flask import Blueprint

blueprint = Blueprint("reminders", __name__)
