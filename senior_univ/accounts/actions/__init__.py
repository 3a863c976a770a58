"""What people do in accounts; one module for each thing that is changed."""

from senior_univ.accounts.actions.codes import CodeAnswer, count_try, issue_code, use_code
from senior_univ.accounts.actions.families import Terms, ask_grant, end_grant, give_grant, known_or_new
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
from senior_univ.accounts.actions.registration import Details, enter_elder, enter_person, register_family
from senior_univ.accounts.actions.sign_in import enter, set_password, sign_out_everywhere

__all__ = [
    "CodeAnswer",
    "Details",
    "Terms",
    "add_person",
    "ask_grant",
    "belong",
    "belong_all",
    "change_person",
    "choose_display",
    "count_try",
    "end_grant",
    "end_person",
    "enter",
    "enter_elder",
    "enter_person",
    "give_grant",
    "issue_code",
    "known_or_new",
    "register_family",
    "set_password",
    "sign_out_everywhere",
    "stop_belonging",
    "stop_reminders",
    "use_code",
    "want_reminders",
]
