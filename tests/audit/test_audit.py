"""Who did what: written with the act, never changed, shown to whom it is about."""

import ast
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from senior_univ.accounts import actions
from senior_univ.accounts.models import BelongingReason
from senior_univ.audit.actions import record
from senior_univ.audit.rules import ACTION_WORDS
from senior_univ.core.access import Viewer
from senior_univ.core.db import Database
from senior_univ.core.permissions import Role
from senior_univ.enrolment.models import InvitationAnswer
from senior_univ.waiting.models import Ending
from tests.factories import make_organisation, make_person, make_staff
from tests.servers import ROOT
from tests.signing_in import sign_in

ENDED_BY = {
    "invitation.": [each.value for each in InvitationAnswer],
    "waiting.": [each.value for each in Ending if each is not Ending.SILENT],  # told as passed_on
}
"""Actions whose second half is how something ended."""


def recorded_actions() -> set[str]:
    """The first text in every call of ``record`` and ``record_all``."""
    found = set()
    for file in (ROOT / "senior_univ").glob("**/*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in {"record", "record_all"} and len(node.args) > 1:
                said = {each.value for each in ast.walk(node.args[1]) if isinstance(each, ast.Constant)}
                found |= {word + end for word in said for end in ENDED_BY.get(word, [""])}
    return found


def test_every_act_that_is_recorded_has_words() -> None:
    assert recorded_actions() - set(ACTION_WORDS) == set()


@pytest.mark.parametrize("change", ["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry"])
def test_the_database_refuses_to_change_what_was_done(database: Database, change: str) -> None:
    with database.write() as session:
        record(session, "seat.taken", by=None)
    with pytest.raises(DBAPIError, match="audit_is_append_only"), database.write() as session:
        session.execute(text(change))


def test_what_is_undone_leaves_no_line(database: Database) -> None:
    with database.new_writer() as session:
        record(session, "seat.taken", by=None)
        session.rollback()
    with database.read() as session:
        assert session.execute(text("SELECT count(*) FROM audit_entry")).scalar_one() == 0


def write(database: Database, about: int, by: int | None, times: int = 1) -> None:
    with database.write() as session:
        who = Viewer(by, "") if by else None
        for _ in range(times):
            record(session, "seat.taken", by=who, on_behalf_of=about)


def test_she_sees_what_others_did_for_her_and_nobody_elses(client: FlaskClient, database: Database) -> None:
    with database.write() as session:
        mother, daughter = make_person(session).id, make_person(session, name="张丽").id
        other = make_person(session, name="赵六").id
    write(database, about=mother, by=daughter)
    write(database, about=daughter, by=other)
    sign_in(client, mother)
    page = client.get("/my-record").text
    assert "张丽" in page
    assert "赵六" not in page


def test_a_long_record_goes_on_without_more_queries(
    client: FlaskClient, database: Database, frozen: time_machine.Traveller
) -> None:
    with database.write() as session:
        mother = make_person(session).id
        helpers = [make_person(session, name=f"帮手{number}").id for number in range(60)]
    sign_in(client, mother)

    def queries_of(address: str) -> int:
        statements: list[str] = []
        engine = client.application.extensions["database"].engine
        keep = lambda *told: statements.append(told[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", keep)
        assert client.get(address).status_code == 200
        event.remove(engine, "before_cursor_execute", keep)
        return len(statements)

    write(database, about=mother, by=helpers[0])
    few = queries_of("/my-record")
    for helper in helpers[1:]:
        frozen.shift(timedelta(minutes=1))
        write(database, about=mother, by=helper)
    assert queries_of("/my-record") == few
    page = client.get("/my-record").text
    assert "帮手59" in page
    assert "帮手9<" not in page
    older = page.split("before=")[1].split('"')[0]
    assert "帮手0" in client.get(f"/my-record?before={older}").text
    assert client.get("/my-record?before=nonsense").status_code == 200


def test_an_administrator_sees_her_area_and_no_other(client: FlaskClient, database: Database) -> None:
    with database.write() as session:
        here = make_organisation(session, region_code="130502")
        there = make_organisation(session, region_code="130503")
        near, far = make_person(session, name="近邻"), make_person(session, name="远方")
        for person, place in ((near, here), (far, there)):
            actions.belong(session, person.id, place.id, BelongingReason.DESK)
        administrator = make_staff(session, Role.ADMINISTRATOR, here).id
        people = near.id, far.id
    for person_id in people:
        write(database, about=person_id, by=None)
    sign_in(client, administrator)
    page = client.get("/audit").text
    assert "近邻" in page
    assert "远方" not in page


def test_learners_do_not_see_the_audit(client: FlaskClient, database: Database) -> None:
    with database.write() as session:
        learner = make_person(session).id
    sign_in(client, learner)
    assert client.get("/audit").status_code == 403
