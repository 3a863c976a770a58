"""The gate's own assertions find what they are there for."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.looking import look, tab_through
from tests.browser.views import every_pair

pytestmark = pytest.mark.browser


@pytest.fixture
def blank(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 320, "height": 600})
    yield context.new_page()
    context.close()


def shown(page: Page, body: str, style: str = "") -> Page:
    page.set_content(
        f"<!DOCTYPE html><style>:focus-visible {{ outline: 3px solid }} a, button, label {{ display: block; min-height: 64px; font: inherit }}"
        f"{style}</style><body class='for-learner'><h1>课表</h1>{body}"
    )
    return page


def test_a_page_in_order_has_no_problems(blank: Page) -> None:
    page = shown(
        blank,
        "<a href=x>课</a><button>好</button><label><input type=radio name=a>是</label><label><input type=radio name=a>否</label>",
    )
    assert look(page) + tab_through(page) == []


@pytest.mark.parametrize(
    ("body", "style", "words"),
    [
        ("<button>小</button>", "button { min-height: 0; height: 40px }", "a target of 40 px, less than 60"),
        ("<p>注</p>", "p { font-size: 12px }", "text of 12px"),
        ("<p>齐</p>", "p { text-align: justify }", "justified text"),
        ("<p>斜</p>", "p { font-style: italic }", "italics"),
        ("<p>宽</p>", "p { width: 400px }", "the page scrolls sideways"),
        ("<div><p>宽</p></div>", "div { overflow-x: auto } p { width: 400px }", "a part is cut or scrolls sideways"),
        ("<h1>又一个</h1>", "", "2 headings of the first level"),
    ],
)
def test_it_sees(blank: Page, body: str, style: str, words: str) -> None:
    assert any(words in problem for problem in look(shown(blank, body, style)))


@pytest.mark.parametrize(
    ("body", "style", "words"),
    [
        ("<button>无</button>", "button:focus { outline: none }", "no ring on <button>"),
        ("<a href=x tabindex=2>后</a><button tabindex=1>先</button>", "", "Tab goes back"),
        (
            "<a href=x>下</a><button>上</button>",
            "body { display: flex; flex-direction: column-reverse }",
            "Tab goes up",
        ),
        ("<a href=x>藏</a>", "a { position: fixed; left: -999px; opacity: 0 }", "focus goes to something unseen"),
    ],
)
def test_it_notices_on_the_way_through(blank: Page, body: str, style: str, words: str) -> None:
    assert any(words in problem for problem in tab_through(shown(blank, body, style)))


def test_the_views_hold_every_pair() -> None:
    kinds = ("size", "theme", "language", "width")
    pairs = {
        (one, getattr(view, one), other, getattr(view, other))
        for view in every_pair()
        for one in kinds
        for other in kinds
        if one < other
    }
    assert len(every_pair()) == 9
    assert len(pairs) == 3 * 9 + 3 * 6
