"""Everyday visits to a running server: every page that many people open, and enrolling."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from random import Random

from tests.bench.ground import Ground
from tests.bench.tickets import TicketOffice

LEARNER_PAGES = ("/", "/find", "/my-week", "/my-classes", "/my-leave", "/family", "/call-me", "/me")
STAFF_PAGES = ("/", "/classes", "/desk", "/desk?q=lgl", "/call-backs", "/organisations", "/teachers")
Lot = tuple[int, list[bytes]]
"""The status that every answer has, and the requests."""


@dataclass
class Visits:
    """Makes requests for the server at ``base`` on the database at ``url``; enrolling uses its newcomers up."""

    base: str
    url: str
    ground: Ground

    def __post_init__(self) -> None:
        self.office = TicketOffice(self.url)
        self.newcomers = iter(self.ground.newcomers)
        self.regulars = [self.office.ticket(visitor) for visitor in self.ground.regulars]

    def lots(self, count: int) -> dict[str, Lot]:
        """``count`` requests of each kind."""
        manager = self.office.ticket(self.ground.manager)
        classes = self.ground.spread
        kinds: dict[str, Iterable[bytes]] = {
            f"learner {path}": [one.get(path) for one in self.regulars] for path in LEARNER_PAGES
        }
        kinds |= {f"staff {path}": [manager.get(path)] for path in STAFF_PAGES}
        kinds |= {
            "learner /find/…": [
                one.get(f"/find/{each}") for one, each in zip(cycle(self.regulars), classes, strict=False)
            ],
            "staff /week": [manager.get(f"/week?on={self.ground.week}")],
        }
        lots: dict[str, Lot] = {kind: (200, list(islice(cycle(some), count))) for kind, some in kinds.items()}
        return lots | {"learner enrols": (303, list(islice(self._enrolling(), count)))}

    def _enrolling(self) -> Iterator[bytes]:
        for visitor, class_id in zip(self.newcomers, cycle(self.ground.spread), strict=False):
            yield self.office.ticket(visitor).post(f"/enrol/{class_id}/check", wheelchair="no")

    def mixed(self, count: int) -> list[bytes]:
        """As many requests of all kinds, one after the other in no order."""
        lots = self.lots(1 + count // (len(LEARNER_PAGES) + len(STAFF_PAGES)))
        requests = [request for _status, lot in lots.values() for request in lot]
        Random(count).shuffle(requests)  # noqa: S311  # any order will do, the same each time
        return requests[:count]
