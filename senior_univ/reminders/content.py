"""What was decided about a text when it was claimed."""

from dataclasses import dataclass
from typing import Any

from senior_univ.reminders.models import MessageKind, MessageState


@dataclass(frozen=True)
class Content:
    """What a text that stands says: its kind by the truth, and its template's parameters."""

    kind: MessageKind
    parameters: dict[str, Any]


@dataclass(frozen=True)
class Verdict:
    """Why a text is not sent; ``explanation`` is a key of models.EXPLANATIONS."""

    state: MessageState
    explanation: str
