"""What of the demo is online: a class of the site's, the home's own class for who can't come down, and one lesson for once."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.core import clock
from senior_univ.enrolment.models import Seat
from senior_univ.timetable.models import CourseClass, Delivery, Lesson

LINK = "https://meeting.example.com/{number}"
"""Leads nowhere: a demo has no meetings."""


def put_online(session: Session, site_id: int, learner_id: int) -> None:
    """The site's fullest class that the learner is not in goes online, the first home's is both, and of another one the
    next lesson is online for once."""
    hers = select(Seat.class_id).where(Seat.person_id == learner_id)
    running = select(CourseClass).where(CourseClass.cancelled_at.is_(None), CourseClass.last_lesson_at > clock.now())
    at_site = running.where(
        CourseClass.organisation_id == site_id, CourseClass.home_id.is_(None), CourseClass.id.not_in(hers)
    )
    fullest = session.scalars(at_site.order_by(CourseClass.seats_taken.desc(), CourseClass.id).limit(2)).all()
    at_home = session.scalars(running.where(CourseClass.home_id.is_not(None)).order_by(CourseClass.home_id).limit(1))
    for made, delivery in zip([*fullest[:1], *at_home], (Delivery.ONLINE, Delivery.BOTH), strict=False):
        made.delivery, made.join_url = delivery, LINK.format(number=made.id)
    for made in fullest[1:]:
        made.join_url = LINK.format(number=made.id)
        _next(session, made).is_online = True
    session.flush()


def _next(session: Session, made: CourseClass) -> Lesson:
    coming = select(Lesson).where(Lesson.class_id == made.id, Lesson.starts_at > clock.now())
    return session.scalars(coming.order_by(Lesson.starts_at).limit(1)).one()
