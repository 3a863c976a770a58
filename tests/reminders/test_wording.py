"""Officers' own wording of texts: what may stand in it, how it is tried, when it goes out and when it doesn't."""

from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from time_machine import Traveller

from config import Settings
from senior_univ.accounts.models import Belonging, BelongingReason, PhoneKind
from senior_univ.core import clock
from senior_univ.core.db import Database
from senior_univ.core.permissions import Role
from senior_univ.network.models import OrganisationKind
from senior_univ.reminders import actions, wording
from senior_univ.reminders.models import MessageKind, OrganisationTexting, Wording
from senior_univ.reminders.wording import EmptyPlaceholderError, fill
from tests.factories import CITY, make_organisation, make_person, make_staff
from tests.reminders.conftest import Worker
from tests.sending_forms import send, shown
from tests.signing_in import sign_in

PAGE = "/messages/wordings/grant_given"
OWN = "((姓名))您好，((亲属))可以帮您报名了。[[有事打((电话))。]]"


@dataclass
class Ground:
    """A city officer who rewords, a learner, her site and its manager."""

    officer_id: int
    learner_id: int
    site_id: int
    manager_id: int


@pytest.fixture
def ground(database: Database, frozen: Traveller) -> Ground:
    with database.write() as session:
        bureau = make_organisation(session, region_code=CITY, kind=OrganisationKind.EDUCATION_BUREAU)
        site = make_organisation(session)
        officer = make_staff(session, Role.CITY_OFFICER, bureau)
        officer.phone, officer.phone_kind = "+8613800000099", PhoneKind.MOBILE
        learner = make_person(session, name="王秀英", phone="+8613800138000", phone_kind=PhoneKind.MOBILE)
        session.add(
            Belonging(
                person_id=learner.id,
                organisation_id=site.id,
                reason=BelongingReason.ENROLLED,
                from_on=clock.today(),
            )
        )
        manager = make_staff(session, Role.SITE_MANAGER, site)
        return Ground(officer.id, learner.id, site.id, manager.id)


def queue(database: Database, ground: Ground, key: str = "k", **given: object) -> None:
    with database.write() as session:
        actions.queue(
            session,
            key=key,
            kind=MessageKind.GRANT_GIVEN,
            phone="+8613800138000",
            parameters={"name": "王秀英", "relative": "李芳", "phones": ["03195550100"]} | given,
            about=[(ground.learner_id, None)],
            organisation_id=ground.site_id,
        )


def save(client: FlaskClient, words: str = OWN) -> None:
    answer = send(client, PAGE, words=words, save="1")
    assert answer.status_code == 303, answer.text


def test_a_text_reads_as_the_officer_wrote_it(
    database: Database, worker: Worker, client: FlaskClient, ground: Ground
) -> None:
    sign_in(client, ground.officer_id)
    save(client)
    queue(database, ground)
    [(_phone, text)] = worker.send()
    assert text == "【老年大学】王秀英您好，李芳可以帮您报名了。有事打0319-5550100。"
    assert "已改" in shown(client, "/messages/wordings")


def test_the_shipped_text_comes_back_by_one_tap(
    database: Database, worker: Worker, client: FlaskClient, ground: Ground
) -> None:
    queue(database, ground)
    [(_phone, shipped)] = worker.send()
    sign_in(client, ground.officer_id)
    save(client)
    assert send(client, f"{PAGE}/shipped", PAGE).status_code == 303
    queue(database, ground, "again")
    assert worker.send() == [("+8613800138000", shipped)]
    with database.read() as session:
        assert session.scalars(select(Wording).where(Wording.ended_at.is_(None))).all() == []


def test_it_is_tried_on_real_texts_before_it_is_used(
    database: Database, worker: Worker, client: FlaskClient, ground: Ground
) -> None:
    queue(database, ground)
    worker.send()
    sign_in(client, ground.officer_id)
    page = send(client, PAGE, words=OWN, look="1").text
    assert "王秀英您好，李芳可以帮您报名了。" in page
    assert "按1条计费" in page
    with database.read() as session:
        assert session.scalars(select(Wording)).all() == []


def test_for_whom_something_would_be_empty_is_said(
    database: Database, worker: Worker, client: FlaskClient, ground: Ground
) -> None:
    queue(database, ground, relative="")
    worker.send()
    sign_in(client, ground.officer_id)
    assert "王秀英 ((亲属))" in send(client, PAGE, words=OWN, look="1").text


def test_where_something_is_empty_the_shipped_text_goes(
    database: Database, worker: Worker, client: FlaskClient, ground: Ground
) -> None:
    sign_in(client, ground.officer_id)
    save(client)
    queue(database, ground, relative="")
    [(_phone, text)] = worker.send()
    assert "可以帮您报名了" not in text


def test_it_is_sent_to_the_officer_s_own_phone(
    database: Database, worker: Worker, client: FlaskClient, ground: Ground
) -> None:
    sign_in(client, ground.officer_id)
    page = send(client, PAGE, words=OWN, test="1").text
    assert "正在发到138 0000 0099" in page
    assert [phone for phone, _text in worker.send()] == ["+8613800000099"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("((姓名))((nonsense))", "没有((nonsense))"),
        ("((姓名", "括号没有配对"),
        ("[[((姓名))", "括号没有配对"),
        ("【老年大学】((姓名))", "括号没有配对"),
        ("((姓名))请看 www.example.com", "链接"),
        ("((姓名))中签了", "中签"),
        ("", "请填写"),
        ("好" * 301, "300"),
    ],
)
def test_words_that_can_t_stand_are_refused(
    database: Database, client: FlaskClient, ground: Ground, words: str, said: str
) -> None:
    sign_in(client, ground.officer_id)
    answer = send(client, PAGE, words=words, save="1")
    assert answer.status_code == 200
    assert said in answer.text
    with database.read() as session:
        assert session.scalars(select(Wording)).all() == []


def test_a_text_that_asks_keeps_the_digits_that_answer(client: FlaskClient, ground: Ground) -> None:
    sign_in(client, ground.officer_id)
    page = "/messages/wordings/reminder_evening_asked"
    assert "必须有((来回复))" in send(client, page, words="((姓名))明天有课", save="1").text


@pytest.mark.parametrize("shape", ["code", "nonsense", "weekly"])
def test_what_can_t_be_reworded_has_no_page(client: FlaskClient, ground: Ground, shape: str) -> None:
    sign_in(client, ground.officer_id)
    assert client.get(f"/messages/wordings/{shape}").status_code == 404


def test_a_manager_may_not_reword(client: FlaskClient, ground: Ground) -> None:
    sign_in(client, ground.manager_id)
    assert client.get("/messages/wordings").status_code == 403


def test_an_organisation_s_own_signature_stands_before_it(
    database: Database, worker: Worker, client: FlaskClient, ground: Ground
) -> None:
    with database.write() as session:
        session.add(OrganisationTexting(organisation_id=ground.site_id, signature="桥西老年学堂"))
    queue(database, ground)
    [(_phone, text)] = worker.send()
    assert text.startswith("【桥西老年学堂】")


def test_a_wording_of_older_placeholders_is_named_at_the_start(database: Database, ground: Ground) -> None:
    with database.write() as session:
        old = Wording(shape="grant_given", language="zh", words="((gone))", written_at=clock.now())
        old.written_by_id = ground.officer_id
        session.add(old)
        session.flush()
        assert wording.problems(session) == ["The wording of grant_given (zh) asks for gone."]


NAMES = st.sampled_from(["name", "day", "phone"])
PARTS = st.lists(st.one_of(st.text("字，。", max_size=5), NAMES.map("(({}))".format)), max_size=6).map("".join)


@given(PARTS, PARTS, st.dictionaries(NAMES, st.text("甲乙", max_size=3)))
def test_no_placeholder_is_ever_left_in_a_text(before: str, optional: str, values: dict[str, str]) -> None:
    try:
        text = fill(f"{before}[[{optional}]]", values)
    except EmptyPlaceholderError:
        assert any(f"(({name}))" in before and not values.get(name) for name in ("name", "day", "phone"))
    else:
        assert not any(mark in text for mark in ("((", "))", "[[", "]]"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_text_s_placeholders_have_a_name_and_stand_as_shipped(database: Database, language: str) -> None:
    with database.read() as session:
        for shape in wording.shapes(session, language):
            assert wording.check(shape, shape.shipped, Settings.from_environment({})) == shape.shipped
