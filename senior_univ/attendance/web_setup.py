"""The jobs: who lives alone and is missed; files that no lesson has."""

from datetime import timedelta

from flask import Flask

from senior_univ.attendance import absences, attachments, uncalled
from senior_univ.attendance.storage import Storage
from senior_univ.core import clock
from senior_univ.core.logs import event

LOOK_EVERY_SECONDS = 5 * 60
CLEAR_EVERY_SECONDS = 60
HOUR = 60 * 60
"""An upload is over long before; what is older and has no row never gets one."""


def look_for_absent(app: Flask) -> None:
    """The scheduler's job: told within the hour, whether or not the teacher marked her."""
    with app.app_context(), app.extensions["database"].write() as session:
        told, not_called = absences.look(session), uncalled.look(session)
    if told or not_called:
        event("absences of people who live alone told", count=told, rolls_not_called=not_called)


def clear_removed(app: Flask) -> None:
    """The scheduler's job: the files of what staff removed go, each in a transaction of its own."""
    storage, database = Storage(app.config["SETTINGS"].files_folder), app.extensions["database"]
    with app.app_context(), database.read() as session:
        removed = attachments.removed_since(session, clock.now() - timedelta(seconds=HOUR))
    for file in removed:
        with app.app_context(), database.write() as session:
            attachments.clear_away(session, file, storage)


def clear_files(app: Flask) -> None:
    """The scheduler's job: what broken uploads and removals cut short have left goes."""
    storage = Storage(app.config["SETTINGS"].files_folder)
    with app.app_context(), app.extensions["database"].read() as session:
        cleared = attachments.clear_leftovers(session, storage, before=clock.now().timestamp() - HOUR)
    if cleared:
        event("files without a lesson removed", count=cleared)


def init_app(app: Flask) -> None:
    """Set up the jobs."""
    jobs = app.extensions.setdefault("jobs", [])
    jobs.append(("look for the absent", LOOK_EVERY_SECONDS, look_for_absent))
    jobs.append(("clear removed files", CLEAR_EVERY_SECONDS, clear_removed))
    jobs.append(("remove files without a lesson", HOUR, clear_files))
