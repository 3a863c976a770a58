"""Running a round, and applying for others, as staff see it."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from senior_univ.accounts.models import Belonging, BelongingReason, Person
from senior_univ.allocation import jobs
from senior_univ.allocation.drawing import draw_round
from senior_univ.allocation.models import AllocationRound, Application
from senior_univ.allocation.settling import settle_next
from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.core.permissions import Role
from senior_univ.enrolment.models import Hand, Seat
from senior_univ.timetable.models import Admission, CourseClass
from tests.allocation.rounds import classes_at_one_site, close, make_round, put_in
from tests.enrolment.pages import post, words
from tests.factories import kept, make_organisation, make_person, make_staff
from tests.signing_in import sign_in


@pytest.fixture
def made(database: Database) -> dict[str, int]:
    """A site with its manager, an open round, and somebody whom the desk sees."""
    with database.write() as session:
        first, second = classes_at_one_site(session, 5, 5)
        manager = make_staff(session, Role.SITE_MANAGER, first.organisation)
        stranger = make_staff(session, Role.SITE_MANAGER, make_organisation(session))
        each = make_round(session, first, second, public_number_name="12月5日上证指数收盘")
        people = [make_person(session, name=name) for name in ("张桂芳", "李秀兰")]
        for person in people:
            kept(
                session,
                Belonging(
                    person_id=person.id,
                    organisation_id=first.organisation_id,
                    reason=BelongingReason.DESK,
                    from_on=clock.today(),
                ),
            )
        return {
            "round": each.id,
            "first": first.id,
            "second": second.id,
            "manager": manager.id,
            "stranger": stranger.id,
            "person": people[0].id,
            "tail": int(people[1].phone_tail or 0),
        }


def base(made: dict[str, int]) -> str:
    return f"/allocation-days/{made['round']}"


def test_opening_a_round_shows_the_hash_at_once(client: FlaskClient, database: Database, made: dict[str, int]) -> None:
    with database.write() as session:
        site = session.get_one(CourseClass, made["first"]).organisation
        (third,) = classes_at_one_site(session, 5, site=site)
        third_id = third.id
    sign_in(client, made["manager"])
    day = clock.today() + timedelta(days=1)
    fields = {
        "name": "2027年春季",
        "classes": third_id,
        "opens_on": day,
        "opens_time": "08:00",
        "closes_on": day + timedelta(days=5),
        "closes_time": "18:00",
        "newcomers_share": 30,
        "most_classes": 1,
        "public_number_name": "",
    }
    wrong = post(client, "/allocation-days/new", **fields | {"closes_on": day - timedelta(days=5)})
    assert "截止时间要晚于开始时间" in wrong.text
    answer = post(client, "/allocation-days/new", **fields)
    with database.read() as session:
        each = session.scalars(select(AllocationRound).where(AllocationRound.name == "2027年春季")).one()
        assert session.get_one(CourseClass, third_id).admission is Admission.ALLOCATION
    page = client.get(answer.location)
    assert each.secret_hash in page.text
    assert each.secret not in page.text


def test_the_list_is_by_number_never_by_name(client: FlaskClient, database: Database, made: dict[str, int]) -> None:
    with database.write() as session:
        each, person = session.get_one(AllocationRound, made["round"]), make_person(session, name="赵玉珍")
        number = put_in(session, each, person, session.get_one(CourseClass, made["first"])).number
    sign_in(client, made["manager"])
    page = client.get(f"{base(made)}/work")
    assert f"{number[:3]} {number[3:]}" in page.text
    assert "赵玉珍" not in page.text


def test_a_round_of_another_organisation_is_not_to_be_found(client: FlaskClient, made: dict[str, int]) -> None:
    sign_in(client, made["stranger"])
    for path in ("work", "draw"):
        assert client.get(f"{base(made)}/{path}").status_code == 404
    assert client.get(f"{base(made)}/people/{made['person']}").status_code == 404


def test_the_public_number_comes_after_the_close_and_before_the_draw(
    client: FlaskClient, database: Database, made: dict[str, int]
) -> None:
    with database.write() as session:
        each = session.get_one(AllocationRound, made["round"])
        for _ in range(7):
            put_in(session, each, make_person(session), session.get_one(CourseClass, made["first"]))
    sign_in(client, made["manager"])
    work = client.get(f"{base(made)}/work").text
    token = work.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    early = client.post(f"{base(made)}/number", data={"csrf_token": token, "number": "3902.81"})
    assert "报名截止以后才能填公开数字" in early.text
    with database.write() as session:
        close(session, session.get_one(AllocationRound, made["round"]))
    assert "请先填写公开数字" in post(client, f"{base(made)}/draw").text
    assert client.post(f"{base(made)}/number", data={"csrf_token": token, "number": "3902.81"}).status_code == 303
    assert post(client, f"{base(made)}/draw").status_code == 303
    assert post(client, f"{base(made)}/draw").status_code == 303
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Seat)) == 5
        assert session.get_one(AllocationRound, made["round"]).settled_at is not None
    assert "3902.81" in client.get(base(made)).text
    late = client.post(f"{base(made)}/number", data={"csrf_token": token, "number": "1"})
    assert "不能再改了" in late.text


def test_whoever_runs_it_sees_how_far_the_giving_is(
    client: FlaskClient, database: Database, made: dict[str, int]
) -> None:
    with database.write() as session:
        each = session.get_one(AllocationRound, made["round"])
        each.public_number = "3902.81"
        put_in(session, each, make_person(session), session.get_one(CourseClass, made["first"]))
        close(session, each)
        draw_round(session, each, by=None)
        session.flush()
        settle_next(session, each)
    sign_in(client, made["manager"])
    assert "共4步，已完成1步" in client.get(f"{base(made)}/work").text


def test_the_desk_applies_for_somebody_and_reads_her_number_out(
    client: FlaskClient, database: Database, made: dict[str, int]
) -> None:
    sign_in(client, made["manager"])
    assert "张桂芳" in client.get(f"{base(made)}/people?q=张桂芳").text
    url = f"{base(made)}/people/{made['person']}"
    answer = post(client, url, first=made["second"], second=made["first"], third="", needs="escort")
    with database.read() as session:
        application = session.scalars(select(Application)).one()
        assert application.hand is Hand.DESK
        assert application.has_escort
        assert [wish.class_id for wish in application.wishes] == [made["second"], made["first"]]
    assert f"{application.number[:3]} {application.number[3:]}" in words(client.get(answer.location))
    twice = post(client, url, first=made["second"], second=made["second"], third="")
    assert "同一个班选了两次" in twice.text
    post(client, f"{url}/withdraw")
    assert "已撤回" in client.get(url).text


def test_two_who_stand_at_the_desk_are_together_at_once(
    client: FlaskClient, database: Database, made: dict[str, int]
) -> None:
    sign_in(client, made["manager"])
    url = f"{base(made)}/people/{made['person']}"
    own = post(client, url, first=made["first"], second="", third="", name="张桂芳", digits=_tail(database, made))
    assert "这是同一个人" in own.text
    post(client, url, first=made["first"], second="", third="", name="李秀兰", digits=f"{made['tail']:04d}")
    with database.read() as session:
        applications = session.scalars(select(Application)).all()
    assert len(applications) == 2
    assert {each.partner_id for each in applications} == {each.id for each in applications}


def _tail(database: Database, made: dict[str, int]) -> str:
    with database.read() as session:
        return session.get_one(Person, made["person"]).phone_tail or ""


def test_the_record_is_verified_on_the_command_line(
    app: Flask, database: Database, made: dict[str, int], tmp_path
) -> None:
    run = app.test_cli_runner().invoke
    assert run(args=["verify-draw", str(made["round"])]).exit_code == 1
    with database.write() as session:
        each = session.get_one(AllocationRound, made["round"])
        put_in(session, each, make_person(session), session.get_one(CourseClass, made["first"]))
        close(session, each)
        each.public_number = "1"
    jobs.finish(database, made["round"])
    found = run(args=["verify-draw", str(made["round"])])
    assert "it agrees" in found.output
    file = tmp_path / "record.json"
    file.write_text(app.test_client().get(f"{base(made)}/record").text, encoding="utf-8")
    assert run(args=["verify-draw", str(file)]).exit_code == 0
    file.write_text(file.read_text(encoding="utf-8").replace('"public_number": "1"', '"public_number": "2"'))
    assert run(args=["verify-draw", str(file)]).exit_code == 1
    file.write_text("nonsense")
    assert run(args=["verify-draw", str(file)]).exit_code == 1
    assert run(args=["verify-draw", "no-such-file"]).exit_code == 1
