"""Open requests, offers that are countered, rooms that are opened, agreements that end, rides and credits."""

from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from senior_univ.accounts.queries import build_viewer
from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.enrolment.models import Seat
from senior_univ.partnerships import actions
from senior_univ.partnerships.actions.transport import Ride
from senior_univ.partnerships.models import (
    Rider,
    TransportOffer,
    TransportState,
)
from tests import factories as make
from tests.partnerships.two import refusal

pytestmark = pytest.mark.usefixtures("frozen")


def ride(**given):
    return Ride(**{"vehicle": "白色中巴", "places": 2, "wheelchair_places": 1, "escorts": 1, "picks_up_at": time(7),
                   "picks_up_where": "南门"} | given)  # fmt: skip


def offered_ride(session, two, manager, **given):
    site = session.get_one(make.Organisation, two.site)
    taught = make.make_class(session, site=site, first_at=clock.now() + timedelta(days=1))
    home = session.get_one(make.Organisation, two.home)
    offer = actions.offer_transport(session, taught, home, ride(**given), by=manager)
    session.flush()
    return offer


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"wheelchair_places": 3}, "wheelchair_places"),
        ({"places": 99, "wheelchair_places": 0}, "places"),
        ({"picks_up_at": time(23)}, "picks_up_at"),
    ],
)
def test_a_ride_that_cant_be_is_refused(session, parties, given, field):
    two, _scheduler, manager = parties
    assert refusal(lambda: offered_ride(session, two, manager, **given)).field == field


def test_residents_who_are_fetched_have_their_seats(session, parties):
    two, scheduler, manager = parties
    offer = offered_ride(session, two, manager)
    home = session.get_one(make.Organisation, two.home)
    people = [make.make_resident(session, home).id for _number in range(3)]
    assert refusal(lambda: actions.accept_transport(session, offer, [], by=scheduler)).code == "nobody"
    assert refusal(lambda: actions.accept_transport(session, offer, people, by=scheduler)).code == "too_many"
    outcome = actions.accept_transport(session, offer, people[:2], by=scheduler)
    assert len(outcome.taken) == 2
    assert offer.state is TransportState.ACCEPTED
    seated = set(session.scalars(select(Seat.person_id).where(Seat.class_id == offer.class_id)))
    assert seated == set(session.scalars(select(Rider.person_id))) == set(people[:2])
    assert refusal(lambda: actions.take_transport_back(session, offer, by=manager)).code == "answered_already"


def test_a_ride_is_declined_with_words_or_taken_back(session, parties):
    two, scheduler, manager = parties
    declined, back = (offered_ride(session, two, manager, picks_up_at=time(6, number)) for number in (0, 1))
    assert refusal(lambda: actions.decline_transport(session, declined, "", by=scheduler)).field == "reason"
    actions.decline_transport(session, declined, "天太冷", by=scheduler)
    actions.take_transport_back(session, back, by=manager)
    assert (declined.state, back.state) == (TransportState.DECLINED, TransportState.TAKEN_BACK)


def test_two_who_answer_one_ride_at_once_make_one_answer(database, two):
    with database.write() as session:
        offer = offered_ride(session, two, build_viewer(session, two.manager))
        offer_id, person_id = offer.id, make.make_resident(session, session.get_one(make.Organisation, two.home)).id
    start = Barrier(2)

    def answer(side):
        start.wait()
        try:
            with database.write() as session:
                found = session.get_one(TransportOffer, offer_id)
                if side == "home":
                    actions.accept_transport(session, found, [person_id], by=build_viewer(session, two.scheduler))
                else:
                    actions.take_transport_back(session, found, by=build_viewer(session, two.manager))
        except DomainError as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(answer, ("home", "site"))) == ["answered_already", "done"]
