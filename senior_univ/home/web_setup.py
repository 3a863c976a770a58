"""The navigation and the help phone of every page, and the jobs that pass on calls nobody made."""

from typing import Any

from flask import Flask, current_app, g
from sqlalchemy.exc import SQLAlchemyError

from config import Settings
from senior_univ.core.logs import event
from senior_univ.core.web import database, db, learner_id, viewer
from senior_univ.home import actions, navigation, queries, reactions

PASS_ON_EVERY_SECONDS = 5 * 60


def home_context() -> dict[str, Any]:
    """``navigation``, ``help_desk`` and ``site_name``; without the database where it is away."""
    settings = current_app.config["SETTINGS"]
    context: dict[str, Any] = {"site_name": settings.site_name or None, "has_demo": settings.demo}
    who = None if g.get("is_broken") else viewer()
    if who is None:
        return context | {"help_desk": desk_of_strangers(settings), "navigation": []}
    is_at_work = who.is_staff and learner_id() == who.person_id
    entries = navigation.staff_entries(who) if is_at_work else navigation.learner_entries()
    desk = queries.helping_organisation(db(), learner_id())
    help_desk = queries.desk_of(desk) if desk else desk_of_strangers(settings)
    return context | {"help_desk": help_desk, "navigation": entries}


def desk_of_strangers(settings: Settings) -> queries.HelpDesk | None:
    """The help phone of somebody whose place nobody knows: the setting, else the city's own desk."""
    if settings.help_phone:
        return queries.HelpDesk("", settings.help_phone, "", "")
    if g.get("is_broken"):
        return None
    try:
        with database().read() as session:  # of its own: a page that answers a form must not open a write for this
            desk = queries.city_desk(session, settings.region)
    except SQLAlchemyError:
        return None  # a stranger's error page stands without the database
    return queries.desk_of(desk) if desk else None


def pass_on_overdue(app: Flask) -> None:
    """The scheduler's job: what nobody answered in time goes to the tier above."""
    with app.app_context(), app.extensions["database"].write() as session:
        passed_on = actions.pass_on_overdue(session)
    if passed_on:
        event("call-backs passed on", count=passed_on)


def tell_main_contacts(app: Flask) -> None:
    """The scheduler's job: whoever was missed in class and not reached, her main contact is told."""
    with app.app_context(), app.extensions["database"].write() as session:
        told = reactions.tell_main_contacts(session)
    if told:
        event("main contacts told of an absence", count=told)


def init_app(app: Flask) -> None:
    """Set up the context and the jobs."""
    app.context_processor(home_context)
    app.extensions.setdefault("jobs", []).append(("pass on call-backs", PASS_ON_EVERY_SECONDS, pass_on_overdue))
    app.extensions["jobs"].append(("tell main contacts", PASS_ON_EVERY_SECONDS, tell_main_contacts))
