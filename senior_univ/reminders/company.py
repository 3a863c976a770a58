"""Somebody asks her to come together, into a class or on an allocation day: she is told once for each asking."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from senior_univ.accounts.models import Person
from senior_univ.allocation.models import Application
from senior_univ.core import clock
from senior_univ.enrolment.models import TogetherWish
from senior_univ.network.models import Organisation
from senior_univ.reminders import actions, queries
from senior_univ.reminders.models import MessageKind

KIND = MessageKind.TOGETHER_ASKED
LIFE = timedelta(days=3)


def tell_asked(session: Session, *, wish: TogetherWish) -> None:
    """Tell her who asks, and for which class."""
    session.flush()
    course_class = wish.course_class
    course = course_class.course.sms_name or course_class.course.title
    cause = {"wish_id": wish.id}
    until = min(clock.now() + LIFE, course_class.last_lesson_at)
    _tell(session, f"wish:{wish.id}", wish.person_id, wish.asks_person_id, course, course_class.organisation, until, cause)  # fmt: skip


def tell_asked_for_round(session: Session, *, application: Application) -> None:
    """Tell her who asks, and until when she can answer; asked once more after that was undone, she is told again."""
    session.flush()
    each, asked_id = application.allocation_round, application.asks_person_id
    if asked_id is None:
        return
    key = f"application:{application.id}:{asked_id}:{clock.now().isoformat()}"
    cause = {"application_id": application.id, "asked_id": asked_id}
    _tell(session, key, application.person_id, asked_id, each.name, each.organisation, each.closes_at, cause)


def _tell(
    session: Session,
    key: str,
    asking_id: int,
    asked_id: int,
    course: str,
    organisation: Organisation,
    until: datetime,
    cause: dict[str, int],
) -> None:
    told = queries.receivers(session, [asked_id]).get(asked_id)
    asking = session.get_one(Person, asking_id)
    if told is None or (not told.is_own and asking.phone == told.phone):
        return
    said = {"name": told.name, "is_own": told.is_own, "by": asking.name, "course": course}
    actions.queue(
        session,
        key=f"{KIND.value}:{key}",
        kind=KIND,
        phone=told.phone,
        parameters=said | cause | {"phones": [organisation.phone]},
        expires_at=until,
        about=[(asked_id, None)],
        language=told.language,
        organisation_id=organisation.id,
        channel=told.channel,
    )
