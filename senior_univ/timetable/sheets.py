"""Paper and size of type of a timetable for the wall."""

from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l

PAPERS = {"a4": "A4", "a3": "A3"}
TYPES = {"large": _l("Large"), "larger": _l("Larger"), "largest": _l("Largest")}


@dataclass(frozen=True)
class Sheet:
    """What is printed on: a key of PAPERS, and one of TYPES."""

    paper: str
    type: str

    @property
    def asked(self) -> dict[str, Any]:
        """Query parameters that lead here again."""
        return {"paper": self.paper, "type": self.type}

    @property
    def choices(self) -> list[tuple[str, Any, str, dict[str, Any]]]:
        """What a form lets choose: a field's name, its label, what is chosen, and the choices."""
        return [("paper", _l("Paper"), self.paper, PAPERS), ("type", _l("Size of type"), self.type, TYPES)]


def sheet_asked() -> Sheet:
    """The sheet of the query string; nonsense is A4 in large type."""
    paper, size = request.args.get("paper", ""), request.args.get("type", "")
    return Sheet(paper if paper in PAPERS else "a4", size if size in TYPES else "large")
