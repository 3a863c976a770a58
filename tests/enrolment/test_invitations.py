from datetime import timedelta

import pytest
from sqlalchemy import select

from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.errors import DomainError, NotFoundError
from senior_univ.enrolment import invitations
from senior_univ.enrolment.jobs import let_go_overdue
from senior_univ.enrolment.models import Hand, Invitation, InvitationAnswer, Seat
from senior_univ.timetable import actions as timetable
from senior_univ.timetable.models import Admission, CourseClass
from tests.enrolment.managing import manager_of
from tests.enrolment.pages import post, words
from tests.enrolment.seats import counters, enrol, herself
from tests.factories import make_class, make_organisation, make_person
from tests.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def site(session):
    return make_organisation(session)


def invite(session, course_class, people, by):
    ids = [person.id for person in people]
    return invitations.invite(session, course_class=course_class, person_ids=ids, by=by)


def held(session, course_class):
    return session.scalar(select(CourseClass.seats_held).where(CourseClass.id == course_class.id))


def test_a_place_is_kept_for_each_who_is_invited_while_there_is_one(session, site):
    by, course_class = manager_of(session, site), make_class(session, site=site, capacity=2)
    people = [make_person(session) for _ in range(3)]
    done = invite(session, course_class, people, by)
    assert [each.is_held for each in done.invitations] == [True, True, False]
    assert held(session, course_class) == 2
    assert {each.answer_by for each in done.invitations} == {clock.today() + timedelta(14)}


def test_whoever_is_in_the_class_or_invited_already_is_named(session, site):
    by, course_class = manager_of(session, site), make_class(session, site=site)
    seated, invited = make_person(session), make_person(session)
    enrol(session, course_class, seated)
    invite(session, course_class, [invited], by)
    again = invite(session, course_class, [seated, invited], by)
    assert sorted(refusal.code for _, refusal in again.refused) == ["already_in", "already_invited"]
    assert not again.invitations


def test_her_yes_is_her_seat(session, site):
    by, course_class = manager_of(session, site), make_class(session, site=site, capacity=1)
    learner = make_person(session)
    invitation = invite(session, course_class, [learner], by).invitations[0]
    with pytest.raises(DomainError) as full:
        enrol(session, course_class, make_person(session))
    assert full.value.code == "full"
    seat = invitations.accept(session, invitation, hand=Hand.HERSELF, by=herself(learner))
    assert seat.person_id == learner.id
    assert (counters(session, course_class)[0], held(session, course_class)) == (1, 0)
    with pytest.raises(DomainError) as twice:
        invitations.accept(session, invitation, hand=Hand.HERSELF, by=herself(learner))
    assert twice.value.code == "already_answered"


def test_her_no_frees_the_place_for_somebody_else(session, site):
    by, course_class = manager_of(session, site), make_class(session, site=site, capacity=1)
    learner = make_person(session)
    invitation = invite(session, course_class, [learner], by).invitations[0]
    invitations.decline(session, invitation, by=herself(learner))
    assert held(session, course_class) == 0
    enrol(session, course_class, make_person(session))


def test_a_stranger_cannot_answer_for_her(session, site):
    by, course_class = manager_of(session, site), make_class(session, site=site)
    invitation = invite(session, course_class, [make_person(session)], by).invitations[0]
    stranger = herself(make_person(session))
    with pytest.raises(NotFoundError):
        invitations.invitation_for(session, stranger, invitation.id)
    with pytest.raises(DomainError) as refused:
        invitations.accept(session, invitation, hand=Hand.HERSELF, by=stranger)
    assert refused.value.code == "no_right"


def test_a_seat_at_the_desk_answers_the_invitation(session, site):
    by, course_class = manager_of(session, site), make_class(session, site=site)
    learner = make_person(session)
    invitation = invite(session, course_class, [learner], by).invitations[0]
    enrol(session, course_class, learner, hand=Hand.DESK, by=by)
    session.refresh(invitation)
    assert invitation.answer is InvitationAnswer.ACCEPTED
    assert held(session, course_class) == 0


def test_a_class_by_invitation_takes_only_those_invited(session, site):
    by = manager_of(session, site)
    course_class = make_class(session, site=site, admission=Admission.INVITATION)
    guest, other = make_person(session), make_person(session)
    invite(session, course_class, [guest], by)
    with pytest.raises(DomainError) as refused:
        enrol(session, course_class, other)
    assert refused.value.code == "by_invitation"
    assert enrol(session, course_class, guest)


def test_a_cancelled_class_keeps_no_place_and_its_invitations_say_so(session, site):
    by, course_class = manager_of(session, site), make_class(session, site=site)
    learner = make_person(session)
    invitation = invite(session, course_class, [learner], by).invitations[0]
    timetable.cancel_class(session, course_class, reason="老师病了", by=by)
    session.refresh(invitation)
    assert (invitation.answer, held(session, course_class)) == (InvitationAnswer.CLASS_GONE, 0)
    with pytest.raises(DomainError) as refused:
        invitations.accept(session, invitation, hand=Hand.HERSELF, by=herself(learner))
    assert "cancelled" in str(refused.value.message) or "停" in str(refused.value.message)


def test_a_place_that_was_let_go_is_not_freed_again_when_the_class_is_cancelled(session, site, frozen):
    by, course_class = manager_of(session, site), make_class(session, site=site, lessons=12)
    guests = [make_person(session) for _ in range(2)]
    invite(session, course_class, guests[:1], by)
    frozen.shift(timedelta(days=15))
    assert invitations.let_go_overdue(session, course_class.id) == 1
    invite(session, course_class, guests[1:], by)
    assert held(session, course_class) == 1
    timetable.cancel_class(session, course_class, reason="老师病了", by=by)
    assert held(session, course_class) == 0


def test_places_that_nobody_answered_about_are_free_again(database, frozen):
    with database.write() as session:
        site = make_organisation(session)
        by, course_class = manager_of(session, site), make_class(session, site=site, lessons=12)
        learner = make_person(session)
        invitation_id = invite(session, course_class, [learner], by).invitations[0].id
        person_id, class_id = learner.id, course_class.id
    assert let_go_overdue(database) == 0
    frozen.shift(timedelta(days=15))
    assert (let_go_overdue(database), let_go_overdue(database)) == (1, 0)
    with database.write() as session:
        assert session.get_one(CourseClass, class_id).seats_held == 0
        invitation = session.get_one(Invitation, invitation_id)
        seat = invitations.accept(session, invitation, hand=Hand.HERSELF, by=Viewer(person_id, "她"))
        assert seat.class_id == class_id  # late, but there is room


def test_one_tap_on_her_first_page_says_yes(client, database):
    with database.write() as session:
        site = make_organisation(session)
        by = manager_of(session, site)
        before = make_class(session, site=site)
        course_class = make_class(session, site=site, copied_from_id=before.id)
        learner = make_person(session)
        invitation_id = invite(session, course_class, [learner], by).invitations[0].id
        person_id, class_id = learner.id, course_class.id
    sign_in(client, person_id)
    assert f"/invitations/{invitation_id}" in client.get("/").text
    assert f"/invitations/{invitation_id}" in client.get("/my-classes").text
    answer = post(client, f"/invitations/{invitation_id}", answer="yes")
    assert answer.status_code == 303
    with database.read() as session:
        assert session.scalar(select(Seat.class_id).where(Seat.person_id == person_id)) == class_id


def test_staff_invite_whom_they_find_and_note_the_answer_on_the_phone(client, database):
    with database.write() as session:
        site = make_organisation(session)
        by = manager_of(session, site)
        course_class = make_class(session, site=site, admission=Admission.INVITATION)
        learner = make_person(session, name="李秀兰")
        enrol(session, make_class(session, site=site, first_at=clock.now() + timedelta(3)), learner)
        class_id, person_id = course_class.id, learner.id
    sign_in(client, by.person_id)
    url = f"/classes/{class_id}/invitations"
    assert "李秀兰" in client.get(f"{url}?q=李秀兰").text
    assert post(client, url, person_id=person_id).status_code == 303
    page = client.get(url)
    assert "李秀兰" in page.text
    with database.read() as session:
        invitation_id = session.scalar(select(Invitation.id).where(Invitation.person_id == person_id))
    assert post(client, f"/invitations/{invitation_id}", answer="no").status_code == 303
    with database.read() as session:
        assert session.get_one(Invitation, invitation_id).answer is InvitationAnswer.DECLINED
    assert words(client.get(url))
