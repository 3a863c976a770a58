from datetime import date, time, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from senior_univ.care.models import Away, AwayKind, CareBlock, CareBlockException, CareKind, Quarantine
from senior_univ.core import clock
from senior_univ.core.pdf import can_make_pdf
from senior_univ.core.permissions import Role
from senior_univ.network.models import OrganisationKind
from senior_univ.timetable import actions
from senior_univ.timetable.calendar_models import Suspension, SuspensionKind
from senior_univ.timetable.models import (
    Assistance,
    ClassAssistant,
    CourseClass,
    Delivery,
    Holder,
    Occupancy,
    RoomBooking,
)
from tests import factories
from tests.queries_counted import queries_of
from tests.signing_in import sign_in
from tests.timetable.site import Site, viewer_of

MONDAY = "2026-03-09"
THURSDAY = "2026-03-12"


@pytest.fixture
def site(database, frozen):
    return Site.make(database)


def main_of(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status)
    return answer.text.split("<main", 1)[1]


class TestPages:
    def test_a_week_leads_to_the_ones_beside_it_to_today_and_to_any_day(self, client, site):
        sign_in(client, site.manager_id)
        text = main_of(client, f"/week?on={THURSDAY}&room={site.plan.room.id}")
        assert f"on=2026-03-02&amp;room={site.plan.room.id}" in text
        assert f"on=2026-03-16&amp;room={site.plan.room.id}" in text
        assert 'type="date"' in text
        next_week = main_of(client, f"/week?on=2026-03-18&room={site.plan.room.id}")
        assert f'href="/week?room={site.plan.room.id}"' in next_week

    def test_a_day_has_a_row_for_each_lesson_and_one_without_says_so(self, client, site):
        sign_in(client, site.manager_id)
        assert "楷书入门" in main_of(client, f"/week?by=day&on={THURSDAY}")
        text = main_of(client, "/week?by=day&on=2026-03-13")
        assert "楷书入门" not in text
        assert 'class="empty"' in text
        assert "on=2026-03-12" in text
        assert "on=2026-03-14" in text

    def test_every_day_without_lessons_says_so(self, client, site):
        sign_in(client, site.manager_id)
        assert main_of(client, f"/week?on={MONDAY}").count('colspan="2"') == 6

    @pytest.mark.parametrize("asked", ["on=nonsense", "by=nonsense", "unit=x", "on=0001-01-01", "on=9999-12-31"])
    def test_nonsense_is_this_week(self, client, site, asked):
        sign_in(client, site.manager_id)
        assert "楷书入门" in main_of(client, f"/week?{asked}")

    def test_a_lesson_is_changed_in_three_taps(self, client, site):
        sign_in(client, site.manager_id)
        first = site.lesson_ids[0]
        assert f'href="/lessons/{first}"' in main_of(client, f"/week?on={MONDAY}")
        assert f'href="/lessons/{first}"' in main_of(client, f"/week?by=day&on={THURSDAY}")
        assert f'href="/lessons/{first}/cancel"' in main_of(client, f"/lessons/{first}")

    def test_a_cancelled_lesson_says_why(self, client, site, database):
        with database.write() as session:
            lesson = session.get_one(CourseClass, site.class_id).lessons[0]
            actions.cancel_lesson(session, lesson, reason="老师生病", by=site.viewer)
        sign_in(client, site.manager_id)
        assert "老师生病" in main_of(client, f"/week?on={MONDAY}")

    def test_a_suspended_day_says_why_also_where_nothing_was_planned(self, client, site, database):
        with database.write() as session:
            organisation = session.get_one(factories.Organisation, site.organisation_id)
            given = {"from_on": date(2026, 3, 11), "to_on": date(2026, 3, 11), "kind": SuspensionKind.SNOW}
            by = {"declared_at": clock.now(), "declared_by_id": site.manager_id}
            session.add(Suspension(region_code=organisation.region_code[:9], note="", **given, **by))
        sign_in(client, site.manager_id)
        before = main_of(client, "/week?by=day&on=2026-03-10")
        assert (
            main_of(client, "/week?by=day&on=2026-03-11").count('class="notice"') == before.count('class="notice"') + 1
        )

    def test_who_teaches_beside_another_finds_it_in_her_week(self, client, site, database):
        with database.write() as session:
            organisation = session.get_one(factories.Organisation, site.organisation_id)
            helper = factories.make_teacher(session, organisation, name="钱小红")
            session.add(ClassAssistant(class_id=site.class_id, teacher_id=helper.id, what=Assistance.ASSISTANT))
            helper_id = helper.id
        sign_in(client, site.manager_id)
        assert "楷书入门" in main_of(client, f"/week?teacher={helper_id}&on={MONDAY}")

    def test_an_online_lesson_names_the_room_to_its_site(self, client, site, database):
        with database.write() as session:
            session.get_one(CourseClass, site.class_id).delivery = Delivery.ONLINE
        sign_in(client, site.manager_id)
        text = main_of(client, f"/week?by=day&on={THURSDAY}")
        assert "一楼教室" in text
        assert "教学站" in text

    def test_forty_lessons_ask_no_more_than_one(self, client, site, database):
        sign_in(client, site.manager_id)
        pages = [f"/week?on={MONDAY}", f"/week?by=day&on={THURSDAY}", f"/week/print?by=day&on={THURSDAY}"]
        few = [queries_of(client, page) for page in pages]
        with database.write() as session:
            organisation = session.get_one(factories.Organisation, site.organisation_id)
            made = session.get_one(CourseClass, site.class_id)
            for number in range(40):
                room = factories.make_room(session, organisation, name=f"第{number}间很长很长的名字的活动教室")
                at = clock.instant(date(2026, 3, 12), time(8)) + timedelta(minutes=10 * number)
                factories.make_class(session, site=organisation, term=made.term, room=room, first_at=at)
        assert [queries_of(client, page) for page in pages] == few
        assert main_of(client, pages[1]).count('<th scope="row">') == 41


class TestBookings:
    def test_a_room_shows_who_else_has_it_or_asks_for_it(self, client, site, database):
        with database.write() as session:
            guest = factories.make_organisation(session, name="东街老年协会")
            room_id, at = site.plan.room.id, clock.instant(date(2026, 3, 12), time(14))
            given = {"room_id": room_id, "organisation_id": guest.id, "asked_at": clock.now(), "answer": ""}
            given |= {"asked_by_id": site.manager_id, "starts_at": at, "ends_at": at + timedelta(hours=1)}
            granted = factories.kept(session, RoomBooking(**given, purpose="合唱排练", granted_at=clock.now()))
            times = {"starts_at": at, "ends_at": at + timedelta(hours=1)}
            session.add(Occupancy(holder=Holder.ROOM, holder_id=room_id, booking_id=granted.id, **times))
        sign_in(client, site.manager_id)
        for whose in (f"room={site.plan.room.id}", ""):
            text = main_of(client, f"/week?on={MONDAY}&{whose}")
            assert "合唱排练" in text
            assert "东街老年协会" in text
        assert "合唱排练" in main_of(client, f"/week/print?on={MONDAY}&room={site.plan.room.id}")


class Home:
    """A home with two units, a care day, somebody away, a closed unit; a class of each unit and one for all."""

    def __init__(self, session) -> None:
        home = factories.make_home(session)
        self.viewer = viewer_of(session, Role.CARE_SCHEDULER, home)
        self.id = home.id
        units = [factories.make_unit(session, home, name=name) for name in ("东楼护理区", "西楼护理区", "南楼护理区")]
        self.east, self.west, _south = [unit.id for unit in units]
        every_day = {"home_id": home.id, "kind": CareKind.NAP, "starts": time(12), "ends": time(14), "note": ""}
        for unit in units:
            session.add(CareBlock(unit_id=unit.id, **every_day))
        for unit in units[:2]:
            meal = {"kind": CareKind.MEAL, "starts": time(11, 15), "ends": time(11, 45)}
            session.add(CareBlock(unit_id=unit.id, **every_day | meal))
        medication = CareBlock(unit_id=self.east, **every_day | {"kind": CareKind.MEDICATION, "ends": time(12, 10)})
        session.add(medication)
        session.flush()
        session.add(CareBlockException(block_id=medication.id, on=date(2026, 3, 12)))
        visits = {"kind": CareKind.VISITING, "starts": time(15), "ends": time(16, 30), "weekday": 6}
        session.add(CareBlock(**every_day | visits))
        person = factories.make_resident(session, home, units[0], name="孙桂兰")
        by = {"written_at": clock.now(), "written_by_id": self.viewer.person_id}
        days = {"from_on": date(2026, 3, 10), "to_on": date(2026, 3, 11)}
        session.add(Away(person_id=person.id, home_id=home.id, kind=AwayKind.HOSPITAL, **days, **by))
        closed = {"unit_id": self.west, "reason": "流感", "declared_at": clock.now(), "lifted_at": None}
        declared = {"declared_by_id": self.viewer.person_id, "from_on": date(2026, 3, 11), "to_on": date(2026, 3, 13)}
        session.add(Quarantine(**closed, **declared))
        for title, unit_id, hour in (("东楼歌咏", self.east, 8), ("西楼剪纸", self.west, 9), ("全院八段锦", None, 10)):
            room, course = factories.make_room(session, home), factories.make_course(session, home, title=title)
            at = clock.instant(date(2026, 3, 12), time(hour))
            factories.make_class(session, course=course, room=room, home_id=home.id, unit_id=unit_id, first_at=at)


@pytest.fixture
def home(database, frozen):
    with database.write() as session:
        return Home(session)


class TestCareDay:
    def test_a_home_sees_its_care_day_its_closed_unit_and_who_is_away(self, client, home):
        sign_in(client, home.viewer.person_id)
        text = main_of(client, f"/week?organisation={home.id}&on={MONDAY}")
        assert "孙桂兰" in text
        assert text.count("西楼护理区</li>") >= 3  # the quarantine, day by day
        assert "中午12:00—下午2:00" in text or "12:00" in text
        sunday = main_of(client, f"/week?organisation={home.id}&by=day&on=2026-03-15")
        assert "3:00—4:30" in sunday
        assert "孙桂兰" not in sunday

    def test_equal_times_are_one_line_and_those_of_every_unit_everybodys(self, client, home):
        sign_in(client, home.viewer.person_id)
        text = main_of(client, f"/week?organisation={home.id}&by=day&on={MONDAY}")
        assert text.count("2:00</span>") == text.count("11:45</span>") == 1
        meal, nap = (text.split(f"{ends}</span>")[1].split("</li>")[0] for ends in ("11:45", "2:00"))
        assert "东楼护理区" in meal
        assert "西楼护理区" in meal
        assert "护理区" not in nap

    def test_a_unit_sees_its_own_lessons_and_those_for_all_and_no_other_units(self, client, home):
        sign_in(client, home.viewer.person_id)
        east = main_of(client, f"/week?unit={home.east}&on={MONDAY}")
        assert "东楼歌咏" in east
        assert "全院八段锦" in east
        assert "西楼剪纸" not in east
        assert "孙桂兰" in east
        assert "孙桂兰" not in main_of(client, f"/week?unit={home.west}&on={MONDAY}")
        assert client.get(f"/units/{home.east}/week").location == f"/week?unit={home.east}"
        assert client.get(f"/homes/{home.id}/week").location == f"/week?organisation={home.id}"

    def test_a_day_without_the_block_has_no_line_of_it(self, client, home):
        sign_in(client, home.viewer.person_id)
        with_it = main_of(client, f"/week?unit={home.east}&by=day&on=2026-03-11")
        without = main_of(client, f"/week?unit={home.east}&by=day&on={THURSDAY}")
        assert "12:10" in with_it
        assert "12:10" not in without

    def test_on_the_wall_nobody_is_named_who_is_away(self, client, home):
        sign_in(client, home.viewer.person_id)
        for address in (f"/week/print?organisation={home.id}&on={MONDAY}", f"/week/print?unit={home.east}&on={MONDAY}"):
            text = main_of(client, address)
            assert "孙桂兰" not in text
            assert "12:00" in text

    def test_an_officer_of_the_county_sees_no_residents_name_and_a_stranger_nothing(self, client, home, database):
        with database.write() as session:
            bureau = factories.make_organisation(
                session, kind=OrganisationKind.EDUCATION_BUREAU, region_code=factories.COUNTY
            )
            officer = factories.make_staff(session, Role.COUNTY_OFFICER, bureau).id
            stranger = factories.make_staff(session, Role.CARE_SCHEDULER, factories.make_home(session)).id
        sign_in(client, officer)
        text = main_of(client, f"/week?organisation={home.id}&on={MONDAY}")
        assert "东楼歌咏" in text
        assert "孙桂兰" not in text
        sign_in(client, stranger)
        for whose in (f"organisation={home.id}", f"unit={home.east}"):
            assert client.get(f"/week?{whose}").status_code == 404
            assert client.get(f"/week/print?{whose}").status_code == 404

    def test_more_units_blocks_and_residents_ask_no_more(self, client, home, database):
        sign_in(client, home.viewer.person_id)
        page = f"/week?organisation={home.id}&on={MONDAY}"
        few = queries_of(client, page)
        with database.write() as session:
            place = session.get_one(factories.Organisation, home.id)
            for number in range(5):
                unit = factories.make_unit(session, place, name=f"{number}区")
                block = {"kind": CareKind.MEAL, "starts": time(7), "ends": time(8), "note": ""}
                session.add(CareBlock(home_id=home.id, unit_id=unit.id, **block))
                person = factories.make_resident(session, place, unit)
                by = {"written_at": clock.now(), "written_by_id": home.viewer.person_id, "from_on": date(2026, 3, 9)}
                session.add(Away(person_id=person.id, home_id=home.id, kind=AwayKind.AT_HOME, **by))
        assert queries_of(client, page) == few


class TestPaper:
    @pytest.mark.parametrize("paper", ["a4", "a3"])
    @pytest.mark.parametrize("by", ["week", "day"])
    def test_paper_and_type_are_chosen(self, client, site, paper, by):
        sign_in(client, site.manager_id)
        text = client.get(f"/week/print?on={THURSDAY}&by={by}&paper={paper}&type=largest").text
        assert ("week-a3.css" in text) is (paper == "a3")
        assert "type-largest" in text
        assert "楷书入门" in text

    def test_nonsense_is_a4_in_large_type(self, client, site):
        sign_in(client, site.manager_id)
        text = client.get(f"/week/print?on={THURSDAY}&paper=b0&type=tiny").text
        assert "week-a3.css" not in text
        assert "type-large" in text

    @pytest.mark.parametrize(("paper", "width"), [("a4", 842), ("a3", 1191)])
    def test_the_pdf_is_that_paper_across(self, client, site, paper, width):
        sign_in(client, site.manager_id)
        answer = client.get(f"/week/pdf?on={THURSDAY}&paper={paper}&type=larger")
        assert can_make_pdf()
        assert answer.mimetype == "application/pdf"
        pages = PdfReader(BytesIO(answer.data)).pages
        assert round(float(pages[0].mediabox.width)) == width
        assert "楷书入门" in "".join("".join(page.extract_text().split()) for page in pages)
