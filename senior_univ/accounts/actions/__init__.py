"""What people do in accounts; one module for each thing that is changed."""

from senior_univ.accounts.actions.codes import CodeAnswer, count_try, issue_code, use_code
from senior_univ.accounts.actions.drafts import drop_draft, forget_drafts, keep_draft
from senior_univ.accounts.actions.families import Terms, ask_grant, end_grant, give_grant, known_or_new
from senior_univ.accounts.actions.people import (
    add_person,
    belong,
    belong_all,
    change_person,
    check_birth,
    check_name,
    choose_display,
    end_person,
    leave_desk,
    stop_belonging,
    stop_reminders,
    want_reminders,
)
from senior_univ.accounts.actions.registration import Details, enter_elder, enter_person, register_family
from senior_univ.accounts.actions.roles import NewAccount, add_staff, check_login, give_role, take_role
from senior_univ.accounts.actions.sign_in import enter, set_password, sign_out_everywhere

__all__ = [
    "CodeAnswer",
    "Details",
    "NewAccount",
    "Terms",
    "add_person",
    "add_staff",
    "ask_grant",
    "belong",
    "belong_all",
    "change_person",
    "check_birth",
    "check_login",
    "check_name",
    "choose_display",
    "count_try",
    "drop_draft",
    "end_grant",
    "end_person",
    "enter",
    "enter_elder",
    "enter_person",
    "forget_drafts",
    "give_grant",
    "give_role",
    "issue_code",
    "keep_draft",
    "known_or_new",
    "leave_desk",
    "register_family",
    "set_password",
    "sign_out_everywhere",
    "stop_belonging",
    "stop_reminders",
    "take_role",
    "use_code",
    "want_reminders",
]
