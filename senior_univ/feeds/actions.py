"""Making a calendar address and taking it back."""

import secrets

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from senior_univ.audit.actions import record
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.feeds.models import Feed
from senior_univ.feeds.queries import Subject, feeds_of, hash_of

MOST = 10
TOKEN_BYTES = 24


def make_feed(session: Session, subject: Subject, *, by: Viewer) -> str:
    """A new address for this subject's lessons; returns its token, of which only the hash is kept.

    Refuses with DomainError too_many where ten stand already. The caller has seen to it that ``by`` sees the subject.
    """
    if len(feeds_of(session, subject)) >= MOST:
        raise DomainError("too_many", _l("There are %(most)d addresses already. Take one back first.", most=MOST))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    feed = Feed(
        token_hash=hash_of(token),
        person_id=subject.person_id,
        class_id=subject.class_id,
        room_id=subject.room_id,
        made_at=clock.now(),
        made_by_id=by.person_id,
    )
    session.add(feed)
    record(session, "feed.made", feed, by=by, on_behalf_of=subject.person_id)
    return token


def take_back_feed(session: Session, feed: Feed, *, by: Viewer) -> Feed:
    """Nobody reads from this address any more; taken back already, it stays so."""
    if feed.taken_back_at is None:
        feed.taken_back_at, feed.taken_back_by_id = clock.now(), by.person_id
        record(session, "feed.taken_back", feed, by=by, on_behalf_of=feed.person_id)
    return feed
