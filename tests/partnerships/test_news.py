"""What one side does stands on the first page of the other, each thing by itself, until it is answered or seen."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from senior_univ.accounts.queries import build_viewer
from senior_univ.partnerships import actions, rules
from senior_univ.partnerships.models import News
from senior_univ.partnerships.waiting_items import waiting_items
from tests import factories as make
from tests.partnerships.test_pages import schedule_fields, send, shown
from tests.partnerships.two import asked_and_offered, proposal_of, wish_of
from tests.queries_counted import queries_of
from tests.signing_in import sign_in


@pytest.fixture(autouse=True)
def in_english(client):
    client.set_cookie("language", "en")


def words_of(session, viewer):
    session.flush()
    return [item.words for item in waiting_items(session, viewer)]


def test_each_step_reaches_the_other_side_and_leaves_the_first(session, parties):
    two, scheduler, manager = parties
    asked = actions.ask_for_class(session, wish_of(session, two), by=scheduler)
    assert ["asks for a class" in each for each in words_of(session, manager)] == [True]
    offer = actions.make_offer(session, asked, proposal_of(session, two), by=manager)
    assert words_of(session, manager) == []
    assert ["offers a class" in each for each in words_of(session, scheduler)] == [True]
    counter = actions.counter_offer(session, offer, replace(rules.proposal_of(offer), lessons=4), by=scheduler)
    assert ["would like your offer changed" in each for each in words_of(session, manager)] == [True]
    offer = actions.counter_offer(session, counter, replace(rules.proposal_of(counter), lessons=5), by=manager)
    actions.agree(session, offer, by=scheduler)
    assert ["has agreed" in each for each in words_of(session, manager)] == [True]
    assert ["Schedule the class" in each for each in words_of(session, scheduler)] == [True]


def test_a_declined_request_and_a_declined_offer_are_told(session, parties):
    two, scheduler, manager = parties
    offer = asked_and_offered(session, two)
    actions.decline_offer(session, offer, by=scheduler, reason="太早")
    assert any("has declined your offer" in each for each in words_of(session, manager))
    actions.decline_request(session, offer.request, "没有老师", by=manager)
    assert any("can't give the class" in each for each in words_of(session, scheduler))


def test_a_stranger_is_told_nothing(session, parties):
    two, scheduler, _manager = parties
    actions.agree(session, asked_and_offered(session, two), by=scheduler)
    session.flush()
    said = session.scalars(select(News)).one()
    assert said.organisation_id == two.site
    assert all("has agreed" not in each for each in words_of(session, scheduler))


def test_the_first_page_opens_it_and_one_press_takes_it_off(client, database, two):
    with database.write() as session:
        agreement_id = actions.agree(
            session, asked_and_offered(session, two), by=build_viewer(session, two.scheduler)
        ).id
    sign_in(client, two.manager)
    assert f'href="/agreements/{agreement_id}"' in shown(client, "/")
    assert "I have seen it" in shown(client, f"/agreements/{agreement_id}")
    with database.read() as session:
        news_id = session.scalar(select(News.id))
    sign_in(client, two.scheduler)
    answer = send(client, f"/exchange-news/{news_id}/notice", form_path="/")
    assert answer.status_code == 404
    sign_in(client, two.manager)
    assert send(client, f"/exchange-news/{news_id}/notice", form_path="/").status_code == 303
    assert f'href="/agreements/{agreement_id}"' not in shown(client, "/")
    sign_in(client, two.scheduler)
    assert send(client, f"/agreements/{agreement_id}/class", **schedule_fields(two)).status_code == 303
    sign_in(client, two.manager)
    assert "has scheduled the class" in shown(client, "/")


def test_many_things_ask_no_more_than_few(client, database, two):
    sign_in(client, two.manager)
    with database.write() as session:
        asked_and_offered(session, two)
    few = queries_of(client, "/")
    with database.write() as session:
        for slug in ("painting", "singing", "taichi"):
            subject = make.make_subject(session, slug)
            actions.ask_for_class(
                session, wish_of(session, two, subject=subject), by=build_viewer(session, two.scheduler)
            )
    assert shown(client, "/").count("asks for a class") == 3
    assert queries_of(client, "/") <= few + 1
