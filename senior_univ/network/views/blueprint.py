"""The blueprint that all of the network's pages are on."""

from flask import Blueprint

blueprint = Blueprint("network", __name__)
