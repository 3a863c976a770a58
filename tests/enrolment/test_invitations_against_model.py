"""Whoever is invited, answers, waits too long or comes otherwise: never a learner too many, never a kept place lost."""

from dataclasses import dataclass
from datetime import timedelta

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from senior_univ.care.models import AccessNeeds
from senior_univ.core import clock
from senior_univ.core.errors import DomainError
from senior_univ.enrolment import actions, invitations
from senior_univ.enrolment.models import Hand, Invitation, InvitationAnswer, Seat
from senior_univ.timetable import actions as timetable
from senior_univ.timetable.models import Admission, CourseClass
from senior_univ.waiting.reactions import follow_room_made
from senior_univ.wiring import connect
from tests.enrolment.managing import manager_of
from tests.enrolment.seats import counters, enrol, herself, rows
from tests.factories import make_class, make_organisation, make_person, make_room, make_term

CAPACITY, ROOM, WHEELCHAIRS, PEOPLE, IN_WHEELCHAIR = 3, 5, 1, 8, (0, 3)
OPENS_IN = 6
"""Days until newcomers may enrol."""
someone = st.integers(0, PEOPLE - 1)


@dataclass
class Asked:
    """An invitation as the model knows it: until when a place is kept for her, if one is."""

    row: Invitation
    is_kept: bool
    until: int


class Invitations(RuleBasedStateMachine):
    """One class by invitation, of a term that opens to newcomers in some days; ``day`` counts from the beginning."""

    def __init__(self, session, frozen):
        super().__init__()
        self.session, self.frozen, self.began = session, frozen, clock.now()
        self.savepoint = session.begin_nested()
        site = make_organisation(session)
        room = make_room(session, site, capacity=ROOM, wheelchair_places=WHEELCHAIRS)
        today = clock.today()
        term = make_term(session, today, returning_from_on=today, newcomers_from_on=today + timedelta(OPENS_IN))
        self.by = manager_of(session, site)
        self.course_class = make_class(
            session,
            site=site,
            room=room,
            term=term,
            capacity=CAPACITY,
            wheelchair_places=WHEELCHAIRS,
            admission=Admission.INVITATION,
            first_at=clock.now() + timedelta(60),
            lessons=2,
        )
        self.people = [make_person(session) for _ in range(PEOPLE)]
        session.add_all(AccessNeeds(person_id=self.people[who].id, uses_wheelchair=True) for who in IN_WHEELCHAIR)
        self.capacity, self.day = CAPACITY, 0
        self.is_open_to_all = self.is_cancelled = False
        self.seated, self.asked, self.agreed = set(), {}, set()

    def teardown(self):
        self.frozen.move_to(self.began)
        self.savepoint.rollback()
        self.session.expunge_all()

    # What the model says

    def has_room(self, who):
        """Whether nobody has, and nobody is kept, what she needs."""
        given = self.seated | {each for each, asked in self.asked.items() if asked.is_kept}
        wheelchairs = sum(each in IN_WHEELCHAIR for each in given)
        return len(given) < self.capacity and not (who in IN_WHEELCHAIR and wheelchairs == WHEELCHAIRS)

    def kept_until(self):
        """The day before newcomers may enrol; once they may, two weeks from now."""
        return OPENS_IN - 1 if self.day < OPENS_IN else self.day + invitations.ANSWER_DAYS

    def let_go(self, who):
        asked = self.asked.pop(who)
        return asked.row

    def refused_by_herself(self, who):
        """Why she can't come by herself, as the class stands."""
        if self.is_cancelled:
            return "cancelled"
        if who in self.seated:
            return "already_in"
        is_guest = who in self.asked or who in self.agreed
        if not is_guest and self.day < OPENS_IN:
            return "window_not_open"
        return None if is_guest or self.is_open_to_all else "by_invitation"

    # What people do

    def refusal_of(self, act):
        try:
            with self.session.begin_nested():
                act()
        except DomainError as refused:
            return refused.code
        return None

    @rule(who=st.lists(someone, min_size=1, max_size=5, unique=True))
    def invite(self, who):
        ids = [self.people[each].id for each in who]
        done = []

        def act():
            done.append(invitations.invite(self.session, course_class=self.course_class, person_ids=ids, by=self.by))

        assert self.refusal_of(act) == ("cancelled" if self.is_cancelled else None)
        if self.is_cancelled:
            return
        made = {each.person_id: each for each in done[0].invitations}
        refused = {person.id: refusal.code for person, refusal in done[0].refused}
        for each in who:
            person_id = self.people[each].id
            if each in self.asked or each in self.seated:
                assert refused[person_id] == ("already_invited" if each in self.asked else "already_in")
                continue
            asked = Asked(made[person_id], self.has_room(each), self.kept_until())
            assert (asked.row.is_held, asked.row.answer_by) == (asked.is_kept, self.date_of(asked.until))
            self.asked[each] = asked

    def date_of(self, day):
        return clock.local(self.began).date() + timedelta(day)

    @rule(who=someone)
    def accept(self, who):
        """A place that is kept is hers for certain; without one she gets what is free."""
        if who not in self.asked:
            return
        asked, may = self.asked[who], self.asked[who].is_kept or self.has_room(who)
        by = herself(self.people[who])
        code = self.refusal_of(lambda: invitations.accept(self.session, asked.row, hand=Hand.HERSELF, by=by))
        assert (code is None) == may, code
        if may:
            self.seated.add(who)
            self.agreed.add(who)
            self.answered(self.let_go(who), InvitationAnswer.ACCEPTED, by)
        else:
            self.session.refresh(asked.row)
            assert asked.row.answer is None, "it stands as it was"

    @rule(who=someone)
    def decline(self, who):
        if who in self.asked:
            by, row = herself(self.people[who]), self.let_go(who)
            invitations.decline(self.session, row, by=by)
            self.answered(row, InvitationAnswer.DECLINED, by)

    @rule(who=someone)
    def take_back(self, who):
        if who in self.asked:
            row = self.let_go(who)
            invitations.take_back(self.session, row, by=self.by)
            self.answered(row, InvitationAnswer.TAKEN_BACK, herself(self.people[who]))

    def answered(self, row, answer, by):
        """Whatever is said afterwards changes nothing."""
        acts = (
            lambda: invitations.accept(self.session, row, hand=Hand.HERSELF, by=by),
            lambda: invitations.decline(self.session, row, by=by),
            lambda: invitations.take_back(self.session, row, by=self.by),
        )
        assert [self.refusal_of(act) for act in acts] == ["already_answered"] * 3
        self.session.refresh(row)
        assert row.answer is answer

    @rule(who=someone, by_desk=st.booleans())
    def enrol(self, who, by_desk):
        """By herself or at the desk, past the invitation; if she has one, it is answered by that."""
        expected = self.refused_by_herself(who)
        may = expected is None and self.has_room(who)
        given = {"hand": Hand.DESK, "by": self.by} if by_desk else {}
        code = self.refusal_of(lambda: enrol(self.session, self.course_class, self.people[who], **given))
        assert (code is None) == may, code
        assert expected in (None, code)
        if may:
            self.seated.add(who)
            if who in self.asked:
                self.agreed.add(who)
                self.answered(self.let_go(who), InvitationAnswer.ACCEPTED, herself(self.people[who]))

    @rule(who=someone)
    def withdraw(self, who):
        if who in self.seated:
            seat = actions.queries.standing_seat(self.session, self.course_class.id, self.people[who].id)
            actions.end_seat(self.session, seat, by=herself(self.people[who]))
            self.seated.remove(who)

    @rule(days=st.integers(1, 8))
    def days_pass(self, days):
        """What nobody answered about is free for others, and the invitation stands on."""
        self.frozen.shift(timedelta(days))
        self.day += days
        over = [asked for asked in self.asked.values() if asked.is_kept and asked.until < self.day]
        assert invitations.let_go_overdue(self.session, self.course_class.id) == len(over)
        for asked in over:
            asked.is_kept = False

    @rule()
    def open_to_all(self):
        if not self.is_cancelled:
            self.course_class.admission, self.is_open_to_all = Admission.FIRST_COME, True
            self.session.flush()

    @rule(seats=st.integers(1, ROOM))
    def change_capacity(self, seats):
        """Never to fewer than are given and kept."""
        given = len(self.seated) + sum(asked.is_kept for asked in self.asked.values())
        if seats >= given and not self.is_cancelled:
            self.course_class.capacity = self.capacity = seats
            follow_room_made(self.session, course_class=self.course_class)

    @rule(sure=st.integers(0, 9))
    def cancel(self, sure):
        if sure or self.is_cancelled:
            return
        timetable.cancel_class(self.session, self.course_class, reason="老师病了", by=self.by)
        self.is_cancelled = True
        self.seated.clear()
        for who in list(self.asked):
            self.answered(self.let_go(who), InvitationAnswer.CLASS_GONE, herself(self.people[who]))

    # What is always true

    @invariant()
    def nobody_is_too_many_and_what_is_kept_is_counted(self):
        kept = [who for who, asked in self.asked.items() if asked.is_kept]
        taken = (len(self.seated), sum(who in IN_WHEELCHAIR for who in self.seated))
        assert counters(self.session, self.course_class) == rows(self.session, self.course_class) == taken
        held = self.session.execute(
            select(CourseClass.seats_held, CourseClass.wheelchairs_held).where(CourseClass.id == self.course_class.id)
        ).one()
        assert tuple(held) == (len(kept), sum(who in IN_WHEELCHAIR for who in kept))
        assert taken[0] + held[0] <= self.capacity
        assert taken[1] + held[1] <= WHEELCHAIRS

    @invariant()
    def the_rows_are_the_model(self):
        standing = select(Invitation.person_id, Invitation.is_held).where(
            Invitation.class_id == self.course_class.id, Invitation.answered_at.is_(None)
        )
        said = {self.people[who].id: asked.is_kept for who, asked in self.asked.items()}
        assert dict(self.session.execute(standing).all()) == said
        seats = select(Seat.person_id).where(Seat.class_id == self.course_class.id, Seat.ended_at.is_(None))
        assert set(self.session.scalars(seats)) == {self.people[who].id for who in self.seated}
        kept_of_nobody = select(func.count()).where(Invitation.answered_at.is_not(None), Invitation.is_held)
        assert self.session.scalar(kept_of_nobody) == 0


def test_invitations_are_what_a_simple_model_says(session, frozen):
    connect()
    run_state_machine_as_test(
        lambda: Invitations(session, frozen),
        settings=settings(
            max_examples=30,
            stateful_step_count=25,
            deadline=None,
            phases=(Phase.explicit, Phase.generate),
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
