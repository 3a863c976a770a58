import re
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from senior_univ.attendance.models import Kind
from senior_univ.audit.models import AuditEntry
from senior_univ.core import clock
from senior_univ.core.permissions import Role
from senior_univ.records import rules
from senior_univ.records.models import Certificate
from senior_univ.records.views import certificates
from senior_univ.reminders.models import Message, MessageKind
from senior_univ.reminders.standing import settled_among
from senior_univ.timetable.models import CourseClass
from senior_univ.wiring import connect
from tests.enrolment.pages import post, token, words
from tests.factories import make_class, make_grant, make_home, make_organisation, make_person, make_seat, make_staff
from tests.records.rolls import enter
from tests.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def site(client, database):
    """The client, signed in as the manager of a site whose class is over: one earned it, one was in too few lessons."""
    with database.write() as session:
        first = clock.now() - timedelta(weeks=5)
        course_class = make_class(session, lessons=4, first_at=first)
        earned, late = make_person(session, name="王秀英"), make_person(session, name="张桂兰")
        for person in (earned, late):
            make_seat(session, course_class, person, taken_at=first - timedelta(1))
        for number, lesson in enumerate(course_class.lessons):
            enter(session, lesson, earned, Kind.ONLINE if number else Kind.ABSENT)
            enter(session, lesson, late, Kind.LATE if number < 2 else Kind.LEAVE)
        manager = make_staff(session, Role.SITE_MANAGER, course_class.organisation)
        client.class_id, client.earned_id, client.late_id = course_class.id, earned.id, late.id
        client.manager_id = manager.id
    client.page = f"/classes/{client.class_id}/certificates"
    sign_in(client, client.manager_id)
    return client


def issued(database):
    with database.read() as session:
        return list(session.scalars(select(Certificate).order_by(Certificate.id)))


def test_the_page_says_who_has_earned_one_and_why_another_has_not(site):
    page = words(site.get(site.page))
    assert "3 of 4" in page
    assert "王秀英 3 of 4" in page
    assert "张桂兰 2 of 4" in page
    assert page.count(str(rules.VERDICT_LABELS[rules.Verdict.TOO_FEW])) == 1


def test_one_button_issues_all_that_are_earned_and_tells_each(site, database):
    assert post(site, site.page).status_code == 303
    (one,) = issued(database)
    assert (one.person_id, one.lessons, one.hours) == (site.earned_id, 3, 6)
    assert rules.is_number(one.number)
    with database.read() as session:
        text = session.scalars(select(Message).where(Message.kind == MessageKind.CERTIFICATE_READY)).one()
        assert text.parameters["hours"] == 6
        act = session.scalars(select(AuditEntry).where(AuditEntry.action == "certificate.issued")).one()
        assert act.on_behalf_of_id == site.earned_id
    assert rules.number_words(one.number) in site.get(site.page).text


def test_pressing_twice_issues_nothing_twice_and_says_so(site, database):
    old = token(site, site.page)
    site.post(site.page, data={"csrf_token": old})
    again = site.post(site.page, data={"csrf_token": old})
    assert "Nobody is waiting for a certificate" in again.text
    assert len(issued(database)) == 1


def test_before_the_last_lesson_is_over_none_is_issued(site, database):
    csrf = token(site, site.page)
    with database.write() as session:
        lesson = session.get(CourseClass, site.class_id).lessons[-1]
        lesson.starts_at, lesson.ends_at = lesson.starts_at + timedelta(weeks=9), lesson.ends_at + timedelta(weeks=9)
    assert "when the last lesson is over" in words(site.get(site.page))
    assert "when the last lesson is over" in words(site.post(site.page, data={"csrf_token": csrf}))
    assert issued(database) == []


def test_a_lesson_without_a_roll_counts_for_nobody(site, database):
    with database.write() as session:
        course_class = session.get(CourseClass, site.class_id)
        rule_less = make_class(session, site=course_class.organisation, lessons=2, first_at=clock.now() - timedelta(9))
        make_seat(session, rule_less, make_person(session))
        url = f"/classes/{rule_less.id}/certificates"
    page = words(site.get(url))
    assert str(rules.VERDICT_LABELS[rules.Verdict.NO_ROLL]) in page
    assert "For 2 lessons no roll was called" in page


def test_a_home_sees_who_earned_one_but_its_site_issues_it(site, database):
    csrf = token(site, site.page)
    with database.write() as session:
        home = make_home(session)
        session.get(CourseClass, site.class_id).home_id = home.id
        scheduler_id = make_staff(session, Role.CARE_SCHEDULER, home).id
    sign_in(site, scheduler_id)
    assert "issued by its teaching site" in words(site.get(site.page))
    assert "issued by its teaching site" in words(site.post(site.page, data={"csrf_token": csrf}))
    assert issued(database) == []


def test_another_sites_class_is_not_there(site, database):
    with database.write() as session:
        other = make_staff(session, Role.SITE_MANAGER, make_organisation(session)).id
    sign_in(site, other)
    assert site.get(site.page).status_code == 404


def test_taken_back_with_a_reason_that_she_sees_and_issued_anew(site, database):
    post(site, site.page)
    (one,) = issued(database)
    url = f"/certificates/{one.id}/take-back"
    assert "Please say why" in post(site, url).text
    assert post(site, url, reason="名字写错了").status_code == 303
    assert "名字写错了" in site.get(site.page).text
    twice = post(site, url, reason="又一次")
    assert "taken back already" in twice.text
    again = f"{site.page}/{site.earned_id}"
    form = {"csrf_token": token(site, f"/certificates/{one.id}/take-back")}
    assert site.post(again, data=form).status_code == 303
    first, second = issued(database)
    assert first.number != second.number
    assert second.taken_back_at is None
    assert second.replaces_id == first.id
    assert "has her certificate already" in words(site.post(again, data=form))
    sign_in(site, site.earned_id)
    mine = site.get("/my-certificates").text
    assert "名字写错了" in mine
    assert rules.number_words(second.number) in mine


def test_a_certificate_keeps_the_name_and_the_course_that_stood_on_it(site, database):
    post(site, site.page)
    (one,) = issued(database)
    with database.write() as session:
        kept = session.get(Certificate, one.id)
        kept.person.name, kept.course_class.course.title = "王秀瑛", "行书入门"
    page = words(site.get(f"/certificates/{one.id}"))
    assert "王秀英" in page
    assert "楷书入门" in page
    assert "王秀瑛" not in page


def test_the_text_about_a_certificate_is_not_sent_once_it_was_taken_back(site, database):
    connect()
    post(site, site.page)
    (one,) = issued(database)
    with database.write() as session:
        texts = session.scalars(select(Message).where(Message.kind == MessageKind.CERTIFICATE_READY)).all()
        assert texts
        assert settled_among(session, texts) == set()
        session.get(Certificate, one.id).taken_back_at = clock.now()
        session.flush()
        assert settled_among(session, texts) == {text.id for text in texts}


def test_she_and_her_relative_see_it_and_a_stranger_does_not(site, database):
    post(site, site.page)
    (one,) = issued(database)
    with database.write() as session:
        earned = session.get(type(make_person(session)), site.earned_id)
        daughter, stranger = make_person(session, name="李婷"), make_person(session, name="赵敏")
        make_grant(session, earned, daughter)
        daughter_id, stranger_id = daughter.id, stranger.id
    sign_in(site, site.earned_id)
    assert "修满<strong>6</strong>课时" in site.get(f"/certificates/{one.id}").text
    sign_in(site, daughter_id)
    with site.session_transaction() as web:
        web["acting_for"] = site.earned_id
    assert "王秀英" in site.get("/my-certificates").text
    assert site.get(f"/certificates/{one.id}").status_code == 200
    sign_in(site, stranger_id)
    assert site.get(f"/certificates/{one.id}").status_code == 404
    assert site.get(f"/certificates/{one.id}/pdf").status_code == 404


def test_the_pdf_is_one_landscape_page_with_her_name_course_and_number(site, database):
    post(site, site.page)
    (one,) = issued(database)
    sign_in(site, site.earned_id)
    answer = site.get(f"/certificates/{one.id}/pdf")
    assert answer.mimetype == "application/pdf"
    (page,) = PdfReader(BytesIO(answer.data)).pages
    assert page.mediabox.width > page.mediabox.height
    text = re.sub(r"\s", "", page.extract_text())
    for said in ("结业证书", "王秀英", "楷书入门", "共上课3次", "6课时", one.number):
        assert said in text


def test_where_no_pdf_can_be_made_the_page_says_how_to_print(site, database, monkeypatch):
    post(site, site.page)
    (one,) = issued(database)
    monkeypatch.setattr(certificates, "can_make_pdf", lambda: False)
    sign_in(site, site.earned_id)
    for url in (f"/certificates/{one.id}", f"/certificates/{one.id}/pdf"):
        page = site.get(url)
        assert page.status_code == 200
        assert "can't make a PDF" in words(page)
        assert "结业证书" in page.text


class TestVerifying:
    URL = "/certificates/verify"

    @pytest.fixture
    def number(self, site, database):
        post(site, site.page)
        (one,) = issued(database)
        with site.session_transaction() as web:
            web.clear()
        site.certificate_id = one.id
        return one.number

    def test_anybody_may_ask_and_sees_no_full_name(self, site, number):
        page = words(post(site, self.URL, number=rules.number_words(number)))
        assert "This certificate is good" in page
        assert "王**" in page
        assert "王秀英" not in page
        assert "楷书入门" in page

    def test_the_qr_code_brings_the_number_along(self, site, number):
        assert f'value="{number}"' in site.get(f"{self.URL}?number={number}").text

    def test_full_width_digits_are_digits(self, site, number):
        wide = "".join(chr(ord(digit) + 0xFEE0) for digit in number)
        assert "This certificate is good" in post(site, self.URL, number=wide).text

    def test_a_slip_of_the_pen_has_its_own_words(self, site, number):
        wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
        assert "one of these is wrong" in words(post(site, self.URL, number=wrong))

    def test_a_number_that_does_not_exist_has_its_own_words(self, site, number):
        other = next(each for each in iter(rules.new_number, None) if each != number)
        assert "No certificate has this number" in words(post(site, self.URL, number=other))

    def test_one_that_was_taken_back_has_its_own_words_and_says_no_name(self, site, database, number):
        with database.write() as session:
            one = session.get(Certificate, site.certificate_id)
            one.taken_back_at, one.taken_back_reason = clock.now(), "名字写错了"
        page = words(post(site, self.URL, number=number))
        assert "taken back" in page
        assert "王" not in page
        assert "名字写错了" not in page

    @pytest.mark.parametrize("garbage", ["", "abc", "１２", "9" * 41, "'; DROP TABLE certificate", "王秀英", "²³⁴⁵"])
    def test_garbage_is_answered_in_words(self, site, number, garbage):
        answer = post(site, self.URL, number=garbage)
        assert answer.status_code == 200
        assert "error-summary" in answer.text

    def test_a_machine_that_guesses_is_stopped(self, site, number, monkeypatch):
        monkeypatch.setattr(certificates, "TRIES_PER_HOUR", 2)
        for _ in range(2):
            post(site, self.URL, number="1")
        assert "Please try again in an hour" in words(post(site, self.URL, number=number))
