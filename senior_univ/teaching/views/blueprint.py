"""The blueprint that all of teaching's pages are on."""

from flask import Blueprint

blueprint = Blueprint("teaching", __name__)
