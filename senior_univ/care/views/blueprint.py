"""The blueprint that this feature's pages share."""

from flask import Blueprint

blueprint = Blueprint("care", __name__)
