"""Changing a class and a term while somebody else changes them, too."""

import re
from html import unescape

import pytest

from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Role
from senior_univ.network.models import OrganisationKind
from senior_univ.timetable import calendar_actions
from senior_univ.timetable.class_settings import ClassSettings, change_class
from senior_univ.timetable.events import room_made
from senior_univ.timetable.models import Admission, CourseClass, Term
from tests import factories
from tests.signing_in import sign_in
from tests.timetable.site import Site, viewer_of


@pytest.fixture
def site(database, frozen):
    return Site.make(database)


def fields_of(page):
    """What a form's inputs hold, as a browser would send them."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page.text):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        is_off = 'type="radio"' in tag and "checked" not in tag
        if name and not is_off and name[1] not in ("size", "theme", "language", "next"):
            found[name[1]] = unescape(value[1]) if value else ""
    return found


def settings(**given):
    defaults = {"capacity": 20, "wheelchair_places": 2, "admission": Admission.FIRST_COME}
    return ClassSettings(**defaults | given)


def code_of(session, course_class, by, **given):
    with pytest.raises(DomainError) as refused:
        change_class(session, course_class, settings(**given), by=by)
    return refused.value.code


def test_nobody_loses_a_seat_by_fewer_places(database, site):
    with database.write() as session:
        course_class = session.get_one(CourseClass, site.class_id)
        course_class.seats_taken, course_class.seats_held, course_class.wheelchairs_taken = 5, 2, 1
        session.flush()
        assert code_of(session, course_class, site.viewer, capacity=6) == "below_taken"
        assert code_of(session, course_class, site.viewer, capacity=10_000) == "capacity_above_room"
        assert code_of(session, course_class, site.viewer, capacity=0) == "no_capacity"
        assert code_of(session, course_class, site.viewer, wheelchair_places=0) == "wheelchairs_below_taken"
        assert code_of(session, course_class, site.viewer, wheelchair_places=19) == "wheelchairs_above_room"
        assert code_of(session, course_class, site.viewer, least_learners=21) == "odd_least"
        assert code_of(session, course_class, site.viewer, least_learners=3) == "no_decision_day"


def test_more_places_are_told(database, site):
    heard = []

    def listen(_session, course_class):
        heard.append(course_class.id)

    with database.write() as session, room_made.connected_to(listen):
        course_class = session.get_one(CourseClass, site.class_id)
        change_class(session, course_class, settings(capacity=21), by=site.viewer)
        change_class(session, course_class, settings(capacity=21), by=site.viewer)
    assert heard == [site.class_id]


def test_whoever_saves_second_sees_what_changed_and_keeps_what_she_wrote(client, database, site):
    sign_in(client, site.manager_id)
    url = f"/classes/{site.class_id}/settings"
    shown = fields_of(client.get(url))
    assert client.post(url, data=shown | {"capacity": "18"}).status_code == 303
    second = client.post(url, data=shown | {"material_costs": "paper, 20 yuan"})
    assert second.status_code == 200
    again = fields_of(second)
    assert (again["material_costs"], again["capacity"]) == ("paper, 20 yuan", "18")
    assert ">18<" in second.text or "18" in second.text
    assert client.post(url, data=again).status_code == 303
    with database.read() as session:
        course_class = session.get_one(CourseClass, site.class_id)
        assert (course_class.capacity, course_class.material_costs) == (18, "paper, 20 yuan")


def test_both_change_the_same_field_and_the_second_decides(client, database, site):
    sign_in(client, site.manager_id)
    url = f"/classes/{site.class_id}/settings"
    shown = fields_of(client.get(url))
    client.post(url, data=shown | {"capacity": "18"})
    second = fields_of(client.post(url, data=shown | {"capacity": "19"}))
    assert second["capacity"] == "19"
    client.post(url, data=second)
    with database.read() as session:
        assert session.get_one(CourseClass, site.class_id).capacity == 19


@pytest.mark.parametrize("nonsense", ["", "{", "[]", '{"capacity": {"a": 1}}', "x" * 20_000])
def test_a_form_whose_memory_is_nonsense_is_no_error(client, site, nonsense):
    sign_in(client, site.manager_id)
    url = f"/classes/{site.class_id}/settings"
    assert client.post(url, data=fields_of(client.get(url)) | {"seen": nonsense}).status_code in (200, 303)


def test_a_terms_windows_are_compared_too(client, database, site):
    with database.write() as session:
        bureau = factories.make_organisation(session, kind=OrganisationKind.EDUCATION_BUREAU, region_code="130502")
        officer = viewer_of(session, Role.COUNTY_OFFICER, bureau).person_id
        term_id = session.get_one(CourseClass, site.class_id).term_id
    sign_in(client, officer)
    url = f"/terms/{term_id}"
    shown = fields_of(client.get(url))
    assert client.post(url, data=shown | {"withdraw_until_lesson": "4"}).status_code == 303
    second = client.post(url, data=shown | {"name": "另一个名字"})
    assert second.status_code == 200
    assert fields_of(second)["withdraw_until_lesson"] == "4"
    assert client.post(url, data=fields_of(second)).status_code == 303
    with database.read() as session:
        term = session.get_one(Term, term_id)
        assert (term.name, term.withdraw_until_lesson) == ("另一个名字", 4)


def test_windows_in_a_wrong_order_are_refused(database, site):
    with database.write() as session:
        term = session.get_one(Term, session.get_one(CourseClass, site.class_id).term_id)
        kept = {"name": term.name, "starts_on": term.starts_on, "ends_on": term.ends_on, "by": site.viewer}
        windows = {"returning_from_on": term.ends_on, "newcomers_from_on": term.starts_on}
        with pytest.raises(DomainError) as refused:
            calendar_actions.change_term(session, term, **kept, **windows)
        assert (refused.value.code, refused.value.field) == ("windows_order", "newcomers_from_on")
