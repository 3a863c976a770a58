"""Every page there is, found by walking the routes: a new page is held to everything without anyone remembering it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from itertools import count
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.db import Database
from senior_univ.core.permissions import Permission
from senior_univ.core.web import OPEN
from tests.walking.arguments import QUERIES, Asking, Resolver, resolver_of
from tests.walking.people import STRANGER, Walker, everybody, session_cookie
from tests.walking.situations import SHARED_PHONE

NOT_PAGES = {"static", "health.alive", "health.ready", "attendance.worker", "reminders.prometheus"}
FILES = {
    "allocation.record",
    "attendance.class_evidence_pdf",
    "attendance.class_evidence_xlsx",
    "attendance.lesson_file",
    "attendance.organisation_evidence_pdf",
    "attendance.organisation_evidence_xlsx",
    "attendance.upload_token",
    "enrolment.check_move_class",
    "enrolment.my_picture",
    "enrolment.my_week_pdf",
    "enrolment.person_week_pdf",
    "feeds.calendar",
    "partnerships.agreement_pdf",
    "partnerships.area_credit_xlsx",
    "partnerships.credit_xlsx",
    "records.certificate_pdf",
    "reminders.day_figures_xlsx",
    "records.learning_xlsx",
    "records.my_learning_xlsx",
    "timetable.check_move",
    "timetable.check_new_class",
    "timetable.class_picture",
    "timetable.hours_file",
    "timetable.week_pdf",
    "timetable.week_picture",
}
"""What is opened like a page but is a picture, a sheet, a calendar or a part of a page: nothing for a browser's eye or a check of HTML."""
DIFFERS = {"home.home"}
"""Pages that show everybody something else."""
ARGUMENT = re.compile(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>")


def _registration() -> dict[str, Any]:
    """A daughter in the middle of entering her mother; every question is answered."""
    return {
        "sign_in": {"phone": "+8613000888888", "next": None, "proved_at": clock.now().timestamp()},
        "registration": {
            "whom": "elder",
            "name": "李婷",
            "relation": "daughter",
            "elder-name": "王秀英",
            "elder-birth": [1948, 5, 20],
            "elder-village": "130502001062",
            "elder-phone": "",
        },
    }


def on_the_way(endpoint: str) -> dict[str, Any]:
    """What a browser's session holds when somebody comes to that page the usual way."""
    proved = {"phone": SHARED_PHONE, "next": None, "proved_at": clock.now().timestamp()}
    return {
        "accounts.enter_code": {"sign_in": {"phone": SHARED_PHONE, "next": None}},
        "accounts.choose_person": {"sign_in": proved},
        "accounts.register": {"sign_in": proved | {"phone": "+8613000888888"}},
        "accounts.register_step": _registration(),
        "accounts.register_check": _registration(),
        "accounts.let_help_with": {"relative": {"name": "李婷", "phone": "+8613000000002", "relation": "daughter"}},
    }.get(endpoint, {})


@dataclass(frozen=True)
class Visit:
    """Somebody opens a page: its endpoint (with a number where it has several), its address, who, and her session."""

    name: str
    url: str
    walker: Walker
    session: Mapping[str, Any] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """A name that can be a file's."""
        return f"{self.name}-{self.walker.name}"


def rules_of(app: Flask, method: str) -> list[Rule]:
    """The application's own routes for that method, by endpoint."""
    rules = (rule for rule in app.url_map.iter_rules() if method in (rule.methods or ()))
    return sorted(
        (rule for rule in rules if rule.endpoint not in NOT_PAGES), key=lambda rule: (rule.endpoint, rule.rule)
    )


def pages_of(app: Flask) -> list[str]:
    """The endpoints whose answers are HTML."""
    return sorted({rule.endpoint for rule in rules_of(app, "GET")} - FILES)


def mark_of(app: Flask, endpoint: str) -> Any:
    """The permission that a route is marked with, OPEN, or None where the mark is missing."""
    return getattr(app.view_functions[endpoint], "allowed", None)


def may_open(mark: Any, viewer: Viewer | None) -> bool:
    """Whether somebody may open a page that is marked so."""
    return mark == OPEN or (viewer is not None and viewer.may(mark))


class Walk:
    """The pages of an application for the people of its database."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.database: Database = app.extensions["database"]
        self.people = everybody(self.database)
        self.addresses = count()
        self.known: dict[tuple[str, str], list[Visit]] = {}

    def visits(self, endpoint: str, method: str = "GET") -> list[Visit]:
        """Everybody's visits to the pages of an endpoint; empty where nobody has a row for it."""
        key = (endpoint, method)
        if key not in self.known:  # rows are looked up once: the walk changes none
            self.known[key] = list(self._find_visits(*key))
        way = on_the_way(endpoint)
        return [replace(visit, session={**visit.session, **way}) for visit in self.known[key]]

    def _find_visits(self, endpoint: str, method: str) -> Iterator[Visit]:
        mark = mark_of(self.app, endpoint)
        rules = [rule for rule in rules_of(self.app, method) if rule.endpoint == endpoint]
        for rule in rules:
            for walker in self.people.values():
                if may_open(mark, walker.viewer):
                    yield from self._visits_of(rule, walker, mark)

    def _visits_of(self, rule: Rule, walker: Walker, mark: Any) -> Iterator[Visit]:
        with self.database.read() as session:
            permission = mark if isinstance(mark, Permission) else None
            filled = list(fill(rule, Asking(session, walker, permission)))
        for number, arguments in enumerate(filled):
            with self.app.test_request_context():
                url = self.app.url_for(rule.endpoint, **arguments)
            name = rule.endpoint if not number else f"{rule.endpoint}-{arguments.get('step', number + 1)}"
            yield Visit(name, url, walker, walker.session or {})

    def shown_by(self, endpoint: str) -> list[Visit]:
        """One visit to each page of an endpoint by the first who may; everybody's where each sees something else."""
        return self._shown(endpoint, self.visits(endpoint))

    def _shown(self, endpoint: str, visits: list[Visit]) -> list[Visit]:
        if endpoint in DIFFERS:
            return visits
        first = next((visit.walker for visit in visits), None)
        return [visit for visit in visits if visit.walker == first]

    def with_nothing(self, endpoint: str) -> list[Visit]:
        """The newcomers' visits, who have no rows yet, and the learner's to what a stranger may see."""
        visits = self.visits(endpoint)
        shown = self._shown(endpoint, visits)
        others = [visit for visit in visits if visit not in shown]
        first = next((visit.walker for visit in others if visit.walker.name.startswith("new-")), None)
        is_open = mark_of(self.app, endpoint) == OPEN
        return [each for each in others if each.walker == first or (is_open and each.walker.name == "learner")]

    def client(self, visit: Visit) -> FlaskClient:
        """A browser with that visit's session, at a network address of its own, since addresses are counted."""
        client = self.app.test_client()
        client.environ_base["REMOTE_ADDR"] = str(ip_address("10.0.0.1") + next(self.addresses))
        if visit.session:
            client.set_cookie(self.app.config["SESSION_COOKIE_NAME"], session_cookie(self.app, visit.session))
        return client


def fill(rule: Rule, asking: Asking) -> Iterator[dict[str, Any]]:
    """The arguments of a route, once for every value that the resolvers give; nothing where a row is missing."""
    resolvers = {}
    for name in ARGUMENT.findall(rule.rule):
        resolver = resolver_of(rule.endpoint, name)
        assert resolver is not None, f"tests/walking/arguments.py fills no {name} of {rule.endpoint} ({rule.rule})"
        resolvers[name] = resolver
    for query in QUERIES.get(rule.endpoint, [{}]):
        yield from _combinations(resolvers | query, asking)


def _combinations(resolvers: Mapping[str, Resolver], asking: Asking) -> list[dict[str, Any]]:
    filled: list[dict[str, Any]] = [{}]
    for name, resolve in resolvers.items():
        filled = [given | {name: value} for given in filled for value in _values(resolve(replace(asking, given=given)))]
    return filled


def _values(found: Any) -> list[Any]:
    if found is None:
        return []
    return [value for value in found if value is not None] if isinstance(found, list) else [found]


def is_stranger(visit: Visit) -> bool:
    """Whether nobody is signed in."""
    return visit.walker.name == STRANGER
