"""What people do in accounts; one module for each thing that is changed."""

from senior_univ.accounts.actions.people import (
    add_person,
    belong,
    change_person,
    choose_display,
    end_person,
    stop_belonging,
    stop_reminders,
    want_reminders,
)

__all__ = [
    "add_person",
    "belong",
    "change_person",
    "choose_display",
    "end_person",
    "stop_belonging",
    "stop_reminders",
    "want_reminders",
]
