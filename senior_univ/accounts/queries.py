"""Who looks, and which people she may see."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from senior_univ.accounts.models import Account, Belonging, Draft, FamilyGrant, NameReading, Person, RoleAssignment
from senior_univ.accounts.rules import KEPT_FOR, parse_phone, plain_text
from senior_univ.audit.models import AuditEntry
from senior_univ.core import clock
from senior_univ.core.access import Post, Right, Viewer
from senior_univ.core.errors import DomainError, NotFoundError
from senior_univ.core.permissions import Permission, Role
from senior_univ.network.models import TEACHING_KINDS, Organisation
from senior_univ.network.queries import organisation_scope
from senior_univ.network.rules import path_of, prefix_of

elder = aliased(Person, name="elder")


@dataclass(frozen=True)
class SignedInPerson:
    """An account with its person and what the person may see and do."""

    account_id: int
    session_number: int
    person: Person
    viewer: Viewer
    elder_names: Mapping[int, str]


def is_standing(
    grant: type[FamilyGrant] = FamilyGrant, day: date | ColumnElement[date] | None = None
) -> ColumnElement[bool]:
    """SQL for ``rules.stands``."""
    runs = or_(grant.ends_on.is_(None), grant.ends_on >= (clock.today() if day is None else day))
    return and_(grant.consented_at.is_not(None), grant.ended_at.is_(None), runs)


_PERSON_WITH_POSTS_AND_ELDERS: Select[*tuple[Any, ...]] = (
    select(
        Person,
        RoleAssignment.role,
        Organisation.id,
        Organisation.region_code,
        elder.id.label("elder_id"),
        elder.name.label("elder_name"),
        FamilyGrant.rights,
    )
    .outerjoin(RoleAssignment, and_(RoleAssignment.person_id == Person.id, RoleAssignment.taken_at.is_(None)))
    .outerjoin(Organisation, and_(Organisation.id == RoleAssignment.organisation_id, Organisation.closed_on.is_(None)))
    .outerjoin(FamilyGrant, and_(FamilyGrant.relative_id == Person.id, is_standing(day=bindparam("today"))))
    .outerjoin(elder, and_(elder.id == FamilyGrant.elder_id, elder.ended_at.is_(None)))
    .where(Person.ended_at.is_(None))
)
"""One row for each pair of a post and an elder: few of each, and one query for every request; built once for all."""

_SIGNED_IN: Select[*tuple[Any, ...]] = _PERSON_WITH_POSTS_AND_ELDERS.join(
    Account, Account.person_id == Person.id
).where(
    Account.id == bindparam("account_id"),
    Account.session_number == bindparam("session_number"),
    Account.closed_at.is_(None),
)


def _viewer_of(rows: Sequence[Row[Any]]) -> Viewer:
    person: Person = rows[0][0]
    posts = {Post(row.role, row.id, prefix_of(row.region_code)): None for row in rows if row.role and row.id}
    elders = {row.elder_id: frozenset(map(Right, row.rights)) for row in rows if row.elder_id}
    return Viewer(person.id, person.name, tuple(posts), elders)


def build_viewer(session: Session, person_id: int) -> Viewer:
    """The viewer that this person is, today; NotFoundError where there is no such person."""
    wanted = _PERSON_WITH_POSTS_AND_ELDERS.where(Person.id == person_id)
    rows = session.execute(wanted, {"today": clock.today()}).all()
    if not rows:
        raise NotFoundError
    return _viewer_of(rows)


def signed_in_person(session: Session, account_id: int, session_number: int) -> SignedInPerson | None:
    """Who is signed in with that account and session number; None once the account closed or signed out everywhere."""
    asked = {"account_id": account_id, "session_number": session_number, "today": clock.today()}
    rows = session.execute(_SIGNED_IN, asked).all()
    if not rows:
        return None
    names = {row.elder_id: row.elder_name for row in rows if row.elder_id}
    return SignedInPerson(account_id, session_number, rows[0][0], _viewer_of(rows), names)


def people_of(viewer: Viewer, permission: Permission) -> ColumnElement[bool]:
    """SQL for "some organisation of the viewer's has a reason today to see this Person"."""
    organisations = select(Organisation.id).where(organisation_scope(viewer, permission))
    today = clock.today()
    return Person.id.in_(
        select(Belonging.person_id).where(
            Belonging.organisation_id.in_(organisations),
            Belonging.from_on <= today,
            or_(Belonging.to_on.is_(None), Belonging.to_on >= today),
        )
    )


def visible_people(viewer: Viewer, permission: Permission) -> Select[Person]:
    """The people whom the viewer's organisations have a reason today to see."""
    return select(Person).where(Person.ended_at.is_(None), people_of(viewer, permission))


def person_for(session: Session, viewer: Viewer, permission: Permission, person_id: int) -> Person:
    """That person with her village; NotFoundError where the viewer has no reason to see her."""
    wanted = visible_people(viewer, permission).where(Person.id == person_id)
    person = session.scalar(wanted.options(joinedload(Person.region), joinedload(Person.site)))
    if person is None:
        raise NotFoundError
    return person


def _answers(text: str) -> ColumnElement[bool]:
    """SQL for "this Person is found by ``text``": last four digits, a whole number, pinyin or part of the name."""
    digits = "".join(c for c in text if c.isdecimal())
    if digits and not any(c.isalpha() for c in text):
        return Person.phone_tail == digits if len(digits) == 4 else Person.phone == _number(text)
    typed = "".join(c for c in text.casefold() if c.isalnum())
    if typed and typed.isascii():
        # A range of letters, not LIKE: both databases find it in the index, whatever their collation.
        reading = NameReading.reading.between(typed, typed + "z" * 20)
        return Person.id.in_(select(NameReading.person_id).where(reading))
    return Person.name.contains(text, autoescape=True)


def _number(text: str) -> str:
    try:
        return parse_phone(text)[0]
    except DomainError:
        return ""


def find_people(
    session: Session, viewer: Viewer, permission: Permission, text: str, limit: int = 20
) -> Sequence[Person]:
    """People whom the viewer may see, found by name, pinyin, initials, last four digits or number; villages loaded."""
    typed = plain_text(text)
    if not typed:
        return []
    wanted = (
        visible_people(viewer, permission).where(_answers(typed)).order_by(Person.name, Person.birth_year, Person.id)
    )
    return session.scalars(wanted.options(joinedload(Person.region)).limit(limit)).all()


def people_with_phone(session: Session, phone: str) -> Sequence[Person]:
    """Everybody who has that number, the oldest first; asked only once the number is proved."""
    wanted = select(Person).where(Person.phone == phone, Person.ended_at.is_(None))
    return session.scalars(wanted.order_by(Person.birth_year, Person.id).options(joinedload(Person.region))).all()


def main_contacts(session: Session, person_ids: Iterable[int]) -> dict[int, Person]:
    """Each elder's main contact, where she agreed to one: {elder id: relative}."""
    wanted = (
        select(FamilyGrant.elder_id, Person)
        .join(Person, Person.id == FamilyGrant.relative_id)
        .where(FamilyGrant.elder_id.in_(set(person_ids)), FamilyGrant.is_main_contact, is_standing())
        .where(Person.ended_at.is_(None))
    )
    return {row.elder_id: row.Person for row in session.execute(wanted)}


def _grants() -> Select[FamilyGrant]:
    """Every grant that nobody ended and that has not run out, asked or agreed, with both people."""
    runs = or_(FamilyGrant.ends_on.is_(None), FamilyGrant.ends_on >= clock.today())
    people = (joinedload(FamilyGrant.elder).joinedload(Person.region), joinedload(FamilyGrant.relative))
    return select(FamilyGrant).where(FamilyGrant.ended_at.is_(None), runs).options(*people).order_by(FamilyGrant.id)


def standing_grants(session: Session, elder_id: int) -> Sequence[FamilyGrant]:
    """Who may act for that elder today."""
    return session.scalars(_grants().where(FamilyGrant.elder_id == elder_id, is_standing())).all()


def grants_by(session: Session, elder_id: int) -> Sequence[FamilyGrant]:
    """The elder's grants, agreed and only asked."""
    return session.scalars(_grants().where(FamilyGrant.elder_id == elder_id)).all()


def grants_to(session: Session, relative_id: int) -> Sequence[FamilyGrant]:
    """The grants that a relative has or asked for."""
    return session.scalars(_grants().where(FamilyGrant.relative_id == relative_id)).all()


def grant_for(session: Session, elder_id: int, grant_id: int) -> FamilyGrant | None:
    """One of the elder's grants, agreed or only asked."""
    return session.scalar(_grants().where(FamilyGrant.elder_id == elder_id, FamilyGrant.id == grant_id))


def names_of(session: Session, person_ids: Iterable[int]) -> dict[int, str]:
    """{id: name}; whoever calls it has made sure that the ids may be shown."""
    wanted = select(Person.id, Person.name).where(Person.id.in_(set(person_ids)))
    return {row.id: row.name for row in session.execute(wanted)}


def postings_of(session: Session, person_ids: Iterable[int]) -> dict[int, list[RoleAssignment]]:
    """What each person does today for which organisation."""
    wanted = (
        select(RoleAssignment)
        .where(RoleAssignment.person_id.in_(set(person_ids)), RoleAssignment.taken_at.is_(None))
        .options(joinedload(RoleAssignment.organisation))
        .order_by(RoleAssignment.id)
    )
    found = defaultdict(list)
    for each in session.scalars(wanted):
        found[each.person_id].append(each)
    return dict(found)


def account_by_login(session: Session, login: str) -> Account | None:
    """The account with a password and that login name, or else that phone; None where there is none."""
    with_password = (
        select(Account)
        .join(Account.person)
        .where(Account.password_hash.is_not(None), Account.closed_at.is_(None), Person.ended_at.is_(None))
    )
    named = session.scalar(with_password.where(Account.login_name == plain_text(login).casefold()))
    number = _number(login)
    if named is not None or not number:
        return named
    return session.scalar(with_password.where(Person.phone == number).order_by(Account.id).limit(1))


def site_near(session: Session, region_code: str) -> Organisation | None:
    """The teaching organisation that looks after a village: its own, else its township's, its county's, the city's."""
    codes = path_of(region_code)
    wanted = select(Organisation).where(
        Organisation.region_code.in_(codes),
        Organisation.kind.in_(TEACHING_KINDS),
        Organisation.closed_on.is_(None),
    )
    by_level = sorted(
        session.scalars(wanted.order_by(Organisation.id)), key=lambda each: -codes.index(each.region_code)
    )
    return by_level[0] if by_level else None


def own_grant(session: Session, person_id: int, grant_id: int) -> FamilyGrant | None:
    """A grant that this person gave, was asked for, has or asked for."""
    own = or_(FamilyGrant.elder_id == person_id, FamilyGrant.relative_id == person_id)
    return session.scalar(_grants().where(FamilyGrant.id == grant_id, own))


def person_called(session: Session, name: str, phone: str) -> int | None:
    """The id of the person with exactly that name and phone; None where either is wrong."""
    wanted = select(Person.id).where(
        Person.name == name.strip(),
        Person.phone == _number(phone),
        Person.phone.is_not(None),
        Person.ended_at.is_(None),
    )
    return session.scalar(wanted.order_by(Person.id).limit(1))


def staff_of(viewer: Viewer, permission: Permission) -> Select[RoleAssignment]:
    """Who does what today for the organisations for which the viewer has ``permission``."""
    return (
        select(RoleAssignment)
        .join(RoleAssignment.organisation)
        .join(RoleAssignment.person)
        .where(RoleAssignment.taken_at.is_(None), Person.ended_at.is_(None), organisation_scope(viewer, permission))
        .options(contains_eager(RoleAssignment.organisation), contains_eager(RoleAssignment.person))
        .order_by(Organisation.name, Organisation.id, Person.name, RoleAssignment.id)
    )


def works_beyond(session: Session, viewer: Viewer, person_id: int) -> bool:
    """Whether that person has a post that the viewer neither has, too, nor may give; her phone is a way into it."""
    posts = (
        select(RoleAssignment.role, RoleAssignment.organisation_id)
        .join(RoleAssignment.organisation)
        .where(RoleAssignment.person_id == person_id, RoleAssignment.taken_at.is_(None))
        .where(Organisation.closed_on.is_(None), ~organisation_scope(viewer, Permission.MANAGE_ROLES))
    )
    own = {(post.role, post.organisation_id) for post in viewer.posts}
    own |= {(Role.TEACHER, place) for place in viewer.organisation_ids(Permission.KEEP_PEOPLE)}
    return any((row.role, row.organisation_id) not in own for row in session.execute(posts))


def acts_seen_by(viewer: Viewer) -> ColumnElement[bool]:
    """SQL for the audit's entries by people who work in the viewer's area, or about people whom it may see."""
    organisations = select(Organisation.id).where(organisation_scope(viewer, Permission.SEE_AUDIT))
    workers = select(RoleAssignment.person_id).where(RoleAssignment.organisation_id.in_(organisations))
    people = select(Belonging.person_id).where(Belonging.organisation_id.in_(organisations))
    return or_(AuditEntry.actor_id.in_(workers), AuditEntry.on_behalf_of_id.in_(people))


def draft_of(session: Session, person_id: int, path: str) -> Draft | None:
    """What somebody kept of the form of a page; nobody else reads it, and nobody after a week."""
    kept = select(Draft).where(Draft.person_id == person_id, Draft.path == path)
    return session.scalar(kept.where(Draft.saved_at >= clock.now() - KEPT_FOR))
