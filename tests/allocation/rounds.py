"""What the tests of allocation days do again and again."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from senior_univ.accounts.models import Person
from senior_univ.allocation import actions
from senior_univ.allocation.actions import Wanted
from senior_univ.allocation.draw import hash_of
from senior_univ.allocation.models import AllocatedClass, AllocationRound, Application
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.enrolment.models import Hand
from senior_univ.timetable.models import Admission, CourseClass
from tests.factories import kept, make_class, make_organisation, make_person

SECRET = "5ec4e7" * 10


def make_round(session: Session, *classes: CourseClass, **given: Any) -> AllocationRound:
    """A round of these classes (or of a new one) that is open since yesterday and closes tomorrow."""
    chosen = classes or (make_class(session),)
    for each in chosen:
        each.admission = Admission.ALLOCATION
    now = clock.now()
    defaults = {
        "organisation": chosen[0].organisation,
        "name": "春季集中报名",
        "opens_at": now - timedelta(days=1),
        "closes_at": now + timedelta(days=1),
        "secret": SECRET,
        "secret_hash": hash_of(SECRET),
        "made_at": now,
        "made_by_id": make_person(session).id,
        "classes": [AllocatedClass(course_class=each) for each in chosen],
    }
    return kept(session, AllocationRound(**defaults | given))


def herself(person: Person) -> Viewer:
    return Viewer(person.id, person.name)


def put_in(
    session: Session, allocation_round: AllocationRound, person: Person, *classes: CourseClass, **given: Any
) -> Application:
    """That person applies for these classes, best first."""
    wanted = Wanted([each.id for each in classes], given.pop("wheelchair", False), given.pop("has_escort", False))
    defaults = {"hand": Hand.HERSELF, "by": herself(person)}
    return actions.apply(session, allocation_round, wanted, person_id=person.id, **defaults | given)


def make_pair(session: Session, allocation_round: AllocationRound, *classes: CourseClass) -> list[Application]:
    """Two people who come together or not at all."""
    one, other = make_person(session, name="张桂芳"), make_person(session, name="李秀兰")
    asking = put_in(session, allocation_round, one, *classes)
    actions.ask_together(
        session, asking, hand=Hand.HERSELF, name=other.name, digits=other.phone_tail or "", by=herself(one)
    )
    return [asking, actions.agree(session, asking, hand=Hand.HERSELF, by=herself(other))]


def close(session: Session, allocation_round: AllocationRound) -> None:
    """The window has closed a moment ago."""
    allocation_round.opens_at = clock.now() - timedelta(days=2)
    allocation_round.closes_at = clock.now() - timedelta(seconds=1)
    session.flush()


def classes_at_one_site(session: Session, *capacities: int, **given: Any) -> list[CourseClass]:
    """Classes of one organisation on days that follow each other."""
    site = given.pop("site", None) or make_organisation(session)
    first = clock.now() + timedelta(days=7)
    return [
        make_class(session, site=site, capacity=capacity, first_at=first + timedelta(days=number), **given)
        for number, capacity in enumerate(capacities)
    ]
