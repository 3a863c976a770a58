"""Pages of enrolment, one module for each thing that people come for."""

from senior_univ.enrolment.views import (
    copying,
    deciding,
    desk,
    enrol,
    enrolled,
    find,
    invitations,
    joining,
    many,
    person_week,
    rosters,
    together,
    week,
)
from senior_univ.enrolment.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "copying",
    "deciding",
    "desk",
    "enrol",
    "enrolled",
    "find",
    "invitations",
    "joining",
    "many",
    "person_week",
    "rosters",
    "together",
    "week",
]
