"""What enrolment does by itself."""

from flask import Flask

from senior_univ.core.db import Database
from senior_univ.enrolment import invitations


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
