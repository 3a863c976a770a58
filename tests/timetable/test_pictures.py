"""How the words of a picture are broken into lines."""

import pytest

from senior_univ.timetable.pictures import PIECE


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("2027年1月5日到", ["2027年", "1月", "5日", "到"]),
        ("上午9:30—11:00，", ["上", "午", "9:30—11:00，"]),
        ("剪纸、书法。", ["剪", "纸、", "书", "法。"]),
    ],
)
def test_a_number_stays_with_its_unit_and_no_line_begins_with_a_mark(text: str, pieces: list[str]) -> None:
    assert PIECE.findall(text) == pieces


def test_nothing_of_a_text_is_lost() -> None:
    text = "每星期二 上午9:30—11:00，\n2027年1月5日起（共8次）123456789012345678"
    assert "".join(PIECE.findall(text)) == text
