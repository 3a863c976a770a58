"""A timetable as a picture, which a phone keeps by a long press and a chat shows: drawn here, since WeChat prints nothing.

A picture is ``WIDTH`` pixels wide, as phones show them, and as high as its days need, at most ``MOST_DAYS`` of them.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFont

from senior_univ.timetable.weeks import Day, LessonLine

WIDTH, EDGE, LEAF = 1080, 48, 250
LEAST_HIGH = 260
MOST_DAYS = 40
PAPER, INK, MUTED, GREEN, RED, LINE = "#FBF8F1", "#1A1A1A", "#484848", "#0B4F3A", "#9B1C1C", "#6E6A60"
FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc",
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
)
SIMPLIFIED = 2
"""Which of the faces of that font is for simplified Chinese."""

PIECE = re.compile(r"(?:[0-9:—-]{1,12}[年月日号楼层室]?|.)[，。；：、）]?", re.DOTALL)
"""What stays on one line: a number with its unit, any other character, each with the mark behind it."""


class Words(NamedTuple):
    """A piece of text: what, how large, in which colour."""

    text: str
    size: int
    colour: str = INK


def can_draw() -> bool:
    """Whether this machine has the font; a picture without it would be boxes."""
    return all(Path(font).exists() for font in FONTS)


@cache
def _font(size: int, *, is_bold: bool = False) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(FONTS[0 if is_bold else 1], size, index=SIMPLIFIED)


def draw_days(title: str, subtitle: str, days: Sequence[Day], foot: str = "") -> bytes:
    """A PNG of these days with their lessons; a day without lessons is left out, as on the wall."""
    shown = list(islice((day for day in days if day.lessons), MOST_DAYS))
    head = [*_folded(title, 64, is_bold=True), *_folded(subtitle, 44)]
    height = EDGE + sum(_high(line) for line in head) + 40 + sum(_day_high(day) for day in shown) + 150
    picture = Image.new("RGB", (WIDTH, height), PAPER)
    pen = ImageDraw.Draw(picture)
    top = EDGE
    for line in head:
        top = _write(pen, line, EDGE, top, is_bold=line.size > 60)
    top += 40
    for day in shown:
        top = _draw_day(pen, day, top)
    pen.line((EDGE, top, WIDTH - EDGE, top), LINE, 3)
    _write(pen, Words(foot, 36, MUTED), EDGE, top + 30)
    return _png(picture)


def _png(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.quantize(32, Image.Quantize.FASTOCTREE).save(out, "PNG")
    return out.getvalue()


def _high(line: Words) -> int:
    return line.size * 3 // 2


def _write(pen: ImageDraw.ImageDraw, line: Words, left: int, top: int, *, is_bold: bool = False) -> int:
    """Write a line; returns where the next one begins."""
    pen.text((left, top), line.text, fill=line.colour, font=_font(line.size, is_bold=is_bold))
    return top + _high(line)


def _folded(text: str, size: int, colour: str = INK, *, room: int = WIDTH - 2 * EDGE, is_bold: bool = False) -> Iterator[Words]:  # fmt: skip
    """The text in as many lines as it needs; Chinese breaks anywhere but within a number and before a closing mark."""
    font, line = _font(size, is_bold=is_bold), ""
    for piece in PIECE.findall(text):
        if line and font.getlength(line + piece) > room:
            yield Words(line, size, colour)
            line = ""
        line += piece
    if line:
        yield Words(line, size, colour)


def _lesson_words(lesson: LessonLine) -> list[Words]:
    room = WIDTH - 2 * EDGE - LEAF
    colour = MUTED if lesson.is_cancelled else INK
    lines = [
        *_folded(lesson.time, 52, colour, room=room),
        *_folded(lesson.course, 52, colour, room=room, is_bold=True),
        *_folded(lesson.where, 40, MUTED, room=room),
    ]
    return [*lines, *_folded(lesson.state, 44, RED, room=room)] if lesson.state else lines


def _day_high(day: Day) -> int:
    lessons = sum(sum(_high(line) for line in _lesson_words(lesson)) + 24 for lesson in day.lessons)
    return max(lessons, LEAST_HIGH) + 48


def _draw_day(pen: ImageDraw.ImageDraw, day: Day, top: int) -> int:
    pen.line((EDGE, top, WIDTH - EDGE, top), LINE, 3)
    room = LEAF - 24
    leaf = [
        *_folded(day.weekday, 48, GREEN, room=room),
        *_folded(day.month_day, 40, room=room),
        *_folded(day.lunar, 36, MUTED, room=room),
    ]
    at = top + 24
    for line in leaf:
        at = _write(pen, line, EDGE, at, is_bold=line.colour == GREEN)
    at = top + 24
    for lesson in day.lessons:
        for line in _lesson_words(lesson):
            at = _write(pen, line, EDGE + LEAF, at, is_bold=line.text in lesson.course)
        at += 24
    return top + _day_high(day)
