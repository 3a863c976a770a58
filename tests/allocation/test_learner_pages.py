"""Applying, coming together and the result, as a learner sees them."""

import json

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from senior_univ.accounts.models import Person
from senior_univ.allocation import jobs
from senior_univ.allocation.models import AllocationRound, Application
from senior_univ.core.access import Right
from senior_univ.core.db import Database
from senior_univ.timetable.models import CourseClass
from tests.allocation.rounds import classes_at_one_site, close, make_round, put_in
from tests.enrolment.pages import post, words
from tests.factories import make_grant, make_person
from tests.signing_in import sign_in


@pytest.fixture
def made(database: Database) -> dict[str, int]:
    """An open round of two classes, and somebody who may apply."""
    with database.write() as session:
        first, second = classes_at_one_site(session, 5, 5)
        each = make_round(session, first, second, newcomers_share=30)
        person, other = make_person(session, name="张桂芳"), make_person(session, name="李秀兰")
        return {
            "round": each.id,
            "first": first.id,
            "second": second.id,
            "person": person.id,
            "other": other.id,
            "tail": int(other.phone_tail or 0),
        }


def base(made: dict[str, int]) -> str:
    return f"/allocation-days/{made['round']}"


def applied(database: Database, person_id: int) -> Application | None:
    with database.read() as session:
        found = session.scalar(select(Application).where(Application.person_id == person_id))
        if found:
            assert found.wishes is not None
        return found


def finish(database: Database, made: dict[str, int]) -> None:
    with database.write() as session:
        close(session, session.get_one(AllocationRound, made["round"]))
    jobs.finish(database, made["round"])


def test_a_class_with_an_allocation_day_leads_to_it(client: FlaskClient, made: dict[str, int]) -> None:
    sign_in(client, made["person"])
    page = client.get(f"/find/{made['first']}")
    assert f"{base(made)}/apply" in page.text
    refused = client.get(f"/enrol/{made['first']}")
    assert base(made) in refused.text


def test_one_question_after_the_other_up_to_the_number(
    client: FlaskClient, database: Database, made: dict[str, int]
) -> None:
    sign_in(client, made["person"])
    assert client.get(f"{base(made)}/apply").location.endswith("/apply/wish")
    answer = post(client, f"{base(made)}/apply/wish", class_id=made["second"])
    assert answer.location.endswith(f"wishes={made['second']}")
    answer = post(client, answer.location, class_id=made["first"])
    answer = client.get(answer.location)  # nothing is left to wish for
    assert "/apply/together" in answer.location
    for field, expected in (("together", "wheelchair"), ("wheelchair", "escort"), ("escort", "check")):
        answer = post(client, answer.location, **{field: "no"})
        assert f"/apply/{expected}" in answer.location
    page = client.get(answer.location)
    assert "确认" in words(page) or "对" in words(page)
    answer = post(
        client, answer.location, wishes=f"{made['second']}-{made['first']}", wheelchair="no", escort="no", together="no"
    )
    assert answer.location.endswith("/mine")
    application = applied(database, made["person"])
    assert application is not None
    assert f"{application.number[:3]} {application.number[3:]}" in words(client.get(answer.location))


def test_sending_the_check_without_a_class_goes_back_to_the_first_question(
    client: FlaskClient, database: Database, made: dict[str, int]
) -> None:
    sign_in(client, made["person"])
    assert client.get(f"{base(made)}/apply/check").location.endswith("/apply/wish")
    assert client.get(f"{base(made)}/apply/wish?wishes=9-x-%00").status_code == 400
    assert client.get(f"{base(made)}/apply/wish?wishes=99999-x").status_code == 200


def test_a_wish_that_can_not_be_is_told_on_the_page_and_the_others_stay(
    client: FlaskClient, database: Database, made: dict[str, int]
) -> None:
    with database.write() as session:
        session.get_one(CourseClass, made["first"]).seats_taken = 5
    sign_in(client, made["person"])
    url = f"{base(made)}/apply/check?wishes={made['first']}-{made['second']}&wheelchair=no&escort=no"
    page = post(client, url, wishes=f"{made['first']}-{made['second']}", wheelchair="no", escort="no")
    assert page.status_code == 200
    assert "已经没有名额了" in page.text
    assert applied(database, made["person"]) is None


def test_after_the_close_nobody_applies_and_the_page_says_when_it_was(
    client: FlaskClient, database: Database, made: dict[str, int]
) -> None:
    finish(database, made)
    sign_in(client, made["person"])
    page = client.get(f"{base(made)}/apply")
    assert page.status_code == 409
    assert "截止" in page.text


def test_two_come_together_the_other_agreeing_on_her_own_screen(
    client: FlaskClient, app: Flask, database: Database, made: dict[str, int]
) -> None:
    with database.write() as session:
        each, person = session.get_one(AllocationRound, made["round"]), make_person(session, name="赵玉珍")
        put_in(session, each, person, session.get_one(CourseClass, made["first"]))
        person_id = person.id
    sign_in(client, person_id)
    page = post(client, f"{base(made)}/with-whom", name="没有人", digits="0000")
    assert "没有找到" in page.text
    post(client, f"{base(made)}/with-whom", name="李秀兰", digits=f"{made['tail']:04d}")
    assert "李秀兰" in client.get(f"{base(made)}/mine").text
    hers = app.test_client()
    sign_in(hers, made["other"])
    assert "赵玉珍" in hers.get("/allocation-days").text
    asking = applied(database, person_id)
    assert asking is not None
    answer = post(hers, f"/applications/{asking.id}/answer", answer="yes")
    assert answer.location.endswith("/mine")
    assert "赵玉珍" in hers.get(answer.location).text
    assert client.get(f"/applications/{asking.id}/answer").status_code == 404


def test_withdrawing_and_going_alone(client: FlaskClient, database: Database, made: dict[str, int]) -> None:
    with database.write() as session:
        each = session.get_one(AllocationRound, made["round"])
        person = session.get_one(Person, made["person"])
        put_in(session, each, person, session.get_one(CourseClass, made["first"]))
    sign_in(client, made["person"])
    post(client, f"{base(made)}/alone")
    post(client, f"{base(made)}/withdraw")
    assert "已撤回" in client.get(f"{base(made)}/mine").text
    application = applied(database, made["person"])
    assert application is not None
    assert application.withdrawn_at is not None


def test_the_result_says_her_position_and_what_became_of_each_wish(
    client: FlaskClient, database: Database, made: dict[str, int]
) -> None:
    with database.write() as session:
        each, first = session.get_one(AllocationRound, made["round"]), session.get_one(CourseClass, made["first"])
        second = session.get_one(CourseClass, made["second"])
        ids = []
        for _ in range(8):
            person = make_person(session)
            put_in(session, each, person, first)
            ids.append(person.id)
        both = session.get_one(Person, made["person"])
        put_in(session, each, both, second, first)
    finish(database, made)
    sign_in(client, made["person"])
    page = words(client.get(f"{base(made)}/mine"))
    assert "已录取" in page
    assert "您在第" in page
    assert "您已经录取到更想上的班" in page
    pages = []
    for person_id in ids:
        sign_in(client, person_id)
        pages.append(words(client.get(f"{base(made)}/mine")))
    assert sum("已排上候补" in page for page in pages) == 3
    assert sum("最后一个给了第" in page for page in pages) == 3
    assert not any(word in page for page in pages for word in ("抽签", "摇号", "中签"))


def test_the_public_page_keeps_the_secret_until_the_draw_and_names_nobody(
    client: FlaskClient, database: Database, made: dict[str, int]
) -> None:
    with database.write() as session:
        each = session.get_one(AllocationRound, made["round"])
        put_in(session, each, make_person(session, name="张桂芳"), session.get_one(CourseClass, made["first"]))
        secret, secret_hash = each.secret, each.secret_hash
    before = client.get(base(made))
    assert secret_hash in before.text
    assert secret not in before.text
    assert client.get(f"{base(made)}/record").status_code == 404
    assert client.get(f"{base(made)}/check").status_code == 404
    finish(database, made)
    after = client.get(base(made))
    assert secret in after.text
    assert "张桂芳" not in after.text
    assert "完全一致" in post(client, f"{base(made)}/check").text
    document = json.loads(client.get(f"{base(made)}/record").text)
    assert document["secret"] == secret
    assert "张桂芳" not in json.dumps(document, ensure_ascii=False)


def test_a_relative_who_may_only_look_does_not_answer_for_her(
    client: FlaskClient, database: Database, made: dict[str, int]
) -> None:
    with database.write() as session:
        each, asker = session.get_one(AllocationRound, made["round"]), make_person(session, name="赵玉珍")
        asking = put_in(session, each, asker, session.get_one(CourseClass, made["first"]))
        asking.asks_person_id = made["person"]
        relative, elder = make_person(session), session.get_one(Person, made["person"])
        make_grant(session, elder, relative, rights=[Right.SEE.value])
        relative_id, asking_id = relative.id, asking.id
    sign_in(client, relative_id)
    with client.session_transaction() as web:
        web["acting_for"] = made["person"]
    page = post(client, f"/applications/{asking_id}/answer", answer="yes")
    assert page.status_code == 200
    assert applied(database, made["person"]) is None


def test_her_first_page_and_her_classes_show_who_asks_and_what_she_applied_for(
    client: FlaskClient, database: Database, made: dict[str, int]
) -> None:
    with database.write() as session:
        each, asker = session.get_one(AllocationRound, made["round"]), make_person(session, name="赵玉珍")
        first = session.get_one(CourseClass, made["first"])
        put_in(session, each, asker, first).asks_person_id = made["person"]
        put_in(session, each, session.get_one(Person, made["person"]), first)
    sign_in(client, made["person"])
    assert "赵玉珍想和您一起上课" in client.get("/").text
    page = client.get("/my-classes").text
    assert "赵玉珍想和您一起上课" in page
    assert f"{base(made)}/mine" in page
