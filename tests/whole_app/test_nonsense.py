"""Nonsense in an address or a form gets a page in words, never an error of ours, and loses nothing that was typed."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from html import unescape
from urllib.parse import quote, urlsplit

import pytest
from flask.testing import FlaskClient

from senior_univ import create_app
from senior_univ.core import pdf
from tests.conftest import settings_for
from tests.walking.pages import ARGUMENT, Visit, Walk, rules_of
from tests.walking.saying import assert_nothing

APP = create_app(settings_for("sqlite://"))
GETS = rules_of(APP, "GET")
POSTS = sorted({rule.endpoint for rule in rules_of(APP, "POST")})
NONSENSE = (
    "\0", "0", "-1", "2147483648", "9" * 30, "1.5", "😀👵", "' OR 1=1 --", "<script>alert(1)</script>", "../../etc", "%",
    "王" * 10_000, "2026-02-30", "0001-01-01", "9999-12-31", "25:61", "\ud7ff\u202e", "[]", "null", "٣",
)  # fmt: skip
PARAMETERS = (
    "on", "day", "page", "q", "text", "organisation", "organisation_id", "room", "teacher", "term", "region", "near",
    "inside", "at", "step_free", "weekday", "subject", "kind", "unit", "home", "home_id", "site", "site_id", "course",
    "person", "person_id", "state", "county", "wheelchair", "back", "next", "year", "class_id", "from", "to",
)  # fmt: skip
INPUT = re.compile(r"<(input|select|textarea)\b[^>]*\bname=\"([^\"]+)\"[^>]*>")
TOKEN = re.compile(r"name=\"csrf_token\"[^>]*value=\"([^\"]+)\"")
TYPED = "打的字"


@pytest.fixture(scope="module", autouse=True)
def each_pdf_made_once() -> Iterator[None]:
    """The nonsense is asked of our pages, not of the library that lays them out: the same sheet is laid out once."""
    maker = pdf._maker()  # what is loaded by name has no other handle
    kept = cache(maker) if maker else None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "_maker", lambda: kept)
        yield


def failures(client: FlaskClient, urls: list[str]) -> list[str]:
    return [f"{url[:120]}: {status}" for url in urls if (status := client.get(url).status_code) >= 500]


def shared_out(visits: list[Visit]) -> Iterator[tuple[Visit, Sequence[str]]]:
    """One visit by everybody who comes, with her share of the nonsense: the first gets all of it, the others some."""
    comers = {visit.walker.name: visit for visit in visits if not visit.walker.name.startswith("new-")}
    for number, visit in enumerate(comers.values()):
        yield visit, NONSENSE[number % 6 :: 6] if number else NONSENSE


@pytest.mark.parametrize("endpoint", sorted({rule.endpoint for rule in GETS if ARGUMENT.search(rule.rule)}))
def test_nonsense_in_the_path(endpoint: str, walk: Walk) -> None:
    rules = [rule.rule for rule in GETS if rule.endpoint == endpoint]
    problems = []
    for visit, nonsense in shared_out(walk.visits(endpoint)):
        urls = [ARGUMENT.sub(quote(each, safe=""), rule) for rule in rules for each in nonsense]
        problems += [f"{visit.walker.name}: {words}" for words in failures(walk.client(visit), urls)]
    assert_nothing(problems)


@pytest.mark.parametrize("endpoint", sorted({rule.endpoint for rule in GETS}))
def test_nonsense_in_the_query(endpoint: str, walk: Walk) -> None:
    problems = []
    for visit, nonsense in shared_out(walk.visits(endpoint)):
        path = urlsplit(visit.url).path
        asked = [f"{path}?" + "&".join(f"{name}={quote(each[:100])}" for name in PARAMETERS) for each in nonsense]
        problems += [f"{visit.walker.name}: {words}" for words in failures(walk.client(visit), asked)]
    assert_nothing(problems)


@pytest.mark.parametrize("endpoint", sorted({rule.endpoint for rule in GETS}))
def test_nonsense_in_one_parameter(endpoint: str, walk: Walk) -> None:
    """Alone, since one parameter may hide another; every parameter meets every kind of nonsense on some page."""
    visit = walk.visits(endpoint)[0]
    path = urlsplit(visit.url).path
    values = NONSENSE[len(endpoint) % len(NONSENSE) :] + NONSENSE
    asked = [f"{path}?{name}={quote(each)}" for name, each in zip(PARAMETERS, values * 2, strict=False)]
    assert_nothing(failures(walk.client(visit), asked))


def fields_of(page: str) -> list[tuple[str, str]]:
    """Kind and name of every field of a page's forms."""
    return [(kind, name) for kind, name in INPUT.findall(page) if name != "csrf_token"]


def token_for(client: FlaskClient) -> str:
    """The token of that browser's session."""
    found = TOKEN.search(client.get("/sign-in/staff").text)
    assert found is not None
    return unescape(found[1])


@pytest.mark.parametrize("endpoint", POSTS)
def test_nonsense_in_a_form(endpoint: str, walk: Walk) -> None:
    problems = []
    for visit, nonsense in shared_out(walk.visits(endpoint, "POST")):
        client = walk.client(visit)
        token = token_for(client)
        names = {name for _kind, name in fields_of(client.get(visit.url).text)} | {"person_id", "next"}
        for each in ("", *nonsense):
            status = client.post(visit.url, data=dict.fromkeys(names, each) | {"csrf_token": token}).status_code
            problems += [f"{visit.title} {visit.url} {each[:20]!r}: {status}"] if status >= 500 else []
    assert_nothing(problems)


@pytest.mark.parametrize("endpoint", sorted(set(POSTS) & {rule.endpoint for rule in GETS}))
def test_a_refused_form_keeps_what_was_typed(endpoint: str, walk: Walk) -> None:
    problems = []
    for visit in walk.shown_by(endpoint):
        client = walk.client(visit)
        texts = text_fields(client.get(visit.url, follow_redirects=True).text)
        if not texts:
            continue
        answer = client.post(visit.url, data=dict.fromkeys(texts, TYPED) | {"csrf_token": token_for(client)})
        if answer.status_code == 200 and "error-summary" in answer.text:
            lost = [name for name in texts if not keeps(answer.text, name)]
            problems += [f"{visit.title} {visit.url}: {name} is lost" for name in lost]
    assert_nothing(problems)


def text_fields(page: str) -> list[str]:
    """Names of the fields of text in the main part of a page, in forms that are posted."""
    main = page.partition("<main")[2].partition("</main>")[0]
    forms = "".join(re.findall(r"(?s)<form[^>]*method=\"post\".*?</form>", main))
    kinds = re.compile(r"<input\b[^>]*\btype=\"(?:text|tel|search|number)\"[^>]*>|<textarea\b[^>]*>")
    return [name[1] for tag in kinds.findall(forms) if (name := re.search(r"\bname=\"([^\"]+)\"", tag))]


def keeps(page: str, name: str) -> bool:
    """Whether the field of that name holds what was typed."""
    tags = re.findall(rf"<input\b[^>]*\bname=\"{re.escape(name)}\"[^>]*>", page)
    tags += re.findall(rf"(?s)<textarea\b[^>]*\bname=\"{re.escape(name)}\"[^>]*>.*?</textarea>", page)
    return any(TYPED in tag for tag in tags)
