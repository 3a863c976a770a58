"""The pages of attendance: leave, the roll call, checking in, what went wrong, what was entered late."""

from senior_univ.attendance.views import check_in, incidents, leave, offline, own, roll_call
from senior_univ.attendance.views.blueprint import blueprint

__all__ = ["blueprint", "check_in", "incidents", "leave", "offline", "own", "roll_call"]
