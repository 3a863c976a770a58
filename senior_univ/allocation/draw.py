"""Who gets which class: one random order, four passes, each takes her highest wish that has room. Pure.

The seed is SHA-256 over the lines secret, public number (an empty line where there is none) and every application
number in order. Parties (one or two applications) are ordered by SHA-256 of the seed followed by their smallest
application number, in hexadecimal. Then, in turns (everybody is offered a first class before anybody a second), four
passes: 1. newcomers take from the places reserved for them, 2. people take places in their own village or home, 3.
neighbours of the same township join in, 4. everybody does. In each pass every party, in the order, looks at the highest
of its wishes that has room for the whole party and meets at no time of a class that it has already. Where this pass
gives that place, the party takes it; else it waits for a later pass. So nobody is put into a class while one that she
wished for more has room, and no two could gain by changing places.

Anybody can do this again from the published document; nothing here knows the database.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

NEWCOMERS, OWN, NEIGHBOURS, ALL = PASSES = (1, 2, 3, 4)
Ranked = tuple[int, int, int]
"""A wish: the class's number, the pass from which on it is open to the party, its rank."""


@dataclass(frozen=True)
class DrawnClass:
    """A class with what it has to give: ``people`` is the room for learners and escorts together.

    ``starts`` and ``ends`` are minutes after midnight on ``weekday``, ``first_on`` and ``last_on`` ISO days.
    """

    number: int
    seats: int
    wheelchairs: int
    people: int
    weekday: int
    starts: int
    ends: int
    first_on: str
    last_on: str

    def meets_with(self, other: "DrawnClass") -> bool:
        """Whether both are held at the same time."""
        same_weeks = self.first_on <= other.last_on and other.first_on <= self.last_on
        return same_weeks and self.weekday == other.weekday and self.starts < other.ends and other.starts < self.ends


@dataclass(frozen=True)
class Party:
    """One application, or two that come together or not at all.

    ``wishes`` are pairs of a class's number and the pass from which on it is open to all of the party, best first.
    """

    numbers: tuple[str, ...]
    wishes: tuple[tuple[int, int], ...]
    wheelchairs: int = 0
    escorts: int = 0
    is_newcomer: bool = False

    @property
    def seats(self) -> int:
        """How many seats it takes."""
        return len(self.numbers)


@dataclass(frozen=True)
class Terms:
    """What the organisation decided beforehand: the newcomers' share in percent, and how many classes each may have."""

    newcomers_share: int = 0
    most_classes: int = 1


@dataclass(frozen=True)
class Given:
    """A class given to a party: its wish of that ``rank`` (1 is the highest), in that pass."""

    numbers: tuple[str, ...]
    class_number: int
    rank: int
    draw_pass: int


@dataclass(frozen=True)
class Draw:
    """The parties in their order, and every place given, in that order."""

    order: tuple[tuple[str, ...], ...]
    given: tuple[Given, ...]


def hash_of(text: str) -> str:
    """SHA-256 of a text, in hexadecimal."""
    return sha256(text.encode()).hexdigest()


def seed_of(secret: str, public_number: str, numbers: Iterable[str]) -> str:
    """The seed: the secret, the public number and the sorted application numbers, a line each, hashed."""
    return hash_of("\n".join([secret, public_number, *sorted(numbers)]))


def in_order(parties: Iterable[Party], seed: str) -> list[Party]:
    """The parties in their random order."""
    return sorted(parties, key=lambda party: (hash_of(seed + min(party.numbers)), min(party.numbers)))


@dataclass
class _Places:
    """What is left of a class; ``reserved`` seats are for newcomers first."""

    seats: int
    wheelchairs: int
    people: int
    reserved: int

    def fits(self, party: Party) -> bool:
        seats = party.seats
        return seats <= self.seats and seats + party.escorts <= self.people and party.wheelchairs <= self.wheelchairs

    def take(self, party: Party) -> None:
        self.seats -= party.seats
        self.wheelchairs -= party.wheelchairs
        self.people -= party.seats + party.escorts
        if party.is_newcomer:
            self.reserved -= party.seats


@dataclass
class _State:
    classes: Mapping[int, DrawnClass]
    places: dict[int, _Places]
    owned: dict[tuple[str, ...], list[int]] = field(default_factory=dict)


def draw(classes: Iterable[DrawnClass], parties: Iterable[Party], terms: Terms, seed: str) -> Draw:
    """Give the classes' places to the parties by that seed; the same arguments give the same draw everywhere."""
    by_number = {each.number: each for each in classes}
    state = _State(by_number, {number: _start(each, terms) for number, each in by_number.items()})
    order = in_order(parties, seed)
    given: list[Given] = []
    for _turn in range(terms.most_classes):
        given += _take_turn(state, order)
    at = {party.numbers: place for place, party in enumerate(order)}
    given.sort(key=lambda each: (at[each.numbers], each.rank))
    return Draw(tuple(party.numbers for party in order), tuple(given))


def _start(each: DrawnClass, terms: Terms) -> _Places:
    return _Places(each.seats, each.wheelchairs, each.people, each.seats * terms.newcomers_share // 100)


def _take_turn(state: _State, order: Sequence[Party]) -> list[Given]:
    """One class more for every party that can have one."""
    seeking = [(party, wishes) for party in order if (wishes := _possible(state, party))]
    given: list[Given] = []
    for draw_pass in PASSES:
        left = []
        for party, wishes in seeking:
            if taken := _take(state, party, wishes, draw_pass):
                given.append(taken)
            else:
                left.append((party, wishes))
        seeking = left
    for each in given:
        state.owned.setdefault(each.numbers, []).append(each.class_number)
    return given


def _possible(state: _State, party: Party) -> list[Ranked]:
    """Its wishes without those that it has or that meet at the time of one that it has."""
    owned = [state.classes[number] for number in state.owned.get(party.numbers, ())]
    return [
        (number, opens, rank)
        for rank, (number, opens) in enumerate(party.wishes, 1)
        if number in state.classes
        and not any(number == each.number or state.classes[number].meets_with(each) for each in owned)
    ]


def _take(state: _State, party: Party, wishes: Sequence[Ranked], draw_pass: int) -> Given | None:
    """The highest wish that has room, where this pass gives it; None where the party waits for a later pass."""
    if draw_pass == NEWCOMERS and not party.is_newcomer:
        return None
    for class_number, opens, rank in wishes:
        places = state.places[class_number]
        if places.fits(party):
            is_open = places.reserved >= party.seats if draw_pass == NEWCOMERS else opens <= draw_pass
            if not is_open:
                return None
            places.take(party)
            return Given(party.numbers, class_number, rank, draw_pass)
    return None
