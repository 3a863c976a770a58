from datetime import date, timedelta

import pytest
from sqlalchemy import select

from senior_univ.core import clock
from senior_univ.core.permissions import Role
from senior_univ.network.models import Organisation
from senior_univ.teaching import queries
from senior_univ.teaching.events import availability_changed, teacher_checked
from senior_univ.teaching.models import Availability, AvailabilityException
from tests import factories as make
from tests.sending_forms import send, shown
from tests.signing_in import sign_in


@pytest.fixture(autouse=True)
def in_english(client):
    client.set_cookie("language", "en")


@pytest.fixture
def site(database, client):
    """A site with a teacher and her manager, who is signed in; another site's teacher; ids by name."""
    with database.write() as session:
        owner = make.make_organisation(session)
        teacher = make.make_teacher(session, owner, check_expires_on=clock.today() + timedelta(300))
        other = make.make_teacher(session)
        ids = {
            "site": owner.id,
            "teacher": teacher.id,
            "person": teacher.person_id,
            "other": other.id,
            "manager": make.make_staff(session, Role.SITE_MANAGER, owner).id,
        }
    sign_in(client, ids["manager"])
    return ids


@pytest.fixture
def heard():
    """Whose times and whose checks were told of, in their order."""
    told = []

    def times(_session, teacher):
        told.append(("times", teacher.id))

    def check(_session, teacher):
        told.append(("check", teacher.id))

    with availability_changed.connected_to(times), teacher_checked.connected_to(check):
        yield told


def day(number):
    return str(clock.today() + timedelta(number))


def exceptions(database, teacher_id):
    with database.read() as session:
        return queries.exceptions_of(session, [teacher_id], date.min, date.max)[teacher_id]


def test_days_away_are_added_and_removed_and_everybody_is_told(client, database, site, heard):
    path = f"/teachers/{site['teacher']}/days"
    assert "the week holds every week" in shown(client, path)
    fields = {"kind": "away", "from_on": day(3), "to_on": day(5), "note": "看孙子"}
    assert send(client, path, **fields).status_code == 303
    (away,) = exceptions(database, site["teacher"])
    assert (away.is_away, away.starts, away.note) == (True, None, "看孙子")
    page = shown(client, path)
    assert "All day" in page
    assert "看孙子" in page
    assert "Away" in shown(client, f"/teachers/{site['teacher']}")
    assert send(client, f"{path}/{away.id}/remove", path).status_code == 303
    assert send(client, f"{path}/{away.id}/remove", path).status_code == 404
    assert exceptions(database, site["teacher"]) == []
    assert heard == [("times", site["teacher"])] * 2


def test_an_extra_day_may_have_hours_and_no_last_day(client, database, site):
    fields = {"kind": "extra", "from_on": day(3), "starts": "9:00", "ends": "11:00"}
    assert send(client, f"/teachers/{site['teacher']}/days", **fields).status_code == 303
    (extra,) = exceptions(database, site["teacher"])
    assert (extra.is_away, extra.to_on, extra.starts.hour) == (False, extra.from_on, 9)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"to_on": day(2)}, "The last day is before the first"),
        ({"from_on": day(-9), "to_on": day(-8)}, "over already"),
        ({"to_on": day(900)}, "a year at most"),
        ({"starts": "9:00"}, "both times"),
        ({"starts": "11:00", "ends": "9:00"}, "end must be after"),
        ({"from_on": "bald"}, "a day that exists"),
        ({"from_on": ""}, "Please fill this in"),
        ({"kind": "nonsense"}, "error-summary"),
    ],
)
def test_days_that_make_no_sense_are_refused_and_stay_as_typed(client, database, site, given, words):
    fields = {"kind": "away", "from_on": day(3), "to_on": day(5), "note": "看孙子"} | given
    answer = send(client, f"/teachers/{site['teacher']}/days", **fields)
    assert words in answer.text
    assert "看孙子" in answer.text
    assert exceptions(database, site["teacher"]) == []


def test_the_same_days_twice_are_refused(client, site):
    path, fields = f"/teachers/{site['teacher']}/days", {"kind": "away", "from_on": day(3)}
    send(client, path, **fields)
    assert "stands there already" in send(client, path, **fields).text


def test_a_retired_teacher_has_no_days_any_more(client, database, site):
    send(client, f"/teachers/{site['teacher']}/retire")
    answer = send(client, f"/teachers/{site['teacher']}/days", kind="away", from_on=day(3), note="看孙子")
    assert "has retired" in answer.text
    assert "看孙子" in answer.text
    assert exceptions(database, site["teacher"]) == []


def test_every_change_of_her_week_is_told(client, database, site, heard):
    path = f"/teachers/{site['teacher']}/availability"
    send(client, path, weekdays=["1"], starts="8:00", ends="11:30")
    with database.read() as session:
        slot_id = session.scalars(select(Availability.id)).one()
    send(client, f"{path}/{slot_id}/remove", path)
    assert heard == [("times", site["teacher"])] * 2


def test_another_last_day_of_the_check_is_told_and_nothing_else(client, site, heard):
    path = f"/teachers/{site['teacher']}/edit"
    fields = {"organisation_id": site["site"], "kind": "part_time", "hours_a_week": "9", "has_promised": "y"}
    assert send(client, path, check_expires_on=day(300), **fields).status_code == 303
    assert heard == []
    assert send(client, path, check_expires_on=day(400), **fields).status_code == 303
    assert heard == [("check", site["teacher"])]
    assert "over already" in send(client, path, check_expires_on=day(-1), **fields).text
    assert heard == [("check", site["teacher"])]


def test_another_sites_teacher_is_not_there(client, site):
    for path in ("days", "availability", "subjects", "papers", "home"):
        assert client.get(f"/teachers/{site['other']}/{path}").status_code == 404
    assert (
        send(client, f"/teachers/{site['other']}/days/1/remove", f"/teachers/{site['teacher']}/days").status_code == 404
    )


def test_a_teacher_keeps_her_own_times_and_nobody_elses(client, database, site, heard):
    with database.write() as session:
        others = make.kept(
            session,
            AvailabilityException(teacher_id=site["other"], from_on=clock.today(), to_on=clock.today(), is_away=True),
        ).id
    sign_in(client, site["person"])
    assert send(client, "/my-teaching/days", kind="away", from_on=day(3)).status_code == 303
    assert send(client, "/my-teaching/availability", weekdays=["2"], starts="8:00", ends="10:00").status_code == 303
    page = shown(client, "/my-teaching")
    assert "Wednesday" in page
    assert "Safety check valid" in page
    (own,) = exceptions(database, site["teacher"])
    assert send(client, f"/my-teaching/days/{others}/remove", "/my-teaching/days").status_code == 404
    assert send(client, f"/my-teaching/days/{own.id}/remove", "/my-teaching/days").status_code == 303
    assert heard == [("times", site["teacher"])] * 3
    assert client.get(f"/teachers/{site['teacher']}").status_code == 403


def test_who_teaches_nothing_hears_how_to_begin(client, database, site):
    with database.write() as session:
        learner = make.make_person(session).id
        retired = make.make_teacher(session, session.get_one(Organisation, site["site"]), retired_on=clock.today())
        ids = [learner, retired.person_id]
    for person_id in ids:
        sign_in(client, person_id)
        assert "teach here yet" in shown(client, "/my-teaching")
        for path in ("/my-teaching/days", "/my-teaching/availability"):
            assert client.get(path).location == "/my-teaching"


def test_exceptions_are_found_by_the_days_they_touch(session):
    teacher, other = make.make_teacher(session), make.make_teacher(session)
    first = date(2026, 3, 10)
    for start, end in ((0, 2), (5, 5), (9, 12)):
        days = {"from_on": first + timedelta(start), "to_on": first + timedelta(end)}
        session.add(AvailabilityException(teacher_id=teacher.id, is_away=True, **days))
    session.flush()

    def found(start, end):
        return queries.exceptions_of(session, [teacher.id, other.id], first + timedelta(start), first + timedelta(end))

    assert [each.from_on.day for each in found(2, 9)[teacher.id]] == [10, 15, 19]
    assert [each.from_on.day for each in found(3, 8)[teacher.id]] == [15]
    assert found(3, 4) == {teacher.id: [], other.id: []}
