"""What no checker enforces: targets, text, scrolling, and the way through a page by keyboard."""

from pathlib import Path

from playwright.sync_api import Page

SCRIPT = Path(__file__).with_name("looking.js").read_text()
MOST_STOPS = 400


def look(page: Page) -> list[str]:
    """What is wrong with the page as it stands, in words."""
    page.evaluate(SCRIPT)
    found: list[str] = page.evaluate("() => looking.problems()")
    return found


def tab_through(page: Page) -> list[str]:
    """What is wrong with the way through the page by Tab: what is left out, out of order, or has no ring."""
    page.evaluate(SCRIPT)
    stops = min(page.evaluate("() => looking.watch()"), MOST_STOPS)
    for _stop in range(stops + 1):
        page.keyboard.press("Tab")
    found: list[str] = page.evaluate("() => looking.passed()")
    return found
