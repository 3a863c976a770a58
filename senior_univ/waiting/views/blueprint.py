"""The blueprint of queues."""

from flask import Blueprint

blueprint = Blueprint("waiting", __name__)
