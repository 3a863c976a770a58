"""What the registry of teachers shows: days away, a paper that ends soon, this year's trainings, a volunteer who waits."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.accounts.queries import build_viewer
from senior_univ.catalogue.models import Subject
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.network.models import Organisation
from senior_univ.teaching import actions
from senior_univ.teaching.models import Qualification, Teacher
from senior_univ.teaching.queries import teachers_of, workers

LICENCE, FIRST_AID = "教师资格证", "急救员证"


class Registry:
    """Adds to the teachers of the demo manager's site, and to the county's trainings."""

    def __init__(self, session: Session, site_id: int, manager_id: int, officer_id: int) -> None:
        self.session = session
        self.site = session.get_one(Organisation, site_id)
        self.manager, self.officer = build_viewer(session, manager_id), build_viewer(session, officer_id)
        self.teachers = sorted(teachers_of(session, [site_id]), key=lambda each: each.id)

    def make(self) -> None:
        """Everything below, once."""
        self._day_off(self.teachers[0])
        self._exceptions(self.teachers[1], self.teachers[2])
        self._papers(self.teachers[0], self.teachers[3])
        self._trainings()
        self._volunteer()

    def _day_off(self, teacher: Teacher) -> None:
        day = clock.today() + timedelta(30)
        wedding = actions.ExceptionDetails(from_on=day, to_on=day, is_away=True, note="孙女结婚")
        actions.add_exception(self.session, teacher, wedding, by=self.manager)

    def _exceptions(self, away: Teacher, extra: Teacher) -> None:
        """One is away for three days in a fortnight; another can teach on a Saturday."""
        monday = clock.week_start(clock.today()) + timedelta(weeks=2)
        trip = actions.ExceptionDetails(
            from_on=monday, to_on=monday + timedelta(2), is_away=True, note="到市里参加培训"
        )
        actions.add_exception(self.session, away, trip, by=self.manager)
        saturday = actions.ExceptionDetails(
            from_on=monday + timedelta(5), to_on=monday + timedelta(5), is_away=False, note="周末补课"
        )
        actions.add_exception(self.session, extra, saturday, by=self.manager)

    def _papers(self, soon: Teacher, ended: Teacher) -> None:
        today = clock.today()
        for teacher in (soon, ended):
            actions.add_paper(self.session, teacher, LICENCE, None, by=self.manager)
        actions.add_paper(self.session, soon, FIRST_AID, today + timedelta(20), by=self.manager)
        self.session.add(
            Qualification(teacher_id=ended.id, name=FIRST_AID, expires_on=today - timedelta(5))
        )  # nobody enters one that has ended, but time goes by

    def _trainings(self) -> None:
        """The county's, in which most took part, and one of the site's own."""
        first = date(clock.today().year, 1, 1)
        half_way = first + (clock.today() - first) / 2
        centre = self.session.get_one(Organisation, self.officer.posts[0].organisation_id)
        details = actions.TrainingDetails("社区教育工作者年度培训", half_way, 16)
        self._train(self.officer, centre, details, every=3)
        own = actions.TrainingDetails("老年人教学方法交流", clock.today(), 4)
        self._train(self.manager, self.site, own, every=2)

    def _train(self, by: Viewer, holder: Organisation, details: actions.TrainingDetails, every: int) -> None:
        """Everybody took part but one in ``every``."""
        training = actions.add_training(self.session, holder, details, by=by)
        ids = [person.id for person in self.session.scalars(workers(by))]
        present = [person_id for number, person_id in enumerate(ids) if number % every]
        actions.write_parts(self.session, training, present, ids, by=by)

    def _volunteer(self) -> None:
        subjects = self.session.scalars(select(Subject.id).order_by(Subject.id).limit(2))
        applicant = actions.Applicant(
            name="孙桂兰",
            phone="13000999001",
            region_code=self.site.region_code,
            subject_ids=tuple(subjects),
            about="退休前是小学音乐教师，周二、周四上午有空。",
            promised_at=clock.now(),
        )
        actions.apply(self.session, applicant)
