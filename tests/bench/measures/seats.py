"""Seats taken per second through the confirming POST, over many classes and all on one; nobody may be let in too many."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from senior_univ.core.db import Database
from senior_univ.enrolment.models import Seat
from senior_univ.timetable.models import CourseClass, Holder, Lesson, Occupancy
from tests.bench.client import Answer, Round, call, post
from tests.bench.figures import Figure, middle
from tests.bench.ground import HOT_PLACES, LESSONS, Ground, Visitor
from tests.bench.tickets import Ticket

TOO_MANY = 40
"""How many more fall on a small class than it has places."""
WARMING = 200
Wanted = Sequence[tuple[Visitor, int]]
"""Who wants a seat in which class."""


class TooManySeatedError(Exception):
    """A class has more learners than places, or says something else than its rows do."""


@dataclass
class Counter:
    """One of the two applications: where it is and how somebody asks it for a seat; ``given`` is what it said yes to."""

    base: str
    url: str
    tickets: dict[int, Ticket] | None = None
    given: int = 0

    def _request(self, visitor: Visitor, class_id: int) -> bytes:
        if self.tickets is None:
            return post(f"/enrol/{class_id}/{visitor.person_id}")
        return self.tickets[visitor.person_id].post(f"/enrol/{class_id}/check", wheelchair="no")

    def ask(self, wanted: Wanted) -> Round:
        """Everybody confirms, eight at a time."""
        round_ = call(self.base, [self._request(*each) for each in wanted])
        self.given += sum(map(_is_given, round_.answers))
        return round_


def _is_given(answer: Answer) -> bool:
    return answer.status == 303 and answer.location.endswith("/confirmed")


def _per_second(round_: Round, expected: int) -> float:
    """Seats per second until the last one was given."""
    times = [answer.at for answer in round_.answers if _is_given(answer)]
    if len(times) != expected:
        refused = [answer for answer in round_.answers if not _is_given(answer)]
        raise RuntimeError(f"{len(times)} seats instead of {expected}; refusals like {refused[:1]}")
    return expected / max(times)


def needed(rounds: int, spread: int) -> int:
    """How many newcomers ``measure`` uses up: each asks once."""
    return WARMING + rounds * (spread + HOT_PLACES + TOO_MANY)


def measure(ground: Ground, product: Counter, minimal: Counter, *, rounds: int, spread: int) -> list[Figure]:
    """Both figures; raises TooManySeatedError unless every class has as many learners as it says, and as fit."""
    people = iter(ground.newcomers)
    over_all: list[tuple[float, float]] = []
    on_one: list[tuple[float, float]] = []
    warming = _over(ground.spread, [next(people) for _ in range(WARMING)])
    product.ask(warming)
    minimal.ask(warming)
    for hot in ground.hot[:rounds]:
        wanted = _over(ground.spread, [next(people) for _ in range(spread)])
        over_all.append(_side_by_side(product, minimal, wanted, spread))
        crowd = [(next(people), hot) for _ in range(HOT_PLACES + TOO_MANY)]
        on_one.append(_side_by_side(product, minimal, crowd, HOT_PLACES))
    for counter in (product, minimal):
        check_seats(counter, [*ground.spread, *ground.hot])
    return [_figure("enrol_spread", over_all, "ratio ≥ 0.30"), _figure("enrol_hot", on_one, "ratio ≥ 0.25")]


def _over(class_ids: Sequence[int], visitors: Sequence[Visitor]) -> Wanted:
    return [(visitor, class_ids[number % len(class_ids)]) for number, visitor in enumerate(visitors)]


def _side_by_side(product: Counter, minimal: Counter, wanted: Wanted, expected: int) -> tuple[float, float]:
    return _per_second(product.ask(wanted), expected), _per_second(minimal.ask(wanted), expected)


def _figure(name: str, pairs: Sequence[tuple[float, float]], aim: str) -> Figure:
    value, beside = middle(pairs)
    return Figure(name, value, "seats/s", beside, "the minimal app", aim)


_seats = select(func.count(Seat.id)).where(Seat.class_id == CourseClass.id, Seat.ended_at.is_(None))
_held = (
    select(func.count(Occupancy.id))
    .join(Lesson, Lesson.id == Occupancy.lesson_id)
    .where(Lesson.class_id == CourseClass.id, Occupancy.holder == Holder.PERSON)
)
COUNTED = select(
    CourseClass.id,
    CourseClass.capacity,
    CourseClass.seats_taken,
    _seats.scalar_subquery().label("seats"),
    _held.scalar_subquery().label("held"),
)


def check_seats(counter: Counter, class_ids: Sequence[int]) -> None:
    """Count again what the database holds; TooManySeatedError where it does not add up."""
    database = Database(counter.url)
    with database.read() as session:
        rows = session.execute(COUNTED.where(CourseClass.id.in_(class_ids))).all()
    database.engine.dispose()
    for row in rows:
        if row.seats > row.capacity or row.seats != row.seats_taken or row.held != LESSONS * row.seats:
            raise TooManySeatedError(
                f"class {row.id} with {row.capacity} places: {row.seats} learners, {row.seats_taken} counted, "
                f"{row.held} of their lessons"
            )
    if (seated := sum(row.seats for row in rows)) != counter.given:
        raise TooManySeatedError(f"{counter.given} were told that they are in, {seated} are")
