"""The HTML of every page: valid, and without anything that the Content-Security-Policy would refuse."""

import re
from html.parser import HTMLParser

import pytest

from tests.chromium import nu_messages
from tests.walking.pages import Visit, Walk, pages_of
from tests.walking.saying import assert_nothing

LANGUAGES = ("zh_CN", "en")
ENGLISH = re.compile(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}")


@pytest.fixture(scope="session")
def html(walk: Walk) -> dict[str, str]:
    """The HTML of every page by its name, in both languages."""
    visits = [visit for each in pages_of(walk.app) for visit in walk.shown_by(each) + walk.with_nothing(each)]
    return {f"{visit.title}-{language}": fetch(walk, visit, language) for language in LANGUAGES for visit in visits}


def fetch(walk: Walk, visit: Visit, language: str) -> str:
    client = walk.client(visit)
    client.set_cookie("language", language)
    return client.get(visit.url, follow_redirects=True).text


class InlineFinder(HTMLParser):
    """Collects what the policy of the pages refuses."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.in_script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.in_script = tag == "script" and "src" not in given
        wrong = [name for name in given if name == "style" or name.startswith("on")]
        wrong += [
            name for name in ("href", "src", "action") if (given.get(name) or "").lower().startswith("javascript:")
        ]
        elsewhere = [
            given[name] for name in ("src", "href") if (given.get(name) or "").startswith(("http:", "https:", "//"))
        ]
        self.found += [f"<{tag} {name}>" for name in wrong] + [f"<{tag}> of {url}" for url in elsewhere]
        if tag == "style":
            self.found.append("<style>")

    def handle_data(self, data: str) -> None:
        if self.in_script and data.strip():
            self.found.append("<script> inside the page")


def test_no_page_holds_an_inline_style_script_or_handler(html: dict[str, str]) -> None:
    problems = []
    for name, page in html.items():
        finder = InlineFinder()
        finder.feed(page)
        problems += [f"{name}: {found}" for found in finder.found]
    assert_nothing(problems)


def test_every_page_is_valid_html(html: dict[str, str]) -> None:
    messages = nu_messages({re.sub(r"[^\w.-]", "_", name): page for name, page in html.items()})
    assert_nothing(
        f"{each['message']} {each.get('extract', '')!r} {each['url'].rpartition('/')[2]}" for each in messages
    )


def test_every_form_that_changes_something_has_its_token(html: dict[str, str]) -> None:
    forms = re.compile(r"<form[^>]*method=\"post\".*?</form>", re.DOTALL | re.IGNORECASE)
    assert [name for name, page in html.items() for form in forms.findall(page) if "csrf_token" not in form] == []


def test_a_chinese_page_says_nothing_in_english(html: dict[str, str]) -> None:
    """Every page was translated: no sentence of the English one stands on the Chinese one."""
    problems = []
    for name, page in html.items():
        if name.endswith("-zh_CN"):
            words = re.sub(r"(?s)<script.*?</script>|<[^>]*lang=\"en\".*?</|<[^>]+>|&\w+;", "\n", page)
            problems += [f"{line.strip()} ({name})" for line in words.splitlines() if ENGLISH.search(line)]
    assert_nothing(problems)
