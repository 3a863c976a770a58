"""What the bench says of its figures."""

import json
from pathlib import Path

from tests.bench.figures import Figure, middle, table, write


def test_of_rounds_side_by_side_the_one_with_the_median_ratio_is_told() -> None:
    assert middle([(10, 100), (50, 100), (20, 40), (30, 100), (90, 100)]) == (50, 100)


def test_a_figure_beside_a_limit_has_a_ratio_and_one_that_stands_alone_has_none(tmp_path: Path) -> None:
    alone, beside = (
        Figure("memory_mb", 180, "MB"),
        Figure("home", 30, "pages/s", 120, "the minimal app", "ratio ≥ 0.30"),
    )
    write([alone, beside], tmp_path / "build" / "bench.json")
    kept = json.loads((tmp_path / "build" / "bench.json").read_text())
    assert kept["memory_mb"] == {"value": 180, "unit": "MB", "beside": None}
    assert (kept["home"]["value"], kept["home"]["beside"], kept["home"]["ratio"]) == (30, 120, 0.25)
    assert "0.25" in table([alone, beside])
