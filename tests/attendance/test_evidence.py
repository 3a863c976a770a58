"""The sheet for subsidies: what was held, who was there as counts, how and when it was entered; read back as written."""

from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from senior_univ.attendance.models import Attendance, How, Kind
from senior_univ.core import clock, pdf
from senior_univ.core.permissions import Role
from senior_univ.network.models import Organisation
from tests.enrolment.pages import words
from tests.factories import kept, make_class, make_home, make_organisation, make_person, make_seat, make_staff
from tests.queries_counted import queries_of
from tests.signing_in import sign_in

pytestmark = pytest.mark.usefixtures("frozen")
KINDS = (Kind.PRESENT, Kind.LATE, Kind.LEAVE, Kind.ABSENT, Kind.ONLINE, Kind.OTHER_WAY)


def enter(session, lesson, person, kind, *, is_late=False):
    at = lesson.ends_at + timedelta(days=3) if is_late else lesson.starts_at
    kept(
        session,
        Attendance(
            lesson_id=lesson.id, person_id=person.id, kind=kind, how=How.LATE_BULK if is_late else How.TAP,
            entered_at=at, received_at=at, entered_by_id=person.id, is_late=is_late,
        ),
    )  # fmt: skip


@pytest.fixture
def place(client, database):
    """The manager of a site whose class has met twice: six people, one of each kind, then nobody called the roll."""
    with database.write() as session:
        site = make_organisation(session, name="=北关教学站")
        manager = make_staff(session, Role.SITE_MANAGER, site)
        course_class = make_class(session, site=site, first_at=clock.now() - timedelta(days=10))
        for number, kind in enumerate(KINDS):
            person = make_person(session)
            make_seat(session, course_class, person, taken_at=clock.now() - timedelta(days=20))
            enter(session, course_class.lessons[0], person, kind, is_late=number == 0)
        client.class_id, client.manager_id, client.site_id = course_class.id, manager.id, site.id
    sign_in(client, client.manager_id)
    return client


def sheet_of(response):
    assert response.status_code == 200
    book = CalamineWorkbook.from_filelike(BytesIO(response.data))
    return book.get_sheet_by_index(0).to_python()


def pdf_words(response):
    assert response.mimetype == "application/pdf"
    return "".join(page.extract_text() for page in PdfReader(BytesIO(response.data)).pages)


def test_a_class_shows_its_lessons_with_person_times_and_how_the_roll_was_entered(place):
    said = words(place.get(f"/classes/{place.class_id}/evidence"))
    assert "楷书入门" in said
    assert "第1次课" in said
    assert "第2次课" in said
    assert "第3次课" not in said


def test_the_spreadsheet_reads_back_what_was_entered(place):
    rows = sheet_of(place.get(f"/classes/{place.class_id}/evidence/xlsx"))
    heads = next(number for number, row in enumerate(rows) if row[1])
    first, second, sums = rows[heads + 1 : heads + 4]
    assert first[0] == "楷书入门"
    assert first[2] == "2026-02-28"
    assert first[8:18] == [6, 1, 1, 1, 1, 1, 1, 0, 4, 90]
    assert first[18] == "6"
    assert first[20:23] == ["2026-02-28 09:00", "2026-03-03 10:30", 1]
    assert second[8:18] == [6, 0, 0, 0, 0, 0, 0, 6, 0, 90]
    assert sums[8] == 12
    assert sums[16] == 4
    assert rows[1][0].startswith("=北关教学站")  # text, no formula


def test_the_pdf_reads_back_the_same(place):
    said = pdf_words(place.get(f"/classes/{place.class_id}/evidence/pdf"))
    assert "楷书入门" in said
    assert "赵志强" in "".join(said.split())


def test_where_no_pdf_can_be_made_the_page_offers_the_browsers_print_in_words(place, monkeypatch):
    monkeypatch.setattr("senior_univ.core.paper.make_pdf", lambda _html: None)
    response = place.get(f"/classes/{place.class_id}/evidence/pdf")
    assert response.mimetype == "text/html"
    assert "data-print" in response.text
    assert "打印" in words(response)
    assert pdf.can_make_pdf()


def test_a_site_has_the_same_for_a_period(place):
    url = "/evidence?first=2026-02-28&last=2026-02-28"
    assert "第1次课" in words(place.get(url))
    assert "第2次课" not in words(place.get(url))
    rows = sheet_of(place.get(url.replace("?", "/xlsx?")))
    assert [row[1] for row in rows if row[0] == "楷书入门"] == [1]
    assert "楷书入门" in pdf_words(place.get(url.replace("?", "/pdf?")))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("first=2026-03-09&last=2026-03-01", "早于开始日期"),
        ("first=2020-01-01&last=2026-03-01", "一年"),
        ("first=2026-02-31&last=2026-03-01", "2026-03-15"),
        ("first=nonsense&last=", "2026-03-15"),
    ],
)
def test_a_period_that_is_none_is_refused_in_words(place, asked, said):
    shown = place.get(f"/evidence?{asked}")
    assert shown.status_code == 200
    assert said in words(shown)
    assert place.get(f"/evidence/xlsx?{asked}").status_code == 409
    assert said in words(place.get(f"/evidence/pdf?{asked}"))


def test_others_see_nothing_of_it(place, database):
    with database.write() as session:
        other = make_organisation(session)
        elsewhere = make_staff(session, Role.SITE_MANAGER, other).id
        teacher = make_staff(session, Role.TEACHER, other).id
    sign_in(place, elsewhere)
    assert place.get(f"/classes/{place.class_id}/evidence").status_code == 404
    assert place.get(f"/classes/{place.class_id}/evidence/xlsx").status_code == 404
    assert place.get(f"/evidence?organisation={place.site_id}").status_code == 404
    sign_in(place, teacher)
    assert place.get("/evidence").status_code == 403


def test_a_home_has_evidence_of_the_lessons_given_for_its_residents(client, database):
    with database.write() as session:
        site, home = make_organisation(session), make_home(session)
        scheduler = make_staff(session, Role.CARE_SCHEDULER, home).id
        make_class(session, site=site, home_id=home.id, first_at=clock.now() - timedelta(days=3))
        make_class(session, site=site, first_at=clock.now() - timedelta(days=2))
    sign_in(client, scheduler)
    assert words(client.get("/evidence")).count("第1次课") == 1


def test_the_number_of_queries_does_not_grow_with_the_lessons(place, database):
    few = queries_of(place, "/evidence")
    with database.write() as session:
        site = session.get(Organisation, place.site_id)
        for weeks in (2, 3, 4):
            make_class(session, site=site, lessons=2, first_at=clock.now() - timedelta(weeks=weeks))
    assert queries_of(place, "/evidence") == few


def test_a_long_period_is_shown_a_page_at_a_time_and_the_files_have_all_of_it(place, database):
    with database.write() as session:
        site = session.get(Organisation, place.site_id)
        make_class(session, site=site, lessons=30, first_at=clock.now() - timedelta(weeks=40))
    url = "/evidence?first=2025-04-01&last=2026-03-10"
    assert place.get(url).text.count('scope="row"') == 25
    assert place.get(f"{url}&page=2").text.count('scope="row"') == 7
    assert len(sheet_of(place.get(url.replace("?", "/xlsx?")))) == 32 + 5
