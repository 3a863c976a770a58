"""Pages of enrolment, one module for each thing that people come for."""

from senior_univ.enrolment.views import deciding, desk, enrol, find, invitations, rosters, week
from senior_univ.enrolment.views.blueprint import blueprint

__all__ = ["blueprint", "deciding", "desk", "enrol", "find", "invitations", "rosters", "week"]
