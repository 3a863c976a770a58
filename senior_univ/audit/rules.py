"""What each recorded action is called in words; a feature that records another one adds its line."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l

from senior_univ.core import words

ACTION_WORDS = {
    "account.entered": _l("Signed in"),
    "account.left_everywhere": _l("Signed out on all devices"),
    "agreement.made": _l("Agreed on a class in the care home"),
    "agreement.scheduled": _l("Scheduled an agreed class"),
    "call_back.asked": _l("Asked to be called back"),
    "call_back.closed": _l("Called back"),
    "call_back.passed_on": _l("Passed a call-back on, since nobody had called"),
    "call_back.taken_back": _l("Needs no call-back any more"),
    "care_block.added": _l("Added a time to the care day"),
    "care_block.changed": _l("Changed a time of the care day"),
    "care_block.ended": _l("Took a time out of the care day"),
    "class.cancelled": _l("Cancelled a class"),
    "class.opened": _l("Opened a class"),
    "class_offer.declined": _l("Declined an offer of a class"),
    "class_offer.made": _l("Offered a class to a care home"),
    "class_request.asked": _l("Asked a teaching site for a class"),
    "class_request.declined": _l("Declined a care home's request"),
    "class_request.taken_back": _l("Took a request for a class back"),
    "course.added": _l("Added a course"),
    "course.changed": _l("Changed a course"),
    "course.closed": _l("Closed a course"),
    "grant.asked": _l("Asked to act for somebody"),
    "grant.ended": _l("Ended what a relative may do"),
    "grant.given": _l("Consent to a relative put on record"),
    "holidays.entered": _l("Entered holidays"),
    "holidays.removed": _l("Removed holidays"),
    "leave.asked": _l("Asked for leave from a lesson"),
    "leave.moved": _l("On leave, since the lesson was moved to the time of another one"),
    "leave.taken_back": _l("Comes to a lesson after all"),
    "lesson.cancelled": _l("Cancelled a lesson"),
    "lesson.moved": _l("Moved a lesson"),
    "needs.changed": _l("Changed what is needed to take part"),
    "organisation.added": _l("Added an organisation"),
    "organisation.changed": _l("Changed an organisation"),
    "organisation.closed": _l("Closed an organisation"),
    "password.changed": _l("Changed the password"),
    "person.added": _l("Entered the person"),
    "person.changed": _l("Corrected personal details"),
    "person.ended": _l("Ended the person's record"),
    "person.served": _l("Served at the desk or on the phone"),
    "reminders.stopped": _l("Stopped reminders"),
    "reminders.wanted": _l("Wants reminders again"),
    "residency.began": _l("Moved into a care home"),
    "residency.ended": _l("Moved out of a care home"),
    "residency.moved": _l("Moved to another unit or bed"),
    "role.given": _l("Gave a role"),
    "role.taken": _l("Took a role away"),
    "room.added": _l("Added a room"),
    "room.changed": _l("Changed a room"),
    "room.closed": _l("Closed a room"),
    "seat.ended": _l("Withdrew from a class"),
    "seat.taken": _l("Enrolled in a class"),
    "teacher.added": _l("Added a teacher"),
    "teacher.brought_back": _l("A teacher teaches again"),
    "teacher.changed": _l("Changed a teacher's details"),
    "teacher.retired": _l("A teacher teaches no more"),
    "teacher.times_added": _l("Added times at which a teacher can teach"),
    "teacher.times_removed": _l("Removed times at which a teacher can teach"),
    "term.added": _l("Added a term"),
    "term.changed": _l("Changed a term"),
    "unit.added": _l("Added a unit of a care home"),
    "unit.changed": _l("Changed a unit of a care home"),
    "venue.added": _l("Added a venue"),
    "venue.changed": _l("Changed a venue"),
    "venue.closed": _l("Closed a venue"),
    "venue.hours_added": _l("Added opening hours"),
    "venue.hours_removed": _l("Removed opening hours"),
    "waiting.accepted": _l("Accepted a place that was offered"),
    "waiting.called": _l("Called about a place that was offered"),
    "waiting.class_gone": _l("Waiting ended, since the class is over or was cancelled"),
    "waiting.declined": _l("Declined a place that was offered"),
    "waiting.joined": _l("Joined a waiting list"),
    "waiting.left": _l("Left a waiting list"),
    "waiting.may_not": _l("Waiting ended, since the class is no longer open to her"),
    "waiting.moved": _l("Moved to another place of a waiting list"),
    "waiting.offered": _l("A place was offered to her"),
    "waiting.passed_on": _l("A place went to the next, since nobody answered"),
    "waiting.seated": _l("Waiting ended, since she has a seat"),
}


def about_words(details: Mapping[str, Any]) -> str:
    """Which class an act was about and, for a single lesson, which day; empty where it was about no class."""
    day = details.get("day")
    said = [details.get("about", ""), words.long_day_words(date.fromisoformat(day)) if day else ""]
    return " ".join(part for part in said if part)


def action_words(action: str) -> Any:
    """What ``action`` is called; one that nobody gave words to is an act all the same."""
    return ACTION_WORDS.get(action, _l("Something was done"))
