"""The demo's exchange between a home and a site: an open request, one that is over and waits for feedback, a ride."""

from datetime import time, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from senior_univ.core import clock
from senior_univ.network.models import Organisation
from senior_univ.partnerships.models import Agreement, ClassOffer, ClassRequest, Frequency, NewsKind, TransportOffer
from senior_univ.partnerships.news import tell
from senior_univ.timetable.models import CourseClass, Delivery

PLACES, WHEELCHAIRS = 4, 1


class Exchange:
    """What goes on between the demo's first home and its first site."""

    def __init__(self, session: Session, home_id: int, site_id: int, scheduler_id: int, manager_id: int) -> None:
        self.session, self.home_id, self.site_id = session, home_id, site_id
        self.scheduler_id, self.manager_id = scheduler_id, manager_id

    def make(self) -> None:
        """An open request that others may answer, an agreement that is over, residents who could be fetched."""
        home = self.session.get_one(Organisation, self.home_id)
        over = self._of_site().where(CourseClass.last_lesson_at < clock.now())
        past = self.session.scalars(over.order_by(CourseClass.id).limit(1)).first()
        if past is not None:
            self._agree_on(home, past)
        coming = self._of_site().where(
            CourseClass.first_lesson_at <= clock.now(),
            CourseClass.last_lesson_at > clock.now() + timedelta(weeks=2),
            CourseClass.capacity - CourseClass.seats_taken - CourseClass.seats_held >= PLACES,
            CourseClass.starts >= time(9),
        )
        if (taught := self.session.scalars(coming.order_by(CourseClass.id).limit(1)).first()) is not None:
            self._ask_openly(home, taught)
            self._offer_ride(home, taught)
            self._ask_in_vain(home, taught)
        self.session.flush()

    def _of_site(self) -> Select[CourseClass]:
        return (
            select(CourseClass)
            .where(
                CourseClass.organisation_id == self.site_id,
                CourseClass.home_id.is_(None),
                CourseClass.cancelled_at.is_(None),
            )
            .options(joinedload(CourseClass.course), joinedload(CourseClass.term))
        )

    def _ask_openly(self, home: Organisation, taught: CourseClass) -> None:
        self.session.add(
            ClassRequest(
                home_id=home.id,
                subject_id=taught.course.subject_id,
                learners=15,
                wheelchairs=2,
                escorts=2,
                village_places=6,
                weekdays=[1, 3],
                earliest=time(9),
                latest=time(11),
                more_windows=[[5, "14:30", "16:30"]],
                delivery=Delivery.ON_SITE,
                note="活动室在一楼，有投影。村里的老人也想来听。",
                asked_at=clock.now() - timedelta(days=2),
                asked_by_id=self.scheduler_id,
            )
        )

    def _ask_in_vain(self, home: Organisation, taught: CourseClass) -> None:
        """The site could not come, and nobody of the home has read that yet."""
        request = ClassRequest(
            home_id=home.id,
            site_id=self.site_id,
            subject_id=taught.course.subject_id,
            learners=8,
            weekdays=[5],
            earliest=time(14),
            latest=time(16),
            frequency=Frequency.FORTNIGHTLY,
            asked_at=clock.now() - timedelta(days=6),
            asked_by_id=self.scheduler_id,
            declined_at=clock.now() - timedelta(days=1),
            declined_by_id=self.manager_id,
            decline_reason="周六下午的老师都排满了，年后可以再来申请。",
        )
        self.session.add(request)
        tell(self.session, NewsKind.REQUEST_DECLINED, request, to=home.id, by=self.site_id)

    def _agree_on(self, home: Organisation, past: CourseClass) -> None:
        request = self._asked_for(home, past)
        offer = ClassOffer(
            request=request,
            course_id=past.course_id,
            teacher_id=past.teacher_id,
            room_id=past.room_id,
            weekday=past.weekday,
            starts=past.starts,
            minutes=past.minutes,
            lessons=past.lessons_planned,
            materials="笔墨纸砚12套",
            offered_at=request.asked_at + timedelta(days=2),
            offered_by_id=self.manager_id,
        )
        agreed_at = request.asked_at + timedelta(days=4)
        self.session.add(
            Agreement(
                offer=offer,
                home_id=home.id,
                site_id=self.site_id,
                agreed_at=agreed_at,
                agreed_by_id=self.scheduler_id,
                from_on=clock.local(agreed_at).date(),
                to_on=past.term.ends_on,
                class_id=past.id,
            )
        )

    def _asked_for(self, home: Organisation, past: CourseClass) -> ClassRequest:
        request = ClassRequest(
            home_id=home.id,
            site_id=self.site_id,
            subject_id=past.course.subject_id,
            learners=10,
            wheelchairs=1,
            escorts=1,
            weekdays=[past.weekday],
            earliest=time(8),
            latest=time(17),
            asked_at=past.first_lesson_at - timedelta(days=20),
            asked_by_id=self.scheduler_id,
        )
        self.session.add(request)
        return request

    def _offer_ride(self, home: Organisation, taught: CourseClass) -> None:
        early = taught.starts.hour * 60 + taught.starts.minute - 40
        self.session.add(
            TransportOffer(
                class_id=taught.id,
                home_id=home.id,
                vehicle="白色中巴 冀E·6A321",
                places=PLACES,
                wheelchair_places=WHEELCHAIRS,
                escorts=1,
                picks_up_at=time(*divmod(early, 60)),
                picks_up_where="养老院南门",
                note="下课后原车送回。",
                offered_at=clock.now() - timedelta(days=1),
                offered_by_id=self.manager_id,
            )
        )
