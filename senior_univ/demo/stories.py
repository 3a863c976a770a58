"""The people whom the demo's visitors play, and what is going on around them today."""

from dataclasses import dataclass
from datetime import time, timedelta

from senior_univ.accounts.models import Account, Consent, FamilyGrant, RoleAssignment
from senior_univ.core import clock
from senior_univ.core.access import Right
from senior_univ.core.permissions import Role
from senior_univ.demo.classes import STARTS, DemoClass, Timetable
from senior_univ.demo.people import DemoTeacher, Learner, People
from senior_univ.demo.places import Place, Places
from senior_univ.demo.rows import Rows
from senior_univ.enrolment.models import Hand
from senior_univ.home.models import CallBackRequest
from senior_univ.partnerships.models import Agreement, ClassOffer, ClassRequest
from senior_univ.timetable.models import CourseClass

OFFERED_ON = 3
"""Thursday: the weekday of the offer that the home may accept."""
ALL_RIGHTS = sorted(right.value for right in Right)


@dataclass(frozen=True)
class Part:
    """A part to play: the login name of its account, and what it shows."""

    login_name: str
    name: str
    age: int


LEARNER = Part("demo-learner", "王秀英", 78)
DAUGHTER = Part("demo-daughter", "李婷", 47)
SCHEDULER = Part("demo-scheduler", "周敏", 38)
MANAGER = Part("demo-manager", "刘建军", 52)
OFFICER = Part("demo-officer", "陈静", 44)
CITY_OFFICER = Part("demo-city", "郭志勇", 50)
TEACHER = Part("demo-teacher", "", 0)
"""The first teacher of the manager's site, under the name that she has among the teachers."""
ADMINISTRATOR = Part("demo-administrator", "马强", 36)


class Cast:
    """Makes the parts, each with an account."""

    def __init__(self, people: People, places: Places, password_hash: str) -> None:
        self.people, self.places, self.password_hash = people, places, password_hash
        self.rows = people.rows

    def play(self, part: Part, region_code: str, site_id: int | None = None) -> int:
        """The person of a part, with an account that has a login name and the demo's password."""
        year = clock.today().year - part.age
        person_id = self.people.person(part.name, year, region_code, self.people.next_mobile(), site_id=site_id)
        self.rows.add(Account, person_id=person_id, login_name=part.login_name, password_hash=self.password_hash)
        return person_id

    def employ(self, part: Part, role: Role, place: Place) -> int:
        """A part with a role at an organisation."""
        person_id = self.play(part, self.places.villages[0])
        self.rows.add(
            RoleAssignment, person_id=person_id, organisation_id=place.id, role=role, given_at=self.people.now,
            given_by_id=None, taken_at=None,
        )  # fmt: skip
        return person_id


def make_cast(
    people: People, places: Places, centre: Place, password_hash: str
) -> tuple[list[Learner], dict[str, int]]:
    """Everybody whom a visitor can play; returns the learners among them and each part's person by login name."""
    cast = Cast(people, places, password_hash)
    site = places.sites[0]
    learner_id = cast.play(LEARNER, site.region_code, site.id)
    daughter_id = cast.play(DAUGHTER, places.villages[-1])
    people.rows.add(
        FamilyGrant, elder_id=learner_id, relative_id=daughter_id, relation="女儿", rights=ALL_RIGHTS, is_main_contact=True,
        asked_at=people.now, asked_by_id=learner_id, consent=Consent.ON_HER_SCREEN, consented_at=people.now,
        witness_id=None, ends_on=None, ended_at=None, ended_by_id=None,
    )  # fmt: skip
    parts = {
        LEARNER.login_name: learner_id,
        DAUGHTER.login_name: daughter_id,
        SCHEDULER.login_name: cast.employ(SCHEDULER, Role.CARE_SCHEDULER, places.homes[0]),
        MANAGER.login_name: cast.employ(MANAGER, Role.SITE_MANAGER, site),
        OFFICER.login_name: cast.employ(OFFICER, Role.COUNTY_OFFICER, centre),
        CITY_OFFICER.login_name: cast.employ(CITY_OFFICER, Role.CITY_OFFICER, places.bureau),
        ADMINISTRATOR.login_name: cast.employ(ADMINISTRATOR, Role.ADMINISTRATOR, places.bureau),
    }
    namesake = people.person(
        LEARNER.name, clock.today().year - 71, site.region_code, people.any_phone(), site_id=site.id
    )
    return [Learner(learner_id, site.region_code), Learner(namesake, site.region_code)], parts


def let_sign_in(rows: Rows, teacher: DemoTeacher, password_hash: str) -> None:
    """A teacher gets an account, so that a visitor can play her, too."""
    rows.add(Account, person_id=teacher.person_id, login_name=TEACHER.login_name, password_hash=password_hash)


def open_todays_class(
    timetable: Timetable, places: Places, teachers: list[DemoTeacher], learners: list[Learner]
) -> None:
    """A class of the first site on today's weekday with ``learners`` in it, so that their card has something to show,
    and a full week of that site around it."""
    site = places.sites[0]
    own = [each for each in teachers if each.organisation_id == site.id]
    opened = timetable.open(site, site, own[0], (clock.today().weekday(), STARTS[-1]), (1, 16))
    if opened is not None:
        for learner in learners:
            timetable.seat(opened, learner, Hand.HERSELF)
    for number, start in enumerate((*STARTS[:3], *STARTS[:3], *STARTS[:3])):
        timetable.open(site, site, own[number % len(own)], (number % 5, start), (number % 2, 16))


def make_exchange(
    people: People, timetable: Timetable, places: Places, parts: dict[str, int], teachers: list[DemoTeacher]
) -> None:
    """A request that waits, an offer to accept, and the agreements behind the home's running classes."""
    home, site = places.homes[0], places.sites[0]
    subjects = sorted(timetable.subjects)
    scheduler, manager = parts[SCHEDULER.login_name], parts[MANAGER.login_name]
    _request(people, home, site, subjects[4], scheduler, days_ago=1)
    teacher = _least_busy(people, [each for each in teachers if each.organisation_id == site.id])
    offered = _request(people, home, site, teacher.subject_ids[0], scheduler, days_ago=5)
    _offer(people, offered, timetable.course(site.id, teacher.subject_ids[0]), teacher.id, manager)
    course_of = {row["id"]: row for row in people.rows.rows[CourseClass]}
    for each in timetable.classes:
        if each.home_id:
            _agreement(people, each, course_of[each.id], scheduler, manager, subjects[0])


def _least_busy(people: People, teachers: list[DemoTeacher]) -> DemoTeacher:
    """Who has nothing on the day of the offer, and the fewest classes: what is offered can be scheduled."""
    classes = people.rows.rows[CourseClass]

    def busy(teacher: DemoTeacher) -> tuple[bool, int, int]:
        own = [row["weekday"] for row in classes if row["teacher_id"] == teacher.id]
        return OFFERED_ON in own, len(own), teacher.id

    return min(teachers, key=busy)


def _request(people: People, home: Place, site: Place, subject_id: int, by: int, *, days_ago: int) -> int:
    return people.rows.add(
        ClassRequest, home_id=home.id, site_id=site.id, subject_id=subject_id, learners=18, wheelchairs=3, weekdays=[1, 3],
        earliest=time(9), latest=time(11, 30), note="多数老人坐着上课，请带大字讲义。",
        asked_at=people.now - timedelta(days=days_ago), asked_by_id=by, declined_at=None, declined_by_id=None,
        decline_reason="", taken_back_at=None,
    )  # fmt: skip


def _offer(people: People, request_id: int, course_id: int, teacher_id: int, by: int) -> int:
    return people.rows.add(
        ClassOffer, request_id=request_id, course_id=course_id, teacher_id=teacher_id, weekday=OFFERED_ON, starts=time(9, 30),
        minutes=60, note="", offered_at=people.now - timedelta(days=2), offered_by_id=by, declined_at=None,
        declined_by_id=None,
    )  # fmt: skip


def _agreement(
    people: People, each: DemoClass, row: dict[str, object], scheduler: int, manager: int, subject_id: int
) -> None:
    request_id = people.rows.add(
        ClassRequest, home_id=each.home_id, site_id=each.organisation_id, subject_id=subject_id, learners=each.capacity,
        wheelchairs=each.wheelchair_places, weekdays=[each.slot[0]], earliest=time(8), latest=time(17), note="",
        asked_at=people.now - timedelta(days=70), asked_by_id=scheduler, declined_at=None, declined_by_id=None,
        decline_reason="", taken_back_at=None,
    )  # fmt: skip
    offer_id = people.rows.add(
        ClassOffer, request_id=request_id, course_id=row["course_id"], teacher_id=row["teacher_id"], weekday=each.slot[0],
        starts=each.slot[1], minutes=row["minutes"], note="", offered_at=people.now - timedelta(days=66),
        offered_by_id=manager, declined_at=None, declined_by_id=None,
    )  # fmt: skip
    people.rows.add(
        Agreement, offer_id=offer_id, home_id=each.home_id, site_id=each.organisation_id,
        agreed_at=people.now - timedelta(days=63), agreed_by_id=scheduler, from_on=clock.today() - timedelta(days=63),
        to_on=None, class_id=each.id,
    )  # fmt: skip


def ask_for_calls(people: People, places: Places, learners: list[Learner]) -> None:
    """Two learners of the first site wait for a call."""
    site = places.sites[0]
    for learner, about in zip(learners[2:4], ("我想报名上课", "平板不会用"), strict=True):
        people.rows.add(
            CallBackRequest, person_id=learner.person_id, asked_by_id=learner.person_id, organisation_id=site.id,
            phone=f"+8613000{learner.person_id:06d}", about=about, asked_at=people.now - timedelta(hours=2),
            due_at=people.now + timedelta(days=1), escalated_at=None, closed_at=None, closed_by_id=None, outcome="",
        )  # fmt: skip
