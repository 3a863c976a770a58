"""Whatever both sides do in whatever order, a request is in exactly one state, and only the other side answers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import time

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.accounts.queries import build_viewer
from senior_univ.core.db import Database
from senior_univ.core.errors import DomainError
from senior_univ.partnerships import actions, rules
from senior_univ.partnerships.models import Agreement, ClassOffer, RequestState
from tests.partnerships.two import Two, make_two, proposal_of, wish_of

STARTS = st.sampled_from([time(9), time(9, 30), time(10)])
OVER = {RequestState.AGREED, RequestState.DECLINED, RequestState.TAKEN_BACK}


class Exchange(RuleBasedStateMachine):
    """One request between a home and a site; ``expected`` is what its state must be."""

    session: Session
    two: Two

    @initialize()
    def ask(self) -> None:
        self.savepoint = self.session.begin_nested()
        self.home = build_viewer(self.session, self.two.scheduler)
        self.site = build_viewer(self.session, self.two.manager)
        self.request = actions.ask_for_class(self.session, wish_of(self.session, self.two), by=self.home)
        self.session.flush()
        self.expected = RequestState.WAITING

    def teardown(self) -> None:
        self.savepoint.rollback()
        self.session.expire_all()

    @property
    def open_offer(self) -> ClassOffer:
        (offer,) = self.request.open_offers
        return offer

    def refused(self, act: Callable[[], object]) -> None:
        with pytest.raises(DomainError) as caught:
            act()
        assert str(caught.value.message)

    @rule(starts=STARTS)
    def offer(self, starts: time) -> None:
        def act() -> ClassOffer:
            return actions.make_offer(
                self.session, self.request, proposal_of(self.session, self.two, starts=starts), by=self.site
            )

        if self.expected is not RequestState.WAITING:
            self.refused(act)
        else:
            act()
            self.expected = RequestState.OFFERED

    @precondition(lambda self: self.expected in (RequestState.OFFERED, RequestState.COUNTERED))
    @rule(starts=STARTS)
    def counter(self, starts: time) -> None:
        offer, is_homes_turn = self.open_offer, self.expected is RequestState.OFFERED
        by = self.home if is_homes_turn else self.site
        changed = replace(rules.proposal_of(offer), starts=starts)
        if starts == offer.starts:
            self.refused(lambda: actions.counter_offer(self.session, offer, changed, by=by))
            return
        countered = actions.counter_offer(self.session, offer, changed, by=by)
        assert rules.changes(offer, countered)
        assert countered.is_by_home is is_homes_turn
        self.expected = RequestState.COUNTERED if is_homes_turn else RequestState.OFFERED

    @precondition(lambda self: self.expected in (RequestState.OFFERED, RequestState.COUNTERED))
    @rule()
    def decline_offer(self) -> None:
        actions.decline_offer(self.session, self.open_offer, by=self.home)
        self.expected = RequestState.WAITING

    @precondition(lambda self: self.expected in (RequestState.OFFERED, RequestState.COUNTERED))
    @rule()
    def agree(self) -> None:
        actions.agree(self.session, self.open_offer, by=self.home)
        self.expected = RequestState.AGREED

    @rule()
    def decline(self) -> None:
        def act() -> object:
            return actions.decline_request(self.session, self.request, "老师都排满了", by=self.site)

        if self.expected is not RequestState.WAITING:
            self.refused(act)
        else:
            act()
            self.expected = RequestState.DECLINED

    @rule()
    def take_back(self) -> None:
        if self.expected in OVER:
            self.refused(lambda: actions.take_back(self.session, self.request, by=self.home))
        else:
            actions.take_back(self.session, self.request, by=self.home)
            self.expected = RequestState.TAKEN_BACK

    @rule(data=st.data())
    def answer_what_is_answered(self, data: st.DataObject) -> None:
        answered = [offer for offer in self.request.offers if not offer.is_open]
        if answered:
            offer = data.draw(st.sampled_from(answered))
            self.refused(lambda: actions.agree(self.session, offer, by=self.home))
            self.refused(lambda: actions.decline_offer(self.session, offer, by=self.home))

    @invariant()
    def is_as_expected(self) -> None:
        if not hasattr(self, "request"):
            return
        self.session.flush()
        self.session.expire_all()
        assert self.request.state is self.expected
        is_open = self.expected in (RequestState.OFFERED, RequestState.COUNTERED)
        is_taken_back = self.expected is RequestState.TAKEN_BACK
        assert len(self.request.open_offers) == is_open or is_taken_back
        made = self.session.scalars(select(Agreement)).all()
        assert len(made) == (self.expected is RequestState.AGREED)


@pytest.mark.usefixtures("frozen")
def test_a_request_is_always_where_its_records_say(database: Database) -> None:
    with database.write() as session:
        two = make_two(session)
        session.flush()
        machine = type("Machine", (Exchange,), {"session": session, "two": two})
        run_state_machine_as_test(machine, settings=settings(max_examples=25, stateful_step_count=12, deadline=None))
