"""What people do in accounts; one module for each thing that is changed."""

from senior_univ.accounts.actions.codes import CodeAnswer, count_try, issue_code, use_code
from senior_univ.accounts.actions.people import (
    add_person,
    belong,
    belong_all,
    change_person,
    choose_display,
    end_person,
    stop_belonging,
    stop_reminders,
    want_reminders,
)
from senior_univ.accounts.actions.sign_in import enter, set_password, sign_out_everywhere

__all__ = [
    "CodeAnswer",
    "add_person",
    "belong",
    "belong_all",
    "change_person",
    "choose_display",
    "count_try",
    "end_person",
    "enter",
    "issue_code",
    "set_password",
    "sign_out_everywhere",
    "stop_belonging",
    "stop_reminders",
    "use_code",
    "want_reminders",
]
