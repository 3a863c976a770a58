from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, time
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from senior_univ.accounts.queries import build_viewer
from senior_univ.audit.models import AuditEntry
from senior_univ.care import actions as care
from senior_univ.care.models import CareKind
from senior_univ.care.rules import BlockPlan
from senior_univ.core.errors import DomainError
from senior_univ.partnerships import actions
from senior_univ.partnerships.models import Agreement, ClassOffer, ClassRequest, RequestState
from senior_univ.partnerships.rules import nearness
from senior_univ.timetable.models import CourseClass, Term
from senior_univ.timetable.rules import Plan
from tests import factories as make
from tests.partnerships.two import asked_and_offered, proposal_of, refusal, wish_of

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"learners": 0}, "no_learners", "learners"),
        ({"wheelchairs": 13}, "too_many_wheelchairs", "wheelchairs"),
        ({"wheelchairs": -1}, "too_many_wheelchairs", "wheelchairs"),
        ({"weekdays": ()}, "no_weekday", "weekdays"),
        ({"latest": time(9)}, "end_before_start", "latest"),
        ({"latest": time(8)}, "end_before_start", "latest"),
    ],
)
def test_what_cant_be_asked_has_its_own_words(session, parties, given, code, field):
    two, scheduler, _manager = parties
    refused = refusal(lambda: actions.ask_for_class(session, wish_of(session, two, **given), by=scheduler))
    assert (refused.code, refused.field) == (code, field)


def test_a_care_home_gives_no_classes(session, parties):
    two, scheduler, _manager = parties
    wish = wish_of(session, two, site=make.make_home(session))
    assert refusal(lambda: actions.ask_for_class(session, wish, by=scheduler)).code == "not_teaching"


def test_the_same_is_not_asked_twice_while_it_is_open(session, parties):
    two, scheduler, manager = parties
    request = actions.ask_for_class(session, wish_of(session, two), by=scheduler)
    assert refusal(lambda: actions.ask_for_class(session, wish_of(session, two), by=scheduler)).code == "already_asked"
    actions.decline_request(session, request, "老师都排满了", by=manager)
    actions.ask_for_class(session, wish_of(session, two), by=scheduler)


def test_ask_offer_agree_and_each_step_is_on_record(session, parties):
    two, scheduler, _manager = parties
    offer = asked_and_offered(session, two)
    assert (offer.request.state, offer.suits) == (RequestState.OFFERED, True)
    agreement = actions.agree(session, offer, by=scheduler)
    assert offer.request.state is RequestState.AGREED
    assert (agreement.home_id, agreement.site_id) == (two.home, two.site)
    assert set(session.scalars(select(AuditEntry.action))) >= {
        "class_request.asked",
        "class_offer.made",
        "agreement.made",
    }


def test_an_offer_that_the_home_declined_leaves_room_for_another(session, parties):
    two, scheduler, manager = parties
    offer = asked_and_offered(session, two)
    again = proposal_of(session, two, weekday=3)
    assert refusal(lambda: actions.make_offer(session, offer.request, again, by=manager)).code == "offer_open"
    assert refusal(lambda: actions.decline_request(session, offer.request, "不行", by=manager)).code == "offer_open"
    actions.decline_offer(session, offer, by=scheduler)
    assert offer.request.state is RequestState.WAITING
    second = actions.make_offer(session, offer.request, again, by=manager)
    assert refusal(lambda: actions.agree(session, offer, by=scheduler)).code == "offer_declined"
    actions.agree(session, second, by=scheduler)


def test_nothing_more_happens_to_what_was_taken_back_or_declined(session, parties):
    two, scheduler, manager = parties
    offer = asked_and_offered(session, two)
    request = actions.take_back(session, offer.request, by=scheduler)
    assert request.state is RequestState.TAKEN_BACK
    for act in (
        lambda: actions.take_back(session, request, by=scheduler),
        lambda: actions.agree(session, offer, by=scheduler),
        lambda: actions.decline_offer(session, offer, by=scheduler),
        lambda: actions.make_offer(session, request, proposal_of(session, two), by=manager),
        lambda: actions.decline_request(session, request, "不行", by=manager),
    ):
        assert refusal(act).code == "no_longer_open"


def test_a_site_declines_with_words(session, parties):
    two, scheduler, manager = parties
    request = actions.ask_for_class(session, wish_of(session, two), by=scheduler)
    assert refusal(lambda: actions.decline_request(session, request, "", by=manager)).field == "reason"
    actions.decline_request(session, request, "老师都排满了", by=manager)
    assert request.state is RequestState.DECLINED


def test_a_site_offers_only_its_own_courses_and_teachers(session, parties):
    two, scheduler, manager = parties
    request = actions.ask_for_class(session, wish_of(session, two), by=scheduler)
    proposals = {
        "course": proposal_of(session, two, course=make.make_course(session)),
        "teacher": proposal_of(session, two, teacher=make.make_teacher(session)),
        "minutes": proposal_of(session, two, starts=time(23, 30)),
    }
    for field, proposal in proposals.items():
        assert refusal(lambda given=proposal: actions.make_offer(session, request, given, by=manager)).field == field
    site = session.get_one(make.Organisation, two.site)
    silent = make.make_teacher(session, site, promised_at=None)
    refused = refusal(
        lambda: actions.make_offer(session, request, proposal_of(session, two, teacher=silent), by=manager)
    )
    assert refused.code == "wrong_teacher"


def test_an_offer_in_the_nap_is_refused_with_free_times(session, parties):
    two, scheduler, manager = parties
    care.add_block(session, BlockPlan(two.home, CareKind.NAP, time(12), time(14)), by=scheduler)
    request = actions.ask_for_class(session, wish_of(session, two, latest=time(15)), by=scheduler)
    refused = refusal(
        lambda: actions.make_offer(session, request, proposal_of(session, two, starts=time(13)), by=manager)
    )
    assert (refused.code, len(refused.suggestions) > 0) == ("care_day", True)
    actions.make_offer(session, request, proposal_of(session, two, starts=time(14)), by=manager)


def plan_of(session, two, **given):
    defaults = {
        "course": session.get_one(make.Course, two.course),
        "term": session.scalar(select(Term)),
        "teacher": session.get_one(make.Teacher, two.teacher),
        "room": session.get_one(make.Room, two.room),
        "weekday": 1,
        "starts": time(9, 30),
        "minutes": 60,
        "capacity": 12,
        "wheelchair_places": 3,
        "home_id": two.home,
        "from_on": date(2026, 3, 17),
        "lessons": 8,
    }
    return Plan(**defaults | given)


def test_the_agreed_class_is_scheduled_once_in_the_homes_room(session, parties):
    two, scheduler, _manager = parties
    agreement = actions.agree(session, asked_and_offered(session, two), by=scheduler)
    elsewhere = plan_of(session, two, room=make.make_room(session))
    assert refusal(lambda: actions.schedule_class(session, agreement, elsewhere, by=scheduler)).code == "wrong_home"
    opened = actions.schedule_class(session, agreement, plan_of(session, two), by=scheduler)
    assert (agreement.class_id, opened.home_id, opened.organisation_id) == (opened.id, two.home, two.site)
    again = refusal(lambda: actions.schedule_class(session, agreement, plan_of(session, two), by=scheduler))
    assert again.code == "already_scheduled"
    opened.cancelled_at = opened.opened_at
    later = replace(plan_of(session, two), weekday=3, from_on=date(2026, 3, 19))
    assert actions.schedule_class(session, agreement, later, by=scheduler).id != opened.id


def test_the_teachers_other_class_is_refused_in_words_when_scheduling(session, parties):
    two, scheduler, _manager = parties
    first = actions.agree(session, asked_and_offered(session, two), by=scheduler)
    actions.schedule_class(session, first, plan_of(session, two), by=scheduler)
    second = actions.agree(session, offered_at_ten_past(session, two), by=scheduler)
    clash = plan_of(session, two, starts=time(10, 10))
    refused = refusal(lambda: actions.schedule_class(session, second, clash, by=scheduler))
    assert refused.code in ("room_taken", "teacher_taken")
    assert refused.suggestions


def offered_at_ten_past(session, two):
    """A second request, whose offer was free when it was made."""
    request = actions.ask_for_class(session, wish_of(session, two), by=build_viewer(session, two.scheduler))
    proposal = proposal_of(session, two, weekday=3, starts=time(9, 30))
    return actions.make_offer(session, request, proposal, by=build_viewer(session, two.manager))


def test_a_time_that_the_teacher_has_no_longer_free_is_not_offered(session, parties):
    two, scheduler, manager = parties
    first = actions.agree(session, asked_and_offered(session, two), by=scheduler)
    actions.schedule_class(session, first, plan_of(session, two), by=scheduler)
    request = actions.ask_for_class(session, wish_of(session, two), by=scheduler)
    refused = refusal(lambda: actions.make_offer(session, request, proposal_of(session, two), by=manager))
    assert refused.code in ("room_taken", "teacher_taken")


def test_two_people_who_agree_at_once_make_one_agreement(database, two):
    with database.write() as session:
        offer_id = asked_and_offered(session, two).id
    start = Barrier(2)

    def agree(_number):
        start.wait()
        try:
            with database.write() as session:
                actions.agree(session, session.get_one(ClassOffer, offer_id), by=build_viewer(session, two.scheduler))
        except DomainError as refused:
            return refused.code
        return "agreed"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(agree, range(2))) == ["agreed", "no_longer_open"]
    with database.read() as session:
        assert len(session.scalars(select(Agreement)).all()) == 1


def test_two_people_who_schedule_at_once_open_one_class(database, two):
    with database.write() as session:
        agreement = actions.agree(session, asked_and_offered(session, two), by=build_viewer(session, two.scheduler))
        session.flush()
        agreement_id = agreement.id
    start = Barrier(2)

    def schedule(weekday):
        start.wait()
        try:
            with database.write() as session:
                agreed, by = session.get_one(Agreement, agreement_id), build_viewer(session, two.scheduler)
                actions.schedule_class(session, agreed, plan_of(session, two, weekday=weekday), by=by)
        except DomainError as refused:
            return refused.code
        return "scheduled"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(schedule, (1, 3))) == ["already_scheduled", "scheduled"]
    with database.read() as session:
        assert len(session.scalars(select(CourseClass)).all()) == 1


def test_an_offer_and_a_taking_back_follow_each_other(database, two):
    with database.write() as session:
        by = build_viewer(session, two.scheduler)
        request = actions.ask_for_class(session, wish_of(session, two), by=by)
        session.flush()
        request_id = request.id
    start = Barrier(2)

    def act(side):
        start.wait()
        try:
            with database.write() as session:
                asked, by = session.get_one(ClassRequest, request_id), build_viewer(session, getattr(two, side))
                if side == "scheduler":
                    actions.take_back(session, asked, by=by)
                else:
                    actions.make_offer(session, asked, proposal_of(session, two), by=by)
        except DomainError as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(act, ("scheduler", "manager")))
    assert outcomes[0] == "done"
    assert outcomes[1] in ("done", "no_longer_open")


CODES = st.sampled_from(["130502", "130503", "130502001", "130502002", "130502001062", "130503001001"])


@given(CODES, CODES)
def test_nearness_is_mutual_and_nearest_at_home(one, other):
    assert nearness(one, other) == nearness(other, one)
    assert nearness(one, one) in (0, 1)
    assert (nearness(one, other) == 2) == (one[:6] != other[:6])
