from datetime import time

import pytest

from senior_univ.accounts.actions import add_person
from senior_univ.accounts.queries import build_viewer
from senior_univ.care import actions, queries
from senior_univ.care.models import CareKind
from senior_univ.care.rules import BlockPlan, Needs, Place
from senior_univ.core.errors import NotFoundError
from senior_univ.core.permissions import Permission, Role
from senior_univ.network.models import OrganisationKind
from tests import factories as make

pytestmark = pytest.mark.usefixtures("frozen")


def viewer_of(session, role, organisation):
    return build_viewer(session, make.make_staff(session, role, organisation).id)


def bureau(session, kind, region_code):
    return make.make_organisation(session, kind=kind, region_code=region_code)


def test_a_home_sees_its_own_residents_and_nobody_elses(session):
    home, other = make.make_home(session), make.make_home(session)
    person = make.make_resident(session, home)
    make.make_resident(session, other)
    viewer = viewer_of(session, Role.CARE_SCHEDULER, home)
    assert [row.person_id for row in queries.residents(session, viewer, home.id)] == [person.id]
    with pytest.raises(NotFoundError):
        queries.residents(session, viewer, other.id)


def test_civil_affairs_sees_the_homes_of_its_county_and_education_sees_none(session):
    home = make.make_home(session)
    office = bureau(session, OrganisationKind.CIVIL_AFFAIRS_BUREAU, make.COUNTY)
    elsewhere = bureau(session, OrganisationKind.CIVIL_AFFAIRS_BUREAU, make.OTHER_COUNTY)
    education = bureau(session, OrganisationKind.EDUCATION_BUREAU, make.COUNTY)
    supervisor = viewer_of(session, Role.CARE_SUPERVISOR, office)
    assert list(queries.homes(session, supervisor)) == [home]
    assert not queries.manages(session, supervisor, home.id)
    for stranger in (
        viewer_of(session, Role.CARE_SUPERVISOR, elsewhere),
        viewer_of(session, Role.COUNTY_OFFICER, education),
    ):
        assert not queries.homes(session, stranger)
        with pytest.raises(NotFoundError):
            queries.home_for(session, stranger, Permission.SEE_RESIDENTS, home.id)


def test_a_school_is_no_home(session):
    school = make.make_organisation(session)
    viewer = viewer_of(session, Role.CARE_SCHEDULER, school)
    with pytest.raises(NotFoundError):
        queries.home_for(session, viewer, Permission.SEE_RESIDENTS, school.id)


def test_residents_are_found_by_name_pinyin_and_room(session):
    home = make.make_home(session)
    viewer = viewer_of(session, Role.CARE_SCHEDULER, home)
    unit = make.make_unit(session, home)
    for name, bed in (("王秀英", "203-1"), ("张桂兰", "204-1")):
        person = add_person(session, name=name, birth_year=1944, by=viewer)
        actions.admit(session, person, Place(home, unit, bed), by=viewer)

    def found(text):
        return [row.person.name for row in queries.residents(session, viewer, home.id, text=text)]

    assert found("秀英") == found("wxy") == found("wangxiuying") == found("203") == ["王秀英"]
    assert found("%") == found("_") == []


def test_a_residents_times_are_her_own_her_units_and_her_homes(session):
    home = make.make_home(session)
    unit, other_unit = make.make_unit(session, home), make.make_unit(session, home, name="二楼护理区", floor=2)
    person, neighbour = make.make_resident(session, home, unit), make.make_resident(session, home, other_unit)
    outsider = make.make_person(session)

    def add(kind, starts, **owner):
        plan = BlockPlan(home.id, kind, time(starts), time(starts + 1), **owner)
        return actions.add_block(session, plan, by=None)

    lunch, nap = add(CareKind.MEAL, 11), add(CareKind.NAP, 12, unit_id=unit.id)
    dialysis = add(CareKind.DIALYSIS, 8, person_id=person.id)
    add(CareKind.VISITING, 15)
    session.flush()
    blocks = queries.blocks_for(session, [person.id, neighbour.id, outsider.id])
    assert set(blocks[person.id]) == {lunch, nap, dialysis}
    assert (blocks[neighbour.id], blocks[outsider.id]) == ([lunch], [])
    assert queries.home_blocks(session, home.id) == [lunch]
    add(CareKind.NAP, 12, unit_id=other_unit.id)
    session.flush()
    assert len(queries.home_blocks(session, home.id)) == 3


def test_nothing_is_asked_about_nobody(session):
    assert queries.blocks_for(session, []) == {}
    assert queries.residencies_of(session, []) == {}
    assert queries.needs_of(session, []) == {}


def test_equal_names_are_known_and_a_known_person_is_proposed(session):
    home = make.make_home(session)
    for year in (1944, 1951):
        make.make_resident(session, home, name="王秀英", birth_year=year)
    make.make_resident(session, home, name="张桂兰")
    assert queries.repeated_names(session, home.id) == {"王秀英"}
    known = queries.known_people(session, home, name="王秀英", birth_year=1944)
    assert [person.birth_year for person in known] == [1944]
    far = make.make_person(session, name="李秀英", birth_year=1944, region_code=make.OTHER_COUNTY)
    assert far not in queries.known_people(session, home, name="李秀英", birth_year=1944)


def test_needs_in_words(session):
    person = make.make_person(session)
    needs = actions.set_needs(session, person.id, Needs(uses_wheelchair=True, needs_escort=True), by=None)
    assert [icon for icon, _words in needs.words] == ["accessibility", "users"]
