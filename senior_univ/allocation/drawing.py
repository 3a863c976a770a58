"""The draw on the database: everything is read once, drawn, and written in one transaction; a second time it is nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from senior_univ.accounts.models import Person
from senior_univ.allocation import queries, records, rules
from senior_univ.allocation.actions import lock_round
from senior_univ.allocation.draw import Draw, Party, Terms, draw, seed_of
from senior_univ.allocation.models import AllocatedPlace, AllocationRound, Application, Wish
from senior_univ.audit import actions as audit
from senior_univ.care.models import AccessNeeds, Residency
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError
from senior_univ.network.models import Organisation
from senior_univ.timetable.models import CourseClass


class Row(NamedTuple):
    """An application with what the draw asks of its person; ``lives_in`` is a region code, ``home_id`` a resident's."""

    id: int
    number: str
    person_id: int
    partner_id: int | None
    wheelchair: bool
    has_escort: bool
    lives_in: str | None
    home_id: int | None


@dataclass(frozen=True)
class Input:
    """Everything that goes into a draw."""

    rows: Mapping[str, Row]
    classes: Mapping[int, CourseClass]
    parties: list[Party]
    newcomers: frozenset[int]


def draw_round(session: Session, allocation_round: AllocationRound, *, by: Viewer | None) -> AllocationRound:
    """Draw a round that has closed and write every result and the published record; once is enough.

    Refuses with DomainError: still_open, awaits_number. ``by`` None is the system.
    """
    lock_round(session, allocation_round)
    if allocation_round.drawn_at:
        return allocation_round
    if allocation_round.called_off_at:
        raise rules.called_off(allocation_round.called_off_reason)
    if clock.now() < allocation_round.closes_at:
        raise DomainError("still_open", _l("Applications are still open; the places are given after the close."))
    if allocation_round.awaits_number:
        name = allocation_round.public_number_name
        raise DomainError("awaits_number", _l("Please enter the public number first: %(name)s.", name=name))
    given = read_input(session, allocation_round)
    terms = Terms(allocation_round.newcomers_share, allocation_round.most_classes)
    classes = [rules.drawn_class(each) for each in given.classes.values()]
    seed = seed_of(allocation_round.secret, allocation_round.public_number, given.rows)
    drawn = draw(classes, given.parties, terms, seed)
    _write(session, given, drawn)
    titles = {number: each.course.title for number, each in given.classes.items()}
    allocation_round.document = records.document_of(
        _facts(allocation_round), classes, titles, given.parties, terms, drawn
    )
    allocation_round.seed, allocation_round.drawn_at = seed, clock.now()
    audit.record(session, "round.drawn", allocation_round, by=by, about=allocation_round.name)
    return allocation_round


def _facts(each: AllocationRound) -> records.Document:
    return {
        "name": each.name,
        "secret": each.secret,
        "secret_hash": each.secret_hash,
        "public_number_name": each.public_number_name,
        "public_number": each.public_number,
    }


def read_input(session: Session, allocation_round: AllocationRound) -> Input:
    """What the draw is made from, in a fixed number of queries."""
    rows = {row.number: row for row in _rows(session, allocation_round.id)}
    classes = {each.id: each for each in queries.classes_of(session, allocation_round.id)}
    applicants = select(Application.person_id).where(queries.standing(allocation_round.id))
    learned = set(session.scalars(queries.learned_before(allocation_round, applicants)))
    newcomers = frozenset(row.person_id for row in rows.values() if row.person_id not in learned)
    wishes = _wishes(session, allocation_round.id)
    parties = [_party(members, wishes, classes, newcomers) for members in _together(rows.values())]
    return Input(rows, classes, parties, newcomers)


def _rows(session: Session, round_id: int) -> Iterable[Row]:
    query = (
        select(
            Application.id,
            Application.number,
            Application.person_id,
            Application.partner_id,
            Application.wheelchair,
            AccessNeeds.uses_wheelchair,
            Application.has_escort,
            Person.region_code,
            Residency.home_id,
            Organisation.region_code,
        )
        .join(Person, Person.id == Application.person_id)
        .outerjoin(AccessNeeds, AccessNeeds.person_id == Person.id)
        .outerjoin(Residency, (Residency.person_id == Person.id) & Residency.to_on.is_(None))
        .outerjoin(Organisation, Organisation.id == Residency.home_id)
        .where(queries.standing(round_id))
        .order_by(Application.number)
    )
    for id_, number, person_id, partner_id, asked, on_file, escort, village, home_id, home_code in session.execute(
        query
    ):
        yield Row(id_, number, person_id, partner_id, asked or bool(on_file), escort, home_code or village, home_id)


def _wishes(session: Session, round_id: int) -> dict[int, list[int]]:
    query = (
        select(Wish.application_id, Wish.class_id)
        .join(Wish.application)
        .where(queries.standing(round_id))
        .order_by(Wish.application_id, Wish.rank)
    )
    found = defaultdict(list)
    for application_id, class_id in session.execute(query):
        found[application_id].append(class_id)
    return found


def _together(rows: Iterable[Row]) -> Iterable[tuple[Row, ...]]:
    """The rows party by party, each party's in order of number."""
    by_id = {row.id: row for row in rows}
    for row in by_id.values():
        partner = by_id.get(row.partner_id or 0)
        if partner is None or partner.partner_id != row.id:
            yield (row,)
        elif row.number < partner.number:
            yield (row, partner)


def _party(
    members: tuple[Row, ...],
    wishes: Mapping[int, list[int]],
    classes: Mapping[int, CourseClass],
    newcomers: frozenset[int],
) -> Party:
    """A party is as near to a class, and as new, as whoever of it is least so."""
    ranked = [
        (class_id, max(rules.pass_for(classes[class_id], row.lives_in, row.home_id) for row in members))
        for class_id in wishes[members[0].id]
        if class_id in classes
    ]
    return Party(
        numbers=tuple(row.number for row in members),
        wishes=tuple(ranked),
        wheelchairs=sum(row.wheelchair for row in members),
        escorts=sum(row.has_escort for row in members),
        is_newcomer=all(row.person_id in newcomers for row in members),
    )


def _write(session: Session, given: Input, drawn: Draw) -> None:
    """The results: everybody's place in the order, and the places given, in two statements."""
    positions = [
        {
            "id": given.rows[number].id,
            "position": position,
            "is_newcomer": given.rows[number].person_id in given.newcomers,
        }
        for position, numbers in enumerate(drawn.order, 1)
        for number in numbers
    ]
    places = [
        {
            "application_id": given.rows[number].id,
            "class_id": each.class_number,
            "rank": each.rank,
            "draw_pass": each.draw_pass,
        }
        for each in drawn.given
        for number in each.numbers
    ]
    if positions:
        session.execute(update(Application), positions)
    if places:
        session.execute(insert(AllocatedPlace), places)
