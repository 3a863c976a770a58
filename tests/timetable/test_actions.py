from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from senior_univ.core import clock
from senior_univ.core.access import Post, Viewer
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Role
from senior_univ.timetable import actions
from senior_univ.timetable.models import Holder, Occupancy
from senior_univ.timetable.rules import Plan
from tests import factories


def make_plan(session, **given):
    site = given.pop("organisation", None) or factories.make_organisation(session)
    defaults = {
        "course": factories.make_course(session, site),
        "term": None,
        "teacher": None,
        "room": None,
        "weekday": 3,
        "starts": time(9, 30),
        "minutes": 90,
        "capacity": 20,
        "wheelchair_places": 2,
    }
    plan = defaults | given
    plan["term"] = plan["term"] or factories.make_term(session)
    plan["teacher"] = plan["teacher"] or factories.make_teacher(session, site)
    plan["room"] = plan["room"] or factories.make_room(session, site)
    return Plan(**plan)


def manager_of(session, organisation_id):
    person = factories.make_person(session, name="李建国")
    return Viewer(person.id, person.name, (Post(Role.SITE_MANAGER, organisation_id, "130502"),))


def test_a_class_has_weekly_lessons_that_take_room_and_teacher(session, frozen):
    plan = make_plan(session)
    opened = actions.open_class(session, plan, by=manager_of(session, plan.course.organisation_id))
    assert [lesson.number for lesson in opened.lessons] == list(range(1, len(opened.lessons) + 1))
    assert {clock.local(lesson.starts_at).time() for lesson in opened.lessons} == {time(9, 30)}
    taken = session.scalars(select(Occupancy)).all()
    assert len(taken) == 2 * len(opened.lessons)
    assert {row.holder for row in taken} == {Holder.ROOM, Holder.TEACHER}


def test_a_taken_room_is_refused_with_three_free_times(session, frozen):
    plan = make_plan(session)
    by = manager_of(session, plan.course.organisation_id)
    actions.open_class(session, plan, by=by)
    with pytest.raises(DomainError) as refusal:
        actions.open_class(session, plan, by=by)
    assert refusal.value.code == "room_taken"
    print(refusal.value.message, *map(str, refusal.value.suggestions))
