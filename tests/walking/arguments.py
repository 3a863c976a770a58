"""What fills the arguments of a route: for each name, a row of the demo that the walker may see.

A resolver is listed under the argument's name, or under ``feature.argument`` or ``feature.view:argument`` where the
name means something else there; the narrowest one is asked. An argument that none fills fails the walk.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, exists, false, or_, select
from sqlalchemy.orm import Session, aliased

from senior_univ.accounts.models import FamilyGrant, Person, RoleAssignment
from senior_univ.accounts.queries import visible_people
from senior_univ.allocation.models import AllocationRound, Application
from senior_univ.attendance.incidents import visible_incidents
from senior_univ.attendance.models import Attendance, Incident, Kind, LessonFile
from senior_univ.audit.models import AuditEntry
from senior_univ.care.models import Away, CareBlock, Quarantine, Residency, Unit
from senior_univ.care.queries import homes
from senior_univ.catalogue.models import Course
from senior_univ.catalogue.queries import visible_courses
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.permissions import Permission, Role
from senior_univ.enrolment.models import Invitation, Seat, TermCopy, TogetherWish
from senior_univ.enrolment.online_lessons import online_lessons_of
from senior_univ.enrolment.queries import open_classes
from senior_univ.enrolment.rules import SEAT_PERMISSIONS
from senior_univ.feeds.models import Feed
from senior_univ.home.models import CallBackRequest
from senior_univ.network.models import OpeningHours, Organisation, Region, Room, Sharing, TravelTime, Venue
from senior_univ.network.queries import visible_organisations
from senior_univ.partnerships.models import Agreement, ClassOffer, ClassRequest, News, TransportOffer
from senior_univ.partnerships.news import unseen
from senior_univ.records.models import Certificate
from senior_univ.reminders.bulk import visible_bulks
from senior_univ.reminders.calls import open_calls
from senior_univ.reminders.inbox import visible_incoming
from senior_univ.reminders.models import BulkMessage, Call, IncomingText, Message, SentText
from senior_univ.reminders.queries import visible_messages
from senior_univ.teaching.models import (
    Availability,
    AvailabilityException,
    Qualification,
    Teacher,
    TeacherSubject,
    Training,
    VolunteerApplication,
)
from senior_univ.teaching.queries import visible_applications, visible_teachers
from senior_univ.timetable.booking_queries import bookings_of
from senior_univ.timetable.calendar_models import LocalDays, Suspension
from senior_univ.timetable.calendars import prefixes_kept
from senior_univ.timetable.models import CourseClass, Holiday, Lesson, Occupancy, RoomBooking, Side, Term
from senior_univ.timetable.queries import visible_classes
from senior_univ.timetable.settling import visible_unsettled
from senior_univ.timetable.suspensions import visible_suspensions, visible_venues
from senior_univ.waiting.models import Offer, WaitingParty, WaitingPlace
from senior_univ.waiting.queries import offers_to_call
from tests.factories import COUNTY
from tests.walking.people import Walker
from tests.walking.situations import CALENDAR_TOKEN


@dataclass(frozen=True)
class Asking:
    """A route that wants an argument filled, and for whom; ``given`` are the arguments before it."""

    session: Session
    walker: Walker
    permission: Permission | None
    given: dict[str, Any] = field(default_factory=dict)

    @property
    def viewer(self) -> Viewer:
        assert self.walker.viewer is not None
        return self.walker.viewer

    @property
    def right(self) -> Permission:
        assert self.permission is not None
        return self.permission

    def first(self, query: Select[Any]) -> Any:
        """The first of the rows in the order of their keys, or None."""
        return self.session.scalars(query.limit(1)).first()


Resolver = Callable[[Asking], Any]
"""A value, a list of values that each make a page, or None where this walker has no such row."""


def own_organisations(asking: Asking) -> Select[int]:
    return visible_organisations(asking.viewer, asking.right).with_only_columns(Organisation.id).order_by(None)


def organisation(asking: Asking) -> int | None:
    own = [post.organisation_id for post in asking.viewer.posts]
    return asking.first(
        select(Organisation.id)
        .where(Organisation.id.in_(own_organisations(asking)), Organisation.closed_on.is_(None))
        .order_by(Organisation.id.not_in(own), Organisation.id)
    )


def home(asking: Asking) -> int | None:
    """The largest home that she sees."""
    visible = [row.id for row in homes(asking.session, asking.viewer, asking.right)]
    return asking.first(
        select(Organisation.id)
        .outerjoin(Residency, Residency.home_id == Organisation.id)
        .where(Organisation.id.in_(visible))
        .group_by(Organisation.id)
        .order_by(Residency.id.is_(None), Organisation.id)
    )


def plans(asking: Asking) -> bool:
    """Whether she sees whole organisations: a teacher sees her own lessons alone."""
    return any(post.role is not Role.TEACHER for post in asking.viewer.posts)


def organisation_in_week(asking: Asking) -> int | None:
    return organisation(asking) if plans(asking) else None


def room_in_week(asking: Asking) -> int | None:
    return room(asking) if plans(asking) else None


def home_in_week(asking: Asking) -> int | None:
    """A home whose week she sees, with units."""
    seen = own_organisations(asking)
    return asking.first(select(Unit.home_id).where(Unit.home_id.in_(seen)).order_by(Unit.home_id))


def unit_in_week(asking: Asking) -> int | None:
    return asking.first(select(Unit.id).where(Unit.home_id.in_(own_organisations(asking))).order_by(Unit.id))


def unit(asking: Asking) -> int | None:
    return asking.first(select(Unit.id).where(Unit.home_id == asking.given["home_id"]).order_by(Unit.id))


def block(asking: Asking) -> int | None:
    return asking.first(select(CareBlock.id).where(CareBlock.home_id == asking.given["home_id"]).order_by(CareBlock.id))


def resident_away(asking: Asking) -> int | None:
    return asking.first(select(Away.id).where(Away.home_id == asking.given["home_id"]).order_by(Away.id))


def quarantine(asking: Asking) -> int | None:
    in_home = select(Quarantine.id).join(Quarantine.unit).where(Unit.home_id == asking.given["home_id"])
    return asking.first(in_home.order_by(Quarantine.id))


def resident(asking: Asking) -> int | None:
    home_id = asking.given["home_id"]
    return asking.first(
        select(Residency.person_id)
        .where(Residency.home_id == home_id, Residency.to_on.is_(None))
        .order_by(Residency.id)
    )


def person(asking: Asking) -> int | None:
    """Somebody of whom there is most to show: the demo's learner where she is seen."""
    visible = visible_people(asking.viewer, asking.right).with_only_columns(Person.id).order_by(None)
    return asking.first(
        select(Person.id)
        .outerjoin(FamilyGrant, FamilyGrant.elder_id == Person.id)
        .where(Person.id.in_(visible))
        .order_by(FamilyGrant.id.is_(None), Person.id)
    )


def somebody_at_work(asking: Asking) -> int | None:
    seen = own_organisations(asking)
    return asking.first(
        select(RoleAssignment.person_id)
        .where(RoleAssignment.organisation_id.in_(seen), RoleAssignment.taken_at.is_(None))
        .order_by(RoleAssignment.person_id == asking.viewer.person_id, RoleAssignment.id)
    )


def post(asking: Asking) -> int | None:
    seen = own_organisations(asking)
    return asking.first(
        select(RoleAssignment.id)
        .where(RoleAssignment.organisation_id.in_(seen), RoleAssignment.taken_at.is_(None))
        .order_by(RoleAssignment.person_id == asking.viewer.person_id, RoleAssignment.id)
    )


def grant(asking: Asking) -> int | None:
    """A relative's request that waits for a yes, else any grant that stands."""
    person_id = asking.given.get("person_id", asking.viewer.person_id)
    return asking.first(
        select(FamilyGrant.id)
        .where(FamilyGrant.elder_id == person_id, FamilyGrant.ended_at.is_(None))
        .order_by(FamilyGrant.consented_at.is_not(None), FamilyGrant.id)
    )


def _hers(asking: Asking) -> Select[int]:
    return select(Seat.class_id).where(Seat.person_id == asking.walker.learner_id, Seat.ended_at.is_(None))


def class_at_work(asking: Asking) -> int | None:
    """A class of hers with learners, that goes on: outside of homes if there is one, whose residents have a care day."""
    visible = visible_classes(asking.viewer, asking.right).with_only_columns(CourseClass.id).order_by(None)
    return asking.first(
        select(CourseClass.id)
        .where(CourseClass.id.in_(visible), CourseClass.cancelled_at.is_(None))
        .order_by(
            CourseClass.last_lesson_at < clock.now(),
            CourseClass.home_id.is_not(None),
            CourseClass.seats_taken.desc(),
            CourseClass.id,
        )
    )


def class_of_own_place(asking: Asking) -> int | None:
    """A class given by or in the place where she works: officers see classes, but not who sits in them."""
    own = [each.organisation_id for each in asking.viewer.posts]
    return asking.first(
        select(CourseClass.id)
        .where(
            or_(CourseClass.organisation_id.in_(own), CourseClass.home_id.in_(own)),
            CourseClass.cancelled_at.is_(None),
            CourseClass.last_lesson_at > clock.now(),
        )
        .order_by(CourseClass.seats_taken.desc(), CourseClass.id)
    )


def class_to_fill(asking: Asking) -> int | None:
    """One that is given in her own home."""
    own = [each.organisation_id for each in asking.viewer.posts]
    coming = CourseClass.last_lesson_at > clock.now()
    return asking.first(select(CourseClass.id).where(CourseClass.home_id.in_(own), coming).order_by(CourseClass.id))


def class_to_join(asking: Asking) -> int | None:
    open_ones = open_classes().with_only_columns(CourseClass.id).order_by(None)
    query = select(CourseClass.id).where(
        CourseClass.id.in_(open_ones),
        CourseClass.seats_taken < CourseClass.capacity,
        CourseClass.first_lesson_at > clock.now(),
        CourseClass.home_id.is_(None),
    )
    if asking.walker.viewer is not None:
        query = query.where(CourseClass.id.not_in(_hers(asking)))
    return asking.first(query.order_by(CourseClass.id))


def class_joined(asking: Asking) -> int | None:
    return asking.first(_hers(asking).order_by(Seat.id))


def lesson_at_work(asking: Asking) -> int | None:
    class_id = class_at_work(asking)
    coming = Lesson.starts_at > clock.now()
    return asking.first(select(Lesson.id).where(Lesson.class_id == class_id, coming).order_by(Lesson.starts_at))


def lesson_joined(asking: Asking) -> int | None:
    coming = Lesson.starts_at > clock.now()
    return asking.first(
        select(Lesson.id)
        .where(Lesson.class_id.in_(_hers(asking)), coming, Lesson.cancelled_at.is_(None))
        .order_by(Lesson.starts_at)
    )


def lesson_on_screen(asking: Asking) -> int | None:
    """An online lesson of today, on that home's big screen."""
    return next((each.id for each in online_lessons_of(asking.session, asking.given["home_id"])), None)


def class_to_merge(asking: Asking) -> int | None:
    """Another of her classes that goes on."""
    visible = visible_classes(asking.viewer, asking.right).with_only_columns(CourseClass.id).order_by(None)
    return asking.first(
        select(CourseClass.id)
        .where(
            CourseClass.id.in_(visible),
            CourseClass.cancelled_at.is_(None),
            CourseClass.last_lesson_at > clock.now(),
            CourseClass.id != asking.given["class_id"],
        )
        .order_by(CourseClass.id)
    )


def invitation(asking: Asking) -> int | None:
    """Hers; at work, one that she sent."""
    hers = select(Invitation.id).where(Invitation.person_id == asking.walker.learner_id)
    if asking.right is Permission.PLAN_CLASSES:
        visible = visible_classes(asking.viewer, asking.right).with_only_columns(CourseClass.id).order_by(None)
        hers = select(Invitation.id).where(Invitation.class_id.in_(visible))
    return asking.first(hers.order_by(Invitation.answered_at.is_not(None), Invitation.id))


def together_wish(asking: Asking) -> int | None:
    """One that she asked or is asked."""
    hers = or_(
        TogetherWish.person_id == asking.walker.learner_id, TogetherWish.asks_person_id == asking.walker.learner_id
    )
    return asking.first(select(TogetherWish.id).where(hers).order_by(TogetherWish.id))


def wish_at_desk(asking: Asking) -> int | None:
    """One whose answer the desk takes from that person."""
    asked = select(TogetherWish.id).where(TogetherWish.asks_person_id == asking.given["person_id"])
    return asking.first(asked.order_by(TogetherWish.id))


def act_of_many(asking: Asking) -> int | None:
    """An act by which many were enrolled in that class."""
    acts = select(AuditEntry.id).where(AuditEntry.action == "class.enrolled_many")
    return asking.first(acts.where(AuditEntry.record_id == asking.given["class_id"]).order_by(AuditEntry.id))


def term_copy(asking: Asking) -> int | None:
    """A term that was copied for an organisation of hers."""
    own = [each.organisation_id for each in asking.viewer.posts]
    return asking.first(select(TermCopy.id).where(TermCopy.organisation_id.in_(own)).order_by(TermCopy.id))


def class_waited_for(asking: Asking) -> int | None:
    """One in whose queue she stands, without an offer."""
    hers = select(WaitingPlace.class_id).where(WaitingPlace.person_id == asking.walker.learner_id)
    offered = select(Offer.class_id).where(Offer.answered_at.is_(None))
    return asking.first(hers.where(WaitingPlace.ended_at.is_(None), WaitingPlace.class_id.not_in(offered)))


def class_with_queue(asking: Asking) -> int | None:
    """One of hers for which somebody waits."""
    visible = visible_classes(asking.viewer, asking.right).with_only_columns(CourseClass.id).order_by(None)
    waited_for = select(WaitingParty.class_id).where(WaitingParty.ended_at.is_(None))
    return asking.first(waited_for.where(WaitingParty.class_id.in_(visible)).order_by(WaitingParty.id))


def waiting_party(asking: Asking) -> int | None:
    visible = visible_classes(asking.viewer, asking.right).with_only_columns(CourseClass.id).order_by(None)
    standing = select(WaitingParty.id).where(WaitingParty.ended_at.is_(None), WaitingParty.class_id.in_(visible))
    return asking.first(standing.order_by(WaitingParty.id))


def own_waiting_place(asking: Asking) -> int | None:
    hers = select(WaitingPlace.id).where(WaitingPlace.person_id == asking.walker.learner_id)
    return asking.first(hers.where(WaitingPlace.ended_at.is_(None)).order_by(WaitingPlace.id.desc()))


def waiting_offer(asking: Asking) -> int | None:
    """One to her, or one to call about."""
    if asking.right is Permission.ENROL_OTHERS:
        return asking.first(offers_to_call(asking.viewer).with_only_columns(Offer.id))
    hers = select(WaitingPlace.party_id).where(WaitingPlace.person_id == asking.walker.learner_id)
    return asking.first(select(Offer.id).where(Offer.party_id.in_(hers)).order_by(Offer.answered_at.is_not(None)))


def text(asking: Asking) -> int | None:
    return asking.first(select(SentText.id).order_by(SentText.id))


def lesson_held(asking: Asking) -> int | None:
    """The last lesson of a class of hers at work that has begun."""
    begun = Lesson.starts_at <= clock.now()
    class_id = class_at_work(asking)
    return asking.first(select(Lesson.id).where(Lesson.class_id == class_id, begun).order_by(Lesson.starts_at.desc()))


def somebody_in_lesson(asking: Asking) -> int | None:
    class_id = select(Lesson.class_id).where(Lesson.id == asking.given["lesson_id"]).scalar_subquery()
    return asking.first(
        select(Seat.person_id).where(Seat.class_id == class_id, Seat.ended_at.is_(None)).order_by(Seat.id)
    )


def incident(asking: Asking) -> int | None:
    return asking.first(visible_incidents(asking.viewer).with_only_columns(Incident.id))


def own_seat(asking: Asking) -> int | None:
    return asking.first(
        select(Seat.id).where(Seat.person_id == asking.walker.learner_id, Seat.ended_at.is_(None)).order_by(Seat.id)
    )


def seat_at_work(asking: Asking) -> int | None:
    class_id = class_of_own_place(asking)
    return asking.first(select(Seat.id).where(Seat.class_id == class_id, Seat.ended_at.is_(None)).order_by(Seat.id))


def seat_with_slip(asking: Asking) -> int | None:
    """Who serves nobody sees her own slip only."""
    is_served = any(asking.viewer.may(permission) for permission in SEAT_PERMISSIONS)
    return seat_at_work(asking) if is_served else own_seat(asking)


def call_back(asking: Asking) -> int | None:
    own = [each.organisation_id for each in asking.viewer.posts]
    return asking.first(
        select(CallBackRequest.id)
        .where(CallBackRequest.organisation_id.in_(own), CallBackRequest.closed_at.is_(None))
        .order_by(CallBackRequest.id)
    )


def _requests(asking: Asking) -> Select[int]:
    own = [each.organisation_id for each in asking.viewer.posts]
    return select(ClassRequest.id).where(or_(ClassRequest.home_id.in_(own), ClassRequest.site_id.in_(own)))


def requests(asking: Asking) -> list[int]:
    """One that waits, and one with an offer."""
    offered = select(ClassOffer.request_id)
    waiting = asking.first(_requests(asking).where(ClassRequest.id.not_in(offered)).order_by(ClassRequest.id))
    answered = asking.first(_requests(asking).where(ClassRequest.id.in_(offered)).order_by(ClassRequest.id))
    return [found for found in (waiting, answered) if found is not None]


def waiting_request(asking: Asking) -> int | None:
    return asking.first(
        _requests(asking).where(ClassRequest.id.not_in(select(ClassOffer.request_id))).order_by(ClassRequest.id)
    )


def offer(asking: Asking) -> int | None:
    return asking.first(
        select(ClassOffer.id).where(ClassOffer.request_id == asking.given["request_id"]).order_by(ClassOffer.id)
    )


def answerable_offer(asking: Asking) -> ClassOffer | None:
    """An open offer of a site to one of her homes."""
    own = [each.organisation_id for each in asking.viewer.posts]
    later = aliased(ClassOffer)
    offers = select(ClassOffer).where(
        ClassOffer.request.has(ClassRequest.home_id.in_(own) & ClassRequest.taken_back_at.is_(None)),
        ClassOffer.is_by_home.is_(False),
        ClassOffer.declined_at.is_(None),
        ClassOffer.id.not_in(select(Agreement.offer_id)),
        ~exists().where(later.counters_id == ClassOffer.id),
    )
    return asking.session.scalars(offers.order_by(ClassOffer.id).limit(1)).first()


def answerable_request(asking: Asking) -> int | None:
    found = answerable_offer(asking)
    return found.request_id if found else None


def answerable_offer_id(asking: Asking) -> int | None:
    found = answerable_offer(asking)
    return found.id if found else None


def own_request(asking: Asking) -> int | None:
    own = [each.organisation_id for each in asking.viewer.posts]
    return asking.first(select(ClassRequest.id).where(ClassRequest.home_id.in_(own)).order_by(ClassRequest.id))


def agreement_with_class(asking: Asking) -> int | None:
    own = [each.organisation_id for each in asking.viewer.posts]
    mine = select(Agreement.id).where(Agreement.home_id.in_(own), Agreement.class_id.is_not(None))
    return asking.first(mine.order_by(Agreement.id))


def _transports(asking: Asking) -> Select[int]:
    own = [each.organisation_id for each in asking.viewer.posts]
    query = select(TransportOffer.id).join(TransportOffer.course_class).order_by(TransportOffer.id)
    return query.where(or_(TransportOffer.home_id.in_(own), CourseClass.organisation_id.in_(own)))


def transports(asking: Asking) -> list[int]:
    """One that waits for an answer, and one that was accepted."""
    waiting = asking.first(_transports(asking).where(TransportOffer.accepted_at.is_(None)))
    return [found for found in (waiting, accepted_transport(asking)) if found is not None]


def waiting_transport(asking: Asking) -> int | None:
    return asking.first(_transports(asking).where(TransportOffer.accepted_at.is_(None)))


def accepted_transport(asking: Asking) -> int | None:
    return asking.first(_transports(asking).where(TransportOffer.accepted_at.is_not(None)))


def agreement(asking: Asking) -> int | None:
    """One without a class, if there is any."""
    own = [each.organisation_id for each in asking.viewer.posts]
    return asking.first(
        select(Agreement.id)
        .where(or_(Agreement.home_id.in_(own), Agreement.site_id.in_(own)))
        .order_by(Agreement.class_id.is_not(None), Agreement.id)
    )


def course(asking: Asking) -> int | None:
    visible = visible_courses(asking.viewer, asking.right).with_only_columns(Course.id).order_by(None)
    return asking.first(select(Course.id).where(Course.id.in_(visible)).order_by(Course.id))


def teacher(asking: Asking) -> int | None:
    visible = visible_teachers(asking.viewer, asking.right).with_only_columns(Teacher.id).order_by(None)
    return asking.first(
        select(Teacher.id)
        .outerjoin(Availability)
        .where(Teacher.id.in_(visible))
        .order_by(Availability.id.is_(None), Teacher.id)
    )


def _taught_by(asking: Asking) -> int | None:
    """The teacher of the route, or whoever walks."""
    own = asking.first(select(Teacher.id).where(Teacher.person_id == asking.viewer.person_id))
    return asking.given.get("teacher_id", own)


def teacher_with_days(asking: Asking) -> int | None:
    visible = visible_teachers(asking.viewer, asking.right).with_only_columns(Teacher.id).order_by(None)
    return asking.first(
        select(AvailabilityException.teacher_id)
        .where(AvailabilityException.teacher_id.in_(visible))
        .order_by(AvailabilityException.id)
    )


def days_away(asking: Asking) -> int | None:
    return asking.first(
        select(AvailabilityException.id)
        .where(AvailabilityException.teacher_id == _taught_by(asking))
        .order_by(AvailabilityException.id)
    )


def teacher_with_papers(asking: Asking) -> int | None:
    visible = visible_teachers(asking.viewer, asking.right).with_only_columns(Teacher.id).order_by(None)
    held = select(Qualification.teacher_id).where(Qualification.teacher_id.in_(visible))
    return asking.first(held.order_by(Qualification.id))


def paper(asking: Asking) -> int | None:
    held = select(Qualification.id).where(Qualification.teacher_id == asking.given["teacher_id"])
    return asking.first(held.order_by(Qualification.id))


def subject_taught(asking: Asking) -> int | None:
    taught = select(TeacherSubject.subject_id).where(TeacherSubject.teacher_id == asking.given["teacher_id"])
    return asking.first(taught.order_by(TeacherSubject.subject_id))


def own_training(asking: Asking) -> int | None:
    """One that her own organisation holds."""
    own = [each.organisation_id for each in asking.viewer.posts]
    return asking.first(select(Training.id).where(Training.organisation_id.in_(own)).order_by(Training.id))


def volunteer(asking: Asking) -> int | None:
    waiting = visible_applications(asking.viewer).where(VolunteerApplication.answered_at.is_(None))
    return asking.first(waiting.with_only_columns(VolunteerApplication.id).order_by(VolunteerApplication.id))


def availability(asking: Asking) -> int | None:
    return asking.first(
        select(Availability.id).where(Availability.teacher_id == _taught_by(asking)).order_by(Availability.id)
    )


def venue(asking: Asking) -> int | None:
    seen = own_organisations(asking)
    return asking.first(
        select(Venue.id).where(Venue.organisation_id.in_(seen), Venue.closed_at.is_(None)).order_by(Venue.id)
    )


def other_venue(asking: Asking) -> int | None:
    """One to which somebody has written down the minutes."""
    one_id = asking.given["venue_id"]
    return asking.first(select(TravelTime.other_id).where(TravelTime.one_id == one_id).order_by(TravelTime.other_id))


def room_of_others(asking: Asking) -> int | None:
    own = [each.organisation_id for each in asking.viewer.posts]
    return asking.first(
        select(Room.id)
        .join(Room.venue)
        .where(Venue.sharing != Sharing.OWN, Room.closed_at.is_(None), Venue.organisation_id.not_in(own))
        .order_by(Room.id)
    )


def _bookings(asking: Asking, *sides: Side) -> Select[int]:
    seen = [bookings_of(asking.viewer, side).with_only_columns(RoomBooking.id).order_by(None) for side in sides]
    return select(RoomBooking.id).where(or_(*(RoomBooking.id.in_(each) for each in seen))).order_by(RoomBooking.id)


def bookings(asking: Asking) -> list[int]:
    """On both sides: one to answer, one that is granted."""
    return list(asking.session.scalars(_bookings(asking, *Side)))[:2]


def news_told(asking: Asking) -> int | None:
    return asking.first(unseen(asking.viewer).with_only_columns(News.id).order_by(None).options())


def booking_as(side: Side) -> Resolver:
    return lambda asking: asking.first(_bookings(asking, side))


def booked_day(asking: Asking) -> int | None:
    return asking.first(select(Occupancy.id).where(Occupancy.booking_id == asking.given["booking_id"]))


def hours(asking: Asking) -> int | None:
    return asking.first(
        select(OpeningHours.id).where(OpeningHours.venue_id == asking.given["venue_id"]).order_by(OpeningHours.id)
    )


def room(asking: Asking) -> int | None:
    seen = own_organisations(asking)
    return asking.first(
        select(Room.id)
        .join(Room.venue)
        .where(Venue.organisation_id.in_(seen), Room.closed_at.is_(None))
        .order_by(Room.id)
    )


def covered_regions(asking: Asking) -> list[str]:
    """The demo's county and its first township, for whoever's area they lie in."""
    if not any(COUNTY.startswith(prefix) for prefix in asking.viewer.prefixes(asking.right)):
        return []
    return [COUNTY, asking.first(select(Region.code).where(Region.parent_code == COUNTY).order_by(Region.code))]


def holiday(asking: Asking) -> str | None:
    day = asking.first(select(Holiday.on).where(Holiday.on > clock.today()).order_by(Holiday.on)) or asking.first(
        select(Holiday.on).order_by(Holiday.on.desc())
    )
    return day.isoformat() if day else None


def step(asking: Asking) -> list[str]:
    """The questions about an elder; somebody signed in is not asked for her own name."""
    steps = ["relation", "elder-name", "elder-birth", "elder-village", "elder-phone"]
    return steps if asking.walker.viewer else ["name", *steps]


def open_round(asking: Asking) -> int | None:
    now = clock.now()
    return asking.first(
        select(AllocationRound.id)
        .where(AllocationRound.opens_at <= now, AllocationRound.closes_at > now)
        .order_by(AllocationRound.id)
    )


def drawn_round(asking: Asking) -> int | None:
    drawn = AllocationRound.drawn_at.is_not(None)
    return asking.first(select(AllocationRound.id).where(drawn).order_by(AllocationRound.id))


def rounds(asking: Asking) -> list[int]:
    """One that is open, and one whose places have been given."""
    return [found for found in (open_round(asking), drawn_round(asking)) if found is not None]


def round_applied_in(asking: Asking) -> int | None:
    return asking.first(
        select(Application.round_id)
        .where(Application.person_id == asking.walker.learner_id, Application.withdrawn_at.is_(None))
        .order_by(Application.id)
    )


def rounds_at_work(asking: Asking) -> list[int]:
    visible = select(AllocationRound.id).where(AllocationRound.organisation_id.in_(own_organisations(asking)))
    return list(asking.session.scalars(visible.order_by(AllocationRound.id)))


def applicant(asking: Asking) -> int | None:
    """Somebody who has applied and whom this desk sees."""
    visible = visible_people(asking.viewer, asking.right).with_only_columns(Person.id).order_by(None)
    return asking.first(
        select(Application.person_id)
        .where(Application.round_id == asking.given["round_id"], Application.person_id.in_(visible))
        .order_by(Application.id)
    )


def application(asking: Asking) -> int | None:
    """One whose person would like to come together with her."""
    hers = Application.asks_person_id == asking.walker.learner_id
    return asking.first(select(Application.id).where(hers).order_by(Application.id))


def certificate(asking: Asking) -> int | None:
    """Hers; at work, one of a class of hers."""
    hers = select(Certificate.id).where(Certificate.person_id == asking.walker.learner_id)
    if asking.right is Permission.PLAN_CLASSES:
        own = asking.viewer.organisation_ids(Permission.PLAN_CLASSES)
        given = select(CourseClass.id).where(CourseClass.organisation_id.in_(own))
        hers = select(Certificate.id).where(Certificate.class_id.in_(given))
    return asking.first(hers.order_by(Certificate.id))


def lesson_she_was_in(asking: Asking) -> int | None:
    """Her last one; a relative is not asked how it was."""
    was_in = select(Attendance.lesson_id).where(
        Attendance.person_id == asking.viewer.person_id, Attendance.kind == Kind.PRESENT
    )
    past = was_in.join(Lesson, Lesson.id == Attendance.lesson_id).where(Lesson.ends_at <= clock.now())
    return asking.first(past.order_by(Lesson.starts_at.desc())) if asking.walker.name != "daughter" else None


def class_that_is_over(asking: Asking) -> list[int]:
    """One whose certificates are issued, one where some wait, one that goes on."""
    over = visible_classes(asking.viewer, asking.right).with_only_columns(CourseClass.id)
    past = over.where(CourseClass.last_lesson_at < clock.now()).order_by(CourseClass.id).limit(2)
    going_on = class_at_work(asking)
    return [*asking.session.scalars(past), *([going_on] if going_on else [])]


def lesson_with_files(asking: Asking) -> int | None:
    """One to which something is attached, else any that was held."""
    attached = select(LessonFile.lesson_id).where(LessonFile.removed_at.is_(None))
    visible = visible_classes(asking.viewer, asking.right).with_only_columns(CourseClass.id).order_by(None)
    past = select(Lesson.id).where(Lesson.class_id.in_(visible), Lesson.starts_at < clock.now())
    return asking.first(past.order_by(Lesson.id.not_in(attached), Lesson.cancelled_at.is_not(None), Lesson.id))


def lesson_file(asking: Asking) -> int | None:
    attached = LessonFile.lesson_id == asking.given["lesson_id"], LessonFile.removed_at.is_(None)
    return asking.first(select(LessonFile.id).where(*attached).order_by(LessonFile.id))


def feed(asking: Asking) -> int | None:
    """The address of her own calendar."""
    return asking.first(select(Feed.id).where(Feed.person_id == asking.walker.learner_id).order_by(Feed.id))


def always(value: Any) -> Resolver:
    return lambda _asking: value


def message_seen(asking: Asking) -> int | None:
    return asking.first(visible_messages(asking.viewer).with_only_columns(Message.id))


def call_to_make(asking: Asking) -> int | None:
    return asking.first(open_calls(asking.viewer).options().with_only_columns(Call.id).order_by(None))


def answer_to_read(asking: Asking) -> int | None:
    return asking.first(visible_incoming(asking.viewer).options().with_only_columns(IncomingText.id).order_by(None))


def bulk_seen(asking: Asking) -> list[int]:
    """One that waits to be confirmed, one that went."""
    waiting = visible_bulks(asking.viewer).with_only_columns(BulkMessage.id)
    return [
        each
        for each in (
            asking.first(waiting.where(BulkMessage.confirmed_at.is_(None))),
            asking.first(waiting.where(BulkMessage.confirmed_at.is_not(None))),
        )
        if each is not None
    ]


def suspension_seen(asking: Asking) -> int | None:
    return asking.first(visible_suspensions(asking.viewer).with_only_columns(Suspension.id).order_by(None))


def suspension_to_end(asking: Asking) -> int | None:
    """One that stands, of a venue in which she may suspend lessons."""
    venues = visible_venues(asking.viewer).with_only_columns(Venue.id)
    standing = (Suspension.to_on >= clock.today(), Suspension.ended_at.is_(None), Suspension.venue_id.in_(venues))
    return asking.first(select(Suspension.id).where(*standing).order_by(Suspension.id))


def venue_to_suspend(asking: Asking) -> int | None:
    return asking.first(visible_venues(asking.viewer).with_only_columns(Venue.id).order_by(Venue.id))


def local_days_kept(asking: Asking) -> int | None:
    prefixes = prefixes_kept(asking.session, asking.viewer)
    kept = or_(false(), *(LocalDays.region_code.startswith(prefix) for prefix in prefixes))
    return asking.first(select(LocalDays.id).where(kept).order_by(LocalDays.id))


def lesson_to_settle(asking: Asking) -> int | None:
    return asking.first(visible_unsettled(asking.viewer).with_only_columns(Lesson.id))


def teacher_of_hours(asking: Asking) -> int | None:
    own = select(Teacher.id).where(Teacher.person_id == asking.viewer.person_id)
    kept = visible_teachers(asking.viewer, Permission.MANAGE_TEACHERS).with_only_columns(Teacher.id)
    return asking.first(own) or asking.first(kept.order_by(Teacher.id))


RESOLVERS: dict[str, Resolver] = {
    "suspension_id": suspension_seen,
    "timetable.end_suspension:suspension_id": suspension_to_end,
    "local_id": local_days_kept,
    "timetable.settle_lesson:lesson_id": lesson_to_settle,
    "timetable.teacher_hours:teacher_id": teacher_of_hours,
    "timetable.print_hours:teacher_id": teacher_of_hours,
    "timetable.hours_file:teacher_id": teacher_of_hours,
    "organisation_id": organisation,
    "home_id": home,
    "unit_id": unit,
    "block_id": block,
    "away_id": resident_away,
    "quarantine_id": quarantine,
    "person_id": person,
    "care.person_id": resident,
    "accounts.staff_roles:person_id": somebody_at_work,
    "accounts.start_helping:person_id": lambda asking: next(iter(asking.viewer.elders), None),
    "post_id": post,
    "grant_id": grant,
    "class_id": class_at_work,
    "enrolment.class_id": class_to_join,
    "enrolment.confirmed:class_id": class_joined,
    "enrolment.roster:class_id": class_of_own_place,
    "enrolment.print_roster:class_id": class_of_own_place,
    "enrolment.sign_in_sheet:class_id": class_of_own_place,
    "enrolment.enrol_many:class_id": class_to_fill,
    "enrolment.enrolled_many:class_id": class_to_fill,
    "enrolment.invitations:class_id": class_at_work,
    "enrolment.decide_class:class_id": class_at_work,
    "enrolment.merge_class:class_id": class_at_work,
    "enrolment.move_class:class_id": class_at_work,
    "enrolment.check_move_class:class_id": class_at_work,
    "into_id": class_to_merge,
    "invitation_id": invitation,
    "lesson_id": lesson_at_work,
    "timetable.unit_week:unit_id": unit_in_week,
    "enrolment.join_lesson:lesson_id": lesson_joined,
    "enrolment.join_at_home:lesson_id": lesson_on_screen,
    "attendance.lesson_id": lesson_joined,
    "attendance.call_roll:lesson_id": lesson_held,
    "attendance.lesson_files:lesson_id": lesson_with_files,
    "attendance.lesson_file:lesson_id": lesson_with_files,
    "attendance.remove_file:lesson_id": lesson_with_files,
    "file_id": lesson_file,
    "attendance.entries:lesson_id": lesson_held,
    "attendance.entries:person_id": somebody_in_lesson,
    "attendance.check_in_lesson:lesson_id": lesson_held,
    "attendance.cards:class_id": class_at_work,
    "attendance.check_in_by_card:token": always("a-card-that-is-not-ours"),
    "feeds.token": always(CALENDAR_TOKEN),
    "feed_id": feed,
    "incident_id": incident,
    "certificate_id": certificate,
    "records.smile:lesson_id": lesson_she_was_in,
    "records.class_certificates:class_id": class_that_is_over,
    "records.class_smiles:class_id": class_that_is_over,
    "seat_id": seat_at_work,
    "enrolment.slip:seat_id": seat_with_slip,
    "enrolment.end_seat:seat_id": own_seat,
    "home.request_id": call_back,
    "request_id": requests,
    "partnerships.offer:request_id": waiting_request,
    "partnerships.decline:request_id": waiting_request,
    "waiting.class_id": class_with_queue,
    "waiting.join:class_id": class_to_join,
    "waiting.place:class_id": class_waited_for,
    "party_id": waiting_party,
    "place_id": own_waiting_place,
    "waiting.offer_id": waiting_offer,
    "text_id": text,
    "offer_id": offer,
    "act_id": act_of_many,
    "copy_id": term_copy,
    "wish_id": together_wish,
    "enrolment.desk_answer:wish_id": wish_at_desk,
    "partnerships.matches:request_id": own_request,
    "partnerships.counter:request_id": answerable_request,
    "partnerships.counter:offer_id": answerable_offer_id,
    "partnerships.decline_offer:request_id": answerable_request,
    "partnerships.decline_offer:offer_id": answerable_offer_id,
    "partnerships.residents:agreement_id": agreement_with_class,
    "partnerships.transport:transport_id": transports,
    "transport_id": waiting_transport,
    "partnerships.pick_up_list:transport_id": accepted_transport,
    "agreement_id": agreement,
    "course_id": course,
    "teacher_id": teacher,
    "slot_id": availability,
    "teaching.days:teacher_id": teacher_with_days,
    "teaching.remove_days:teacher_id": teacher_with_days,
    "exception_id": days_away,
    "teaching.papers:teacher_id": teacher_with_papers,
    "teaching.remove_paper:teacher_id": teacher_with_papers,
    "paper_id": paper,
    "subject_id": subject_taught,
    "training_id": own_training,
    "teaching.application_id": volunteer,
    "venue_id": venue,
    "hours_id": hours,
    "room_id": room,
    "other_id": other_venue,
    "timetable.book_room:room_id": room_of_others,
    "booking_id": bookings,
    "news_id": news_told,
    "timetable.revoke_booking:booking_id": booking_as(Side.OWNER),
    "timetable.hold_booking:booking_id": booking_as(Side.OWNER),
    "timetable.take_back_booking:booking_id": booking_as(Side.GUEST),
    "timetable.give_up_booking_day:booking_id": booking_as(Side.GUEST),
    "row_id": booked_day,
    "code": covered_regions,
    "term_id": lambda asking: asking.first(select(Term.id).order_by(Term.starts_on.desc())),
    "day": holiday,
    "step": step,
    "round_id": open_round,
    "allocation.public_round:round_id": rounds,
    "allocation.record:round_id": drawn_round,
    "allocation.check_again:round_id": drawn_round,
    "allocation.mine:round_id": round_applied_in,
    "allocation.withdraw:round_id": round_applied_in,
    "allocation.with_whom:round_id": round_applied_in,
    "allocation.alone:round_id": round_applied_in,
    "allocation.work_round:round_id": rounds_at_work,
    "allocation.draw:round_id": rounds_at_work,
    "allocation.call_off:round_id": rounds_at_work,
    "allocation.enter_number:round_id": rounds_at_work,
    "allocation.withdraw_for:person_id": applicant,
    "application_id": application,
    "message_id": message_seen,
    "bulk_id": bulk_seen,
    "shape": always("reminder_evening"),
    "call_id": call_to_make,
    "incoming_id": answer_to_read,
    "reminders.signed_receipts:message_id": always(1),
    "sender": always("console"),
    "secret": always("not-the-secret"),
    "attempt": always(1),
}


QUERIES: dict[str, list[dict[str, Resolver]]] = {
    "timetable.find_room": [{}, {"day": always("2026-12-05"), "starts": always("14:00"), "ends": always("16:00")}],
    "timetable.preview_suspension": [
        {"venue": venue_to_suspend, "from": always("2026-11-25"), "to": always("2026-12-20"), "why": always("snow")}
    ],
    "timetable.week": [
        {},
        {"organisation": organisation_in_week},
        {"organisation": home_in_week},
        {"organisation": organisation_in_week, "by": always("day")},
        {"unit": unit_in_week},
        {"room": room_in_week},
        {"teacher": teacher},
    ],
    "timetable.print_week": [
        {"organisation": organisation_in_week},
        {"organisation": organisation_in_week, "paper": always("a3"), "type": always("largest")},
        {"unit": unit_in_week, "by": always("day")},
    ],
    "enrolment.my_week": [{}, {"by": always("day")}],
    "enrolment.person_week": [{}, {"by": always("day")}],
    "timetable.week_pdf": [{"organisation": organisation_in_week}],
    "timetable.week_picture": [{"organisation": organisation_in_week}],
    "timetable.week_picture_page": [{"organisation": organisation_in_week}],
    "enrolment.find_class": [
        {},
        {"subject": always("calligraphy"), "weekday": always(2), "step_free": always(1)},
        {"subject": always("chess"), "weekday": always(6)},
    ],
    "enrolment.choose_place": [{}, {"inside": always("130502")}],
}
"""Pages that show different things for different queries; a page needs one of them where ``{}`` is not listed."""


def resolver_of(endpoint: str, argument: str) -> Resolver | None:
    """The narrowest resolver for an argument of that route, or None."""
    feature = endpoint.partition(".")[0]
    names = (f"{endpoint}:{argument}", f"{feature}.{argument}", argument)
    return next((RESOLVERS[name] for name in names if name in RESOLVERS), None)
