"""A home and a site that tests let ask, offer and agree."""

from dataclasses import dataclass
from datetime import date, time

import pytest

from senior_univ.accounts.queries import build_viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Role
from senior_univ.partnerships import actions
from senior_univ.partnerships.rules import Proposal, Wish
from tests import factories as make


@dataclass
class Two:
    """A home and a site with their staff: ids, so that they outlive the session that made them."""

    home: int
    site: int
    scheduler: int
    manager: int
    course: int
    teacher: int
    subject: int
    room: int


def make_two(session):
    """A home with one room, and a site with a course and a teacher, in a term."""
    make.make_term(session, starts_on=date(2026, 3, 2))
    home, site = make.make_home(session, name="夕阳红养老院"), make.make_organisation(session, name="北关教学站")
    course, teacher = make.make_course(session, site), make.make_teacher(session, site)
    return Two(
        home.id,
        site.id,
        make.make_staff(session, Role.CARE_SCHEDULER, home).id,
        make.make_staff(session, Role.SITE_MANAGER, site).id,
        course.id,
        teacher.id,
        course.subject_id,
        make.make_room(session, home, name="活动室").id,
    )


def wish_of(session, two, **given):
    defaults = {
        "home": session.get_one(make.Organisation, two.home),
        "site": session.get_one(make.Organisation, two.site),
        "subject": session.get_one(make.Subject, two.subject),
        "learners": 12,
        "wheelchairs": 3,
        "weekdays": (1, 3),
        "earliest": time(9),
        "latest": time(11),
    }
    return Wish(**defaults | given)


def proposal_of(session, two, **given):
    defaults = {
        "course": session.get_one(make.Course, two.course),
        "teacher": session.get_one(make.Teacher, two.teacher),
        "weekday": 1,
        "starts": time(9, 30),
        "minutes": 60,
    }
    return Proposal(**defaults | given)


def asked_and_offered(session, two):
    """A request with an open offer."""
    request = actions.ask_for_class(session, wish_of(session, two), by=build_viewer(session, two.scheduler))
    return actions.make_offer(session, request, proposal_of(session, two), by=build_viewer(session, two.manager))


def refusal(act):
    """The refusal that ``act`` ends with."""
    with pytest.raises(DomainError) as caught:
        act()
    return caught.value
