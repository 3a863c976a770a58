"""Half-filled forms: kept for who began them, offered again, gone once sent or after a week."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from senior_univ.accounts.jobs import forget_drafts
from senior_univ.accounts.models import Draft
from senior_univ.core.permissions import Role
from tests import factories as make
from tests.sending_forms import TOKEN, send, shown
from tests.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("frozen")

TYPED = {"name": "张桂兰", "birth_year": "1940", "bed": "101-2", "from_on": "2026-03-02"}


@pytest.fixture
def page(database, client):
    """The page on which a resident is added, whose scheduler is signed in; her neighbour's id."""
    with database.write() as session:
        home = make.make_home(session)
        unit = make.make_unit(session, home)
        staff = make.make_staff(session, Role.CARE_SCHEDULER, home)
        other = make.make_staff(session, Role.CARE_SCHEDULER, home)
        found = {"path": f"/homes/{home.id}/residents/new", "unit": unit.id, "other": other.id}
        staff_id = staff.id
    sign_in(client, staff_id)
    return found


def keep(client, page, **fields):
    return send(client, f"/drafts?path={page['path']}", page["path"], **fields)


def drafts(database):
    with database.read() as session:
        return session.scalars(select(Draft)).all()


def test_what_was_begun_is_offered_again_and_goes_on_where_it_was(client, page):
    assert "draft=1" not in shown(client, page["path"])
    assert keep(client, page, **TYPED).status_code == 303
    offered = shown(client, page["path"])
    assert "draft=1" in offered
    assert "张桂兰" not in offered
    again = shown(client, f"{page['path']}?draft=1")
    assert 'value="张桂兰"' in again
    assert 'value="2026-03-02"' in again


def test_a_script_is_answered_without_a_page(client, page, database):
    token = {"csrf_token": TOKEN.search(shown(client, page["path"]))[1]}
    answer = client.post(f"/drafts?path={page['path']}", data=TYPED | token, headers={"X-Requested-With": "fetch"})
    assert answer.status_code == 204
    (kept,) = drafts(database)
    assert kept.data["name"] == ["张桂兰"]
    assert "csrf_token" not in kept.data


def test_kept_twice_the_later_one_counts(client, page, database):
    keep(client, page, name="张桂")
    keep(client, page, **TYPED)
    assert [each.data["name"] for each in drafts(database)] == [["张桂兰"]]


def test_sent_it_is_gone(client, page, database):
    keep(client, page, **TYPED)
    wrong = send(
        client, f"{page['path']}?draft=1", **TYPED | {"draft": "1", "birth_year": "2030", "unit": page["unit"]}
    )
    assert wrong.status_code == 200
    assert len(drafts(database)) == 1
    sent = send(client, f"{page['path']}?draft=1", **TYPED | {"draft": "1", "unit": page["unit"]})
    assert sent.status_code == 303
    assert drafts(database) == []


def test_thrown_away_it_is_gone(client, page, database):
    keep(client, page, **TYPED)
    assert send(client, f"/drafts/drop?path={page['path']}", page["path"]).location == page["path"]
    assert drafts(database) == []


def test_nobody_else_reads_it(client, page):
    keep(client, page, **TYPED)
    sign_in(client, page["other"])
    assert "draft=1" not in shown(client, page["path"])
    assert "张桂兰" not in shown(client, f"{page['path']}?draft=1")


def test_after_a_week_it_is_forgotten(app, client, page, database, frozen):
    keep(client, page, **TYPED)
    frozen.shift(timedelta(days=7, minutes=1))
    assert "draft=1" not in shown(client, page["path"])
    forget_drafts(app)
    assert drafts(database) == []


def test_of_another_site_nothing_is_kept(client, page, database):
    assert send(client, "/drafts?path=https://example.com/", page["path"], **TYPED).status_code == 404
    assert send(client, "/drafts", page["path"], **TYPED).status_code == 404
    assert drafts(database) == []


def test_what_is_too_long_is_refused_in_words(client, page, database):
    assert keep(client, page, name="长" * 30_000).status_code == 409
    assert drafts(database) == []
