"""The pages of attendance: leave, the roll call, checking in, what went wrong, what was entered late."""

from senior_univ.attendance.views import (
    attachments,
    check_in,
    day_list,
    evidence,
    incidents,
    leave,
    missing,
    offline,
    own,
    roll_call,
)
from senior_univ.attendance.views.blueprint import blueprint

__all__ = [
    "attachments",
    "blueprint",
    "check_in",
    "day_list",
    "evidence",
    "incidents",
    "leave",
    "missing",
    "offline",
    "own",
    "roll_call",
]
