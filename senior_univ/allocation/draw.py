"""Who gets which class: one random order, four passes, each takes her highest wish that has room. Pure.

The seed is SHA-256 over the lines secret, public number (an empty line where there is none) and every application
number in order. Parties (one or two applications) are ordered by SHA-256 of the seed followed by their smallest
application number, in hexadecimal. Then, in turns (everybody is offered a first class before anybody a second):

1. newcomers take from the places reserved for them, 2. people take places in their own village or home, 3. neighbours
of the same township join in, 4. everybody does. In each pass every party, in the order, takes the highest of its
wishes that is open to it in this pass, has room for the whole party and meets at no time of a class that it has
already; a party that has a place moves only to a higher wish. Places left by moving are given again, from pass 1 on,
once the pass in which they were left is over, until nobody moves.

Anybody can do this again from the published document; nothing here knows the database.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

NEWCOMERS, OWN, NEIGHBOURS, ALL = PASSES = (1, 2, 3, 4)


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

    def change(self, party: Party, sign: int) -> None:
        self.seats += sign * party.seats
        self.wheelchairs += sign * party.wheelchairs
        self.people += sign * (party.seats + party.escorts)
        if party.is_newcomer:
            self.reserved += sign * party.seats


@dataclass
class _Seeker:
    """A party within a turn: the wishes that it may still have, and the best that it holds."""

    party: Party
    options: Sequence[tuple[int, int, int]]
    rank: int = 0
    held: Given | None = None

    @property
    def better(self) -> Sequence[tuple[int, int, int]]:
        return self.options[: self.rank] if self.held else self.options


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
    seekers = [_Seeker(party, _options(state, party)) for party in order]
    while _run_passes(state, [each for each in seekers if each.better]):
        pass
    given = [each.held for each in seekers if each.held]
    for each in given:
        state.owned.setdefault(each.numbers, []).append(each.class_number)
    return given


def _options(state: _State, party: Party) -> list[tuple[int, int, int]]:
    """Its wishes as (class, pass, rank), without those that it has or that meet at the time of one that it has."""
    owned = [state.classes[number] for number in state.owned.get(party.numbers, ())]
    return [
        (number, opens, rank)
        for rank, (number, opens) in enumerate(party.wishes, 1)
        if number in state.classes
        and not any(number == each.number or state.classes[number].meets_with(each) for each in owned)
    ]


def _run_passes(state: _State, seekers: Sequence[_Seeker]) -> bool:
    """The passes in turn until somebody has left a place, which is then to be given again; whether that happened."""
    for draw_pass in PASSES:
        left = [gone for each in seekers if (gone := _act(state, each, draw_pass))]
        for class_number, party in left:
            state.places[class_number].change(party, 1)
        if left:
            return True
    return False


def _act(state: _State, seeker: _Seeker, draw_pass: int) -> tuple[int, Party] | None:
    """The party takes what it can in this pass; the place that it leaves, if it moves."""
    party = seeker.party
    if draw_pass == NEWCOMERS and not party.is_newcomer:
        return None
    for at, (class_number, opens, rank) in enumerate(seeker.better):
        places = state.places[class_number]
        is_open = places.reserved >= party.seats if draw_pass == NEWCOMERS else opens <= draw_pass
        if is_open and places.fits(party):
            places.change(party, -1)
            gone = (seeker.held.class_number, party) if seeker.held else None
            seeker.rank, seeker.held = at, Given(party.numbers, class_number, rank, draw_pass)
            return gone
    return None
