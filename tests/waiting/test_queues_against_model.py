"""Whatever people do in whatever order: never a learner too many, never a seat lost, the order is the queue's."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.enrolment import actions as enrolment
from senior_univ.enrolment.models import Hand
from senior_univ.timetable.events import class_cancelled
from senior_univ.waiting import actions
from senior_univ.waiting.models import Answer, Ending, RungKind
from senior_univ.waiting.reactions import follow_room_made
from senior_univ.wiring import connect
from tests.enrolment.seats import enrol
from tests.factories import make_class, make_organisation, make_person, make_room
from tests.waiting.queues import counted, herself, in_rows, wait

CAPACITY, WHEELCHAIRS, ROOM, PEOPLE = 3, 1, 4, 9
someone = st.integers(0, PEOPLE - 1)


class Model:
    """A party as the model knows it: who, what each brings, and what it was offered, kept and passed over."""

    def __init__(self, who, wheelchairs, escorts, row):
        self.who, self.wheelchairs, self.escorts, self.row = list(who), set(wheelchairs), set(escorts), row
        self.offered, self.skipped, self.kept, self.days_kept = False, 0, 0, 0

    @property
    def wants(self):
        return len(self.who), len(self.wheelchairs & set(self.who)), len(self.escorts & set(self.who))


class Queue(RuleBasedStateMachine):
    """One small class in a room with space for one escort more than seats."""

    def __init__(self, session):
        super().__init__()
        self.session = session
        self.savepoint = session.begin_nested()
        site = make_organisation(session)
        room = make_room(session, site, capacity=ROOM, wheelchair_places=WHEELCHAIRS)
        first = clock.now() + timedelta(days=1)
        self.course_class = make_class(session, site=site, room=room, first_at=first, capacity=CAPACITY, lessons=1)
        self.people = [make_person(session) for _ in range(PEOPLE)]
        self.capacity = CAPACITY
        self.seats = {}
        self.queue = []
        self.cancelled = False
        for who in range(CAPACITY):
            self.take(who, wheelchair=False, escort=False)

    def teardown(self):
        self.savepoint.rollback()
        self.session.expunge_all()

    # What the model says

    def free(self):
        """Seats, wheelchair places and room that nobody has, kept seats included."""
        offered = [party for party in self.queue if party.offered]
        seats = len(self.seats) + sum(party.wants[0] for party in offered)
        wheelchairs = sum(wheel for wheel, _ in self.seats.values()) + sum(party.wants[1] for party in offered)
        escorts = sum(escort for _, escort in self.seats.values()) + sum(party.wants[2] for party in offered)
        room = ROOM - seats - escorts
        return min(self.capacity - seats, room), WHEELCHAIRS - wheelchairs, room

    def share(self, *, is_opening=True):
        """The first who fit are offered what is free; after two turns passed over, seats are kept."""
        if self.cancelled:
            return
        seats, wheelchairs, room = self.free()
        for party in self.queue:
            if party.offered:
                continue
            wants, wheels, escorts = party.wants
            if wheels > wheelchairs:
                party.kept = 0
            elif wants <= seats and wants + escorts <= room:
                party.offered, party.kept = True, 0
                wheelchairs, room = wheelchairs - wheels, room - wants - escorts
                seats = min(seats - wants, room)
            elif seats > 0 and (party.skipped >= 2 or party.kept):
                party.kept = min(seats, wants + escorts)
                room -= party.kept
                seats = min(seats - party.kept, room)
            else:
                party.kept = 0
                party.skipped += is_opening and seats > 0

    def party_of(self, who):
        return next((party for party in self.queue if who in party.who), None)

    # What people do

    @rule(who=someone, wheelchair=st.booleans(), escort=st.booleans())
    def take(self, who, wheelchair, escort):
        """Directly, as somebody who waits for nobody."""
        kept = sum(party.kept for party in self.queue)
        seats, wheelchairs, room = self.free()
        fits = seats - kept >= 1 and wheelchairs >= wheelchair and room - kept >= 1 + escort
        party = self.party_of(who)
        may = fits and who not in self.seats and not self.cancelled
        try:
            with self.session.begin_nested():
                enrol(
                    self.session,
                    self.course_class,
                    self.people[who],
                    takes_wheelchair_place=wheelchair,
                    has_escort=escort,
                )
            assert may
        except DomainError:
            assert not may
            return
        self.seats[who] = (wheelchair, escort)
        if party:
            self.drop(party, who)

    def drop(self, party, who):
        party.who.remove(who)
        if not party.who:
            self.queue.remove(party)
        self.share()

    @rule(number=someone)
    def end(self, number):
        if self.seats:
            who = sorted(self.seats)[number % len(self.seats)]
            seat = self.seat_row(who)
            enrolment.end_seat(self.session, seat, by=herself(self.people[who]))
            del self.seats[who]
            self.share()

    def seat_row(self, who):
        return enrolment.queries.standing_seat(self.session, self.course_class.id, self.people[who].id)

    @rule(size=st.integers(1, 3), wheelchair=st.integers(0, 5), escort=st.integers(0, 5))
    def join_as_newcomers(self, size, wheelchair, escort):
        free = [who for who in range(PEOPLE) if who not in self.seats and not self.party_of(who)]
        if free:
            self.join_as(free[:size], wheelchair, escort)

    @rule(
        who=st.lists(someone, min_size=1, max_size=3, unique=True),
        wheelchair=st.integers(0, 5),
        escort=st.integers(0, 5),
    )
    def join(self, who, wheelchair, escort):
        self.join_as(who, wheelchair, escort)

    def join_as(self, who, wheelchair, escort):
        wheelchairs, escorts = set(who[wheelchair : wheelchair + 1]), set(who[escort : escort + 1])
        fits = len(who) <= self.capacity and len(who) + len(escorts) <= ROOM and len(wheelchairs) <= WHEELCHAIRS
        is_known = any(each in self.seats or self.party_of(each) for each in who)
        may = fits and not is_known and not self.cancelled
        ids = {"wheelchair_ids": [self.people[each].id for each in wheelchairs]}
        ids["escort_ids"] = [self.people[each].id for each in escorts]
        try:
            with self.session.begin_nested():
                row = wait(self.session, self.course_class, *(self.people[each] for each in who), **ids)
            assert may
        except DomainError:
            assert not may
            return
        self.queue.append(Model(who, wheelchairs, escorts, row))
        self.share(is_opening=False)

    @rule(number=someone)
    def leave(self, number):
        waiting = [who for party in self.queue for who in party.who]
        if waiting:
            who = waiting[number % len(waiting)]
            party = self.party_of(who)
            place = next(place for place in party.row.standing if place.person_id == self.people[who].id)
            actions.leave(self.session, place, by=herself(self.people[who]))
            self.drop(party, who)

    @rule(number=st.integers(0, 2))
    def accept(self, number):
        if party := self.offered(number):
            offer = actions.open_offer(self.session, party.row.id)
            by = herself(self.people[party.who[0]])
            seats = actions.accept(self.session, offer, hand=Hand.HERSELF, by=by)
            assert [seat.person_id for seat in seats] == [place.person_id for place in self.places_of(party)]
            self.seats |= {who: (who in party.wheelchairs, who in party.escorts) for who in party.who}
            self.queue.remove(party)
            self.answered_once(offer, by)

    def places_of(self, party):
        ids = {self.people[who].id for who in party.who}
        return [place for place in party.row.places if place.person_id in ids]

    def offered(self, number):
        open_now = [party for party in self.queue if party.offered]
        return open_now[number % len(open_now)] if open_now else None

    def answered_once(self, offer, by):
        for answer in (lambda: actions.decline(self.session, offer, by=by), lambda: self.accept_again(offer, by)):
            with pytest.raises(DomainError, match=r"offer_(answered|late)"):
                answer()

    def accept_again(self, offer, by):
        return actions.accept(self.session, offer, hand=Hand.HERSELF, by=by)

    @rule(number=st.integers(0, 2))
    def decline(self, number):
        if party := self.offered(number):
            offer, by = actions.open_offer(self.session, party.row.id), herself(self.people[party.who[0]])
            actions.decline(self.session, offer, by=by)
            self.queue.remove(party)
            self.share()
            self.answered_once(offer, by)

    @rule(number=st.integers(0, 2), is_overdue=st.booleans(), is_called=st.booleans())
    def expire(self, number, is_overdue, is_called):
        """Silence passes a place on only when its days are over and the call was ticked."""
        if party := self.offered(number):
            offer = actions.open_offer(self.session, party.row.id)
            offer.answer_by = clock.today() - timedelta(days=1 if is_overdue else 0)
            for rung in offer.rungs:
                called = rung.kind is not RungKind.CALL or is_called
                rung.tried_at = clock.now() if called else None
            self.session.flush()
            assert actions.pass_on(self.session, offer.id) == (is_overdue and is_called)
            if is_overdue and is_called:
                assert (offer.answer, party.row.ending) == (Answer.SILENT, Ending.SILENT)
                self.queue.remove(party)
                self.share()
                self.answered_once(offer, herself(self.people[party.who[0]]))

    @rule(who=someone, to=st.integers(1, 4))
    def move(self, who, to):
        party = self.party_of(who)
        if party:
            actions.move(self.session, party.row, to=to, reason="照顾老人就近", by=herself(self.people[who]))
            self.queue.remove(party)
            self.queue.insert(min(to - 1, len(self.queue)), party)
            self.share(is_opening=False)

    @rule()
    def make_room(self):
        if self.capacity == CAPACITY and not self.cancelled:
            self.course_class.capacity = self.capacity = CAPACITY + 1
            follow_room_made(self.session, course_class=self.course_class)
            self.share()

    @rule(sure=st.integers(0, 9))
    def cancel(self, sure):
        if sure == 0 and not self.cancelled:
            self.course_class.cancelled_at = clock.now()
            class_cancelled.send(self.session, course_class=self.course_class)
            self.cancelled, self.seats, self.queue = True, {}, []

    # What is always true

    @invariant()
    def counters_are_rows_and_nobody_is_too_many(self):
        now = counted(self.session, self.course_class)
        assert now == in_rows(self.session, self.course_class)
        seats = now["seats_taken"] + now["seats_held"]
        assert seats <= self.capacity
        assert seats + now["escorts_taken"] + now["escorts_held"] <= ROOM
        assert now["wheelchairs_taken"] + now["wheelchairs_held"] <= WHEELCHAIRS

    @invariant()
    def the_rows_are_the_model(self):
        now = counted(self.session, self.course_class)
        assert now["seats_taken"] == len(self.seats)
        rows = actions.standing_parties(self.session, self.course_class.id)
        said = [(party.row.id, party.wants, party.offered, party.kept, party.skipped) for party in self.queue]
        assert [(row.id, row.wants, bool(row.offers), row.kept, row.skipped) for row in rows] == said

    @invariant()
    def no_seat_is_idle_while_somebody_who_fits_waits(self):
        kept = sum(party.kept for party in self.queue)
        seats, wheelchairs, room = self.free()
        for party in () if self.cancelled else self.queue:
            wants, wheels, escorts = party.wants
            fits = wants <= seats - kept and wheels <= wheelchairs and wants + escorts <= room - kept
            assert party.offered or not fits


@pytest.mark.usefixtures("frozen")
def test_queues_are_what_a_simple_model_says(session):
    connect()
    run_state_machine_as_test(
        lambda: Queue(session),
        settings=settings(
            max_examples=50,
            stateful_step_count=40,
            deadline=None,
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
