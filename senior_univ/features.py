"""The ordered list of features, lowest first; a later one may import an earlier one, never the other way round.

Each feature is a package with any of ``models``, ``views`` (a ``blueprint``), ``cli`` (``init_app``) and ``web_setup``
(``init_app``: what must be set up once on the application).
"""

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from flask import Flask

FEATURES = (
    "core",
    "audit",
    "network",
    "accounts",
    "care",
    "catalogue",
    "teaching",
    "timetable",
    "enrolment",
    "waiting",
    "allocation",
    "attendance",
    "records",
    "feeds",
    "partnerships",
    "reminders",
    "home",
    "demo",
)


def _modules(name: str) -> list[ModuleType]:
    """The module ``name`` of every feature that has one."""
    paths = (f"senior_univ.{feature}.{name}" for feature in FEATURES)
    return [import_module(path) for path in paths if find_spec(path)]


def import_models() -> None:
    """Make every mapped class known to ``core.db.Base``."""
    _modules("models")


def init_app(app: Flask) -> None:
    """Set up every feature: its start-up, its pages and its commands."""
    import_models()
    for name in ("health", "web_setup", "views", "cli"):
        for module in _modules(name):
            if blueprint := getattr(module, "blueprint", None):
                app.register_blueprint(blueprint)
            if set_up := getattr(module, "init_app", None):
                set_up(app)
