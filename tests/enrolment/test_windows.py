"""From when who may enrol, until when, and until which lesson she may leave by herself."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.enrolment import actions
from senior_univ.enrolment.facts import refusal_for
from senior_univ.enrolment.models import Hand
from senior_univ.enrolment.rules import window_opens
from senior_univ.timetable.models import Term
from tests.enrolment.managing import manager_of
from tests.enrolment.seats import enrol, herself
from tests.factories import make_class, make_home, make_organisation, make_person, make_resident, make_term

pytestmark = pytest.mark.usefixtures("frozen")
DAY = timedelta(days=1)


def class_of_next_term(session, **windows):
    next_monday = clock.week_start(clock.today()) + timedelta(weeks=6)
    old = make_term(session, clock.week_start(clock.today()) - timedelta(weeks=14))
    term = make_term(session, next_monday, name="下学期", **windows)
    first = clock.instant(next_monday, clock.local(clock.now()).time())
    return make_class(session, term=term, first_at=first), old


def code_for(session, course_class, person):
    refusal = refusal_for(session, course_class, person.id)
    return refusal.code if refusal else None


def test_learners_of_earlier_terms_come_before_newcomers(session):
    today = clock.today()
    course_class, old = class_of_next_term(session, returning_from_on=today, newcomers_from_on=today + 7 * DAY)
    learnt, newcomer = make_person(session), make_person(session)
    enrol(session, make_class(session, term=old), learnt)
    assert code_for(session, course_class, learnt) is None
    refusal = refusal_for(session, course_class, newcomer.id)
    assert refusal.code == "window_not_open"
    assert str((today + 7 * DAY).day) in str(refusal.message)


def test_before_the_first_window_nobody_enrols(session):
    course_class, old = class_of_next_term(session, returning_from_on=clock.today() + DAY)
    learnt = make_person(session)
    enrol(session, make_class(session, term=old), learnt)
    assert code_for(session, course_class, learnt) == "window_not_open"
    assert code_for(session, course_class, make_person(session)) == "window_not_open"


def test_after_the_last_day_it_is_over_in_its_own_words(session):
    course_class, _old = class_of_next_term(session, enrol_until_on=clock.today() - DAY)
    assert code_for(session, course_class, make_person(session)) == "window_over"


def test_a_homes_own_class_has_no_window(session):
    home = make_home(session)
    term = make_term(session, newcomers_from_on=clock.today() + 7 * DAY)
    course_class = make_class(session, site=home, home_id=home.id, term=term)
    assert code_for(session, course_class, make_resident(session, home)) is None


days = st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(returning=days, newcomers=days)
def test_newcomers_never_come_before_learners_of_earlier_terms(returning, newcomers):
    if returning and newcomers and newcomers < returning:
        returning, newcomers = newcomers, returning
    term = Term(returning_from_on=returning, newcomers_from_on=newcomers)
    first, then = window_opens(term, is_returning=True), window_opens(term, is_returning=False)
    assert then is None or first is None or first <= then
    assert first is None or then is not None


def test_once_that_lesson_has_begun_only_the_site_can_take_her_out(session, frozen):
    site = make_organisation(session)
    term = make_term(session, withdraw_until_lesson=2)
    course_class = make_class(session, site=site, term=term)
    learner, other = make_person(session), make_person(session)
    seats = [enrol(session, course_class, each) for each in (learner, other)]
    frozen.shift(timedelta(days=2))
    actions.end_seat(session, seats[1], by=herself(other))
    frozen.shift(timedelta(days=7))
    with pytest.raises(DomainError) as refused:
        actions.end_seat(session, seats[0], by=herself(learner))
    assert refused.value.code == "too_late_to_leave"
    assert actions.end_seat(session, seats[0], by=manager_of(session, site)).ended_at


def test_the_desk_of_one_site_sends_somebody_to_another_and_can_undo_it(session):
    site, sender = make_organisation(session), make_organisation(session)
    by, course_class, person = manager_of(session, sender), make_class(session, site=site), make_person(session)
    seat = enrol(session, course_class, person, hand=Hand.REFERRER, referrer_id=sender.id, by=by)
    assert seat.referrer_id == sender.id
    with pytest.raises(DomainError):
        actions.end_seat(session, seat, by=manager_of(session, make_organisation(session)))
    assert actions.end_seat(session, seat, by=by).ended_at
