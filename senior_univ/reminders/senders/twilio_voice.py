"""Twilio's calls: the text is read out, twice.

Its list of calls gives back nothing of ours, so an attempt whose answer was lost is looked for by number and time: it
is the one call there, or nobody can tell.
"""

from html import escape
from typing import Any

import requests
from twilio.base.exceptions import TwilioException

from config import SenderSettings, Settings
from senior_univ.core.db import Database
from senior_univ.reminders.models import Channel, MessageState
from senior_univ.reminders.senders import (
    Abilities,
    Accepted,
    Found,
    Known,
    Lookup,
    NotThere,
    Outgoing,
    Result,
    Sought,
)
from senior_univ.reminders.senders.twilio import CLOCKS_APART, TwilioSender

RINGS = 30
"""Seconds before nobody answers: an answering machine mostly takes longer."""

CALLED = {
    "queued": MessageState.ACCEPTED,
    "initiated": MessageState.ACCEPTED,
    "ringing": MessageState.ACCEPTED,
    "in-progress": MessageState.ACCEPTED,
    "completed": MessageState.DELIVERED,
    "busy": MessageState.FAILED,
    "no-answer": MessageState.FAILED,
    "canceled": MessageState.FAILED,
    "failed": MessageState.FAILED,
}
LISTED = 50
"""Asked for without a time, since a call that waits has none yet by which Twilio would find it."""

LANGUAGES = {"en": "en-US"}


class TwilioVoice(TwilioSender):
    """Calls by Twilio's Calls API."""

    channel = Channel.VOICE
    abilities = Abilities(replies=False, lookup=Known.FUZZY)
    states = CALLED
    status_field = "CallStatus"
    ref_field = "CallSid"

    def _hand_over(self, outgoing: Outgoing) -> Result:
        made = self.client.calls.create(
            to=outgoing.phone,
            from_=self.own["FROM"],
            twiml=spoken(outgoing.text, outgoing.language),
            timeout=RINGS,
            status_callback=self.callback_url(outgoing),
            status_callback_event=["initiated", "ringing", "answered", "completed"],
        )
        return Accepted(made.sid, 1, self.price)

    def lookup(self, sought: Sought) -> Lookup:
        """Look for the attempt among the calls to that number since it began."""
        since = sought.began_at - CLOCKS_APART
        try:
            listed = self.client.calls.list(to=sought.phone, limit=LISTED)
        except (TwilioException, requests.RequestException, ValueError):
            return NotThere.NO_ANSWER
        found: list[Any] = [each for each in listed if each.date_created is None or each.date_created >= since]
        if len(found) > 1:
            return NotThere.CANT_TELL
        return Found(found[0].sid) if found else NotThere.NOT_YET


def spoken(text: str, language: str) -> str:
    """TwiML that reads a text out twice, as people who are startled by a call need."""
    words = escape(text.replace("【", "").replace("】", "，"), quote=False)
    say = f'<Say language="{LANGUAGES.get(language, "zh-CN")}">{words}</Say>'
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{say}<Pause length="1"/>{say}</Response>'


def make(settings: Settings, _database: Database, own: SenderSettings) -> TwilioVoice:
    """The calls of Twilio."""
    return TwilioVoice(settings, own)
