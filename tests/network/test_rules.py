import itertools
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from senior_univ.network.models import Level, OpeningHours, OrganisationKind, Region
from senior_univ.network.rules import (
    LEVELS_OF_KIND,
    PARENT_KINDS,
    RegionFileError,
    bare_name,
    cover,
    days_in_a_row,
    is_same_area,
    level_of,
    parent_of,
    path_of,
    percent,
    prefix_of,
    read_regions,
)

digits = st.text("0123456789", min_size=1, max_size=1)
villages = st.from_regex(r"13(0[1-9]|1[0-9])([0-8][1-9])[0-4][0-9]{2}[2-5][0-9]{2}", fullmatch=True)


@given(villages)
def test_every_code_begins_with_the_prefix_of_everything_above_it(code):
    path = path_of(code)
    assert [level_of(step) for step in path] == list(Level)
    assert path[-1] == code
    for above, below in itertools.pairwise(path):
        assert parent_of(below) == above
        assert below.startswith(prefix_of(above))
        assert code.startswith(prefix_of(above))


@given(villages, villages)
def test_a_place_is_in_an_area_exactly_when_the_area_is_on_its_path(one, other):
    for area in path_of(one):
        assert other.startswith(prefix_of(area)) == (area in path_of(other))


@given(st.text(max_size=14))
def test_any_text_is_a_code_or_none(text):
    level = level_of(text)
    assert level is None or (len(text) in {6, 9, 12} and path_of(text)[-1] == text)
    assert path_of(text) == [] or level is not None


def test_a_city_is_the_start_of_its_counties_and_zones():
    assert prefix_of("130500") == "1305"
    assert prefix_of("130571") == "130571"
    assert prefix_of("130525400") == "130525400"


@pytest.mark.parametrize(
    "code", ["", "130000", "13050", "1305020", "13050a", "１３０５０２", "1305020010620", "-30502"]
)
def test_what_is_no_code_has_no_level(code):
    assert level_of(code) is None


def test_zones_and_farms_number_themselves_apart_and_still_have_their_parents():
    assert parent_of("130571") == "130500"
    assert parent_of("130525400") == "130525"
    assert path_of("130571103210") == ["130500", "130571", "130571103", "130571103210"]


def test_a_bare_name_is_what_people_say():
    assert bare_name("北关社区居民委员会") == "北关"
    assert bare_name("王家庄村村民委员会") == "王家庄"
    assert bare_name("张村") == "张村"
    assert bare_name("村") == "村"


@pytest.mark.parametrize(
    ("official", "spoken"),
    [
        ("北关社区居民委员会", "北关社区"),
        ("北关村村民委员会", "北关村"),
        ("张家庄村民委员会", "张家庄村"),
        ("南长街街道", "南长街街道"),
        ("村民委员会", "村民委员会"),
    ],
)
def test_a_village_is_shown_as_people_call_it(official, spoken):
    assert Region(name=official).spoken_name == spoken


def test_an_organisation_answers_within_its_county_or_to_the_city():
    assert is_same_area("130502", "130502001062")
    assert is_same_area("130502001", "130502002047")
    assert is_same_area("130500", "130502001062")
    assert not is_same_area("130503", "130502001062")
    assert not is_same_area("130502", "130500")


def test_every_kind_has_its_place_and_its_tier():
    assert set(PARENT_KINDS) == set(LEVELS_OF_KIND) == set(OrganisationKind)


def test_percents_say_all_only_for_all():
    assert percent(999, 1000) == 99
    assert percent(1000, 1000) == 100
    assert percent(0, 0) is None


def test_equal_days_in_a_row_are_told_at_once():
    def hours(*days, opens=8, closes=18):
        return [OpeningHours(weekday=day, opens=time(opens), closes=time(closes)) for day in days]

    long, short = [(time(8), time(18))], [(time(8), time(12))]
    assert days_in_a_row([]) == []
    assert days_in_a_row(hours(*range(7))) == [(0, 6, long)]
    assert days_in_a_row([*hours(0, 1, 3), *hours(4, closes=12)]) == [(0, 1, long), (3, 3, long), (4, 4, short)]
    both = [(time(8), time(12)), (time(14), time(17))]
    assert days_in_a_row([*hours(1, 2, opens=14, closes=17), *hours(1, 2, closes=12)]) == [(1, 2, both)]


def township(code):
    return Region(code=code, name=code, level=Level.TOWNSHIP, parent_code=code[:6])


def test_a_school_covers_the_villages_that_have_no_site_of_their_own():
    stands = [
        ("130502001", OrganisationKind.TOWNSHIP_SCHOOL, 1),
        ("130502001062", OrganisationKind.TEACHING_SITE, 2),
        ("130502001063", OrganisationKind.CARE_INSTITUTION, 1),
        ("130502002047", OrganisationKind.TEACHING_SITE, 1),
    ]
    with_school, without = cover(
        [township("130502001"), township("130502002")], {"130502001": 5, "130502002": 3}, stands
    )
    assert (with_school.own_site, with_school.by_school, with_school.without_site, with_school.uncovered) == (
        1,
        4,
        4,
        0,
    )
    assert (with_school.sites, with_school.homes, with_school.schools) == (3, 1, 1)
    assert (without.own_site, without.by_school, without.without_site, without.uncovered) == (1, 0, 2, 2)


@given(st.lists(villages, max_size=12, unique=True), st.sets(villages, max_size=6))
def test_coverage_of_a_county_is_the_sum_of_its_townships(codes, with_site):
    counts = {}
    for code in set(codes) | with_site:
        counts[code[:9]] = counts.get(code[:9], 0) + 1
    stands = [(code, OrganisationKind.TEACHING_SITE, 1) for code in with_site]
    of_townships = cover([township(code) for code in counts], counts, stands)
    of_counties = cover([township(code) for code in {code[:6] for code in counts}], counts, stands)
    for name in ("townships", "villages", "own_site", "by_school", "sites"):
        assert sum(getattr(row, name) for row in of_townships) == sum(getattr(row, name) for row in of_counties)
    assert all(0 <= row.own_site <= row.villages for row in of_townships)


def refused(*lines, known=()):
    with pytest.raises(RegionFileError) as error:
        read_regions(lines, known)
    return error.value.problems


def test_a_file_of_regions_is_refused_line_by_line_in_words():
    problems = refused("code,name", "130500,邢台市", "13050,襄都区", "130502001,南长街街道", "130503,", "130500,又一个")
    assert [problem.split(":")[0] for problem in problems] == ["Line 3", "Line 4", "Line 5", "Line 6"]
    assert "no region code" in problems[0]
    assert "belongs to 130502" in problems[1]
    assert "has no name" in problems[2]
    assert "twice" in problems[3]


def test_a_file_without_its_columns_or_rows_is_refused():
    assert refused("编号,名称", "130500,邢台市")
    assert refused("code,name")
    assert refused()


def test_a_parent_may_be_known_already_and_rows_come_parents_first():
    rows = read_regions(["code,name", "130502001062,北关", "130502001,南长街街道"], known={"130502"})
    assert [row.code for row in rows] == ["130502001", "130502001062"]
