"""Calendars per second, as phones ask for them, beside the same weeks as pages."""

from collections.abc import Sequence
from itertools import cycle, islice

from sqlalchemy import insert

from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.feeds.models import Feed
from senior_univ.feeds.queries import hash_of
from tests.bench.client import Round, call, get
from tests.bench.figures import Figure, middle
from tests.bench.ground import Ground
from tests.bench.tickets import TicketOffice

BESIDE = "the learner's week as a page"


def lay(url: str, person_ids: Sequence[int]) -> list[str]:
    """A calendar address for each of these people; returns their paths."""
    tokens = [f"bench-{person_id}" for person_id in person_ids]
    database = Database(url)
    rows = [
        {"token_hash": hash_of(token), "person_id": person_id, "made_at": clock.now(), "made_by_id": person_id}
        for token, person_id in zip(tokens, person_ids, strict=True)
    ]
    with database.write() as session:
        session.execute(insert(Feed), rows)
    database.engine.dispose()
    return [f"/calendar/{token}.ics" for token in tokens]


def must_be_whole(base: str, path: str) -> None:
    """Look at one calendar; RuntimeError where no lesson is in it."""
    body = call(base, [get(path)], 1).must_be(200).answers[0].body
    if b"BEGIN:VEVENT" not in body or not body.endswith(b"END:VCALENDAR\r\n"):
        raise RuntimeError(f"the calendar shows no lesson: {body[:200]!r}")


def measure(base: str, url: str, ground: Ground, *, rounds: int, count: int) -> Figure:
    """The rate of calendars beside that of the same people's week, in rounds that take turns."""
    office = TicketOffice(url)
    weeks = [office.ticket(regular).get("/my-week") for regular in ground.regulars]
    paths = lay(url, [regular.person_id for regular in ground.regulars])
    must_be_whole(base, paths[0])
    calendars = [get(path) for path in paths]
    pairs = [(_rate(base, calendars, count), _rate(base, weeks, count)) for _ in range(rounds + 1)]
    value, beside = middle(pairs[1:])
    return Figure("feed_per_s", value, "feeds/s", beside, BESIDE)


def _rate(base: str, requests: Sequence[bytes], count: int) -> float:
    round_: Round = call(base, islice(cycle(requests), count)).must_be(200)
    return round_.rate
