"""The walk itself: nothing that is posted on it is kept."""

from html import unescape

from sqlalchemy import func, select

from senior_univ.accounts.models import Person
from tests.walking.pages import Walk
from tests.whole_app.test_nonsense import TOKEN


def people(walk: Walk) -> int:
    with walk.database.read() as session:
        return session.scalar(select(func.count()).select_from(Person)) or 0


def test_what_is_posted_is_done_and_forgotten(walk: Walk) -> None:
    visit = walk.visits("accounts.register_check")[0]
    client, before = walk.client(visit), people(walk)
    token = TOKEN.search(client.get(visit.url).text)
    assert token is not None
    answer = client.post(visit.url, data={"csrf_token": unescape(token[1])})
    assert answer.location == "/register/done"
    assert people(walk) == before
