"""Pages of the network, one module for each thing that a page is about."""

from senior_univ.network.views import coverage, organisations, rooms, travel
from senior_univ.network.views.blueprint import blueprint

__all__ = ["blueprint", "coverage", "organisations", "rooms", "travel"]
