"""The demo's term, courses and classes, with lessons already held, and who sits in them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.accounts.models import Belonging, BelongingReason
from senior_univ.catalogue.models import Course, Subject
from senior_univ.core import clock
from senior_univ.demo.people import DemoTeacher, Learner
from senior_univ.demo.places import Place, Places
from senior_univ.demo.rows import Rows
from senior_univ.enrolment.models import Hand, Seat
from senior_univ.timetable.models import CourseClass, Holder, Holiday, HolidayKind, Lesson, Occupancy, Term

WEEKS = 18
WEEKS_BEHIND = 8
MINUTES = 90
STARTS = (time(8, 30), time(10, 0), time(14, 30), time(16, 0))
HOME_STARTS = STARTS[1:3]

COURSES = {
    "calligraphy": ("楷书入门", "隶书欣赏与临写", "硬笔书法"),
    "painting": ("写意花鸟", "山水画基础"),
    "singing": ("红歌大家唱", "民歌合唱"),
    "dance": ("广场舞", "民族舞基础"),
    "taichi": ("二十四式太极拳", "八段锦"),
    "phone": ("手机入门：打电话和发微信", "手机支付不上当", "手机拍照"),
    "health": ("四季养生", "慢性病自我管理", "穴位保健"),
    "opera": ("豫剧戏迷班", "乱弹小调"),
    "handicraft": ("剪纸", "毛线编织"),
    "gardening": ("阳台种菜", "家庭养花"),
    "photography": ("拍好身边的风景",),
    "cooking": ("家常面点", "少盐少油家常菜"),
    "reading": ("读报评报", "古诗词诵读"),
    "chess": ("象棋提高", "益智棋牌"),
}
BRING = {"calligraphy": "毛笔、墨汁、毛边纸", "painting": "毛笔、颜料、宣纸", "dance": "软底鞋", "taichi": "宽松衣服、软底鞋", "phone": "自己的手机和充电器", "cooking": "围裙"}  # fmt: skip


@dataclass
class DemoClass:
    """A class with what seating people in it needs."""

    id: int
    organisation_id: int
    region_code: str
    slot: tuple[int, time]
    capacity: int
    wheelchair_places: int
    is_step_free: bool
    lessons: list[tuple[int, datetime, datetime]]
    home_id: int | None = None
    seats: int = 0
    wheelchairs: int = 0

    def has_room_for(self, learner: Learner) -> bool:
        """Whether she fits, reaches the room, and is free then."""
        if self.seats >= self.capacity or self.slot in learner.slots:
            return False
        if learner.needs_step_free and not self.is_step_free:
            return False
        return not learner.uses_wheelchair or self.wheelchairs < self.wheelchair_places


class Timetable:
    """Plans classes into free slots of rooms and teachers."""

    def __init__(self, session: Session, rows: Rows, rng: Random) -> None:
        self.session, self.rows, self.rng = session, rows, rng
        self.now = clock.now()
        self.subjects = {row.id: row.slug for row in session.scalars(select(Subject).order_by(Subject.id))}
        self.holidays = set(session.scalars(select(Holiday.on).where(Holiday.kind == HolidayKind.HOLIDAY)))
        self.first = clock.week_start(clock.today()) - timedelta(weeks=WEEKS_BEHIND)
        self.last = self.first + timedelta(weeks=WEEKS, days=-1)
        self.term_id = rows.add(Term, name=term_name(self.first), starts_on=self.first, ends_on=self.last)
        self.courses: dict[tuple[int, int], list[int]] = {}
        self.taken: set[tuple[int, int, time]] = set()
        self.classes: list[DemoClass] = []
        self.seated: list[tuple[int, DemoClass]] = []

    def course(self, organisation_id: int, subject_id: int) -> int:
        """One of the organisation's courses in that subject, made when first asked for."""
        key = (organisation_id, subject_id)
        if key not in self.courses:
            slug = self.subjects[subject_id]
            self.courses[key] = [
                self.rows.add(
                    Course, organisation_id=organisation_id, subject_id=subject_id, title=title, sms_name=title[:10],
                    about=f"零基础也能学，小班教学，节奏放慢，课间有休息。每次{MINUTES}分钟。", what_to_bring=BRING.get(slug, ""),
                )
                for title in COURSES[slug]
            ]  # fmt: skip
        return self.rng.choice(self.courses[key])

    def open(
        self, owner: Place, place: Place, teacher: DemoTeacher, slot: tuple[int, time], weeks: tuple[int, int]
    ) -> DemoClass | None:
        """A class of ``owner`` in a room of ``place`` (its own or a home's); None where all its rooms are taken then."""
        rooms = [room for room in place.rooms if (room[0], *slot) not in self.taken]
        if not rooms or slot in teacher.slots:
            return None
        room_id, capacity, wheelchair_places, is_step_free = self.rng.choice(rooms)
        days = [day for day in self._days(slot[0], *weeks) if day not in self.holidays]
        self.taken.add((room_id, *slot))
        teacher.slots.add(slot)
        home_id = place.id if place.id != owner.id else None
        course_id = self.course(owner.id, self.rng.choice(teacher.subject_ids))
        instants = [clock.instant(day, slot[1]) for day in days]
        class_id = self.rows.add(
            CourseClass,
            course_id=course_id, term_id=self.term_id, organisation_id=owner.id, teacher_id=teacher.id, room_id=room_id,
            home_id=home_id, region_code=place.region_code, weekday=slot[0], starts=slot[1], minutes=MINUTES,
            zone=clock.zone().key, capacity=capacity, wheelchair_places=wheelchair_places, seats_taken=0, wheelchairs_taken=0,
            first_lesson_at=instants[0], last_lesson_at=instants[-1], lessons_planned=len(instants),
            opened_at=self.now - timedelta(days=60), cancelled_at=None,
        )  # fmt: skip
        lessons = [
            self._lesson(class_id, number, start, room_id, teacher.id) for number, start in enumerate(instants, 1)
        ]
        made = DemoClass(
            class_id, owner.id, place.region_code, slot, capacity, wheelchair_places, is_step_free, lessons, home_id
        )
        self.classes.append(made)
        return made

    def _days(self, weekday: int, first_week: int, count: int) -> Iterator[date]:
        for week in range(first_week, min(first_week + count, WEEKS)):
            yield self.first + timedelta(weeks=week, days=weekday)

    def _lesson(
        self, class_id: int, number: int, start: datetime, room_id: int, teacher_id: int
    ) -> tuple[int, datetime, datetime]:
        end = start + timedelta(minutes=MINUTES)
        lesson_id = self.rows.add(
            Lesson, class_id=class_id, number=number, starts_at=start, ends_at=end, room_id=room_id, teacher_id=teacher_id,
            moved_from=None, cancelled_at=None, cancelled_by_id=None, cancel_reason="",
        )  # fmt: skip
        for holder, holder_id in ((Holder.ROOM, room_id), (Holder.TEACHER, teacher_id)):
            self.rows.add(
                Occupancy, holder=holder, holder_id=holder_id, starts_at=start, ends_at=end, lesson_id=lesson_id
            )
        return lesson_id, start, end

    def seat(self, each: DemoClass, learner: Learner, hand: Hand) -> None:
        """Give her a seat in the class."""
        each.seats += 1
        each.wheelchairs += learner.uses_wheelchair
        learner.slots.add(each.slot)
        number = self.rows.last_id[Seat] + 1
        self.rows.add(
            Seat, class_id=each.id, person_id=learner.person_id, reference=f"D{number:07d}",
            takes_wheelchair_place=learner.uses_wheelchair, hand=hand,
            taken_at=self.now - timedelta(days=self.rng.randint(3, 50)), taken_by_id=learner.person_id,
            ended_at=None, ended_by_id=None,
        )  # fmt: skip
        self.seated.append((learner.person_id, each))

    def occupancies(self) -> Iterator[dict[str, Any]]:
        """The learners' own occupancy rows, made only when they are written, since a big demo has millions."""
        for person_id, each in self.seated:
            for lesson_id, start, end in each.lessons:
                self.rows.last_id[Occupancy] += 1
                yield {
                    "id": self.rows.last_id[Occupancy],
                    "holder": Holder.PERSON,
                    "holder_id": person_id,
                    "starts_at": start,
                    "ends_at": end,
                    "lesson_id": lesson_id,
                }


def term_name(first: date) -> str:
    """2026年秋季学期 of a term's first day."""
    season = "秋季" if first.month >= 7 else "春季"  # July
    return f"{first.year}年{season}学期"


def plan_classes(timetable: Timetable, places: Places, teachers: list[DemoTeacher], count: int) -> None:
    """``count`` classes, most under way, two in five still to begin; some in the care homes' rooms."""
    owners = {place.id: place for place in places.teaching}
    rng = timetable.rng
    slots = [(weekday, start) for weekday in range(5) for start in STARTS]
    for home in places.homes:
        for start in HOME_STARTS:
            teacher = rng.choice(teachers[: len(places.teaching)])
            timetable.open(owners[teacher.organisation_id], home, teacher, (rng.randrange(5), start), (2, 16))
    tries = 0
    while len(timetable.classes) < count and tries < 40 * count:
        tries += 1
        teacher = teachers[tries % len(teachers)]
        owner = owners[teacher.organisation_id]
        begins_later = rng.random() < 0.4
        weeks = (WEEKS_BEHIND + rng.choice([1, 1, 2]), 8) if begins_later else (rng.choice([0, 1]), 16)
        timetable.open(owner, owner, teacher, rng.choice(slots), weeks)


def take_seats(timetable: Timetable, learners: list[Learner], residents: dict[int, list[Learner]]) -> None:
    """Seat residents in their homes' classes, and learners in none, one or two near where they live."""
    by_place: dict[str, list[DemoClass]] = {}
    for each in timetable.classes:
        if each.home_id:
            _fill_home_class(timetable, each, residents[each.home_id])
        else:
            by_place.setdefault(each.region_code[:9], []).append(each)
    everywhere = [each for group in by_place.values() for each in group]
    for learner in learners:
        near = by_place.get(learner.region_code[:9]) or everywhere
        wanted = timetable.rng.choice([0, 1, 1, 1, 2])
        for chosen in timetable.rng.sample(near, min(len(near), wanted)):
            if chosen.has_room_for(learner):
                timetable.seat(chosen, learner, Hand.HERSELF)


def _fill_home_class(timetable: Timetable, each: DemoClass, residents: list[Learner]) -> None:
    able = [one for one in residents if each.has_room_for(one)]
    for one in timetable.rng.sample(able, min(len(able), each.capacity * 3 // 5)):
        if each.has_room_for(one):
            timetable.seat(each, one, Hand.CARE_HOME)


def count_seats(timetable: Timetable) -> None:
    """Put the counters of the classes where the seats are."""
    for row, each in zip(timetable.rows.rows[CourseClass], timetable.classes, strict=True):
        row["seats_taken"], row["wheelchairs_taken"] = each.seats, each.wheelchairs


def belong(rows: Rows, residents: dict[int, list[Learner]], classes: list[DemoClass]) -> None:
    """Say why each organisation may see whom: residents of homes, learners of the classes' owners."""
    owner_of = {each.id: each.organisation_id for each in classes}
    today = clock.today()
    known = {(seat["person_id"], owner_of[seat["class_id"]], BelongingReason.ENROLLED) for seat in rows.rows[Seat]}
    known |= {
        (one.person_id, home_id, BelongingReason.RESIDENT) for home_id, group in residents.items() for one in group
    }
    for person_id, organisation_id, reason in sorted(known, key=lambda key: (key[0], key[1], key[2].value)):
        rows.add(
            Belonging, person_id=person_id, organisation_id=organisation_id, reason=reason, from_on=today, to_on=None
        )
