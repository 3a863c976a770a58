from datetime import timedelta

import pytest
from sqlalchemy import func, select

from senior_univ.core import clock
from senior_univ.enrolment import copying, jobs
from senior_univ.enrolment.models import Invitation, TermCopy
from senior_univ.enrolment.views import copying as views
from senior_univ.timetable.models import CourseClass, Lesson
from tests.enrolment.managing import manager_of
from tests.enrolment.pages import token, words
from tests.enrolment.seats import enrol
from tests.factories import make_class, make_organisation, make_person, make_seat, make_term
from tests.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("frozen")


def site_with_classes(session):
    site = make_organisation(session)
    old = make_term(session)
    new = make_term(session, clock.week_start(clock.today()) + timedelta(weeks=20), name="秋季学期")
    first = make_class(
        session, site=site, term=old, least_learners=3, decide_on=old.starts_on, material_costs="纸墨20元"
    )
    second = make_class(session, site=site, term=old, first_at=first.first_lesson_at + timedelta(1))
    return site, new, first, second


def test_classes_go_on_with_teachers_and_their_learners_are_asked(session):
    site, new, first, second = site_with_classes(session)
    learners = [make_person(session) for _ in range(2)]
    for each in learners:
        enrol(session, first, each)
    by = manager_of(session, site)
    done = copying.copy_classes(session, [first, second], new, with_learners=True, by=by)
    assert [each.old_id for each in done.made] == [first.id, second.id]
    made = session.get_one(CourseClass, done.made[0].new_id)
    assert (made.copied_from_id, made.teacher_id, made.room_id) == (first.id, first.teacher_id, first.room_id)
    assert (made.least_learners, made.decide_on, made.material_costs) == (3, new.starts_on, "纸墨20元")
    assert (made.seats_taken, made.seats_held) == (0, 2)
    assert done.made[0].invited == done.made[0].kept == 2


def test_a_class_that_cannot_be_is_named_and_the_others_stand(session):
    site, new, first, second = site_with_classes(session)
    by = manager_of(session, site)
    in_the_way = clock.instant(new.starts_on + timedelta(first.weekday), first.starts)
    make_class(session, site=site, term=new, room=first.room, first_at=in_the_way)
    done = copying.copy_classes(session, [first, second], new, with_learners=True, by=by)
    assert [each.old_id for each in done.made] == [second.id]
    assert [(old_id, refusal.code) for old_id, refusal in done.refused] == [(first.id, "room_taken")]


def test_copying_twice_makes_nothing_twice(session):
    site, new, first, second = site_with_classes(session)
    by = manager_of(session, site)
    copying.copy_classes(session, [first, second], new, with_learners=False, by=by)
    again = copying.copy_classes(session, [first, second], new, with_learners=False, by=by)
    assert not again.made
    assert {refusal.code for _, refusal in again.refused} == {"copied_already"}


def test_the_page_shows_what_would_come_of_it_and_keeps_nothing_until_confirmed(client, database):
    with database.write() as session:
        site, _new, first, second = site_with_classes(session)
        enrol(session, first, make_person(session))
        by, ids = manager_of(session, site), [first.id, second.id]
    sign_in(client, by.person_id)
    url = "/classes/copy"
    assert client.get(url).text.count('name="classes"') == 2
    fields = {"classes": ids, "with_learners": "y", "csrf_token": token(client, url)}
    ahead = client.post(url, data=fields)
    assert ahead.status_code == 200
    assert "error-summary" not in ahead.text
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(CourseClass)) == 2
    done = client.post(url, data=fields | {"step": "copy"})
    assert done.status_code == 303
    assert client.get(done.location).text.count('href="/classes/') >= 2
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(CourseClass)) == 4
        assert session.scalar(select(func.count()).select_from(Invitation)) == 1
        assert session.scalar(select(func.count()).select_from(Lesson)) > 8
    assert "error-summary" in client.post(url, data={"csrf_token": token(client, url)}).text


def many_classes(session, count, learners=1):
    """A site with that many classes of so many learners each, and the next term."""
    site, old = make_organisation(session), make_term(session)
    new = make_term(session, clock.week_start(clock.today()) + timedelta(weeks=20))
    first = make_class(session, site=site, term=old, capacity=40)
    rest = [
        make_class(session, site=site, term=old, capacity=40, first_at=first.first_lesson_at) for _ in range(count - 1)
    ]
    for each in (first, *rest):
        for _ in range(learners):
            make_seat(session, each, make_person(session))
    return site, new, [first, *rest]


def test_many_classes_go_on_step_by_step_and_the_page_says_how_far(client, database):
    with database.write() as session:
        site, _new, classes = many_classes(session, 12)
        by, ids = manager_of(session, site), [each.id for each in classes]
    sign_in(client, by.person_id)
    fields = {"classes": ids, "csrf_token": token(client, "/classes/copy"), "step": "copy"}
    place = client.post("/classes/copy", data=fields).location
    page = words(client.get(place))
    assert "10" in page
    assert "12" in page
    with database.read() as session:
        assert session.scalars(select(TermCopy)).one().done_at is None
    jobs.copy_terms(database)
    jobs.copy_terms(database)
    with database.read() as session:
        assert session.scalars(select(TermCopy)).one().done_at is not None
        assert session.scalar(select(func.count()).where(CourseClass.copied_from_id.is_not(None))) == 12
    assert words(client.get(place)) != page


def test_of_many_classes_the_first_are_tried_before_and_all_are_copied(client, database, monkeypatch):
    monkeypatch.setattr(views, "LOOKED_AT", 2)
    with database.write() as session:
        site, _new, classes = many_classes(session, 5)
        by, ids = manager_of(session, site), [each.id for each in classes]
    sign_in(client, by.person_id)
    fields = {"classes": ids, "csrf_token": token(client, "/classes/copy")}
    ahead = client.post("/classes/copy", data=fields)
    assert ahead.text.count('<th scope="row">') == 2
    assert "另外3个班在复制时再逐个试排" in words(ahead)
    assert ahead.text.count('name="classes"') == 5
    assert client.post("/classes/copy", data=fields | {"step": "copy"}).status_code == 303
    with database.read() as session:
        assert session.scalar(select(func.count()).where(CourseClass.copied_from_id.is_not(None))) == 5


def test_what_a_stranger_copies_is_not_there(client, database):
    with database.write() as session:
        site, _new, classes = many_classes(session, 1)
        by, ids = manager_of(session, site), [each.id for each in classes]
        stranger = manager_of(session, make_organisation(session))
    sign_in(client, by.person_id)
    fields = {"classes": ids, "csrf_token": token(client, "/classes/copy"), "step": "copy"}
    place = client.post("/classes/copy", data=fields).location
    sign_in(client, stranger.person_id)
    assert client.get(place).status_code == 404


def test_copying_asks_the_database_in_proportion_to_the_classes_and_not_to_their_learners(session, statements):
    def asked(count, learners):
        site, new, classes = many_classes(session, count, learners)
        by = manager_of(session, site)
        session.flush()
        with statements() as seen:
            done = copying.copy_classes(session, classes, new, with_learners=True, by=by)
        assert len(done.made) == count
        return len(seen)

    three, six = asked(3, 1), asked(6, 1)
    assert six <= 2 * three
    assert asked(3, 8) <= three + 2
    assert three <= 3 * 60
