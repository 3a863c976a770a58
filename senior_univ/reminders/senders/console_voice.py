"""Calls of the demo: says nothing to anybody, and keeps the words where the demo's page shows them."""

from config import SenderSettings, Settings
from senior_univ.core.db import Database
from senior_univ.reminders.models import Channel
from senior_univ.reminders.senders.console import ConsoleSender


class ConsoleVoice(ConsoleSender):
    """The console sender for calls."""

    channel = Channel.VOICE


def make(_settings: Settings, database: Database, own: SenderSettings) -> ConsoleVoice:
    """The console's calls on the application's database."""
    return ConsoleVoice(database, own)
