"""Whatever is typed into a form or an address, the answer is a page in words: never a 500, and nothing typed is lost."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from senior_univ.core.permissions import Role
from senior_univ.network.models import OrganisationKind
from tests import factories
from tests.signing_in import sign_in
from tests.timetable.site import Site

NUMBERS = st.one_of(st.integers().map(str), st.sampled_from(["-1", "0", "--5", "²", "9" * 40, "１２", "1e3", "NaN"]))
DAYS = st.one_of(st.dates().map(str), st.sampled_from(["0001-01-01", "9999-12-31", "2026-02-30", "2026-W01-1"]))
TIMES = st.one_of(st.times().map(lambda at: f"{at:%H:%M}"), st.sampled_from(["24:00", "9:30", "-1:00"]))
TYPED = st.one_of(st.text(max_size=60), NUMBERS, DAYS, TIMES, st.sampled_from(["1", "2", "3", "holiday", "'; DROP"]))
PLAIN = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def answers(*names):
    return st.fixed_dictionaries({}, optional=dict.fromkeys(names, TYPED))


@pytest.fixture
def site(client, database, frozen):
    site = Site.make(database)
    client.application.config["WTF_CSRF_ENABLED"] = False
    sign_in(client, site.manager_id)
    return site


@pytest.fixture
def officer(client, database, frozen):
    with database.write() as session:
        bureau = factories.make_organisation(session, kind=OrganisationKind.EDUCATION_BUREAU, region_code="130502")
        officer_id = factories.make_staff(session, Role.COUNTY_OFFICER, bureau).id
    client.application.config["WTF_CSRF_ENABLED"] = False
    sign_in(client, officer_id)


def is_answered(answer):
    assert answer.status_code in {200, 302, 303, 400, 404, 409}, answer.text


@PLAIN
@given(answers("course", "teacher", "room", "term", "weekday", "starts", "minutes", "from_on", "lessons", "capacity"))
def test_opening_a_class(client, site, typed):
    is_answered(client.post("/classes/new", data=typed))


@PLAIN
@given(answers("weekday", "starts", "minutes", "from_on", "lessons", "capacity", "wheelchair_places"))
def test_opening_a_class_with_all_choices_made(client, site, typed):
    plan = site.plan
    chosen = {"course": plan.course.id, "teacher": plan.teacher.id, "room": plan.room.id, "term": plan.term.id}
    given = {"weekday": "2", "starts": "09:30", "minutes": "60", "lessons": "3", "capacity": "5"}
    is_answered(client.post("/classes/new", data=chosen | given | {"wheelchair_places": "0"} | typed))


@PLAIN
@given(answers("day", "starts", "room", "teacher", "seen"))
def test_moving_a_lesson(client, site, typed):
    chosen = {"room": site.plan.room.id, "teacher": site.plan.teacher.id}
    is_answered(client.post(f"/lessons/{site.lesson_ids[0]}/move", data=chosen | typed))


@PLAIN
@given(answers("on", "organisation", "room", "teacher", "q", "page", "term", "subject", "weekday", "free", "year"))
@pytest.mark.parametrize("address", ["/classes", "/classes/new", "/week", "/week/print"])
def test_query_parameters(client, site, address, typed):
    is_answered(client.get(address, query_string=typed))


@PLAIN
@given(answers("on", "kind", "name", "starts_on", "ends_on", "pasted"))
@pytest.mark.parametrize("address", ["/holidays/new", "/holidays/import", "/terms/new"])
def test_the_calendar(client, officer, address, typed):
    is_answered(client.post(address, data=typed))


@PLAIN
@given(TYPED, TYPED)
def test_addresses_of_the_calendar(client, officer, day, year):
    is_answered(client.get("/holidays", query_string={"year": year}))
    is_answered(client.get(f"/holidays/{day.replace('/', '').strip() or 'x'}/remove"))


def test_what_was_typed_stays(client, site):
    page = client.post("/classes/new", data={"minutes": "abc", "capacity": "0", "from_on": "2026-02-30"}).text
    for typed in ("abc", "2026-02-30"):
        assert f'value="{typed}"' in page


def test_an_unknown_class_or_lesson_is_not_found(client, site):
    for address in ("/classes/999999", "/lessons/999999", "/lessons/99999999999/move", "/week?room=999999"):
        assert client.get(address).status_code == 404
