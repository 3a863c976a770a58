"""The demo's accounts, for the sign-in page of the demo."""

from flask import Flask

from senior_univ.demo.queries import demo_accounts


def init_app(app: Flask) -> None:
    """Offer the accounts where the demo is switched on; production refuses to start with it."""
    if app.config["SETTINGS"].demo:
        app.extensions["demo_accounts"] = demo_accounts
