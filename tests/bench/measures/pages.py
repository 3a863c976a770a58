"""Pages per second and how long the slow ones take: the learner's home, a list of 50 classes, a week of 40 lessons."""

from collections.abc import Sequence
from itertools import cycle, islice

from tests.bench.client import Round, call, get
from tests.bench.figures import Figure, middle
from tests.bench.ground import LIST, WEEK, Ground
from tests.bench.tickets import TicketOffice

AIMS = {"home": 0.3, "class_list": 0.3, "staff_week": 0.2}
LIMIT = "the minimal app's list of 50 classes"


def requests_for(ground: Ground, office: TicketOffice) -> dict[str, list[bytes]]:
    """The requests for each page: the homes of many learners, the others by a site's manager."""
    manager = office.ticket(ground.manager)
    return {
        "home": [office.ticket(regular).get("/") for regular in ground.regulars],
        "class_list": [manager.get("/classes")],
        "staff_week": [manager.get(f"/week?on={ground.week}")],
    }


def must_be_whole(base: str, pages: dict[str, list[bytes]]) -> None:
    """Look at each page once; RuntimeError where it does not show what it is measured for."""
    shown = {name: call(base, requests[:1], 1).must_be(200).answers[0].body for name, requests in pages.items()}
    if b"today-card" not in shown["home"]:
        raise RuntimeError("the home page shows no card")
    for name, address, least in (("class_list", b'href="/classes/', LIST), ("staff_week", b'href="/lessons/', WEEK)):
        if shown[name].count(address) < least:
            raise RuntimeError(f"{name}: {shown[name].count(address)} rows instead of {least}")


def measure(base: str, limit: str, pages: dict[str, list[bytes]], *, rounds: int, count: int) -> list[Figure]:
    """Two figures a page: its rate and its p95, each beside the minimal app's list of the same round.

    And how busy the client was at most, who shares the cores with the servers: she must be far from a whole one.
    """
    must_be_whole(base, pages)
    figures: list[Figure] = []
    busy = 0.0
    for name, requests in pages.items():
        pairs = [(_round(base, requests, count), _round(limit, [get("/classes")], count)) for _ in range(rounds + 1)]
        figures += _figures(name, pairs[1:])
        busy = max(busy, *(side.busy for pair in pairs for side in pair))
    return [*figures, Figure("client_busy", busy * 100, "% of a core")]


def _round(base: str, requests: Sequence[bytes], count: int) -> Round:
    return call(base, islice(cycle(requests), count)).must_be(200)


def _figures(name: str, pairs: Sequence[tuple[Round, Round]]) -> list[Figure]:
    rate, limit_rate = middle([(one.rate, limit.rate) for one, limit in pairs])
    p95, limit_p95 = middle([(one.p95, limit.p95) for one, limit in pairs])
    return [
        Figure(name, rate, "pages/s", limit_rate, LIMIT, f"ratio ≥ {AIMS[name]:.2f}"),
        Figure(f"{name}_p95", p95, "ms", limit_p95, LIMIT),
    ]
