"""Applying, coming together, withdrawing: what is kept, and what is refused in which words."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from senior_univ.accounts.queries import build_viewer
from senior_univ.allocation import actions, queries
from senior_univ.allocation.actions import Plan
from senior_univ.allocation.draw import hash_of
from senior_univ.allocation.models import AllocationRound, Application
from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.enrolment.models import Hand
from senior_univ.timetable.models import Admission
from tests.allocation.rounds import classes_at_one_site, herself, make_pair, make_round, put_in
from tests.enrolment.seats import enrol
from tests.factories import make_class, make_grant, make_home, make_organisation, make_person, make_resident, make_room


def refused(code: str):
    return pytest.raises(DomainError, match=f"^{code}$")


def wishes(application: Application) -> list[int]:
    return [wish.class_id for wish in application.wishes]


def test_an_application_has_a_number_and_wishes_in_order(session: Session) -> None:
    first, second = classes_at_one_site(session, 10, 10)
    application = put_in(session, make_round(session, first, second), make_person(session), second, first)
    assert wishes(application) == [second.id, first.id]
    assert len(application.number) == 6
    assert first.seats_taken == second.seats_taken == 0


def test_applying_again_changes_the_same_application(session: Session) -> None:
    first, second = classes_at_one_site(session, 10, 10)
    each, person = make_round(session, first, second), make_person(session)
    before = put_in(session, each, person, first)
    after = put_in(session, each, person, second, first, has_escort=True)
    assert (after.id, wishes(after), after.has_escort) == (before.id, [second.id, first.id], True)
    assert session.scalar(select(func.count()).select_from(Application)) == 1


def test_before_the_window_she_is_told_when_it_opens(session: Session) -> None:
    each = make_round(session, opens_at=clock.now() + timedelta(hours=1))
    with refused("not_open_yet"):
        put_in(session, each, make_person(session), each.classes[0].course_class)


def test_after_the_window_nothing_is_lost_and_nothing_taken(session: Session) -> None:
    each, person = make_round(session), make_person(session)
    only = each.classes[0].course_class
    application = put_in(session, each, person, only)
    each.closes_at = clock.now() - timedelta(seconds=1)
    session.flush()
    with refused("closed"):
        put_in(session, each, person, only, has_escort=True)
    with refused("closed"):
        actions.withdraw_application(session, application, hand=Hand.HERSELF, by=herself(person))
    assert application.withdrawn_at is None
    assert not application.has_escort


def test_wishes_that_are_none(session: Session) -> None:
    each, person = make_round(session, *classes_at_one_site(session, 5, 5, 5, 5, 5, 5)), make_person(session)
    classes = [one.course_class for one in each.classes]
    with refused("no_wish"):
        put_in(session, each, person)
    with refused("same_class_twice"):
        put_in(session, each, person, classes[0], classes[0])
    with refused("too_many_wishes"):
        put_in(session, each, person, *classes)
    with refused("not_in_round"):
        put_in(session, each, person, make_class(session))


def test_a_class_that_was_cancelled_or_is_full_is_said_to_be(session: Session) -> None:
    gone, full = classes_at_one_site(session, 5, 1)
    each, person = make_round(session, gone, full), make_person(session)
    gone.cancelled_at, full.seats_taken = clock.now(), 1
    session.flush()
    with refused("not_in_round"):
        put_in(session, each, person, gone)
    with refused("full"):
        put_in(session, each, person, full)


def test_a_class_of_another_home_is_not_hers_to_wish_for(session: Session) -> None:
    home = make_home(session)
    own = make_class(session, room=make_room(session, home), home=home)
    each = make_round(session, own)
    with refused("not_in_round"):
        put_in(session, each, make_person(session), own)
    assert wishes(put_in(session, each, make_resident(session, home), own)) == [own.id]


def test_another_class_at_that_time_is_named_before_she_applies(session: Session) -> None:
    person, mine = make_person(session), make_class(session)
    other = make_class(session, first_at=mine.first_lesson_at)
    enrol(session, mine, person)
    with refused("other_class"):
        put_in(session, make_round(session, other), person, other)


def test_a_wheelchair_needs_a_class_that_has_a_place_for_one(session: Session) -> None:
    (only,) = classes_at_one_site(session, 5, wheelchair_places=0)
    with refused("no_wheelchair_place"):
        put_in(session, make_round(session, only), make_person(session), only, wheelchair=True)


def test_a_relative_applies_for_whom_she_may(session: Session) -> None:
    each, elder, relative = make_round(session), make_person(session), make_person(session)
    only = each.classes[0].course_class
    with refused("no_right"):
        put_in(session, each, elder, only, hand=Hand.RELATIVE, by=herself(relative))
    make_grant(session, elder, relative)
    application = put_in(session, each, elder, only, hand=Hand.RELATIVE, by=build_viewer(session, relative.id))
    assert application.hand is Hand.RELATIVE


def test_an_application_that_was_withdrawn_stands_again_with_its_number(session: Session) -> None:
    each, person = make_round(session), make_person(session)
    only = each.classes[0].course_class
    application = put_in(session, each, person, only)
    number = application.number
    actions.withdraw_application(session, application, hand=Hand.HERSELF, by=herself(person))
    assert queries.count_of(session, each.id) == 0
    assert put_in(session, each, person, only).number == number
    assert queries.count_of(session, each.id) == 1


def test_two_come_together_once_the_other_has_agreed(session: Session) -> None:
    first, second = classes_at_one_site(session, 5, 5)
    one, other = make_pair(session, make_round(session, first, second), second, first)
    assert (one.partner, other.partner) == (other, one)
    assert wishes(other) == [second.id, first.id]


def test_until_she_agrees_each_stands_alone(session: Session) -> None:
    each, one, other = make_round(session), make_person(session, name="张桂芳"), make_person(session)
    application = put_in(session, each, one, each.classes[0].course_class)
    actions.ask_together(
        session, application, hand=Hand.HERSELF, name=other.name, digits=other.phone_tail, by=herself(one)
    )
    assert application.partner_id is None
    assert [asking.id for asking in queries.asked_of(session, other.id)] == [application.id]
    actions.decline(session, application, hand=Hand.HERSELF, by=herself(other))
    assert not queries.asked_of(session, other.id)


def test_each_asking_for_the_other_is_a_yes(session: Session) -> None:
    each = make_round(session)
    only = each.classes[0].course_class
    one, other = make_person(session, name="张桂芳"), make_person(session)
    mine, hers = put_in(session, each, one, only), put_in(session, each, other, only)
    actions.ask_together(session, mine, hand=Hand.HERSELF, name=other.name, digits=hers.number, by=herself(one))
    actions.ask_together(session, hers, hand=Hand.HERSELF, name=one.name, digits=mine.number, by=herself(other))
    assert (mine.partner_id, hers.partner_id) == (hers.id, mine.id)


def test_a_wish_for_oneself_a_stranger_and_somebody_who_is_taken(session: Session) -> None:
    each, person = make_round(session), make_person(session, name="张桂芳")
    only = each.classes[0].course_class
    application = put_in(session, each, person, only)
    taken, _other = make_pair(session, each, only)
    for digits, name, code in (
        (person.phone_tail, person.name, "herself"),
        (application.number, person.name, "herself"),
        ("0000", "没有人", "nobody_found"),
        (taken.number, taken.person.name, "partner_taken"),
    ):
        with refused(code):
            actions.ask_together(session, application, hand=Hand.HERSELF, name=name, digits=digits, by=herself(person))
    assert application.asks_person_id is None


def test_two_of_one_name_and_digits_are_told_apart_by_the_application_number(session: Session) -> None:
    each, person = make_round(session), make_person(session, name="张桂芳")
    only = each.classes[0].course_class
    for phone in ("+8613800001111", "+8613900001111"):
        make_person(session, name="王秀英", phone=phone)
    application = put_in(session, each, person, only)
    with refused("several_found"):
        actions.ask_together(session, application, hand=Hand.HERSELF, name="王秀英", digits="1111", by=herself(person))


def test_the_wishes_of_two_change_together_and_one_who_withdraws_leaves_the_other_alone(session: Session) -> None:
    first, second = classes_at_one_site(session, 5, 5)
    each = make_round(session, first, second)
    one, other = make_pair(session, each, first)
    put_in(session, each, one.person, second)
    assert wishes(other) == [second.id]
    actions.withdraw_application(session, one, hand=Hand.HERSELF, by=herself(one.person))
    session.flush()
    assert other.partner_id is None
    assert other.withdrawn_at is None


def test_a_round_keeps_a_secret_and_shows_its_hash(session: Session) -> None:
    (only,) = classes_at_one_site(session, 5)
    plan = Plan("春季集中报名", clock.now() + timedelta(hours=1), clock.now() + timedelta(days=3), 30, 2)
    made = actions.open_round(session, only.organisation, plan, [only.id], by=herself(make_person(session)))
    session.flush()
    assert made.secret_hash == hash_of(made.secret)
    assert only.admission is Admission.ALLOCATION


def test_a_round_that_can_not_be(session: Session) -> None:
    (only,) = classes_at_one_site(session, 5)
    by, soon, later = herself(make_person(session)), clock.now() + timedelta(hours=1), clock.now() + timedelta(days=2)
    site = only.organisation
    for plan, class_ids, code in (
        (Plan("a", clock.now() - timedelta(days=1), later), [only.id], "opens_in_past"),
        (Plan("a", later, soon), [only.id], "closes_first"),
        (Plan("a", soon, later), [], "no_class"),
        (Plan("a", soon, later), [make_class(session).id], "class_not_free"),
    ):
        with refused(code):
            actions.open_round(session, site, plan, class_ids, by=by)
    actions.open_round(session, site, Plan("a", soon, later), [only.id], by=by)
    session.flush()
    with refused("class_not_free"):
        actions.open_round(session, site, Plan("b", soon, later), [only.id], by=by)
    assert session.scalar(select(func.count()).select_from(AllocationRound)) == 1


def test_who_had_a_seat_before_the_window_is_no_newcomer(session: Session) -> None:
    each = make_round(session)
    new, old = make_person(session), make_person(session)
    seat = enrol(session, make_class(session, site=make_organisation(session)), old)
    seat.taken_at = each.opens_at - timedelta(days=100)
    session.flush()
    assert set(session.scalars(queries.learned_before(each, [new.id, old.id]))) == {old.id}
