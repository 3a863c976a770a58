"""Rooms on a meeting server of the deployer's: BigBlueButton by its API, Jitsi Meet by its tokens.

A room is named by the lesson and a signature, so that nobody guesses the next one's. The teacher moderates.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple, Protocol
from urllib.parse import quote, urlencode
from xml.etree import ElementTree as ET

import jwt
import requests
from flask_babel import lazy_gettext as _l

from senior_univ.core.errors import DomainError
from senior_univ.core.logs import log

TIMEOUT = (3, 8)
"""Seconds to reach the server, and to wait for its answer."""
LARGEST_ANSWER = 64 * 1024
LATE_AGAIN = timedelta(minutes=30)
"""How long after the planned end a link still opens: lessons run over, and people drop out and come back."""
NO_MEETING = _l("The online classroom can't be opened just now. Please try again in a minute, or call the help desk.")


class Meeting(NamedTuple):
    """A lesson as a meeting server knows it."""

    name: str
    title: str
    ends_at: datetime


class Guest(NamedTuple):
    """Who joins, under which name the others see her, and whether she moderates."""

    name: str
    is_moderator: bool = False


class MeetingServer(Protocol):
    """What makes a signed link into a room."""

    def join_link(self, meeting: Meeting, guest: Guest) -> str:
        """The address that takes ``guest`` into ``meeting``; DomainError no_meeting where it can't be had."""


def room_name(secret: str, lesson_id: int) -> str:
    """A lesson's room: the same for everybody, and not to be guessed."""
    return f"lesson-{lesson_id}-{_signature(secret, f'online lesson {lesson_id}')[:20]}"


def _signature(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), sha256).hexdigest()


@dataclass(frozen=True)
class BigBlueButton:
    """BigBlueButton 2.4 or later. ``url`` ends in /bigbluebutton/api or is what comes before.

    ``create`` may be called by whoever comes first and again by everybody after: it changes nothing the second time.
    """

    url: str
    secret: str
    back_url: str

    def join_link(self, meeting: Meeting, guest: Guest) -> str:
        """Open the room if need be, and sign the link; it opens this session of the room alone (``createTime``)."""
        created = self._create(meeting)
        role = "MODERATOR" if guest.is_moderator else "VIEWER"
        asked = {"fullName": guest.name, "meetingID": meeting.name, "role": role}
        if created_at := created.findtext("createTime"):
            asked["createTime"] = created_at
        return self.signed("join", asked)

    def signed(self, call: str, asked: Mapping[str, str]) -> str:
        """The address of a call: its checksum is the SHA-256 of call, query and secret in a row."""
        query = urlencode(asked)
        checksum = sha256(f"{call}{query}{self.secret}".encode()).hexdigest()
        base = self.url.rstrip("/").removesuffix("/api").removesuffix("/bigbluebutton")
        return f"{base}/bigbluebutton/api/{call}?{query}&checksum={checksum}"

    def _create(self, meeting: Meeting) -> ET.Element:
        address = self.signed("create", self._room(meeting))
        try:
            with requests.get(address, timeout=TIMEOUT, stream=True, allow_redirects=False) as answer:
                answer.raise_for_status()
                body = answer.raw.read(LARGEST_ANSWER, decode_content=True)
            created = ET.fromstring(body)  # noqa: S314  # of the deployer's own server, and short
        except (requests.RequestException, ET.ParseError) as error:
            log.warning("BigBlueButton does not answer", exc_info=_without_address(error))
            raise DomainError("no_meeting", NO_MEETING) from None
        if created.findtext("returncode") != "SUCCESS":
            log.warning("BigBlueButton refuses a room: %s", created.findtext("messageKey"))
            raise DomainError("no_meeting", NO_MEETING)
        return created

    def _room(self, meeting: Meeting) -> dict[str, str]:
        """The room's settings. The passwords open nothing here, but a second ``create`` must name the same ones."""
        return {
            "name": meeting.title,
            "meetingID": meeting.name,
            "attendeePW": _signature(self.secret, f"viewer {meeting.name}")[:16],
            "moderatorPW": _signature(self.secret, f"moderator {meeting.name}")[:16],
            "logoutURL": self.back_url,
            "record": "false",
        }


def _without_address(error: Exception) -> Exception:
    """The error's kind alone: its words would carry the signed address into the log."""
    return RuntimeError(type(error).__name__)


@dataclass(frozen=True)
class Jitsi:
    """Jitsi Meet with token authentication (prosody's ``app_id`` and ``app_secret``).

    Who moderates is in the token both ways in which servers read it: ``moderator``, and the ``affiliation`` of the
    token_affiliation module.
    """

    url: str
    app_id: str
    secret: str

    def join_link(self, meeting: Meeting, guest: Guest) -> str:
        """The room's address with a token for this room alone, until the lesson is over."""
        user = {
            "name": guest.name,
            "moderator": "true" if guest.is_moderator else "false",
            "affiliation": "owner" if guest.is_moderator else "member",
        }
        claims = {
            "iss": self.app_id,
            "aud": self.app_id,
            "sub": "*",
            "room": meeting.name,
            "exp": meeting.ends_at + LATE_AGAIN,
            "context": {"user": user},
        }
        token = jwt.encode(claims, self.secret, algorithm="HS256")
        return f"{self.url.rstrip('/')}/{quote(meeting.name)}?{urlencode({'jwt': token})}"
