from concurrent.futures import ThreadPoolExecutor
from datetime import date, time, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from senior_univ.accounts.models import Belonging, BelongingReason, Person
from senior_univ.audit.models import AuditEntry
from senior_univ.care import actions, queries
from senior_univ.care.events import residency_ended
from senior_univ.care.models import CareBlock, CareKind, Residency, Unit
from senior_univ.care.reactions import end_residency
from senior_univ.care.rules import BlockPlan, Needs, Place
from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.network.models import Organisation, OrganisationKind
from tests import factories as make

pytestmark = pytest.mark.usefixtures("frozen")


def refusal(act):
    with pytest.raises(DomainError) as caught:
        act()
    return caught.value


def belonging(session, person, home):
    wanted = select(Belonging).filter_by(person_id=person.id, organisation_id=home.id, reason=BelongingReason.RESIDENT)
    return session.scalar(wanted.execution_options(populate_existing=True))


def test_whoever_moves_in_lives_there_and_may_be_seen_by_the_home(session):
    home, person = make.make_home(session), make.make_person(session)
    unit = make.make_unit(session, home)
    residency = actions.admit(session, person, Place(home, unit, "203-2"), by=None)
    assert (residency.from_on, residency.unit, residency.bed) == (clock.today(), unit, "203-2")
    assert belonging(session, person, home).to_on is None
    assert session.scalar(select(AuditEntry.on_behalf_of_id).where(AuditEntry.action == "residency.began")) == person.id


@pytest.mark.parametrize("kind", [OrganisationKind.DAY_CARE_CENTRE, OrganisationKind.HAPPINESS_HOME])
def test_a_small_home_needs_neither_unit_nor_bed(session, kind):
    residency = actions.admit(session, make.make_person(session), Place(make.make_home(session, kind=kind)), by=None)
    assert residency.unit is None


def test_nobody_lives_at_a_school(session):
    place = Place(make.make_organisation(session))
    assert refusal(lambda: actions.admit(session, make.make_person(session), place, by=None)).code == "not_a_home"


def test_nobody_lives_in_two_homes(session):
    home, other = make.make_home(session), make.make_home(session)
    person = make.make_resident(session, home)
    here = refusal(lambda: actions.admit(session, person, Place(home), by=None))
    elsewhere = refusal(lambda: actions.admit(session, person, Place(other), by=None))
    assert (here.code, elsewhere.code) == ("already_resident", "already_resident")
    assert home.name not in str(elsewhere.message)


def test_a_bed_has_one_person(session):
    home = make.make_home(session)
    place = Place(home, make.make_unit(session, home), "101-1")
    actions.admit(session, make.make_person(session, name="张桂兰"), place, by=None)
    refused = refusal(lambda: actions.admit(session, make.make_person(session), place, by=None))
    assert (refused.code, refused.field) == ("bed_taken", "bed")
    assert "张桂兰" in str(refused.message)


def test_a_unit_of_another_home_is_refused(session):
    place = Place(make.make_home(session), make.make_unit(session, make.make_home(session)))
    assert refusal(lambda: actions.admit(session, make.make_person(session), place, by=None)).code == "wrong_unit"


def test_nobody_is_added_before_she_comes(session):
    tomorrow = clock.today() + timedelta(1)
    refused = refusal(
        lambda: actions.admit(
            session, make.make_person(session), Place(make.make_home(session)), from_on=tomorrow, by=None
        )
    )
    assert (refused.code, refused.field) == ("from_in_future", "from_on")


def test_moving_within_a_home_keeps_where_she_lived_before(session):
    home = make.make_home(session)
    first, second = make.make_unit(session, home), make.make_unit(session, home, name="二楼护理区", floor=2)
    person = make.make_resident(session, home, first)
    [residency] = queries.history(session, home.id, person.id)
    actions.move(session, residency, Place(home, second, "201-1"), by=None)
    session.flush()
    assert [(r.unit.name, r.to_on) for r in queries.history(session, home.id, person.id)] == [
        ("二楼护理区", None),
        ("一楼护理区", clock.today()),
    ]


def test_a_bed_mistyped_today_is_only_corrected(session):
    home = make.make_home(session)
    unit = make.make_unit(session, home)
    residency = actions.admit(session, make.make_person(session), Place(home, unit, "1"), by=None)
    assert actions.move(session, residency, Place(home, unit, "2"), by=None) is residency


def test_leaving_ends_her_own_times_and_the_homes_view_and_tells_others(session):
    home = make.make_home(session)
    residency = actions.admit(session, make.make_person(session), Place(home), by=None)
    person = residency.person
    actions.add_block(session, dialysis(home, person), by=None)
    told = []
    with residency_ended.connected_to(lambda _session, residency, **_rest: told.append(residency)):
        actions.discharge(session, residency, by=None)
    assert told == [residency]
    assert residency.to_on == clock.today()
    assert session.scalar(select(CareBlock)) is None
    assert belonging(session, person, home).to_on == clock.today()
    assert refusal(lambda: actions.discharge(session, residency, by=None)).code == "already_ended"


@pytest.mark.parametrize(
    ("day", "code"), [(date(2026, 3, 11), "to_in_future"), (date(2020, 1, 1), "ends_before_start")]
)
def test_a_wrong_last_day_says_why(session, day, code):
    residency = actions.admit(session, make.make_person(session), Place(make.make_home(session)), by=None)
    assert refusal(lambda: actions.discharge(session, residency, to_on=day, by=None)).code == code


def test_somebody_whose_file_ends_lives_nowhere(session):
    home = make.make_home(session)
    person = make.make_resident(session, home)
    end_residency(session, person)
    session.flush()
    assert session.scalar(select(Residency).where(Residency.to_on.is_(None))) is None


def test_a_wheelchair_needs_no_steps(session):
    person = make.make_person(session)
    needs = actions.set_needs(session, person.id, Needs(uses_wheelchair=True), by=None)
    assert needs.needs_step_free
    actions.set_needs(session, person.id, Needs(needs_escort=True, note="坐前排"), by=None)
    on_file = queries.needs_of(session, [person.id])[person.id]
    assert (on_file.uses_wheelchair, on_file.needs_escort, on_file.note) == (False, True, "坐前排")


def dialysis(home, person, starts=time(8), ends=time(12)):
    return BlockPlan(home.id, CareKind.DIALYSIS, starts, ends, weekday=1, person_id=person.id)


def test_two_times_of_one_owner_may_not_overlap(session):
    home = make.make_home(session)
    unit = make.make_unit(session, home)
    nap = BlockPlan(home.id, CareKind.NAP, time(12), time(14))
    actions.add_block(session, nap, by=None)
    refused = refusal(
        lambda: actions.add_block(
            session, BlockPlan(home.id, CareKind.MEAL, time(13, 59), time(15), weekday=2), by=None
        )
    )
    assert (refused.code, refused.field) == ("overlap", "starts")
    assert "中午12:00" in str(refused.message)
    actions.add_block(session, BlockPlan(home.id, CareKind.MEAL, time(11, 30), time(12)), by=None)
    actions.add_block(session, BlockPlan(home.id, CareKind.NAP, time(12), time(14), unit_id=unit.id), by=None)
    actions.add_block(session, BlockPlan(home.id, CareKind.VISITING, time(9), time(17)), by=None)


def test_a_time_may_be_moved_over_its_own_old_place(session):
    home = make.make_home(session)
    block = actions.add_block(session, BlockPlan(home.id, CareKind.NAP, time(12), time(14)), by=None)
    actions.change_block(session, block, BlockPlan(home.id, CareKind.NAP, time(12, 30), time(14)), by=None)
    assert block.starts == time(12, 30)
    actions.end_block(session, block, by=None)
    session.flush()
    assert queries.care_day(session, home.id) == []


@pytest.mark.parametrize("ends", [time(8), time(7, 30)])
def test_an_end_before_the_start_has_its_own_words(session, ends):
    plan = BlockPlan(make.make_home(session).id, CareKind.MEAL, time(8), ends)
    refused = refusal(lambda: actions.add_block(session, plan, by=None))
    assert (refused.code, refused.field) == ("end_before_start", "ends")


def test_a_time_of_somebody_elses_unit_or_resident_is_refused(session):
    home, other = make.make_home(session), make.make_home(session)
    unit, stranger = make.make_unit(session, other), make.make_resident(session, other)
    of_unit = BlockPlan(home.id, CareKind.MEAL, time(7), time(8), unit_id=unit.id)
    assert refusal(lambda: actions.add_block(session, of_unit, by=None)).code == "wrong_unit"
    assert refusal(lambda: actions.add_block(session, dialysis(home, stranger), by=None)).code == "not_resident"


def test_two_units_of_a_home_have_different_names(session):
    home = make.make_home(session)
    unit = actions.add_unit(session, home, "一楼护理区", by=None)
    session.flush()
    assert refusal(lambda: actions.add_unit(session, home, "一楼护理区", by=None)).field == "name"
    actions.change_unit(session, unit, "一楼护理区", floor=1, gathering_minutes=15, by=None)
    assert unit.gathering_minutes == 15


def test_two_who_are_given_the_last_bed_at_once_share_no_bed(database):
    with database.write() as session:
        home = make.make_home(session)
        unit_id = make.make_unit(session, home).id
        home_id = home.id
        people = [make.make_person(session).id for _ in range(2)]
    start = Barrier(2)

    def admit(person_id):
        start.wait()
        try:
            with database.write() as session:
                place = Place(session.get_one(Organisation, home_id), session.get_one(Unit, unit_id), "101-1")
                actions.admit(session, session.get_one(Person, person_id), place, by=None)
        except DomainError as refused:
            return refused.code
        return "admitted"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(admit, people)) == ["admitted", "bed_taken"]
