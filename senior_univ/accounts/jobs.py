"""What accounts does by itself."""

from flask import Flask

from senior_univ.accounts import actions

EVERY_SECONDS = 3600


def forget_drafts(app: Flask) -> None:
    """Half-filled forms that are too old go."""
    with app.extensions["database"].write() as session:
        actions.forget_drafts(session)
