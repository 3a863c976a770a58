"""Pages of enrolment, one module for each thing that people come for."""

from senior_univ.enrolment.views import desk, enrol, find, rosters, week
from senior_univ.enrolment.views.blueprint import blueprint

__all__ = ["blueprint", "desk", "enrol", "find", "rosters", "week"]
