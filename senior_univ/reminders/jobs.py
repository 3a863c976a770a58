"""What the scheduler ticks: planning reminders, sending, asking what became of texts."""

from flask import Flask

from senior_univ.reminders import bulk, planning
from senior_univ.reminders.dispatch import CODES, TEXTS, Dispatcher


def dispatcher_of(app: Flask) -> Dispatcher:
    """The application's worker, made when the scheduler starts."""
    found: Dispatcher = app.extensions["dispatcher"]
    return found


def send_codes(app: Flask) -> None:
    """Codes, before everything else and beside whatever is being sent."""
    dispatcher_of(app).run(CODES)


def send_texts(app: Flask) -> None:
    """Everything else that is due."""
    dispatcher_of(app).run(TEXTS)


def plan_reminders(app: Flask) -> None:
    """The runs that are on."""
    planning.plan(app.extensions["database"], app.config["SETTINGS"])


def ask_about_unknown(app: Flask) -> None:
    """Texts whose outcome nobody wrote."""
    dispatcher_of(app).reap()


def write_bulk_messages(app: Flask) -> None:
    """The texts to many people that are due."""
    bulk.write_due(app.extensions["database"])
