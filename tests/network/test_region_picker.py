import pytest

from senior_univ.core.web import db
from senior_univ.network.forms import RegionPicker

NORTH_GATE = "130502001062"


@pytest.fixture
def pick(app):
    """Sends a form that is nothing but a picker."""
    app.config["WTF_CSRF_ENABLED"] = False

    def send(near="", within="", **typed):
        with app.test_request_context("/", method="POST", data=typed):
            form = RegionPicker()
            form.look_up(db(), near=near, within=within)
            form.is_right = form.validate_on_submit()
            form.words = [str(words) for errors in form.errors.values() for words in errors]
            form.offered = {str(code): str(name) for code, name in form.region_code.choices}
            return form

    return send


def test_a_name_that_one_place_has_is_enough(pick):
    form = pick(place="开元寺")
    assert form.is_right
    assert form.region.name == "开元寺社区居民委员会"


def test_a_name_with_its_county_before_it_is_enough(pick):
    assert pick(place="襄都 北关").region.code == NORTH_GATE
    assert pick(place="襄都区，北关社区").region.code == NORTH_GATE


def test_a_name_of_several_places_offers_them_with_their_county_and_the_near_one_first(pick):
    form = pick(near="130506100", place="北关")
    assert not form.is_right
    assert next(iter(form.offered)) == "130506100014"
    assert form.region_hints[NORTH_GATE] == "襄都区 南长街街道"
    assert form.words == ["有几个地方都叫这个名字，请选一个。"] or "Several" in form.words[0]


def test_one_of_those_offered_is_taken(pick):
    form = pick(place="北关", place_before="北关", region_code="130523100210")
    assert form.is_right
    assert form.region.code == "130523100210"


def test_going_on_without_choosing_offers_the_same_places_again(pick):
    form = pick(place="北关", place_before="北关")
    assert not form.is_right
    assert NORTH_GATE in form.offered


def test_typing_something_else_counts_more_than_what_was_picked_before(pick):
    form = pick(place="开元寺", place_before="北关", region_code=NORTH_GATE)
    assert form.region.name == "开元寺社区居民委员会"


def test_nothing_typed_leads_from_the_county_down_to_the_village(pick):
    form = pick()
    assert len(form.offered) == 19
    assert form.words
    form = pick(region_code="130502")
    assert form.offered["130502001"] == "南长街街道"
    assert not form.words
    assert not form.is_right
    form = pick(region_code="130502001")
    assert form.offered[NORTH_GATE] == "北关社区"
    assert "130502" in form.offered
    assert pick(region_code=NORTH_GATE).is_right


def test_nothing_typed_within_an_area_starts_with_its_parts(pick):
    assert len(pick(within="1305").offered) == 19
    assert next(iter(pick(within="130502").offered)) == "130502001"
    assert "130500" not in pick(within="130502").offered


def test_one_step_back_shows_the_townships_again(pick):
    assert "130502001" in pick(region_code="130502").offered


def test_typing_a_township_leads_to_its_villages(pick):
    assert NORTH_GATE in pick(place="南长街").offered


@pytest.mark.parametrize("typed", ["没有这个地方", "%", "_", "村'--", "x" * 40])
def test_an_unknown_name_has_its_own_words(pick, typed):
    form = pick(place=typed)
    assert not form.is_right
    assert typed in form.words[0]


@pytest.mark.parametrize("field", ["place", "region_code"])
def test_a_code_outside_the_table_has_its_own_words(pick, field):
    form = pick(**{field: "990502001062"})
    assert not form.is_right
    assert "990502001062" in form.words[0]


def test_a_code_may_be_typed(pick):
    assert pick(place=NORTH_GATE).region.code == NORTH_GATE


def test_a_place_outside_the_allowed_area_is_not_found(pick):
    assert pick(within="130503", place="开元寺").region is None
    assert pick(within="130503", region_code=NORTH_GATE).region is None


def test_nonsense_is_never_an_error(pick):
    for text in (" ", "，", "１３０５０２", "北" * 40, "\u200b", "130500", "130000"):
        pick(place=text)
        pick(region_code=text)
