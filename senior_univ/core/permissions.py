"""Which role may use which route: the one table, which the administrator's page also shows.

Which rows somebody sees is asked elsewhere: of a feature's ``queries``, given a :class:`~senior_univ.core.access.Viewer`.
"""

import enum

from flask_babel import lazy_gettext as _l


class Role(enum.Enum):
    """What somebody does for an organisation. Everybody signed in is a learner besides."""

    ADMINISTRATOR = "administrator"
    CITY_OFFICER = "city_officer"
    COUNTY_OFFICER = "county_officer"
    TOWNSHIP_OFFICER = "township_officer"
    CARE_SUPERVISOR = "care_supervisor"
    SITE_MANAGER = "site_manager"
    CARE_SCHEDULER = "care_scheduler"
    TEACHER = "teacher"


class Permission(enum.Enum):
    """What a route needs; each route is marked with exactly one."""

    LEARN = "learn"
    SERVE_DESK = "serve_desk"
    KEEP_PEOPLE = "keep_people"
    SEE_RESIDENTS = "see_residents"
    MANAGE_RESIDENTS = "manage_residents"
    SEE_CLASS_REQUESTS = "see_class_requests"
    ASK_FOR_CLASS = "ask_for_class"
    ANSWER_CLASS_REQUEST = "answer_class_request"
    SEE_CLASSES = "see_classes"
    PLAN_CLASSES = "plan_classes"
    CALL_ROLL = "call_roll"
    TEACH = "teach"
    ENROL_OTHERS = "enrol_others"
    CLOSE_CALL_BACKS = "close_call_backs"
    SEE_COVERAGE = "see_coverage"
    SEE_NETWORK = "see_network"
    MANAGE_NETWORK = "manage_network"
    MANAGE_ROLES = "manage_roles"
    MANAGE_ROOMS = "manage_rooms"
    MANAGE_TEACHERS = "manage_teachers"
    KEEP_TRAININGS = "keep_trainings"
    MANAGE_COURSES = "manage_courses"
    MANAGE_CALENDAR = "manage_calendar"
    KEEP_LOCAL_DAYS = "keep_local_days"
    SUSPEND_LESSONS = "suspend_lessons"
    SEE_MESSAGES = "see_messages"
    SEE_MESSAGE_FIGURES = "see_message_figures"
    SEND_BULK_MESSAGES = "send_bulk_messages"
    EDIT_WORDING = "edit_wording"
    SEE_AUDIT = "see_audit"


ROLE_LABELS = {
    Role.ADMINISTRATOR: _l("Administrator"),
    Role.CITY_OFFICER: _l("City officer"),
    Role.COUNTY_OFFICER: _l("County officer"),
    Role.TOWNSHIP_OFFICER: _l("Township officer"),
    Role.CARE_SUPERVISOR: _l("Care-home supervisor"),
    Role.SITE_MANAGER: _l("Teaching-site manager"),
    Role.CARE_SCHEDULER: _l("Care-home scheduler"),
    Role.TEACHER: _l("Teacher"),
}

PERMISSION_LABELS = {
    Permission.LEARN: _l("Learn: enrol, see one's timetable, ask for leave"),
    Permission.SERVE_DESK: _l("Serve people at the desk and on the phone"),
    Permission.KEEP_PEOPLE: _l("Correct people's details, record their consent to a relative"),
    Permission.SEE_RESIDENTS: _l("See residents and their care day"),
    Permission.MANAGE_RESIDENTS: _l("Manage residents, units and the care day"),
    Permission.SEE_CLASS_REQUESTS: _l("See requests and agreements between homes and sites"),
    Permission.ASK_FOR_CLASS: _l("Ask a teaching site for a class"),
    Permission.ANSWER_CLASS_REQUEST: _l("Answer a care home's request"),
    Permission.SEE_CLASSES: _l("See classes and the week"),
    Permission.PLAN_CLASSES: _l("Open classes, move and cancel lessons, see rosters"),
    Permission.CALL_ROLL: _l("Call the roll, write down what went wrong in class"),
    Permission.TEACH: _l("See one's own day as a teacher, say that one can't come"),
    Permission.ENROL_OTHERS: _l("Enrol residents, many at once"),
    Permission.CLOSE_CALL_BACKS: _l("Close call-back requests"),
    Permission.SEE_COVERAGE: _l("See sites, homes and coverage of an area"),
    Permission.SEE_NETWORK: _l("See organisations, venues and rooms"),
    Permission.MANAGE_NETWORK: _l("Manage organisations"),
    Permission.MANAGE_ROLES: _l("Give and take roles"),
    Permission.MANAGE_ROOMS: _l("Manage venues and rooms"),
    Permission.MANAGE_TEACHERS: _l("Manage teachers"),
    Permission.KEEP_TRAININGS: _l("Keep the yearly training of teachers and staff"),
    Permission.MANAGE_COURSES: _l("Manage courses"),
    Permission.MANAGE_CALENDAR: _l("Manage terms and holidays"),
    Permission.KEEP_LOCAL_DAYS: _l("Manage market days, farm seasons and an organisation's timings"),
    Permission.SUSPEND_LESSONS: _l("Suspend every lesson of an area or a venue"),
    Permission.SEE_MESSAGES: _l("See the texts that were sent"),
    Permission.SEE_MESSAGE_FIGURES: _l("See how many texts went out and what they cost"),
    Permission.SEND_BULK_MESSAGES: _l("Send one text to many people"),
    Permission.EDIT_WORDING: _l("Change the wording of texts"),
    Permission.SEE_AUDIT: _l("See who did what"),
}

EVERYBODY = frozenset({Permission.LEARN})

_OFFICER = {
    Permission.SEE_COVERAGE,
    Permission.SEE_NETWORK,
    Permission.SEE_CLASSES,
    Permission.CLOSE_CALL_BACKS,
    Permission.KEEP_TRAININGS,
    Permission.KEEP_LOCAL_DAYS,
    Permission.SUSPEND_LESSONS,
    Permission.SEE_MESSAGE_FIGURES,
    Permission.SEND_BULK_MESSAGES,
}

ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(
        _OFFICER
        | {
            Permission.MANAGE_NETWORK,
            Permission.MANAGE_ROLES,
            Permission.MANAGE_ROOMS,
            Permission.MANAGE_TEACHERS,
            Permission.MANAGE_COURSES,
            Permission.MANAGE_CALENDAR,
            Permission.MANAGE_RESIDENTS,
            Permission.SEE_RESIDENTS,
            Permission.PLAN_CLASSES,
            Permission.CALL_ROLL,
            Permission.SERVE_DESK,
            Permission.KEEP_PEOPLE,
            Permission.SEE_MESSAGES,
            Permission.EDIT_WORDING,
            Permission.SEE_AUDIT,
        }
    ),
    Role.CITY_OFFICER: frozenset(_OFFICER | {Permission.MANAGE_CALENDAR, Permission.EDIT_WORDING}),
    Role.COUNTY_OFFICER: frozenset(_OFFICER | {Permission.MANAGE_CALENDAR}),
    Role.TOWNSHIP_OFFICER: frozenset(_OFFICER),
    Role.CARE_SUPERVISOR: frozenset({Permission.SEE_COVERAGE, Permission.SEE_NETWORK, Permission.SEE_RESIDENTS}),
    Role.SITE_MANAGER: frozenset(
        {
            Permission.SERVE_DESK,
            Permission.KEEP_PEOPLE,
            Permission.SEE_CLASSES,
            Permission.PLAN_CLASSES,
            Permission.CALL_ROLL,
            Permission.KEEP_LOCAL_DAYS,
            Permission.SUSPEND_LESSONS,
            Permission.ENROL_OTHERS,
            Permission.SEE_CLASS_REQUESTS,
            Permission.ANSWER_CLASS_REQUEST,
            Permission.CLOSE_CALL_BACKS,
            Permission.SEE_NETWORK,
            Permission.MANAGE_ROOMS,
            Permission.MANAGE_TEACHERS,
            Permission.KEEP_TRAININGS,
            Permission.MANAGE_COURSES,
            Permission.SEE_MESSAGES,
            Permission.SEE_MESSAGE_FIGURES,
            Permission.SEND_BULK_MESSAGES,
        }
    ),
    Role.CARE_SCHEDULER: frozenset(
        {
            Permission.SEE_RESIDENTS,
            Permission.MANAGE_RESIDENTS,
            Permission.KEEP_PEOPLE,
            Permission.CLOSE_CALL_BACKS,
            Permission.SEE_CLASS_REQUESTS,
            Permission.ASK_FOR_CLASS,
            Permission.SEE_CLASSES,
            Permission.PLAN_CLASSES,
            Permission.CALL_ROLL,
            Permission.KEEP_LOCAL_DAYS,
            Permission.SUSPEND_LESSONS,
            Permission.ENROL_OTHERS,
            Permission.SEE_NETWORK,
            Permission.MANAGE_ROOMS,
            Permission.SEE_MESSAGE_FIGURES,
            Permission.SEND_BULK_MESSAGES,
        }
    ),
    Role.TEACHER: frozenset({Permission.SEE_CLASSES, Permission.CALL_ROLL, Permission.TEACH}),
}

AREA_ROLES = frozenset(
    {Role.ADMINISTRATOR, Role.CITY_OFFICER, Role.COUNTY_OFFICER, Role.TOWNSHIP_OFFICER, Role.CARE_SUPERVISOR}
)
"""Roles that see every organisation below their region; the others see their own organisation alone."""
