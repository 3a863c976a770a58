"""Open requests, offers that are countered, rooms that are opened, agreements that end, rides and credits."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, time
from threading import Barrier

import pytest
from sqlalchemy import select

from senior_univ.accounts.queries import build_viewer
from senior_univ.care.events import quarantine_declared
from senior_univ.care.models import CareBlock, CareKind, Quarantine
from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Role
from senior_univ.partnerships import actions, crediting, matching, queries, rules
from senior_univ.partnerships.models import (
    Agreement,
    AgreementState,
    ClassOffer,
    Frequency,
    Rating,
    RequestState,
    Window,
)
from senior_univ.partnerships.to_answer import to_answer
from senior_univ.timetable.models import ClassAssistant, CourseClass, Lesson, Term
from senior_univ.timetable.rules import Plan
from tests import factories as make
from tests.partnerships.two import asked_and_offered, proposal_of, refusal, wish_of

pytestmark = pytest.mark.usefixtures("frozen")


def plan_for(session, two, agreement, **given):
    offer = agreement.offer
    defaults = {
        "course": offer.course,
        "term": session.scalar(select(Term)),
        "teacher": offer.teacher,
        "room": session.get_one(make.Room, two.room),
        "weekday": offer.weekday,
        "starts": offer.starts,
        "minutes": offer.minutes,
        "capacity": 15,
        "wheelchair_places": 3,
        "home_id": None if offer.request.village_places else two.home,
        "from_on": date(2026, 3, 17),
        "lessons": 8,
    }
    return Plan(**defaults | given)


def open_request(session, two, by, **given):
    return actions.ask_for_class(session, wish_of(session, two, site=None, **given), by=by)


def test_a_home_may_ask_every_site_at_once_and_says_all_its_times(session, parties):
    two, scheduler, _manager = parties
    asked = open_request(
        session, two, scheduler, more=(Window(5, time(14), time(16)),), escorts=2, frequency=Frequency.ONCE
    )
    session.flush()
    session.expire_all()
    assert asked.windows == [
        Window(1, time(9), time(11)), Window(3, time(9), time(11)), Window(5, time(14), time(16)),
    ]  # fmt: skip
    assert (asked.site, asked.heads, asked.state) == (None, 14, RequestState.WAITING)
    assert refusal(lambda: open_request(session, two, scheduler)).code == "already_asked"


def test_an_open_request_is_seen_by_the_sites_of_the_county_only(session, parties):
    two, scheduler, manager = parties
    asked = open_request(session, two, scheduler)
    session.flush()
    far = make.make_organisation(session, region_code=make.OTHER_COUNTY)
    stranger = build_viewer(session, make.make_staff(session, Role.SITE_MANAGER, far).id)
    assert queries.request_for(session, manager, asked.id) is asked
    assert list(session.scalars(queries.visible_requests(stranger))) == []


def second_site(session, two):
    site = make.make_organisation(session, name="另一教学站")
    return replace(
        two,
        site=site.id,
        course=make.make_course(session, site).id,
        teacher=make.make_teacher(session, site, name="别的老师").id,
        manager=make.make_staff(session, Role.SITE_MANAGER, site).id,
    )


def test_of_two_sites_that_offer_one_is_taken_and_the_other_sees_it(session, parties):
    two, scheduler, manager = parties
    other = second_site(session, two)
    asked = open_request(session, two, scheduler)
    first = actions.make_offer(session, asked, proposal_of(session, two), by=manager)
    second = actions.make_offer(session, asked, proposal_of(session, other), by=build_viewer(session, other.manager))
    assert rules.state_for(asked, {other.site}) is RequestState.OFFERED
    agreement = actions.agree(session, first, by=scheduler)
    assert agreement.site_id == two.site
    assert rules.state_for(asked, {two.site}) is RequestState.AGREED
    assert rules.state_for(asked, {other.site}) is RequestState.ELSEWHERE
    assert refusal(lambda: actions.agree(session, second, by=scheduler)).code == "no_longer_open"
    assert refusal(lambda: actions.decline_request(session, asked, "不行", by=manager)).code == "no_longer_open"


def test_a_counter_is_a_new_offer_and_what_changed_is_said(session, parties):
    two, scheduler, manager = parties
    offer = asked_and_offered(session, two)
    room = session.get_one(make.Room, two.room)
    changed = replace(rules.proposal_of(offer), starts=time(10), learners=10, room=room)
    counter = actions.counter_offer(session, offer, changed, by=scheduler)
    assert (counter.is_by_home, offer.is_open, offer.request.state) == (True, False, RequestState.COUNTERED)
    said = rules.changes(offer, counter)
    assert len(said) == 3
    assert any("9:30" in words and "10:00" in words for words in said)
    assert refusal(lambda: actions.agree(session, offer, by=scheduler)).code == "offer_countered"
    back = actions.counter_offer(session, counter, replace(changed, starts=time(9)), by=manager)
    assert (back.is_by_home, offer.request.state) == (False, RequestState.OFFERED)
    assert actions.agree(session, back, by=scheduler).offer.starts == time(9)
    assert [each.id for each in offer.request.offers] == [offer.id, counter.id, back.id]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "nothing_changed"),
        ({"learners": 2}, "no_learners"),
        ({"learners": 300}, "room_too_small"),
        ({"lessons": 61}, "no_lessons"),
        ({"starts": time(23, 30)}, "past_midnight"),
    ],
)
def test_a_counter_that_cant_be_is_refused_in_words(session, parties, given, code):
    two, scheduler, _manager = parties
    offer = asked_and_offered(session, two)
    if "learners" in given:
        given = given | {"room": session.get_one(make.Room, two.room)}
    changed = replace(rules.proposal_of(offer), **given)
    assert refusal(lambda: actions.counter_offer(session, offer, changed, by=scheduler)).code == code


def test_a_room_of_a_third_party_and_twice_the_same_teacher_are_refused(session, parties):
    two, scheduler, manager = parties
    asked = actions.ask_for_class(session, wish_of(session, two), by=scheduler)
    teacher = session.get_one(make.Teacher, two.teacher)
    for given, code in (({"room": make.make_room(session)}, "wrong_room"), ({"co_teacher": teacher}, "same_teacher")):
        proposal = proposal_of(session, two, **given)
        assert refusal(lambda given=proposal: actions.make_offer(session, asked, given, by=manager)).code == code


def test_accepting_and_countering_at_once_leaves_exactly_one(database, two):
    with database.write() as session:
        offer_id = asked_and_offered(session, two).id
    start = Barrier(2)

    def answer(how):
        start.wait()
        try:
            with database.write() as session:
                offer, by = session.get_one(ClassOffer, offer_id), build_viewer(session, two.scheduler)
                if how == "agree":
                    actions.agree(session, offer, by=by)
                else:
                    actions.counter_offer(session, offer, replace(rules.proposal_of(offer), starts=time(10)), by=by)
        except DomainError as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(answer, ("agree", "counter")))
    assert outcomes in (["done", "no_longer_open"], ["offer_countered", "done"])
    with database.read() as session:
        answers = len(session.scalars(select(Agreement)).all()) + len(session.scalars(select(ClassOffer)).all()) - 1
        assert answers == 1


def agreed_village(session, two, scheduler, manager):
    asked = actions.ask_for_class(session, wish_of(session, two, village_places=3), by=scheduler)
    return actions.agree(
        session, actions.make_offer(session, asked, proposal_of(session, two), by=manager), by=scheduler
    )


def test_a_class_that_is_open_to_the_village_takes_residents_and_neighbours(session, parties):
    two, scheduler, manager = parties
    agreement = agreed_village(session, two, scheduler, manager)
    opened = actions.schedule_class(session, agreement, plan_for(session, two, agreement), by=scheduler)
    assert (opened.home_id, opened.organisation_id, opened.room_id) == (None, two.site, two.room)
    resident = make.make_resident(session, session.get_one(make.Organisation, two.home))
    outcome = actions.enrol_residents(session, opened, two.home, [resident.id], by=scheduler)
    assert (len(outcome.taken), outcome.refused) == (1, [])
    stranger = make.make_person(session)
    refused = refusal(lambda: actions.enrol_residents(session, opened, two.home, [stranger.id], by=scheduler))
    assert refused.code == "not_resident"


def test_people_from_outside_come_in_visiting_hours_only(session, parties):
    two, scheduler, manager = parties
    session.add(CareBlock(home_id=two.home, kind=CareKind.VISITING, starts=time(14), ends=time(17)))
    asked = actions.ask_for_class(session, wish_of(session, two, village_places=3, latest=time(17)), by=scheduler)
    refused = refusal(lambda: actions.make_offer(session, asked, proposal_of(session, two), by=manager))
    assert (refused.code, refused.field) == ("outside_visiting", "starts")
    actions.make_offer(session, asked, proposal_of(session, two, starts=time(14, 30)), by=manager)


def quarantined(session, two, scheduler):
    unit = make.make_unit(session, session.get_one(make.Organisation, two.home))
    row = Quarantine(
        unit=unit, from_on=date(2026, 3, 16), to_on=date(2026, 3, 25), reason="流感", declared_at=clock.now(),
        declared_by_id=scheduler.person_id,
    )  # fmt: skip
    return make.kept(session, row)


def test_in_a_quarantine_no_village_class_begins_and_lessons_fall_away(session, parties):
    two, scheduler, manager = parties
    agreement = agreed_village(session, two, scheduler, manager)
    opened = actions.schedule_class(session, agreement, plan_for(session, two, agreement), by=scheduler)
    quarantine = quarantined(session, two, scheduler)
    quarantine_declared.send(session, quarantine=quarantine, by=scheduler)
    days = {
        clock.local(lesson.starts_at).date()
        for lesson in session.scalars(select(Lesson).where(Lesson.class_id == opened.id))
        if lesson.cancelled_at
    }
    assert days == {date(2026, 3, 17), date(2026, 3, 24)}


def test_a_quarantine_refuses_to_open_the_room(session, parties):
    two, scheduler, manager = parties
    agreement = agreed_village(session, two, scheduler, manager)
    quarantined(session, two, scheduler)
    plan = plan_for(session, two, agreement)
    assert refusal(lambda: actions.schedule_class(session, agreement, plan, by=scheduler)).code == "quarantine"
    later = replace(plan, from_on=date(2026, 3, 31))
    actions.schedule_class(session, agreement, later, by=scheduler)


def scheduled(session, two, scheduler):
    agreement = actions.agree(session, asked_and_offered(session, two), by=scheduler)
    actions.schedule_class(session, agreement, plan_for(session, two, agreement), by=scheduler)
    return agreement


def state_of(agreement):
    return rules.agreement_state(agreement, clock.today(), clock.day_bounds(clock.today())[0])


def test_an_agreement_that_ends_early_lets_later_lessons_fall_away(session, parties):
    two, scheduler, manager = parties
    agreement = scheduled(session, two, scheduler)
    for given, code in (
        ((date(2026, 3, 9), "换人了"), "in_the_past"),
        ((date(2026, 3, 24), ""), "no_reason"),
        ((date(2030, 1, 1), "换人了"), "too_late"),
    ):
        assert refusal(lambda given=given: actions.end_agreement(session, agreement, *given, by=manager)).code == code
    actions.end_agreement(session, agreement, date(2026, 3, 24), "换人了", by=manager)
    lessons = session.scalars(select(Lesson).where(Lesson.class_id == agreement.class_id)).all()
    kept = [clock.local(lesson.starts_at).date() for lesson in lessons if lesson.cancelled_at is None]
    assert kept == [date(2026, 3, 17), date(2026, 3, 24)]
    assert state_of(agreement) is AgreementState.RUNNING
    again = refusal(lambda: actions.end_agreement(session, agreement, date(2026, 3, 20), "再来", by=scheduler))
    assert again.code == "ended"


def test_feedback_of_both_sides_closes_an_agreement(session, parties, frozen):
    two, scheduler, manager = parties
    agreement = scheduled(session, two, scheduler)

    def say(by, *, is_by_home, rating=Rating.GOOD, note=""):
        return actions.give_feedback(session, agreement, rating, note, is_by_home=is_by_home, by=by)

    assert refusal(lambda: say(scheduler, is_by_home=True)).code == "not_over"
    frozen.move_to("2026-07-01T09:00:00+08:00")
    assert state_of(agreement) is AgreementState.FEEDBACK_DUE
    assert to_answer(session, scheduler).feedback == to_answer(session, manager).feedback == 1
    assert refusal(lambda: say(scheduler, is_by_home=True, rating=Rating.POOR)).field == "note"
    say(scheduler, is_by_home=True)
    assert refusal(lambda: say(scheduler, is_by_home=True)).code == "already_said"
    assert (state_of(agreement), to_answer(session, scheduler).feedback) == (AgreementState.FEEDBACK_DUE, 0)
    say(manager, is_by_home=False, rating=Rating.FAIR)
    assert (state_of(agreement), to_answer(session, manager).feedback) == (AgreementState.CLOSED, 0)


def test_what_waits_is_counted_for_each_side(session, parties):
    two, scheduler, manager = parties
    asked = actions.ask_for_class(session, wish_of(session, two), by=scheduler)
    session.flush()
    assert (to_answer(session, manager).requests, to_answer(session, scheduler).total) == (1, 0)
    offer = actions.make_offer(session, asked, proposal_of(session, two), by=manager)
    session.flush()
    assert (to_answer(session, manager).total, to_answer(session, scheduler).offers) == (0, 1)
    counter = actions.counter_offer(session, offer, replace(rules.proposal_of(offer), starts=time(10)), by=scheduler)
    assert (to_answer(session, manager).offers, to_answer(session, scheduler).total) == (1, 0)
    actions.agree(session, counter, by=manager)
    assert (to_answer(session, manager).total, to_answer(session, scheduler).to_schedule) == (0, 1)


def test_both_sides_are_credited_with_what_was_held(session, parties, frozen):
    two, scheduler, _manager = parties
    agreement = scheduled(session, two, scheduler)
    frozen.move_to("2026-04-01T09:00:00+08:00")
    found = crediting.credits_of(session, [two.home], 2026)
    assert [(each.held.lessons, each.held.minutes) for each in found] == [(3, 180)]
    sums = crediting.sums(found, {two.home, two.site})
    assert {each.organisation.id: each.minutes for each in sums} == {two.home: 180, two.site: 180}
    assert crediting.credits_of(session, [two.home], 2025) == []
    assert agreement.class_id == session.scalar(select(CourseClass.id))


def test_teachers_are_ranked_by_subject_then_by_when_they_are_free(session, parties):
    two, scheduler, _manager = parties
    site = session.get_one(make.Organisation, two.site)
    subject = session.get_one(make.Subject, two.subject)
    knows = make.make_teacher(session, site, name="懂行的", subjects=[subject])
    silent = make.make_teacher(session, site, name="没承诺的", promised_at=None)
    asked = actions.ask_for_class(session, wish_of(session, two), by=scheduler)
    session.flush()
    ranked = matching.rank_teachers(session, asked, [site])
    assert knows.id in {match.teacher.id for match in ranked}
    assert silent.id not in {match.teacher.id for match in ranked}
    assert [match.level is None for match in ranked] == sorted(match.level is None for match in ranked)
    assert all(match.free == (1, time(9), None) for match in ranked)
    assert all(match.reasons("书法") for match in ranked)


def test_rooms_that_hold_everybody_come_first(session, parties):
    two, scheduler, _manager = parties
    home = session.get_one(make.Organisation, two.home)
    small = make.make_room(session, home, name="小屋", capacity=4, wheelchair_places=0)
    asked = actions.ask_for_class(session, wish_of(session, two), by=scheduler)
    ranked = matching.rank_rooms(session, asked, two.home)
    assert (ranked[0].fits, ranked[-1].room.id, ranked[-1].fits) == (True, small.id, False)


def test_the_second_teacher_comes_with_the_class(session, parties):
    two, scheduler, manager = parties
    helper = make.make_teacher(session, session.get_one(make.Organisation, two.site), name="帮忙的")
    asked = actions.ask_for_class(session, wish_of(session, two), by=scheduler)
    offer = actions.make_offer(session, asked, proposal_of(session, two, co_teacher=helper), by=manager)
    agreement = actions.agree(session, offer, by=scheduler)
    opened = actions.schedule_class(session, agreement, plan_for(session, two, agreement), by=scheduler)
    found = session.scalars(select(ClassAssistant.teacher_id).where(ClassAssistant.class_id == opened.id)).all()
    assert found == [helper.id]
