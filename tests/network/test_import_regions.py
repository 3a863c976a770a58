from collections import Counter

from sqlalchemy import select

from senior_univ.network.models import Level, Region
from senior_univ.network.rules import prefix_of

COUNTS = {Level.CITY: 1, Level.COUNTY: 19, Level.TOWNSHIP: 201, Level.VILLAGE: 5396}


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=["import-regions", *map(str, arguments)])


def regions(database):
    with database.read() as session:
        return {each.code: (each.name, each.level, each.parent_code) for each in session.scalars(select(Region))}


def test_every_region_of_the_city_is_there_and_importing_again_changes_nothing(app, database):
    before = regions(database)
    assert Counter(level for _name, level, _parent in before.values()) == COUNTS
    result = run(app)
    assert result.exit_code == 0, result.output
    assert "5617 regions" in result.output
    assert regions(database) == before


def test_every_region_hangs_on_the_one_that_its_code_begins_with(database):
    found = regions(database)
    for code, (_name, level, parent) in found.items():
        assert (parent is None) == (level is Level.CITY)
        assert parent is None or (parent in found and code.startswith(prefix_of(parent)))
    assert found["130571"] == ("河北邢台经济开发区", Level.COUNTY, "130500")
    assert found["130525400"] == ("柳行农场", Level.TOWNSHIP, "130525")


def test_a_file_of_ones_own_adds_and_renames(app, database, tmp_path):
    file = tmp_path / "more.csv"
    file.write_text(
        "code,name\n130502001062,北关大社区居民委员会\n130502001999,新社区居民委员会\n", encoding="utf-8-sig"
    )
    result = run(app, file)
    assert result.exit_code == 0, result.output
    found = regions(database)
    assert found["130502001062"][0] == "北关大社区居民委员会"
    assert found["130502001999"] == ("新社区居民委员会", Level.VILLAGE, "130502001")
    assert len(found) == 5618


def test_a_file_with_a_wrong_code_changes_nothing_and_names_the_line(app, database, tmp_path):
    file = tmp_path / "wrong.csv"
    file.write_text("code,name\n130502001998,好社区\n13050200199,坏社区\n999999001001,远社区\n", encoding="utf-8")
    result = run(app, file)
    assert result.exit_code == 1
    assert "Nothing was imported" in result.output
    assert "Line 3" in result.output
    assert "Line 4" in result.output
    assert "130502001998" not in regions(database)


def test_a_file_that_is_no_text_or_not_there_is_refused_in_words(app, tmp_path):
    file = tmp_path / "gbk.csv"
    file.write_bytes("code,name\n130502,襄都区\n".encode("gbk"))
    assert "not UTF-8" in run(app, file).output
    assert "does not exist" in run(app, tmp_path / "none.csv").output
