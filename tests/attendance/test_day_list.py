"""今日接送单: who goes where, from which room, by when, and striking from it."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from senior_univ.accounts.models import PhoneKind
from senior_univ.attendance.day_list import day_list, lift_trips, put_back, strike
from senior_univ.attendance.models import Leave
from senior_univ.attendance.rules import STRUCK
from senior_univ.care import actions as care
from senior_univ.care import queries
from senior_univ.care.rules import Needs, Place
from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Role
from senior_univ.network.models import Organisation, OrganisationKind
from senior_univ.reminders.models import Message, MessageKind, MessageState
from senior_univ.wiring import connect
from tests import factories as make
from tests.enrolment.seats import enrol, herself
from tests.queries_counted import queries_of
from tests.sending_forms import send, shown
from tests.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("frozen")

TOMORROW = date(2026, 3, 11)


@pytest.fixture(autouse=True)
def wired():
    connect()


def town(session, **unit):
    """A home with a lift for two, a unit on the third floor, and a class of its own tomorrow at 9:30."""
    home = make.make_home(session, name="夕阳红养老院")
    room = make.make_room(session, home, capacity=30, wheelchair_places=9)
    room.venue.has_lift, room.venue.lift_wheelchairs, room.floor = True, 2, 1
    found = make.make_unit(session, home, **{"floor": 3, "gathering_minutes": 15} | unit)
    course_class = make.make_class(session, home_id=home.id, room=room)
    return home, found, course_class


def bring(session, home, unit, course_class, bed, **needs):
    person = make.make_resident(session, home, unit)
    residency = queries.residencies_of(session, [person.id])[person.id]
    residency.bed = bed
    if needs:
        care.set_needs(session, person.id, Needs(**needs), by=None)
    enrol(session, course_class, person)
    return person


def test_wheelchairs_take_trips_of_the_lift_and_gathering_begins_the_earlier(session):
    home, unit, course_class = town(session)
    people = [bring(session, home, unit, course_class, f"30{n}", uses_wheelchair=True) for n in range(5)]
    bring(session, home, unit, course_class, "309", needs_escort=True)
    (shown_list,) = day_list(session, home, TOMORROW)
    (outing,) = shown_list.outings
    assert (outing.wheelchairs, outing.trips, outing.escorts) == (5, 3, 1)
    assert clock.local(outing.gather_at).time() == time(9, 7)
    assert [rider.residency.bed for rider in outing.riders] == ["300", "301", "302", "303", "304", "309"]
    strike(session, [people[0].id], TOMORROW, by=herself(people[1]))
    (outing,) = day_list(session, home, TOMORROW)[0].outings
    assert (outing.wheelchairs, outing.trips) == (4, 2)
    assert clock.local(outing.gather_at).time() == time(9, 11)


def test_a_lesson_on_the_same_floor_needs_no_lift(session):
    home, unit, course_class = town(session, floor=1)
    bring(session, home, unit, course_class, "101", uses_wheelchair=True)
    (outing,) = day_list(session, home, TOMORROW)[0].outings
    assert outing.trips == 0
    assert clock.local(outing.gather_at).time() == time(9, 15)


@given(st.integers(0, 60), st.integers(1, 8))
def test_every_wheelchair_is_taken_and_no_trip_is_empty(wheelchairs, lift):
    trips = lift_trips(wheelchairs, lift)
    assert trips * lift >= wheelchairs
    assert (trips - 1) * lift < wheelchairs or trips == 0


def test_struck_for_the_day_undone_and_struck_again(session):
    home, unit, course_class = town(session)
    person = bring(session, home, unit, course_class, "301")
    staff = herself(make.make_person(session))
    (leave,) = strike(session, [person.id], TOMORROW, by=staff)
    assert (leave.reason, leave.lesson.starts_at.astimezone().date()) == (STRUCK, TOMORROW)
    assert session.scalars(select(Message)).all() == []
    with pytest.raises(DomainError) as caught:
        strike(session, [person.id], TOMORROW, by=staff)
    assert caught.value.code == "nothing_to_strike"
    put_back(session, [person.id], TOMORROW, by=staff)
    assert session.scalars(select(Leave).where(Leave.taken_back_at.is_(None))).all() == []
    assert strike(session, [person.id], TOMORROW, by=staff)


def test_nobody_hears_of_a_strike_that_was_undone_before_its_text_went_out(session):
    home, unit, _in_home = town(session)
    person = bring(session, home, unit, make.make_class(session), "301")
    person.phone, person.phone_kind = "+8613800004444", PhoneKind.MOBILE
    staff = herself(make.make_person(session))
    strike(session, [person.id], TOMORROW, by=staff)
    put_back(session, [person.id], TOMORROW, by=staff)
    strike(session, [person.id], TOMORROW, by=staff)
    told = session.scalars(select(Message).order_by(Message.id).execution_options(populate_existing=True)).all()
    assert {each.kind for each in told} == {MessageKind.LEAVE_FOR_YOU}
    assert [each.state for each in told] == [MessageState.CANCELLED, MessageState.DUE]


def test_what_has_begun_is_not_struck(session, frozen):
    home, unit, course_class = town(session)
    person = bring(session, home, unit, course_class, "301")
    frozen.move_to(clock.instant(TOMORROW, time(9, 30)))
    with pytest.raises(DomainError):
        strike(session, [person.id], TOMORROW, by=herself(person))


def test_a_closed_unit_is_marked(session):
    home, unit, course_class = town(session)
    make.make_unit(session, home, name="二楼护理区")
    bring(session, home, unit, course_class, "301")
    care.declare_quarantine(session, unit, from_on=TOMORROW, to_on=TOMORROW, by=herself(make.make_person(session)))
    by_unit = {each.unit.id: each for each in day_list(session, home, TOMORROW)}
    assert by_unit[unit.id].closed is not None
    assert [rider.is_coming for rider in by_unit[unit.id].outings[0].riders] == [False]


@pytest.fixture
def home(database, client):
    """The same as pages, its scheduler signed in; ids by name."""
    with database.write() as session:
        owner, unit, course_class = town(session)
        one = bring(session, owner, unit, course_class, "301")
        other = bring(session, owner, unit, course_class, "302", uses_wheelchair=True)
        staff = make.make_staff(session, Role.CARE_SCHEDULER, owner)
        found = {
            "home": owner.id,
            "unit": unit.id,
            "one": one.id,
            "other": other.id,
            "staff": staff.id,
            "class": course_class.id,
        }
    sign_in(client, found["staff"])
    return found


def leaves(database):
    with database.read() as session:
        return session.scalars(select(Leave.person_id).where(Leave.taken_back_at.is_(None)).order_by(Leave.id)).all()


def test_two_taps_strike_a_resident_and_one_takes_it_back(client, database, home):
    path = f"/homes/{home['home']}/today"
    listed = shown(client, f"{path}?on={TOMORROW}")
    assert "9:15" in listed
    assert "301" in listed
    assert send(client, f"{path}/strike", f"{path}?on={TOMORROW}", person=home["one"], on=TOMORROW).status_code == 303
    assert leaves(database) == [home["one"]]
    send(client, f"{path}/put-back", f"{path}?on={TOMORROW}", person=home["one"], on=TOMORROW)
    assert leaves(database) == []


def test_a_whole_unit_is_struck_and_put_back(client, database, home):
    path = f"/homes/{home['home']}/today"
    send(client, f"{path}/strike", f"{path}?on={TOMORROW}", unit=home["unit"], on=TOMORROW)
    assert sorted(leaves(database)) == sorted([home["one"], home["other"]])
    send(client, f"{path}/put-back", f"{path}?on={TOMORROW}", unit=home["unit"], on=TOMORROW)
    assert leaves(database) == []


@pytest.mark.parametrize("fields", [{"person": "999"}, {"unit": "999"}, {"person": "x"}, {}, {"person": "9" * 40}])
def test_of_others_nobody_is_struck(client, database, home, fields):
    path = f"/homes/{home['home']}/today"
    assert send(client, f"{path}/strike", f"{path}?on={TOMORROW}", on=TOMORROW, **fields).status_code == 404
    assert leaves(database) == []


def test_on_paper_only_who_comes_stands_there(client, home):
    path = f"/homes/{home['home']}/today"
    send(client, f"{path}/strike", f"{path}?on={TOMORROW}", person=home["one"], on=TOMORROW)
    paper = shown(client, f"{path}/print?on={TOMORROW}")
    assert "302" in paper
    assert "301" not in paper


@pytest.mark.parametrize("day", ["", "nonsense", "2026-02-30", "9999-12-31", "0001-01-01"])
def test_a_day_that_is_none_is_today(client, home, day):
    assert "3月10日" in shown(client, f"/homes/{home['home']}/today?on={day}")


def test_more_residents_are_no_more_queries(client, database, home):
    path = f"/homes/{home['home']}/today?on={TOMORROW}"
    few = queries_of(client, path)
    with database.write() as session:
        owner = session.get_one(Organisation, home["home"])
        unit = queries.unit_for(session, home["home"], home["unit"])
        for number in range(6):
            course_class = make.make_class(
                session,
                site=make.make_organisation(session),
                first_at=clock.instant(TOMORROW, time(14)) + timedelta(minutes=number),
            )
            bring(session, owner, unit, course_class, f"32{number}", needs_escort=True)
    assert queries_of(client, path) == few


def test_a_day_care_centre_speaks_of_no_units_and_no_beds(client, database):
    with database.write() as session:
        centre = make.make_home(session, kind=OrganisationKind.DAY_CARE_CENTRE)
        staff = make.make_staff(session, Role.CARE_SCHEDULER, centre)
        guest = make.make_person(session)
        care.admit(session, guest, Place(centre), by=None)
        enrol(session, make.make_class(session), guest)
        ids = centre.id, staff.id, guest.id
    sign_in(client, ids[1])
    base = f"/homes/{ids[0]}"
    pages = ["residents", "residents/new", "residents/print", f"residents/{ids[2]}", "care-day", "care-day/new"]
    for page in [*pages, f"today?on={TOMORROW}", f"today/print?on={TOMORROW}"]:
        text = shown(client, f"{base}/{page}")
        for word in ("护理区", "床", "单元", 'id="unit"', 'name="bed"'):
            assert word not in text.split("</header>")[-1].split("<footer")[0], (page, word)
