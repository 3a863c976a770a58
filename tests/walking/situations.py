"""What the demo does not show by itself: newcomers, waiting consents, cancelled lessons, very long names, many rows."""

from datetime import time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.accounts.models import Account, Belonging, BelongingReason, FamilyGrant, Person
from senior_univ.accounts.queries import build_viewer
from senior_univ.attendance.models import Leave
from senior_univ.audit import actions as audit
from senior_univ.care.models import CareBlock, CareKind
from senior_univ.core import clock
from senior_univ.core.permissions import Role
from senior_univ.demo import stories
from senior_univ.enrolment.models import Hand, Seat, TermCopy, TermCopyPart, TogetherWish
from senior_univ.feeds.models import Feed
from senior_univ.feeds.queries import hash_of
from senior_univ.home.models import CallBackRequest
from senior_univ.network.models import OpeningHours, Organisation
from senior_univ.partnerships.models import Agreement, ClassOffer, ClassRequest, Rider, TransportOffer
from senior_univ.reminders.models import (
    Audience,
    BulkMessage,
    Call,
    CallWhy,
    IncomingText,
    Meaning,
    Message,
    MessageAbout,
    MessageKind,
    MessageState,
    SentText,
)
from senior_univ.teaching.models import Availability, Teacher
from senior_univ.timetable.calendar_models import Suspension, SuspensionKind
from senior_univ.timetable.models import CourseClass, Delivery, Lesson, Unsettled
from tests import factories

LONG_PLACE = "邢台市襄都区北长街街道办事处北关社区居民委员会老年教育与养老服务综合教学点（原第三小学旧址，大槐树对面，从东门进去往左走到底再上台阶就到了）"
LONG_NAME = "阿卜杜热合曼·麦麦提明·吐尔逊江·古丽巴哈尔·帕提古丽·阿不都克里木"
LONG_TITLE = "智能手机入门：打电话、发微信、视频聊天、网上挂号、线上缴费、防诈骗与手机摄影综合提高班（零基础也能学，欢迎带老伴一起来）"
LONGEST_WORD = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"
SHARED_PHONE = "+8613000999999"
CALENDAR_TOKEN = "the-learners-calendar"


class Scene:
    """The demo's people and places, to which situations are added."""

    def __init__(self, session: Session) -> None:
        self.session = session
        accounts = session.scalars(select(Account).where(Account.login_name.is_not(None)))
        self.ids = {account.login_name: account.person_id for account in accounts}
        self.now = clock.now()

    def id_of(self, part: stories.Part) -> int:
        return self.ids[part.login_name]

    def place_of(self, part: stories.Part) -> Organisation:
        """Where a member of staff works."""
        viewer = build_viewer(self.session, self.id_of(part))
        return self.session.get_one(Organisation, viewer.posts[0].organisation_id)

    def keep(self, row: Any) -> Any:
        return factories.kept(self.session, row)


def add_situations(session: Session) -> None:
    """Everything below, once."""
    scene = Scene(session)
    for add in (
        newcomers,
        family,
        learning,
        site,
        travelling,
        home,
        suspended,
        big_screen,
        company,
        copying,
        exchange,
        texts,
        records,
        calendars,
    ):
        add(scene)


def newcomers(scene: Scene) -> None:
    """A learner, a manager and a scheduler on their first day: nothing is there yet but long names."""
    learner = factories.make_person(scene.session, name=LONG_NAME[:40])
    factories.make_account(scene.session, learner, login_name="new-learner")
    new_site = factories.make_organisation(scene.session, name=LONG_PLACE[:80], phone="")
    new_home = factories.make_home(scene.session, name=LONGEST_WORD)
    for login_name, role, place in (
        ("new-manager", Role.SITE_MANAGER, new_site),
        ("new-scheduler", Role.CARE_SCHEDULER, new_home),
    ):
        person = factories.make_staff(scene.session, role, place)
        account = scene.session.scalars(select(Account).where(Account.person_id == person.id)).one()
        account.login_name = login_name


def family(scene: Scene) -> None:
    """A second relative asks; two people share a phone; the daughter asks another elder."""
    learner_id, daughter_id = scene.id_of(stories.LEARNER), scene.id_of(stories.DAUGHTER)
    son = factories.make_person(scene.session, name="李强", birth_year=1976)
    other = factories.make_person(scene.session, name="赵桂芳")
    for elder_id, relative_id in ((learner_id, son.id), (other.id, daughter_id)):
        scene.keep(
            FamilyGrant(
                elder_id=elder_id,
                relative_id=relative_id,
                relation="son",
                rights=stories.ALL_RIGHTS,
                asked_at=scene.now,
                asked_by_id=relative_id,
            )
        )
    for name in ("张玉兰", "李振山"):
        factories.make_person(scene.session, name=name, phone=SHARED_PHONE)


def _class(scene: Scene, place: Organisation, **given: Any) -> CourseClass:
    return factories.make_class(scene.session, site=place, **given)


def sit(scene: Scene, course_class: CourseClass, person_id: int) -> Seat:
    """Give somebody a seat without asking whether it may be."""
    course_class.seats_taken += 1
    number = scene.session.scalars(select(Seat.id).order_by(Seat.id.desc()).limit(1)).first() or 0
    return scene.keep(
        Seat(
            class_id=course_class.id,
            person_id=person_id,
            reference=f"W{number + 1:07d}",
            hand=Hand.HERSELF,
            taken_at=scene.now,
            taken_by_id=person_id,
        )
    )


def learning(scene: Scene) -> None:
    """The learner sits in a class with a long title, one of whose lessons is off; she is on leave from another."""
    place = scene.place_of(stories.MANAGER)
    course = factories.make_course(
        scene.session, place, title=LONG_TITLE[:80], what_to_bring="老花镜、自己的手机和充电器"
    )
    soon = clock.instant(clock.today() + timedelta(3), time(19))
    made = _class(scene, place, course=course, first_at=soon, lessons=5)
    learner_id = scene.id_of(stories.LEARNER)
    sit(scene, made, learner_id)
    lessons = scene.session.scalars(select(Lesson).where(Lesson.class_id == made.id).order_by(Lesson.starts_at)).all()
    lessons[1].cancelled_at, lessons[1].cancel_reason = scene.now, "教师生病"
    lessons[2].moved_from = lessons[2].starts_at - timedelta(hours=5)
    scene.keep(
        Leave(lesson_id=lessons[3].id, person_id=learner_id, reason="看病", asked_at=scene.now, asked_by_id=learner_id)
    )
    scene.keep(
        Belonging(person_id=learner_id, organisation_id=place.id, reason=BelongingReason.DESK, from_on=clock.today())
    )


def site(scene: Scene) -> None:
    """A volunteer with hours, opening hours, a call that was made, a cancelled class."""
    place = scene.place_of(stories.MANAGER)
    teacher = factories.make_teacher(scene.session, place, name=LONG_NAME[:40])
    scene.keep(Availability(teacher_id=teacher.id, weekday=1, starts=time(8), ends=time(11)))
    room = factories.make_room(scene.session, place, name=LONG_PLACE[:80], floor=3, is_step_free=False)
    scene.keep(OpeningHours(venue_id=room.venue_id, weekday=1, opens=time(8), closes=time(18)))
    _class(scene, place, teacher=teacher, room=room, cancelled_at=scene.now)
    person_id = scene.id_of(stories.LEARNER)
    scene.keep(
        CallBackRequest(
            person_id=person_id,
            asked_by_id=person_id,
            organisation_id=place.id,
            phone="+8613000000001",
            about="想问问书法班",
            asked_at=scene.now - timedelta(days=3),
            due_at=scene.now - timedelta(days=2),
            escalated_at=scene.now - timedelta(days=1),
            closed_at=scene.now,
            closed_by_id=person_id,
            outcome="说清楚了",
        )
    )


def travelling(scene: Scene) -> None:
    """Who teaches what is to be settled teaches elsewhere, too, on that day, before anybody else begins."""
    elsewhere = factories.make_organisation(scene.session)
    open_ones = scene.session.scalars(select(Unsettled).where(Unsettled.settled_at.is_(None))).all()
    days = {(each.lesson.teacher_id, clock.local(each.lesson.starts_at).date()) for each in open_ones}
    for teacher_id, day in sorted(days):
        teacher = scene.session.get_one(Teacher, teacher_id)
        _class(scene, elsewhere, teacher=teacher, lessons=1, first_at=clock.instant(day, time(5)))


def home(scene: Scene) -> None:
    """A resident with a long name and a care block of her own."""
    place = scene.place_of(stories.SCHEDULER)
    resident = factories.make_resident(scene.session, place, name=LONG_NAME[:40])
    scene.keep(
        Belonging(
            person_id=resident.id, organisation_id=place.id, reason=BelongingReason.RESIDENT, from_on=clock.today()
        )
    )
    scene.keep(
        CareBlock(
            home_id=place.id, person_id=resident.id, kind=CareKind.DIALYSIS, weekday=1, starts=time(8), ends=time(11)
        )
    )


def suspended(scene: Scene) -> None:
    """A venue of the site and one of the home are shut from today on."""
    for part in (stories.MANAGER, stories.SCHEDULER):
        room = factories.make_room(scene.session, scene.place_of(part), name="停课的教室")
        days = {"from_on": clock.today(), "to_on": clock.today() + timedelta(days=3)}
        by = {"declared_at": scene.now, "declared_by_id": scene.id_of(part)}
        scene.keep(Suspension(venue_id=room.venue_id, kind=SuspensionKind.RAINSTORM, **days, **by))


def big_screen(scene: Scene) -> None:
    """A lesson in the home that is online just now, and for which nobody has entered a link yet."""
    place = scene.place_of(stories.SCHEDULER)
    room = factories.make_room(scene.session, place, name="活动室")
    begun = scene.now - timedelta(minutes=1)
    _class(scene, place, room=room, home_id=place.id, delivery=Delivery.BOTH, lessons=1, first_at=begun)


def company(scene: Scene) -> None:
    """Somebody asks the learner to come into a class together; a home enrolled many at once."""
    place, learner_id = scene.place_of(stories.MANAGER), scene.id_of(stories.LEARNER)
    friend = factories.make_person(scene.session, name=LONG_NAME[:40])
    scene.keep(
        TogetherWish(
            class_id=_class(scene, place).id,
            person_id=friend.id,
            asks_person_id=learner_id,
            hand=Hand.HERSELF,
            made_at=scene.now,
            made_by_id=friend.id,
        )
    )
    home = scene.place_of(stories.SCHEDULER)
    own = CourseClass.home_id == home.id, CourseClass.last_lesson_at > scene.now
    course_class = scene.session.scalars(select(CourseClass).where(*own).order_by(CourseClass.id).limit(1)).one()
    seats = select(Seat.person_id).where(Seat.class_id == course_class.id, Seat.ended_at.is_(None))
    kept = {"taken": list(scene.session.scalars(seats)), "waiting": [], "refused": [[friend.id, "full", LONG_TITLE]]}
    viewer = build_viewer(scene.session, scene.id_of(stories.SCHEDULER))
    audit.record(scene.session, "class.enrolled_many", course_class, by=viewer, about=LONG_TITLE, **kept)


def copying(scene: Scene) -> None:
    """A term on its way into the next one: one class done, one refused, one to come."""
    place, term = scene.place_of(stories.MANAGER), factories.make_term(scene.session, name=LONG_TITLE[:60])
    old = [_class(scene, place) for _ in range(3)]
    asked = {"asked_at": scene.now, "asked_by_id": scene.id_of(stories.MANAGER), "with_learners": True}
    copy = TermCopy(organisation_id=place.id, old_term_id=old[0].term_id, new_term_id=term.id, **asked)
    copy.parts = [
        TermCopyPart(class_id=old[0].id, done_at=scene.now, new_class_id=old[1].id, invited=3, kept=2),
        TermCopyPart(class_id=old[1].id, done_at=scene.now, refusal=LONG_PLACE),
        TermCopyPart(class_id=old[2].id),
    ]
    scene.keep(copy)


def exchange(scene: Scene) -> None:
    """An agreement that waits for its class, and a request that was declined."""
    home_place, site_place = scene.place_of(stories.SCHEDULER), scene.place_of(stories.MANAGER)
    asked_by, answered_by = scene.id_of(stories.SCHEDULER), scene.id_of(stories.MANAGER)
    teacher = scene.session.scalars(
        select(Teacher).where(Teacher.organisation_id == site_place.id).order_by(Teacher.id).limit(1)
    ).one()
    course = factories.make_course(scene.session, site_place, title="八段锦")
    declined, agreed = (_request(scene, home_place, site_place, course.subject_id, asked_by) for _number in range(2))
    declined.declined_at, declined.declined_by_id, declined.decline_reason = scene.now, answered_by, "老师都排满了"
    offer = scene.keep(
        ClassOffer(
            request_id=agreed.id,
            course_id=course.id,
            teacher_id=teacher.id,
            weekday=4,
            starts=time(9, 30),
            minutes=60,
            offered_at=scene.now,
            offered_by_id=answered_by,
        )
    )
    scene.keep(
        Agreement(
            offer_id=offer.id,
            home_id=home_place.id,
            site_id=site_place.id,
            agreed_at=scene.now,
            agreed_by_id=asked_by,
            from_on=clock.today(),
        )
    )
    _rides(scene, home_place, site_place)


def _rides(scene: Scene, home_place: Organisation, site_place: Organisation) -> None:
    """Residents who are fetched to a class at the site, of a teacher of its own: whatever the hour, she is free."""
    teacher = factories.make_teacher(scene.session, site_place)
    made = _class(scene, site_place, teacher=teacher, first_at=scene.now + timedelta(days=3))
    ride = scene.keep(
        TransportOffer(
            class_id=made.id,
            home_id=home_place.id,
            vehicle="白色中巴",
            places=4,
            wheelchair_places=1,
            escorts=1,
            picks_up_at=time(8),
            picks_up_where=LONG_PLACE[:80],
            offered_at=scene.now,
            offered_by_id=scene.id_of(stories.MANAGER),
            accepted_at=scene.now,
            answered_by_id=scene.id_of(stories.SCHEDULER),
        )
    )
    rider = factories.make_resident(scene.session, home_place)
    sit(scene, made, rider.id)
    scene.keep(Rider(offer_id=ride.id, person_id=rider.id))


def _request(
    scene: Scene, home_place: Organisation, site_place: Organisation, subject_id: int, by: int
) -> ClassRequest:
    row = ClassRequest(
        home_id=home_place.id,
        site_id=site_place.id,
        subject_id=subject_id,
        learners=12,
        weekdays=[4],
        earliest=time(9),
        latest=time(11),
        note="请带大字讲义",
        asked_at=scene.now - timedelta(days=9),
        asked_by_id=by,
    )
    made: ClassRequest = scene.keep(row)
    return made


def texts(scene: Scene) -> None:
    """A text of every state, and those that the demo's sender kept."""
    learner = scene.session.get_one(Person, scene.id_of(stories.LEARNER))
    for state in MessageState:
        message = scene.keep(
            Message(
                key=f"walk:{state.value}",
                kind=MessageKind.REMINDER_MORNING,
                phone=learner.phone,
                text="【老年大学】王秀英您好，今天上午9:30有楷书入门课。",
                state=state,
                created_at=scene.now,
                due_at=scene.now + timedelta(days=3650),
                explanation="unchanged",
            )
        )
        scene.keep(MessageAbout(message_id=message.id, person_id=learner.id))
    _calls_and_answers(scene, learner)
    manager, site_id = scene.id_of(stories.MANAGER), learner.site_id
    given = {"created_at": scene.now, "created_by_id": manager, "due_at": scene.now + timedelta(days=3650)}
    for confirmed_at in (None, scene.now):
        bulk = BulkMessage(organisation_id=site_id, audience=Audience.SITE, audience_organisation_id=site_id, **given)
        bulk.words, bulk.confirmed_at = "周六下午两点在院里晒书，欢迎您来。", confirmed_at
        scene.keep(bulk)
    scene.keep(SentText(ref="walk", phone=learner.phone, text="【老年大学】验证码：123456", sent_at=scene.now))


def _calls_and_answers(scene: Scene, learner: Person) -> None:
    """Somebody to call for each reason, at the site and at the home; texts that wait to be read."""
    site, home = scene.place_of(stories.MANAGER), scene.place_of(stories.SCHEDULER)
    for place in (site, home):
        for why in CallWhy:
            given = {"why": why, "created_at": scene.now, "call_by": scene.now + timedelta(hours=20), "tries": 1}
            key = f"walk:{place.id}:{why.value}"
            call = Call(
                key=key, kind=MessageKind.LESSON_CANCELLED, person_id=learner.id, organisation_id=place.id, **given
            )
            call.tried_at, call.words = scene.now, "【老年大学】请转告王秀英：楷书入门停课，请不要来。"
            scene.keep(call)
    for number, meaning in enumerate((Meaning.WRONG_NUMBER, Meaning.OTHER)):
        given = {"came_at": scene.now, "person_id": learner.id, "organisation_id": site.id, "meaning": meaning}
        text = "老师病好了吗？" * 40
        scene.keep(IncomingText(sender="walk", ref=str(number), phone=learner.phone, text=text, **given))


def records(scene: Scene) -> None:
    """What the daughter did for her mother."""
    by = build_viewer(scene.session, scene.id_of(stories.DAUGHTER))
    learner_id = scene.id_of(stories.LEARNER)
    for seat in scene.session.scalars(select(Seat).where(Seat.person_id == learner_id)):
        audit.record(scene.session, "seat.taken", seat, by=by, on_behalf_of=learner_id, class_id=seat.class_id)


def calendars(scene: Scene) -> None:
    """The learner's calendar address, and one of a class and of a room at the manager's site."""
    learner_id, manager_id = scene.id_of(stories.LEARNER), scene.id_of(stories.MANAGER)
    _address(scene, CALENDAR_TOKEN, learner_id, person_id=learner_id)
    made = _class(scene, scene.place_of(stories.MANAGER))
    _address(scene, "a-class", manager_id, class_id=made.id)
    _address(scene, "a-room", manager_id, room_id=made.room_id)


def _address(scene: Scene, token: str, by: int, **subject: int) -> None:
    scene.keep(Feed(token_hash=hash_of(token), made_at=scene.now, made_by_id=by, **subject))


CROWD = 12


def crowd(session: Session) -> None:
    """A dozen more of everything where the demo's people look, so that a query per row shows."""
    scene = Scene(session)
    site_place, home_place = scene.place_of(stories.MANAGER), scene.place_of(stories.SCHEDULER)
    learner_id, asked_by = scene.id_of(stories.LEARNER), scene.id_of(stories.SCHEDULER)
    for number in range(CROWD):
        first = clock.instant(clock.today() + timedelta(number % 5), time(6))
        made = _class(scene, site_place, first_at=first, term=session.get_one(CourseClass, 1).term)
        sit(scene, made, learner_id)
        sit(scene, made, factories.make_person(session).id)
        relative = factories.make_person(session)
        for elder_id, relative_id in ((learner_id, relative.id), (relative.id, learner_id)):
            scene.keep(
                FamilyGrant(
                    elder_id=elder_id,
                    relative_id=relative_id,
                    relation="son",
                    rights=["see"],
                    asked_at=scene.now,
                    asked_by_id=relative_id,
                    consented_at=scene.now if number % 2 else None,
                )
            )
        resident = factories.make_resident(session, home_place)
        scene.keep(
            Belonging(
                person_id=resident.id,
                organisation_id=home_place.id,
                reason=BelongingReason.RESIDENT,
                from_on=clock.today(),
            )
        )
        scene.keep(
            Belonging(
                person_id=relative.id, organisation_id=site_place.id, reason=BelongingReason.DESK, from_on=clock.today()
            )
        )
        _request(scene, home_place, site_place, made.course.subject_id, asked_by)
        _rides(scene, home_place, site_place)
        _call(scene, relative.id, site_place)
        factories.make_staff(session, Role.SITE_MANAGER, site_place)


def _call(scene: Scene, person_id: int, place: Organisation) -> None:
    scene.keep(
        CallBackRequest(
            person_id=person_id,
            asked_by_id=person_id,
            organisation_id=place.id,
            phone="+8613000000001",
            about="想报名",
            asked_at=scene.now,
            due_at=scene.now + timedelta(days=1),
        )
    )
