"""How people see a page: text size, colours, language and width, and a browser set so."""

import os
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, product
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, Page

from tests.walking.pages import Visit
from tests.walking.people import session_cookie

SIZES = ("largest", "standard", "large")
THEMES = ("light", "dark", "contrast")
WIDTHS = (320, 800, 1280)
LANGUAGES = ("zh_CN", "en", "zh_CN")
HEIGHT = 900
ALL_VIEWS = os.environ.get("GATE") == "all"


@dataclass(frozen=True)
class View:
    """One combination."""

    size: str
    theme: str
    language: str
    width: int

    def __str__(self) -> str:
        return f"{self.size}-{self.theme}-{self.language}-{self.width}"


def every_pair() -> list[View]:
    """Nine combinations in which any two values of different kinds meet; the first is the largest text at 320 px."""
    return [
        View(SIZES[size], THEMES[(size + width) % 3], LANGUAGES[(size + 2 * width) % 3], WIDTHS[width])
        for size, width in product(range(3), range(3))
    ]


def views_of(name: str) -> list[View]:
    """All nine where GATE=all, else the first and two that rotate with the page's name."""
    first, *others = every_pair()
    if ALL_VIEWS:
        return [first, *others]
    start = zlib.crc32(name.encode()) % len(others)
    return [first, others[start], others[(start + 3) % len(others)]]


TURN = """view => {
    document.documentElement.dataset.size = view.size;
    document.documentElement.dataset.theme = view.theme;
    for (const button of document.querySelectorAll("button[name=size], button[name=theme]")) {
        button.setAttribute("aria-pressed", String(button.value === view[button.name]));
    }
    document.activeElement?.blur();
    scrollTo(0, 0);
}"""
"""What the server writes into a page for its text size and colours; nothing else of it depends on them."""
DECIDE = ["accounts.profile", "enrolment.home_screen"]
"""Pages of which more depends on them: loaded for each view."""


class Window:
    """One browser window, in which one page after the other is opened by whoever is wanted, seen as is wanted."""

    def __init__(self, browser: Browser, app: Flask, base: str, **options: Any) -> None:
        self.app, self.base = app, base
        self.context = browser.new_context(
            base_url=base, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce", **options
        )
        self.page = self.context.new_page()

    def open(self, visit: Visit, view: View) -> Page:
        """The page of that visit, seen so."""
        cookies = {"size": view.size, "theme": view.theme, "language": view.language}
        if visit.session:
            cookies[self.app.config["SESSION_COOKIE_NAME"]] = session_cookie(self.app, visit.session)
        self.context.clear_cookies()
        self.context.add_cookies([{"name": name, "value": value, "url": self.base} for name, value in cookies.items()])
        self._widen(view)
        self.page.goto(visit.url)
        return self.page

    def turn(self, view: View) -> Page:
        """The page that is open, seen so, without loading it again: it must be in that language."""
        self._widen(view)
        self.page.evaluate(TURN, {"size": view.size, "theme": view.theme})
        return self.page

    def _widen(self, view: View) -> None:
        self.page.set_viewport_size({"width": view.width, "height": HEIGHT})

    def look_at(self, visit: Visit, views: Iterable[View]) -> Iterator[tuple[View, Page]]:
        """The page of that visit in each of the views; loaded once for each language."""
        decides = visit.name in DECIDE
        for _, seen in groupby(sorted(views, key=_place), key=_place):
            for number, view in enumerate(seen):
                is_new = decides or not number or self._keeps_focus()
                yield view, self.open(visit, view) if is_new else self.turn(view)

    def _keeps_focus(self) -> bool:
        """Whether the open page has fields of a date, whose parts remember where the last walk by Tab ended."""
        return self.page.locator("input[type=date]").count() > 0


def _place(view: View) -> int:
    return LANGUAGES.index(view.language)
