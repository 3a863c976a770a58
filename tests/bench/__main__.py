"""``make bench``: the product beside the limit, in one go, on PostgreSQL behind gunicorn; a table and build/bench.json.

It says how fast things are and judges nothing, save one: with a learner too many in a class it ends with an error.
``BENCH_SHORT=1`` does it all in a minute, with fewer rounds and a smaller big demo; its figures are for a first look.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import click
from sqlalchemy import URL, create_engine, text

from tests.bench import figures, ground
from tests.bench.figures import Figure
from tests.bench.ground import Ground
from tests.bench.measures import (
    bulk,
    clashes,
    dispatch,
    draws,
    feeds,
    growth,
    pages,
    planning,
    seats,
    substitutes,
    weight,
)
from tests.bench.tickets import TicketOffice
from tests.bench.visits import Visits
from tests.databases import throwaway_cluster
from tests.servers import ROOT, serve

SERVER = ("--workers", "2", "--threads", "4", "--log-level", "warning")
MINIMAL = "tests.bench.minimal.app:app"
MIXED = 1000


@dataclass(frozen=True)
class Extent:
    """How much is done."""

    rounds: int
    spread: int
    pages: int
    growth: int
    learners: int
    lessons: tuple[int, ...]
    texts: int

    @property
    def newcomers(self) -> int:
        """People without a class whom the measures use up."""
        return max(seats.needed(self.rounds, self.spread), (self.rounds + 1) * self.growth) + MIXED


WHOLE = Extent(
    rounds=5, spread=1000, pages=500, growth=50, learners=100_000, lessons=(1_000, 12_000, 120_000), texts=100_000
)
SHORT = Extent(rounds=1, spread=300, pages=150, growth=20, learners=6_000, lessons=(1_000, 12_000), texts=10_000)
USUAL_LEARNERS = 2_000


@contextmanager
def step(words: str) -> Iterator[None]:
    """Say what is going on, and how long it took."""
    click.echo(f"{words} …", err=True)
    began = time.monotonic()
    yield
    click.echo(f"{words}: {time.monotonic() - began:.0f} s", err=True)


class Bench:
    """The databases of one run, and the measures on them."""

    def __init__(self, server: URL, extent: Extent) -> None:
        self.server, self.extent = server, extent

    def _url(self, name: str, template: str = "template0") -> str:
        """The address of a new database."""
        administrator = create_engine(self.server, isolation_level="AUTOCOMMIT")
        with administrator.connect() as connection:
            connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy'))
        administrator.dispose()
        return self.server.set(database=name).render_as_string(hide_password=False)

    def _laid(self, name: str, learners: int) -> tuple[str, Ground]:
        url = self._url(name)
        ground.fill_with_demo(url, learners)
        return url, ground.lay(url, newcomers=self.extent.newcomers, hot=self.extent.rounds)

    def run(self) -> Iterator[Figure]:
        """Every figure."""
        yield from self._clashes()
        yield from self._texts()
        with step(f"{USUAL_LEARNERS} learners"):
            url, made = self._laid("bench_product", USUAL_LEARNERS)
            limit_url, small_url, draw_url = (
                self._url("bench_minimal", "bench_product"),
                self._url("bench_small", "bench_product"),
                self._url("bench_draw", "bench_product"),
            )
        with step("allocation day"):
            yield from draws.measure(draw_url, made.spread)
        with serve(url, *SERVER) as base, serve(limit_url, *SERVER, application=MINIMAL) as limit:
            yield from self._beside_the_limit(made, (base, url), (limit, limit_url))
        with step("memory"), serve(small_url, *SERVER, "--preload") as base:
            visits = Visits(base, small_url, replace(made, newcomers=made.newcomers[-MIXED:]))
            yield weight.first_page(base, visits.regulars[0])
            yield weight.memory(base, visits.mixed(MIXED))
        with step(f"{self.extent.learners} learners"):
            large_url, much = self._laid("bench_large", self.extent.learners)
        with step("growth"), serve(small_url, *SERVER) as base, serve(large_url, *SERVER) as large:
            sizes = Visits(base, small_url, made), Visits(large, large_url, much)
            yield from growth.measure(*sizes, rounds=self.extent.rounds, count=self.extent.growth)

    def _beside_the_limit(self, made: Ground, product: tuple[str, str], limit: tuple[str, str]) -> Iterator[Figure]:
        office = TicketOffice(product[1])
        with step("pages"):
            yield from pages.measure(
                product[0],
                limit[0],
                pages.requests_for(made, office),
                rounds=self.extent.rounds,
                count=self.extent.pages,
            )
        with step("calendars"):
            yield feeds.measure(*product, made, rounds=self.extent.rounds, count=self.extent.pages)
        with step("seats"):
            tickets = {visitor.person_id: office.ticket(visitor) for visitor in made.newcomers}
            counters = seats.Counter(*product, tickets), seats.Counter(*limit)
            yield from seats.measure(made, *counters, rounds=self.extent.rounds, spread=self.extent.spread)
        with step("many at once"):
            yield bulk.measure(product[1])

    def _clashes(self) -> Iterator[Figure]:
        with step("clashes"):
            yield from clashes.measure(self._url, self.extent.lessons)
        with step("substitutes"):
            yield substitutes.measure(self._url("substitutes"))

    def _texts(self) -> Iterator[Figure]:
        with step("planning reminders"):
            yield from planning.measure(self._url("planning"), self.extent.texts)
        with step("sending texts"):
            yield from dispatch.measure(self._url, self.extent.texts)


def _told(figure: Figure) -> Figure:
    click.echo(f"  {figure.name}: {figure.value:.1f} {figure.unit}", err=True)
    return figure


def main() -> None:
    """Run, print, keep."""
    extent = SHORT if os.environ.get("BENCH_SHORT") else WHOLE
    try:
        with throwaway_cluster() as server:
            found = [_told(figure) for figure in Bench(server, extent).run()]
    except seats.TooManySeatedError as error:
        sys.exit(f"Too many were let in: {error}")
    click.echo(figures.table(found))
    figures.write(found, ROOT / "build" / "bench.json")


if __name__ == "__main__":
    main()
