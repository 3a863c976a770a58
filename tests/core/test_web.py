"""The edge: transactions, refusals in words, errors with one next step, and headers."""

import json
import logging

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from senior_univ.core import logs, web
from senior_univ.core.db import Database
from senior_univ.core.errors import DomainError
from senior_univ.core.paging import Page
from senior_univ.network.models import Organisation
from tests.factories import make_organisation


@pytest.fixture
def trial(app: Flask) -> FlaskClient:
    """A client of the application with a few routes that go wrong in each way."""
    app.testing = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    trial = Blueprint("trial", __name__)

    @trial.post("/trial/half")
    @web.open_to_all
    def half() -> web.Page:
        make_organisation(web.db())
        web.carry_out(None, _refuse)
        return "never"

    @trial.post("/trial/uncommitted")
    @web.open_to_all
    def uncommitted() -> web.Page:
        make_organisation(web.db())
        return "done"

    @trial.post("/trial/committed")
    @web.open_to_all
    def committed() -> web.Page:
        make_organisation(web.db())
        web.commit()
        return "done"

    @trial.get("/trial/broken")
    @web.open_to_all
    def broken() -> web.Page:
        raise RuntimeError("王秀英 13800000000")

    @trial.get("/trial/away")
    @web.open_to_all
    def away() -> web.Page:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    @trial.get("/trial/<int:number>")
    @web.open_to_all
    def number(number: int) -> web.Page:
        return str(number)

    app.register_blueprint(trial)
    return app.test_client()


def _refuse() -> None:
    raise DomainError("full", _l("This can't be done now"), suggestions=["星期三上午9:30"])


def _organisations(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(Organisation)) or 0


def test_a_refusal_undoes_everything_and_says_what_to_do(trial: FlaskClient, database: Database) -> None:
    answer = trial.post("/trial/half")
    assert answer.status_code == 409
    assert "星期三上午9:30" in answer.text
    assert _organisations(database) == 0


def test_what_a_view_did_not_commit_is_undone(trial: FlaskClient, database: Database) -> None:
    trial.post("/trial/uncommitted")
    assert _organisations(database) == 0
    trial.post("/trial/committed")
    assert _organisations(database) == 1


def test_an_error_of_ours_shows_a_page_with_a_next_step_and_logs_no_names(
    trial: FlaskClient, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.set_up(as_json=True)
    answer = trial.get("/trial/broken")
    logs.set_up(as_json=False)
    assert answer.status_code == 500
    assert 'href="/"' in answer.text
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    assert any(line["level"] == "error" and line["error"] == "RuntimeError" and line["request_id"] for line in lines)
    assert "王秀英" not in json.dumps(lines, ensure_ascii=False)


def test_a_database_that_is_away_is_said_so(trial: FlaskClient) -> None:
    assert trial.get("/trial/away").status_code == 503


@pytest.mark.parametrize("path", ["/no-such-page", "/trial/99999999999999999999", "/trial/2147483648", "/trial/x"])
def test_an_address_of_nothing_is_a_page_in_words(trial: FlaskClient, path: str) -> None:
    answer = trial.get(path)
    assert answer.status_code == 404
    assert "<h1>" in answer.text


def test_a_nul_in_an_address_is_refused(client: FlaskClient) -> None:
    assert client.get("/sign-in?next=%00").status_code == 400


def test_an_unknown_host_name_is_refused(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_every_answer_forbids_foreign_code_and_copies(client: FlaskClient) -> None:
    for path in ("/sign-in", "/no-such-page", "/healthz"):
        headers = client.get(path).headers
        assert "default-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Request-Id"]


def test_a_browser_that_came_by_https_is_told_to_stay_there(app: Flask) -> None:
    assert "Strict-Transport-Security" not in app.test_client().get("/healthz").headers
    app.config["SESSION_COOKIE_SECURE"] = True
    assert app.test_client().get("/healthz").headers["Strict-Transport-Security"] == "max-age=31536000"


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "", "/a\nb"]
)
def test_no_redirect_leads_to_another_site(target: str) -> None:
    assert web.safe_next(target) is None


def test_a_path_of_ours_is_a_good_target() -> None:
    assert web.safe_next("/find?subject=3") == "/find?subject=3"


def test_nonsense_in_an_address_is_kept_in_the_links_to_other_pages_as_plain_text(app: Flask) -> None:
    with app.test_request_context("/organisations?endpoint=x&_scheme=javascript&_external=1&name=a&name=b&page=2"):
        pages = Page((), 2, 3, 60)
        assert pages.next_url == "/organisations?endpoint=x&_scheme=javascript&_external=1&name=a&name=b&page=3"
        assert str(pages.previous_url).endswith("page=1")


def test_ready_only_once_the_schema_is_the_newest(client: FlaskClient) -> None:
    assert client.get("/readyz").status_code == 200
    assert client.get("/healthz").status_code == 200


def test_not_ready_without_a_schema(app: Flask, tmp_path: object) -> None:
    app.extensions["database"] = Database(f"sqlite:///{tmp_path}/empty.db")
    assert app.test_client().get("/readyz").status_code == 503


def test_logs_are_silent_about_forms_and_paths(client: FlaskClient, capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(as_json=True)
    client.application.config["LOG_REQUESTS"] = True
    client.get("/people/17?q=王秀英")
    logs.set_up(as_json=False)
    line = json.loads(capsys.readouterr().err.splitlines()[-1])
    assert line["event"] == "request"
    assert "17" not in str(line.get("endpoint"))
    assert "王秀英" not in str(line)
    assert logging.getLogger("senior_univ").propagate is False
