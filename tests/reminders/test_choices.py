"""What somebody switched off is neither planned nor sent; what is urgent, and codes, come all the same."""

import pytest
from sqlalchemy import select
from time_machine import Traveller

from senior_univ.accounts.actions import belong
from senior_univ.accounts.models import BelongingReason, Person
from senior_univ.accounts.queries import build_viewer
from senior_univ.audit.models import AuditEntry
from senior_univ.core import clock
from senior_univ.core.access import Right
from senior_univ.core.db import Database
from senior_univ.core.errors import DomainError
from senior_univ.core.permissions import Role
from senior_univ.network.models import Organisation
from senior_univ.reminders import choices
from senior_univ.reminders.models import (
    CHANGES,
    REMINDERS,
    FirstRung,
    Message,
    MessageKind,
    MessageState,
    MutedTopic,
    Priority,
    Topic,
)
from senior_univ.reminders.topics import topic_of
from senior_univ.timetable.models import CourseClass
from tests.factories import make_grant, make_person, make_staff
from tests.reminders.conftest import Worker, at
from tests.reminders.lessons import cancel, lessons_of
from tests.reminders.test_answers import EVENING, HERS, learner
from tests.sending_forms import send
from tests.signing_in import sign_in


def mute(database: Database, person_id: int, *topics: Topic) -> None:
    with database.write() as session:
        session.add_all(MutedTopic(person_id=person_id, topic=each, since=clock.now()) for each in topics)


def states(database: Database) -> list[tuple[MessageState, str]]:
    with database.read() as session:
        return [(each.state, each.explanation) for each in session.scalars(select(Message).order_by(Message.id))]


def test_muted_reminders_are_not_even_planned(database: Database, worker: Worker, frozen: Traveller) -> None:
    mute(database, learner(database, phone=HERS), Topic.REMINDERS)
    frozen.move_to(EVENING)
    assert worker.tick() == []
    assert states(database) == []


def test_a_topic_muted_after_planning_is_not_sent(database: Database, worker: Worker, frozen: Traveller) -> None:
    person_id = learner(database, phone=HERS)
    frozen.move_to(EVENING)
    worker.plan()
    mute(database, person_id, Topic.REMINDERS)
    assert worker.send() == []
    assert states(database) == [(MessageState.SUPPRESSED, "muted")]


@pytest.mark.parametrize(("number", "told"), [(1, 1), (3, 0)])
def test_muted_changes_come_where_they_are_urgent_and_only_then(
    database: Database, worker: Worker, frozen: Traveller, number: int, told: int
) -> None:
    person_id = learner(database, phone=HERS)
    mute(database, person_id, *Topic)
    frozen.move_to(at("2026-03-10 15:00"))
    with database.write() as session:
        [lesson] = lessons_of(session, session.scalars(select(CourseClass.id)).one(), range(number, number + 1))
        cancel(session, lesson)
    frozen.shift(600)
    assert len(worker.send()) == told


def test_codes_and_what_is_urgent_belong_to_no_topic() -> None:
    assert topic_of(MessageKind.CODE, Priority.CODE) is None
    assert all(topic_of(kind, Priority.URGENT) is None for kind in MessageKind)
    assert topic_of(MessageKind.REPLY_TAKEN, Priority.ORDINARY) is None
    assert {topic_of(kind, Priority.ORDINARY) for kind in REMINDERS | CHANGES} == {Topic.REMINDERS, Topic.CHANGES}


def test_she_chooses_topic_way_and_language_on_her_own_pages(client, database: Database) -> None:
    with database.write() as session:
        person_id = make_person(session).id
    sign_in(client, person_id)
    assert client.get("/my-texts").status_code == 200
    for page, data in (
        ("topics", {"topics": ["places", "family"]}),
        ("way", {"way": "call"}),
        ("language", {"language": "en"}),
    ):
        assert send(client, f"/my-texts/{page}", **data).status_code == 303
    with database.read() as session:
        person = session.get_one(Person, person_id)
        choice = choices.choice_of(session, person)
        assert choice.wanted == [Topic.PLACES, Topic.FAMILY]
        assert (choice.first_rung, choice.language) == (FirstRung.CALL, "en")
        assert len(session.scalars(select(AuditEntry).where(AuditEntry.on_behalf_of_id == person_id)).all()) >= 3


def test_a_relative_who_only_sees_may_not_change_it(database: Database) -> None:
    with database.write() as session:
        elder, relative = make_person(session), make_person(session)
        make_grant(session, elder, relative, rights=[Right.SEE.value])
        viewer = build_viewer(session, relative.id)
    with pytest.raises(DomainError, match="no_right"):
        choices.refuse_without_right(viewer, elder.id)


def test_staff_choose_for_her_at_the_desk(client, database: Database) -> None:
    person_id = learner(database, phone=HERS)
    with database.write() as session:
        site = session.scalars(
            select(Organisation).join(CourseClass, CourseClass.organisation_id == Organisation.id)
        ).first()
        assert site
        belong(session, person_id, site.id, BelongingReason.DESK)
        manager_id = make_staff(session, Role.SITE_MANAGER, site).id
        stranger_id = make_person(session).id
    sign_in(client, manager_id)
    page = f"/people/{person_id}/texts"
    data = {"topics": ["reminders"], "way": "call", "language": "zh_CN", "weekly": "no"}
    assert send(client, page, **data).status_code == 303
    with database.read() as session:
        assert choices.choice_of(session, session.get_one(Person, person_id)).wanted == [Topic.REMINDERS]
    assert client.get(f"/people/{stranger_id}/texts").status_code == 404


def test_whoever_answered_stop_starts_again_on_her_page(client, database: Database) -> None:
    with database.write() as session:
        person_id = make_person(session, phone=HERS).id
        choices.standings.stop(session, HERS)
    sign_in(client, person_id)
    assert "/my-texts/again" in client.get("/my-texts").text
    assert send(client, "/my-texts/again", "/my-texts").status_code == 303
    assert "/my-texts/again" not in client.get("/my-texts").text
