"""Where somebody can go from every page: plain links, the same order for everybody, only what her roles open."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from senior_univ.core.access import Viewer
from senior_univ.core.permissions import Permission


@dataclass(frozen=True)
class Entry:
    """A link of the navigation; ``current`` where it leads to the page that is shown, or to one above it."""

    label: str
    url: str

    @property
    def current(self) -> bool:
        """Whether this is the page that is shown, or what that page is part of."""
        return request.path == self.url or (self.url != "/" and request.path.startswith(f"{self.url}/"))


def learner_entries() -> list[Entry]:
    """A learner's three ways, on every page."""
    return [
        Entry(_("First page"), url_for("home.home")),
        Entry(_("My timetable"), url_for("enrolment.my_week")),
        Entry(_("Find a class"), url_for("enrolment.find_class")),
    ]


EVERY_DAY = (
    (Permission.TEACH, _l("My day"), "timetable.my_day"),
    (Permission.SERVE_DESK, _l("Desk"), "enrolment.desk"),
    (Permission.SEE_CLASSES, _l("Week"), "timetable.week"),
    (Permission.SEE_CLASSES, _l("Classes"), "timetable.classes"),
    (Permission.CALL_ROLL, _l("Roll call"), "attendance.roll_calls"),
    (Permission.SEE_RESIDENTS, _l("Residents"), "care.homes"),
    (Permission.SEE_CLASS_REQUESTS, _l("Requests"), "partnerships.requests"),
    (Permission.CLOSE_CALL_BACKS, _l("Call-backs"), "home.call_backs"),
    (Permission.PLAN_CLASSES, _l("Calls to make"), "reminders.open_calls"),
    (Permission.SEE_COVERAGE, _l("My area"), "home.area"),
    (Permission.SEE_COVERAGE, _l("Coverage"), "network.coverage"),
)
NOW_AND_THEN = (
    (Permission.PLAN_CLASSES, _l("Allocation days"), "allocation.work"),
    (Permission.ENROL_OTHERS, _l("Kept places"), "waiting.offers"),
    (Permission.ENROL_OTHERS, _l("What I enrolled"), "enrolment.enrolled_by_me"),
    (Permission.ENROL_OTHERS, _l("Not seen lately"), "attendance.missing_people"),
    (Permission.SEE_COVERAGE, _l("Care homes and sites together"), "partnerships.area_credit"),
    (Permission.SEE_COVERAGE, _l("Entered afterwards"), "attendance.late_entries"),
    (Permission.SEE_COVERAGE, _l("Not seen lately, as counts"), "attendance.missing_counts"),
    (Permission.MANAGE_COURSES, _l("Courses"), "catalogue.courses"),
    (Permission.MANAGE_TEACHERS, _l("Teachers"), "teaching.teachers"),
    (Permission.KEEP_TRAININGS, _l("Yearly training"), "teaching.trainings"),
    (Permission.MANAGE_ROOMS, _l("Places"), "network.organisations"),
    (Permission.MANAGE_ROOMS, _l("Booked rooms"), "timetable.own_bookings"),
    (Permission.MANAGE_CALENDAR, _l("Calendar"), "timetable.terms"),
    (Permission.KEEP_LOCAL_DAYS, _l("Local days"), "timetable.local_days"),
    (Permission.SUSPEND_LESSONS, _l("Suspend lessons"), "timetable.suspensions_list"),
    (Permission.MANAGE_ROLES, _l("Roles"), "accounts.roles"),
    (Permission.SEE_MESSAGES, _l("Texts"), "reminders.messages"),
    (Permission.SEE_MESSAGES, _l("Answers to texts"), "reminders.inbox_page"),
    (Permission.SEND_BULK_MESSAGES, _l("Texts to many people"), "reminders.bulk_messages"),
    (Permission.EDIT_WORDING, _l("Wording of texts"), "reminders.wordings"),
    (Permission.SEE_MESSAGE_FIGURES, _l("Texts in figures"), "reminders.day_figures"),
    (Permission.SEE_AUDIT, _l("Records"), "audit.entries"),
)
"""What opens an entry, its words, the page. What is needed now and then stands on a page of its own."""


def staff_entries(viewer: Viewer) -> list[Entry]:
    """What the roles of a member of staff open every day, and the page of all the rest."""
    rest = [Entry(_("Everything else"), url_for("home.everything_else"))] if now_and_then(viewer) else []
    return [Entry(_("First page"), url_for("home.home")), *_opened(viewer, EVERY_DAY), *rest]


def now_and_then(viewer: Viewer) -> list[Entry]:
    """What the roles of a member of staff open now and then."""
    return _opened(viewer, NOW_AND_THEN)


def _opened(viewer: Viewer, entries: Iterable[tuple[Permission, LazyString, str]]) -> list[Entry]:
    return [Entry(str(label), url_for(endpoint)) for permission, label, endpoint in entries if viewer.may(permission)]
