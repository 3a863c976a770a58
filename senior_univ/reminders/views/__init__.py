"""Pages of texts: what was sent, whom to call, what people choose and answer, what providers tell us."""

from senior_univ.reminders.views import (
    bulk,
    call_sheets,
    calls,
    choices,
    figures,
    inbox,
    messages,
    texting,
    webhooks,
    wording,
)
from senior_univ.reminders.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "bulk",
    "call_sheets",
    "calls",
    "choices",
    "figures",
    "inbox",
    "messages",
    "texting",
    "webhooks",
    "wording",
]
