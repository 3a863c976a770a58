"""The demo's learners, residents and teachers."""

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from random import Random

from senior_univ.accounts.models import NameReading, Person, PhoneKind, RoleAssignment
from senior_univ.accounts.rules import name_readings
from senior_univ.care.models import AccessNeeds, CareBlock, CareKind, Residency, Unit
from senior_univ.core import clock
from senior_univ.core.permissions import Role
from senior_univ.demo.names import full_name
from senior_univ.demo.places import Place, Places
from senior_univ.demo.rows import Rows
from senior_univ.network.models import TravelMode
from senior_univ.teaching.models import Availability, SubjectLevel, Teacher, TeacherKind, TeacherSubject

YOUNGEST, OLDEST = 60, 95
MEALS = ((time(7), time(7, 45)), (time(11, 30), time(12)), (time(17), time(17, 45)))
NAP = (time(12), time(14))
LEVELS = (SubjectLevel.ADVANCED, SubjectLevel.BEGINNERS, SubjectLevel.INTERMEDIATE)
WAYS = (
    TravelMode.ELECTRIC_BICYCLE,
    TravelMode.BICYCLE,
    TravelMode.ELECTRIC_BICYCLE,
    TravelMode.CAR,
    TravelMode.ON_FOOT,
)
TEACHERS_OF_FIRST_SITE = 5
"""The site of the demo's manager is a busy one."""


@dataclass
class Learner:
    """A learner with what choosing a class for her needs."""

    person_id: int
    region_code: str
    uses_wheelchair: bool = False
    needs_step_free: bool = False
    home_id: int | None = None
    slots: set[tuple[int, time]] = field(default_factory=set)
    """weekdays and times at which she has a class"""


@dataclass
class DemoTeacher:
    """A teacher with what giving her a class needs."""

    id: int
    person_id: int
    organisation_id: int
    subject_ids: list[int]
    slots: set[tuple[int, time]] = field(default_factory=set)


class People:
    """Makes people one by one; every one has her readings."""

    def __init__(self, rows: Rows, rng: Random) -> None:
        self.rows, self.rng = rows, rng
        self.readings: dict[str, list[str]] = {}
        self.now = clock.now()

    def person(self, name: str, birth_year: int, region_code: str | None, phone: str | None, **more: object) -> int:
        """One person; ``phone`` is E.164, a mobile where it begins with +861."""
        kind = None if phone is None else PhoneKind.MOBILE if phone.startswith("+861") else PhoneKind.LANDLINE
        person_id = self.rows.add(
            Person,
            name=name,
            birth_year=birth_year,
            region_code=region_code,
            phone=phone,
            phone_kind=kind,
            phone_tail=phone[-4:] if phone else None,
            created_at=self.now,
            site_id=more.get("site_id"),
            lives_alone=bool(more.get("lives_alone", False)),
        )
        if name not in self.readings:
            self.readings[name] = sorted(name_readings(name))
        for reading in self.readings[name]:
            self.rows.link(NameReading, person_id=person_id, reading=reading)
        return person_id

    def next_mobile(self) -> str:
        """A number that begins with 130 0000 or 130 0001 and so on: one that nobody here has."""
        return f"+8613000{self.rows.last_id[Person] + 1:06d}"

    def any_phone(self) -> str | None:
        """A mobile for most, a landline for some, none for the rest."""
        draw = self.rng.random()
        if draw < 0.72:  # a guess that no figure stands behind
            return self.next_mobile()
        if draw < 0.84:
            return f"+86319{3000000 + self.rows.last_id[Person] % 900000}"
        return None

    def birth_year(self) -> int:
        """Most are between 64 and 80."""
        age = int(self.rng.triangular(YOUNGEST, OLDEST, 69))
        return clock.today().year - min(max(age, YOUNGEST), OLDEST)

    def needs(self, learner: Learner, *, share: float) -> None:
        """Some of them walk badly or sit in a wheelchair."""
        draw = self.rng.random()
        learner.uses_wheelchair = draw < share / 3
        learner.needs_step_free = draw < share
        if learner.needs_step_free:
            self.rows.link(
                AccessNeeds,
                person_id=learner.person_id,
                uses_wheelchair=learner.uses_wheelchair,
                needs_step_free=True,
                needs_escort=learner.uses_wheelchair and self.rng.random() < 0.5,
                is_hard_of_hearing=self.rng.random() < 0.2,
                note="",
            )


def make_learners(people: People, places: Places, count: int) -> list[Learner]:
    """Learners who live at home, near the sites."""
    site_of = {site.region_code: site.id for site in places.sites}
    with_site = [site.region_code for site in places.sites]
    learners = []
    for _number in range(count):
        at_site = people.rng.random() < 0.85
        region_code = people.rng.choice(with_site if at_site else places.villages)
        year = people.birth_year()
        person_id = people.person(
            full_name(people.rng, year),
            year,
            region_code,
            people.any_phone(),
            site_id=site_of.get(region_code),
            lives_alone=people.rng.random() < 0.12,
        )
        learner = Learner(person_id, region_code)
        people.needs(learner, share=0.06)
        learners.append(learner)
    return learners


def make_residents(people: People, places: Places) -> dict[int, list[Learner]]:
    """The homes' residents by home: 120 in three units, 30 without kin, 16 guests without unit or bed."""
    large, public, mutual = places.homes
    residents = {large.id: [], public.id: [], mutual.id: []}  # type: dict[int, list[Learner]]
    for floor, name in enumerate(("一楼护理区", "二楼护理区", "三楼护理区"), start=1):
        unit_id = people.rows.add(
            Unit, home_id=large.id, name=name, floor=floor, gathering_minutes=10 + 5 * (floor - 1)
        )
        residents[large.id] += _unit_of(people, large, unit_id, floor, 40)
        _care_day(people.rows, large.id, unit_id, medication=time(8, 0))
    unit_id = people.rows.add(Unit, home_id=public.id, name="东院", floor=1, gathering_minutes=10)
    residents[public.id] += _unit_of(people, public, unit_id, 1, 30)
    _care_day(people.rows, public.id, unit_id, medication=None)
    for _number in range(16):
        residents[mutual.id].append(_resident(people, mutual, None, "", year=people.birth_year()))
    return residents


def _unit_of(people: People, home: Place, unit_id: int, floor: int, count: int) -> list[Learner]:
    beds = (f"{floor}{number // 2 + 1:02d}-{number % 2 + 1}" for number in range(count))
    return [_resident(people, home, unit_id, bed, year=clock.today().year - people.rng.randint(72, 95)) for bed in beds]


def _resident(people: People, home: Place, unit_id: int | None, bed: str, year: int) -> Learner:
    phone = people.next_mobile() if people.rng.random() < 0.15 else None
    person_id = people.person(full_name(people.rng, year), year, home.region_code, phone)
    moved_in = clock.today() - timedelta(days=people.rng.randint(20, 1500))
    people.rows.add(
        Residency, person_id=person_id, home_id=home.id, unit_id=unit_id, bed=bed, from_on=moved_in, to_on=None
    )
    resident = Learner(person_id, home.region_code, home_id=home.id)
    people.needs(resident, share=0.5 if unit_id else 0.15)
    if people.rng.random() < 0.06:  # a few have dialysis on their own days
        for weekday in (0, 2, 4):
            people.rows.add(
                CareBlock, home_id=home.id, unit_id=None, person_id=person_id, kind=CareKind.DIALYSIS, weekday=weekday,
                starts=time(8), ends=time(11, 30), note="",
            )  # fmt: skip
            resident.slots |= {(weekday, time(8, 30)), (weekday, time(10))}
    return resident


def _care_day(rows: Rows, home_id: int, unit_id: int, medication: time | None) -> None:
    blocks = [(CareKind.MEAL, *meal) for meal in MEALS] + [(CareKind.NAP, *NAP)]
    if medication:
        blocks.append((CareKind.MEDICATION, medication, time(medication.hour, medication.minute + 20)))
    blocks.append((CareKind.VISITING, time(15), time(17)))
    for kind, starts, ends in blocks:
        rows.add(
            CareBlock, home_id=home_id, unit_id=unit_id, person_id=None, kind=kind, weekday=None, starts=starts, ends=ends,
            note="",
        )  # fmt: skip


def make_teachers(people: People, places: Places, subject_ids: list[int], count: int) -> list[DemoTeacher]:
    """Teachers of every kind, spread over the teaching organisations."""
    owners = [places.sites[0]] * TEACHERS_OF_FIRST_SITE + places.teaching
    teachers = []
    for number in range(count):
        owner = owners[number % len(owners)]
        birth = clock.today().year - people.rng.randint(28, 72)
        person_id = people.person(full_name(people.rng, birth), birth, places.villages[0], people.next_mobile())
        kind = people.rng.choice(
            [TeacherKind.FULL_TIME, TeacherKind.PART_TIME, TeacherKind.PART_TIME, TeacherKind.VOLUNTEER]
        )
        teacher_id = people.rows.add(
            Teacher,
            person_id=person_id,
            organisation_id=owner.id,
            kind=kind,
            hours_a_week=20 if kind is TeacherKind.FULL_TIME else 8,
            promised_at=people.now,
            check_expires_on=date(clock.today().year + 1, 6, 30),
            retired_on=None,
            home_region_code=places.villages[number * 7 % len(places.villages)],
            travel_mode=WAYS[number % len(WAYS)],
        )
        people.rows.add(
            RoleAssignment, person_id=person_id, organisation_id=owner.id, role=Role.TEACHER, given_at=people.now,
            given_by_id=None, taken_at=None,
        )  # fmt: skip
        chosen = sorted(people.rng.sample(subject_ids, people.rng.choice([1, 2, 2, 3])))
        for subject_id in chosen:
            level = LEVELS[(number + subject_id) % len(LEVELS)]
            people.rows.link(TeacherSubject, teacher_id=teacher_id, subject_id=subject_id, level=level)
        if kind is TeacherKind.VOLUNTEER:
            for weekday in range(7):
                people.rows.add(Availability, teacher_id=teacher_id, weekday=weekday, starts=time(8), ends=time(18))
        teachers.append(DemoTeacher(teacher_id, person_id, owner.id, chosen))
    return teachers
