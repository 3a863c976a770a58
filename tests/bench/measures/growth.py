"""What a request costs with 100,000 learners and with 2,000: processor time of the application and of PostgreSQL."""

from collections.abc import Sequence
from statistics import median

from sqlalchemy import make_url

from tests.bench.client import call
from tests.bench.figures import Figure, middle
from tests.bench.processes import computed, of_database, of_server
from tests.bench.visits import Visits

Costs = dict[str, float]
"""Milliseconds of processor time per request, by the kind of request."""


def measure(small: Visits, large: Visits, *, rounds: int, count: int) -> list[Figure]:
    """The median kind of request over five rounds, each with both sizes in turn; and the kind that grows the most."""
    pairs = [_round(small, large, count) for _ in range(rounds + 1)][1:]
    medians = [(median(much.values()), median(little.values())) for little, much in pairs]
    return [_figure("growth", medians, "with 2,000 learners"), _worst(pairs)]


def _round(small: Visits, large: Visits, count: int) -> tuple[Costs, Costs]:
    """Kind by kind, so that what disturbs the machine for a while disturbs both sizes."""
    costs: tuple[Costs, Costs] = ({}, {})
    lots = (small.lots(count), large.lots(count))
    for kind in lots[0]:
        for size, visits in enumerate((small, large)):
            costs[size][kind] = _cost(visits, *lots[size][kind])
    return costs


def _cost(visits: Visits, status: int, requests: list[bytes]) -> float:
    processes = [*of_server(visits.base), *of_database(make_url(visits.url).database or "")]
    before = computed(processes)
    call(visits.base, requests).must_be(status)
    return (computed(processes) - before) / len(requests)


def _worst(pairs: Sequence[tuple[Costs, Costs]]) -> Figure:
    by_kind = {kind: [(much[kind], little[kind]) for little, much in pairs] for kind in pairs[0][0]}
    figures = [_figure("growth_worst", of_kind, f"with 2,000 learners: {kind}") for kind, of_kind in by_kind.items()]
    return max(figures, key=lambda figure: figure.ratio or 0)


def _figure(name: str, pairs: Sequence[tuple[float, float]], beside_is: str) -> Figure:
    value, beside = middle(pairs)
    return Figure(name, value, "ms", beside, beside_is, "ratio ≤ 1.30" if name == "growth" else "")
