from datetime import date, time, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from senior_univ.accounts.models import Belonging, BelongingReason
from senior_univ.care.models import Away, AwayKind, CareBlock, CareKind
from senior_univ.core import clock
from senior_univ.core.permissions import Role
from tests import factories
from tests.queries_counted import queries_of
from tests.signing_in import sign_in

MONDAY = "2026-03-09"
DIALYSIS = {"kind": CareKind.DIALYSIS, "starts": time(8), "ends": time(12), "weekday": 2, "note": ""}


class Scene:
    """A resident of a home with a class of a site and another of a stranger's; each place's staff."""

    def __init__(self, session) -> None:
        home = factories.make_home(session)
        person = factories.make_resident(session, home, name="孙桂兰")
        site, other = factories.make_organisation(session), factories.make_organisation(session)
        self.person_id, self.home_id = person.id, home.id
        self.scheduler = factories.make_staff(session, Role.CARE_SCHEDULER, home).id
        self.manager = factories.make_staff(session, Role.SITE_MANAGER, site).id
        self.stranger = factories.make_staff(session, Role.SITE_MANAGER, factories.make_organisation(session)).id
        for place, reason in ((home, BelongingReason.RESIDENT), (site, BelongingReason.ENROLLED)):
            given = {"organisation_id": place.id, "reason": reason, "from_on": clock.today()}
            session.add(Belonging(person_id=person.id, **given))
        for place, title, hour in ((site, "楷书入门", 9), (other, "民歌合唱", 15)):
            at = clock.instant(date(2026, 3, 12), time(hour))
            course = factories.make_course(session, place, title=title)
            made = factories.make_class(session, site=place, course=course, first_at=at)
            factories.make_seat(session, made, person, taken_at=clock.now() - timedelta(days=1))
        session.add(CareBlock(home_id=home.id, person_id=person.id, **DIALYSIS))
        by = {"written_at": clock.now(), "written_by_id": self.scheduler, "from_on": date(2026, 3, 13)}
        session.add(Away(person_id=person.id, home_id=home.id, kind=AwayKind.HOSPITAL, **by))


@pytest.fixture
def scene(database, frozen):
    with database.write() as session:
        return Scene(session)


def test_her_site_sees_its_own_lessons_and_of_others_that_she_is_engaged(client, scene):
    sign_in(client, scene.manager)
    for by in ("week", "day"):
        on = MONDAY if by == "week" else "2026-03-12"
        text = client.get(f"/people/{scene.person_id}/week?on={on}&by={by}").text
        assert "楷书入门" in text
        assert "民歌合唱" not in text
        assert "3:00—4:30" in text
        assert "8:00—12:00" not in text  # dialysis is the home's to know


def test_her_home_sees_what_keeps_her_from_lessons(client, scene):
    sign_in(client, scene.scheduler)
    wednesday = client.get(f"/people/{scene.person_id}/week?by=day&on=2026-03-11").text
    assert "care-lines" in wednesday
    assert "care-lines" in client.get(f"/people/{scene.person_id}/week?by=day&on=2026-03-13").text
    assert "care-lines" not in client.get(f"/people/{scene.person_id}/week?by=day&on=2026-03-10").text
    assert f"/people/{scene.person_id}/week" in client.get(f"/people/{scene.person_id}").text


def test_the_sheet_for_her_door_has_no_care(client, scene):
    sign_in(client, scene.scheduler)
    text = client.get(f"/people/{scene.person_id}/week/print?on={MONDAY}&paper=a3").text
    assert "孙桂兰" in text
    assert "care-lines" not in text
    assert "week-a3.css" in text
    assert client.get(f"/people/{scene.person_id}/week/pdf?on={MONDAY}").mimetype == "application/pdf"


@pytest.mark.parametrize("page", ["week", "week/print", "week/pdf"])
def test_a_stranger_finds_nobody(client, scene, page):
    sign_in(client, scene.stranger)
    assert client.get(f"/people/{scene.person_id}/{page}").status_code == 404


def test_more_lessons_ask_no_more(client, scene, database):
    sign_in(client, scene.manager)
    page = f"/people/{scene.person_id}/week?on={MONDAY}"
    few = queries_of(client, page)
    with database.write() as session:
        person = session.get_one(factories.Person, scene.person_id)
        for hour in range(8, 18):
            made = factories.make_class(session, first_at=clock.instant(date(2026, 3, 11), time(hour)))
            factories.make_seat(session, made, person, taken_at=clock.now() - timedelta(days=1))
    assert queries_of(client, page) == few


def test_her_own_week_is_printed_large_on_a3_and_is_a_pdf(client, scene, database):
    with database.write() as session:
        factories.make_account(session, session.get_one(factories.Person, scene.person_id))
    sign_in(client, scene.person_id)
    text = client.get(f"/my-week/print?on={MONDAY}&paper=a3&type=largest").text
    assert "week-a3.css" in text
    assert "type-largest" in text
    assert 'type="date"' in client.get(f"/my-week?on={MONDAY}").text
    answer = client.get(f"/my-week/pdf?on={MONDAY}&paper=a3")
    page = PdfReader(BytesIO(answer.data)).pages[0]
    assert round(float(page.mediabox.width)) == 1191
    assert "民歌合唱" in "".join(page.extract_text().split())
