"""The navigation and the help phone of every page, and the job that passes on calls nobody made."""

from typing import Any

from flask import Flask, current_app, g

from senior_univ.core.logs import event
from senior_univ.core.web import db, learner_id, viewer
from senior_univ.home import actions, navigation, queries

PASS_ON_EVERY_SECONDS = 5 * 60


def home_context() -> dict[str, Any]:
    """``navigation``, ``help_desk`` and ``site_name``; without the database where it is away."""
    settings = current_app.config["SETTINGS"]
    context: dict[str, Any] = {"site_name": settings.site_name or None, "has_demo": settings.demo}
    fallback = queries.HelpDesk("", settings.help_phone, "", "") if settings.help_phone else None
    who = None if g.get("is_broken") else viewer()
    if who is None:
        return context | {"help_desk": fallback, "navigation": []}
    is_at_work = who.is_staff and learner_id() == who.person_id
    entries = navigation.staff_entries(who) if is_at_work else navigation.learner_entries()
    desk = queries.helping_organisation(db(), learner_id())
    return context | {"help_desk": queries.desk_of(desk) if desk else fallback, "navigation": entries}


def pass_on_overdue(app: Flask) -> None:
    """The scheduler's job: what nobody answered in time goes to the tier above."""
    with app.app_context(), app.extensions["database"].write() as session:
        passed_on = actions.pass_on_overdue(session)
    if passed_on:
        event("call-backs passed on", count=passed_on)


def init_app(app: Flask) -> None:
    """Set up the context and the job."""
    app.context_processor(home_context)
    app.extensions.setdefault("jobs", []).append(("pass on call-backs", PASS_ON_EVERY_SECONDS, pass_on_overdue))
