"""What is changing at the first site: a teacher who is ill, a lesson to settle, a snow day that is made up, a co-teacher;
and when the townships have their markets and harvests."""

from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from senior_univ.attendance.models import Attendance
from senior_univ.core import clock
from senior_univ.core.access import Post, Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Role
from senior_univ.network.models import Organisation
from senior_univ.network.rules import path_of
from senior_univ.teaching.models import AvailabilityException, Teacher
from senior_univ.timetable import co_teachers
from senior_univ.timetable.calendar_models import LocalDays, LocalDaysKind, Suspension, SuspensionKind
from senior_univ.timetable.models import Assistance, CourseClass, Lesson, Occupancy, Unsettled

SNOWED = timedelta(days=14)
MARKETS = ((2, 7), (4, 9))


class Changes:
    """Makes them, at one site, by its manager."""

    def __init__(self, session: Session, site_id: int, manager_id: int) -> None:
        self.session, self.site_id = session, site_id
        self.site = session.get_one(Organisation, site_id)
        post = Post(Role.SITE_MANAGER, site_id, self.site.region_code)
        self.manager = Viewer(manager_id, "", (post,))

    def make(self) -> None:
        """Everything."""
        self.have_markets()
        coming = self.coming()
        if len(coming) > 1:
            ill, away = coming[0], next((each for each in coming if each.teacher_id != coming[0].teacher_id), coming[1])
            self.cannot_come(ill)
            self.is_away(away)
        self.had_snow()
        self.let_help()
        self.session.flush()

    def have_markets(self) -> None:
        """Market days of two townships, the harvests of the first, a fair of the county."""
        townships = sorted(
            {code[:9] for code in self.session.scalars(select(Organisation.region_code)) if len(code) >= 9}
        )  # a township's
        for code, digits in zip(townships, MARKETS, strict=False):
            self.session.add(LocalDays(region_code=code, kind=LocalDaysKind.MARKET, name="大集", digits=list(digits)))
        for name, first, last in (("麦收", (6, 5), (6, 20)), ("三秋", (9, 20), (10, 20))):
            self.session.add(
                LocalDays(
                    region_code=townships[0], kind=LocalDaysKind.FARM_SEASON, name=name,
                    month=first[0], day=first[1], to_month=last[0], to_day=last[1],
                )
            )  # fmt: skip
        county = path_of(self.site.region_code)[1]
        fair = {"name": "三月十八庙会", "month": 3, "day": 18, "length": 3}
        self.session.add(LocalDays(region_code=county, kind=LocalDaysKind.TEMPLE_FAIR, **fair))

    def coming(self) -> list[Lesson]:
        """The site's lessons of the next days, without today's: visitors look at those."""
        tomorrow = clock.day_bounds(clock.today())[1]
        wanted = select(Lesson).join(Lesson.course_class).where(
            CourseClass.organisation_id == self.site_id, CourseClass.home_id.is_(None), CourseClass.cancelled_at.is_(None),
            Lesson.starts_at >= tomorrow, Lesson.cancelled_at.is_(None),
        )  # fmt: skip
        return list(self.session.scalars(wanted.order_by(Lesson.starts_at, Lesson.id).limit(20)))

    def cannot_come(self, lesson: Lesson) -> None:
        """Its teacher said this morning that she is ill."""
        teacher = self.session.get_one(Teacher, lesson.teacher_id)
        row = {"raised_at": clock.now() - timedelta(hours=1), "raised_by_id": teacher.person_id}
        self.session.add(Unsettled(lesson_id=lesson.id, code="teacher_cannot", **row))

    def is_away(self, lesson: Lesson) -> None:
        """Its teacher has entered a day on which she is away."""
        day = clock.local(lesson.starts_at).date()
        away = AvailabilityException(teacher_id=lesson.teacher_id, from_on=day, to_on=day, note="外出学习")
        self.session.add(away)
        self.session.add(Unsettled(lesson_id=lesson.id, code="teacher_away", raised_at=clock.now() - timedelta(days=1)))

    def had_snow(self) -> None:
        """Two weeks ago all lessons of the township fell away; one of the site's has been made up since."""
        lessons = self._held()
        if not lessons:
            return
        days = [clock.local(lesson.starts_at).date() for lesson in lessons]
        snow = Suspension(
            region_code=self.site.region_code[:9], from_on=min(days), to_on=max(days), kind=SuspensionKind.SNOW,
            note="路面结冰，请不要出门", declared_at=clock.day_bounds(min(days))[0], declared_by_id=self.manager.person_id,
        )  # fmt: skip
        self.session.add(snow)
        self.session.flush()
        ids = [lesson.id for lesson in lessons]
        self.session.execute(delete(Attendance).where(Attendance.lesson_id.in_(ids)))
        for lesson in lessons:
            lesson.suspension_id = snow.id
        made_up, *others = lessons
        self._make_up(made_up)
        for lesson in others:
            lesson.cancelled_at, lesson.cancelled_by_id = snow.declared_at, self.manager.person_id
            lesson.cancel_reason = "冰雪"
        self.session.execute(delete(Occupancy).where(Occupancy.lesson_id.in_([lesson.id for lesson in others])))

    def _held(self) -> list[Lesson]:
        """Three of the site's lessons of that week, each of a class of its own that goes on."""
        monday = clock.week_start(clock.today() - SNOWED)
        starts, ends = clock.day_bounds(monday)[0], clock.day_bounds(monday + timedelta(days=6))[1]
        wanted = select(Lesson).join(Lesson.course_class).where(
            CourseClass.organisation_id == self.site_id, CourseClass.home_id.is_(None), Lesson.cancelled_at.is_(None),
            Lesson.starts_at >= starts, Lesson.starts_at < ends, CourseClass.last_lesson_at > clock.now(),
        )  # fmt: skip
        return list(self.session.scalars(wanted.order_by(Lesson.starts_at, Lesson.id).limit(3)))

    def _make_up(self, lesson: Lesson) -> None:
        """The lesson is held a week after its class's last one."""
        course_class = lesson.course_class
        length = lesson.ends_at - lesson.starts_at
        lesson.moved_from, lesson.starts_at = lesson.starts_at, course_class.last_lesson_at + timedelta(weeks=1)
        lesson.ends_at = lesson.starts_at + length
        course_class.last_lesson_at = lesson.starts_at
        when = {"starts_at": lesson.starts_at, "ends_at": lesson.ends_at}
        self.session.execute(update(Occupancy).where(Occupancy.lesson_id == lesson.id).values(when))

    def let_help(self) -> None:
        """A class with a co-teacher: the first of the site's other teachers who is free whenever it is."""
        classes = select(CourseClass).where(
            CourseClass.organisation_id == self.site_id, CourseClass.home_id.is_(None), CourseClass.cancelled_at.is_(None),
            CourseClass.last_lesson_at > clock.now(),
        )  # fmt: skip
        teachers = self.session.scalars(select(Teacher).where(Teacher.organisation_id == self.site_id)).all()
        for course_class in self.session.scalars(classes.order_by(CourseClass.id).limit(5)):
            for teacher in teachers:
                try:
                    co_teachers.add_helper(self.session, course_class, teacher, Assistance.CO_TEACHER, by=self.manager)
                except DomainError:
                    continue
                course_class.teacher_note = "毛笔和毡子在柜子里，用完请锁好；钥匙在门卫处。"
                return
