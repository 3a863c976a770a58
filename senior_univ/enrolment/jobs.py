"""What enrolment does by itself."""

from flask import Flask
from flask_babel import force_locale

from senior_univ.core.db import Database
from senior_univ.core.i18n import DEFAULT_LANGUAGE
from senior_univ.enrolment import copying, invitations


def let_go_overdue(database: Database) -> int:
    """Free the places that were kept for invited people whose days to answer are over: one transaction a class."""
    with database.read() as session:
        class_ids = list(invitations.classes_overdue(session))
    freed = 0
    for class_id in class_ids:
        with database.write() as session:
            freed += invitations.let_go_overdue(session, class_id)
    return freed


def let_go(app: Flask) -> None:
    """The same for the application's database."""
    let_go_overdue(app.extensions["database"])


def copy_terms(database: Database) -> None:
    """Go on with every term that is being copied: one transaction a class."""
    with database.read() as session:
        copy_ids = list(copying.unfinished(session))
    for copy_id in copy_ids:
        goes_on = True
        while goes_on:
            with database.write() as session:
                goes_on = copying.copy_next(session, copy_id)


def copy(app: Flask) -> None:
    """The same for the application's database; refusals are kept in the language of the country."""
    with app.app_context(), force_locale(DEFAULT_LANGUAGE):
        copy_terms(app.extensions["database"])
