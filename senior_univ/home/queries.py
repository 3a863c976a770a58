"""Reads of the home feature: who helps somebody, and the calls that wait."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import BindParameter, Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from senior_univ.accounts.models import Person
from senior_univ.allocation.models import Application
from senior_univ.attendance.models import Attendance
from senior_univ.care.models import Residency
from senior_univ.core import clock, words
from senior_univ.core.access import Viewer
from senior_univ.core.permissions import Permission
from senior_univ.core.phones import phone_words
from senior_univ.enrolment.models import Invitation, Seat, TogetherWish
from senior_univ.home import rules
from senior_univ.home.models import CallBackRequest
from senior_univ.network.models import TEACHING_KINDS, Organisation, OrganisationKind
from senior_univ.records.rules import ASKED_FOR
from senior_univ.timetable.models import Holiday, HolidayKind, Lesson
from senior_univ.waiting.models import WaitingParty, WaitingPlace

NEAREST_FIRST = (
    OrganisationKind.TEACHING_SITE,
    OrganisationKind.TOWNSHIP_SCHOOL,
    OrganisationKind.SENIOR_UNIVERSITY,
    OrganisationKind.COMMUNITY_COLLEGE,
    OrganisationKind.GUIDANCE_CENTRE,
)


@dataclass(frozen=True)
class News:
    """What there may be on her first screen beside her next lesson: asked for in one go, since mostly there is none."""

    waits: bool
    is_invited: bool
    is_asked: bool
    is_wanted: bool
    was_in_lesson: bool
    has_enrolled_others: bool
    lives_in_home: bool


_HER_ID: BindParameter[int] = bindparam("person_id")
_SINCE = bindparam("since", type_=Lesson.starts_at.type)
_NEWS = select(
    exists().where(WaitingPlace.person_id == _HER_ID, WaitingPlace.ended_at.is_(None)),
    exists().where(Invitation.person_id == _HER_ID, Invitation.answered_at.is_(None)),
    exists().where(Application.asks_person_id == _HER_ID, Application.withdrawn_at.is_(None)),
    exists().where(TogetherWish.asks_person_id == _HER_ID, TogetherWish.answered_at.is_(None)),
    exists().where(Attendance.person_id == _HER_ID, Attendance.lesson_id == Lesson.id, Lesson.starts_at >= _SINCE),
    or_(
        exists().where(Seat.taken_by_id == _HER_ID, Seat.person_id != _HER_ID, Seat.ended_at.is_(None)),
        exists().where(
            WaitingParty.joined_by_id == _HER_ID,
            WaitingPlace.party_id == WaitingParty.id,
            WaitingPlace.person_id != _HER_ID,
            WaitingPlace.ended_at.is_(None),
        ),
        exists().where(
            Application.made_by_id == _HER_ID, Application.person_id != _HER_ID, Application.withdrawn_at.is_(None)
        ),
    ),
    exists().where(Residency.person_id == _HER_ID, Residency.to_on.is_(None)),
)


def news_of(session: Session, person_id: int) -> News:
    """What may wait for her: places in queues, invitations, who asks to come with her, a lesson to ask her about."""
    since, _until = clock.day_bounds(clock.today() - ASKED_FOR)
    return News(*session.execute(_NEWS, {"person_id": person_id, "since": since}).one())


@dataclass(frozen=True)
class HelpDesk:
    """Whom to call: shown at the foot of every page."""

    name: str
    phone: str
    opens: str
    closes: str

    @property
    def hours(self) -> str:
        """上午8:30—下午5:30."""
        return f"{self.opens}—{self.closes}"


def desk_of(organisation: Organisation) -> HelpDesk:
    """An organisation's desk in words."""
    opens, closes = words.time_words(organisation.desk_opens), words.time_words(organisation.desk_closes)
    return HelpDesk(organisation.name, phone_words(organisation.phone), opens, closes)


def helping_organisation(session: Session, person_id: int) -> Organisation | None:
    """The organisation that answers this person's calls: her own site, else the nearest teaching one that has a phone."""
    person = session.get(Person, person_id, options=[joinedload(Person.site)])
    if person is None:
        return None
    if person.site and person.site.phone and not person.site.closed_on:
        return person.site
    return _nearest_desk(session, person.region_code) if person.region_code else None


_DESKS = select(Organisation).where(
    Organisation.region_code.in_(bindparam("codes", expanding=True)),
    Organisation.kind.in_(TEACHING_KINDS),
    Organisation.phone != "",
    Organisation.closed_on.is_(None),
)
"""Asked for every page of everybody who has no site of her own: built once."""


def _nearest_desk(session: Session, region_code: str) -> Organisation | None:
    """The teaching organisation with a phone whose region shares the longest prefix: village, township, county."""
    codes = [region_code[:length] for length in (6, 9, 12)]
    rows = session.scalars(_DESKS, {"codes": codes}).all()
    return max(rows, key=lambda row: (len(row.region_code), -_rank(row)), default=None)


def _rank(organisation: Organisation) -> int:
    kinds = NEAREST_FIRST
    return kinds.index(organisation.kind) if organisation.kind in kinds else len(kinds)


def city_desk(session: Session, city: str) -> Organisation | None:
    """Whom somebody calls who has not said who she is: a teaching organisation of the city, else its bureau."""
    rows = session.scalars(
        select(Organisation)
        .where(Organisation.region_code == city, Organisation.phone != "", Organisation.closed_on.is_(None))
        .order_by(Organisation.id)
    ).all()
    return min(rows, key=lambda row: (not row.is_teaching, row.id), default=None)


def working_days(session: Session, first: date) -> Callable[[date], bool]:
    """Tells whether a day from ``first`` on is worked: weekdays but holidays, and make-up workdays."""
    last = first + timedelta(days=2 * rules.LONGEST_BREAK_DAYS)
    kinds = {
        row.on: row.kind for row in session.scalars(select(Holiday).where(Holiday.on >= first, Holiday.on <= last))
    }

    def is_working_day(day: date) -> bool:
        kind = kinds.get(day)
        return kind is HolidayKind.WORKDAY or (kind is None and day.weekday() < 5)  # Saturday

    return is_working_day


def open_request_of(session: Session, person_id: int) -> CallBackRequest | None:
    """The call for which this person is waiting."""
    return session.scalar(
        select(CallBackRequest)
        .where(CallBackRequest.person_id == person_id, CallBackRequest.closed_at.is_(None))
        .where(CallBackRequest.uncalled_id.is_(None))
        .options(joinedload(CallBackRequest.organisation))
        .order_by(CallBackRequest.id.desc())
        .limit(1)
    )


def visible_call_backs(viewer: Viewer) -> Select[CallBackRequest]:
    """The requests that wait for the viewer's own organisations, the oldest first."""
    return (
        select(CallBackRequest)
        .where(CallBackRequest.organisation_id.in_(viewer.organisation_ids(Permission.CLOSE_CALL_BACKS)))
        .order_by(CallBackRequest.asked_at, CallBackRequest.id)
    )


def open_call_backs(session: Session, viewer: Viewer) -> list[CallBackRequest]:
    """The calls that the viewer's organisations still have to make."""
    standing = visible_call_backs(viewer).where(CallBackRequest.closed_at.is_(None))
    return list(session.scalars(standing.options(joinedload(CallBackRequest.person).joinedload(Person.region))))


def closed_call_backs(session: Session, viewer: Viewer, limit: int = 20) -> list[CallBackRequest]:
    """The calls last made, newest first."""
    done = visible_call_backs(viewer).where(CallBackRequest.closed_at.is_not(None)).order_by(None)
    newest = done.order_by(CallBackRequest.closed_at.desc()).limit(limit)
    return list(session.scalars(newest.options(joinedload(CallBackRequest.person))))


def call_back_for(session: Session, viewer: Viewer, request_id: int) -> CallBackRequest | None:
    """One request, if it waits for one of the viewer's organisations."""
    return session.scalar(visible_call_backs(viewer).where(CallBackRequest.id == request_id))


def count_open_call_backs(session: Session, viewer: Viewer) -> int:
    """How many calls the viewer's organisations still have to make."""
    standing = visible_call_backs(viewer).where(CallBackRequest.closed_at.is_(None)).order_by(None)
    return session.scalar(select(func.count()).select_from(standing.subquery())) or 0


def overdue_call_backs(session: Session, now: datetime | None = None) -> list[CallBackRequest]:
    """The requests that nobody answered in time."""
    late = select(CallBackRequest).where(
        CallBackRequest.closed_at.is_(None), CallBackRequest.due_at <= (now or clock.now())
    )
    return list(session.scalars(late.options(joinedload(CallBackRequest.organisation)).order_by(CallBackRequest.id)))


def person_of(session: Session, person_id: int) -> Person | None:
    """The person whose page this is; the caller has asked ``learner_id`` who that may be."""
    return session.get(Person, person_id, options=[joinedload(Person.region)])
