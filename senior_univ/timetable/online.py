"""Lessons held online: when one may join, and the link that opens then.

A class has a join link of any service, kept on it, or else a room on the meeting server that the deployer names. A link
into a server's room is signed, made for one person when she taps the button, and kept nowhere: it can't be passed on to
another day. Every class keeps its room, an online one the room in which its teacher sits, so that neither room nor
teacher is taken twice.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l

from config import Settings
from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.timetable.meeting_servers import BigBlueButton, Guest, Jitsi, Meeting, MeetingServer, room_name
from senior_univ.timetable.models import CourseClass, Delivery, Lesson

JOIN_BEFORE = timedelta(minutes=15)
LONGEST_LINK = 500
ADDRESS = re.compile(r"https?://[\w.~:/?#\[\]@!$&'()*+,;=%-]+", re.ASCII | re.IGNORECASE)


class Door(NamedTuple):
    """Whether one may join a lesson now, and from when."""

    is_open: bool
    opens_at: datetime

    @property
    def opens_in(self) -> int:
        """The seconds until then."""
        return max(0, ceil((self.opens_at - clock.now()).total_seconds()))


def door_of(lesson: Lesson, now: datetime | None = None) -> Door | None:
    """The way into an online lesson: open from 15 minutes before it until its end; None where there is none (any more)."""
    at = now or clock.now()
    if lesson.way is Delivery.ON_SITE or lesson.cancelled_at is not None or lesson.ends_at <= at:
        return None
    opens_at = lesson.starts_at - JOIN_BEFORE
    return Door(opens_at <= at, opens_at)


def clean_join_url(text: str) -> str:
    """The link in what was pasted, an invitation's whole text perhaps; empty where nothing was.

    Refuses with DomainError not_a_link: no link, not https, a name or password before the host, too long.
    """
    if not text.strip():
        return ""
    found = ADDRESS.search(text)
    if found is None or not _is_safe(found.group()):
        words = _l("Please paste the link of the meeting. It begins with https:// and has at most 500 characters.")
        raise DomainError("not_a_link", words, field="join_url")
    return found.group()


def _is_safe(address: str) -> bool:
    try:
        parts = urlsplit(address)
        has_port = parts.port is None or parts.port > 0
    except ValueError:
        return False
    is_named = "." in (parts.hostname or "") and "@" not in parts.netloc
    return parts.scheme == "https" and is_named and has_port and len(address) <= LONGEST_LINK


def server_of(settings: Settings) -> MeetingServer | None:
    """The meeting server that the deployer names, if any."""
    if settings.bigbluebutton_url:
        return BigBlueButton(settings.bigbluebutton_url, settings.bigbluebutton_secret, settings.public_url)
    if settings.jitsi_url:
        return Jitsi(settings.jitsi_url, settings.jitsi_app_id, settings.jitsi_secret)
    return None


def has_way_in(course_class: CourseClass, settings: Settings) -> bool:
    """Whether a lesson of this class could be held online: it has a link, or there is a server for a room."""
    return bool(course_class.join_url) or server_of(settings) is not None


@dataclass(frozen=True)
class Way:
    """How to join one lesson, in plain values: whoever asks a server holds no row of the database meanwhile."""

    meeting: Meeting
    join_url: str

    def link_for(self, guest: Guest, settings: Settings) -> str | None:
        """The address to send ``guest`` to; None where neither link nor server is there.

        Refuses with DomainError no_meeting where the server does not answer.
        """
        if self.join_url:
            return self.join_url
        server = server_of(settings)
        return server.join_link(self.meeting, guest) if server else None


def way_into(lesson: Lesson, settings: Settings) -> Way:
    """How to join a lesson that was read with its class and course."""
    name = room_name(settings.secret_key, lesson.id)
    meeting = Meeting(name, lesson.course_class.course.title, lesson.ends_at)
    return Way(meeting, lesson.course_class.join_url)


def join_link(lesson: Lesson, guest: Guest, settings: Settings) -> str | None:
    """The address that takes ``guest`` into a lesson; None where neither link nor server is there."""
    return way_into(lesson, settings).link_for(guest, settings)
