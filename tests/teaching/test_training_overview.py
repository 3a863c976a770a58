"""The overview of the yearly training: the counties' sums, then one county's organisations and its people."""

import pytest

from senior_univ.accounts.models import RoleAssignment
from senior_univ.core import clock
from senior_univ.core.permissions import Role
from senior_univ.network.models import OrganisationKind
from senior_univ.teaching.models import Training, TrainingPart
from tests import factories as make
from tests.queries_counted import queries_of
from tests.sending_forms import shown
from tests.signing_in import sign_in
from tests.teaching.test_trainings import COUNTY

OTHER_COUNTY = "130503"


@pytest.fixture(autouse=True)
def in_english(client, frozen):
    client.set_cookie("language", "en")


@pytest.fixture
def city(database):
    """Two counties, two sites in the first and one in the second; one person of three has done it."""
    with database.write() as session:
        bureau = make.make_organisation(
            session, name="市教育局", kind=OrganisationKind.EDUCATION_BUREAU, region_code="130500"
        )
        centre = make.make_organisation(
            session, name="襄都中心", kind=OrganisationKind.GUIDANCE_CENTRE, region_code=COUNTY
        )
        site, east = (make.make_organisation(session, name=name) for name in ("北关教学站", "东关教学站"))
        far = make.make_organisation(session, name="营头教学站", region_code="130503003202")
        trained = make.make_teacher(session, site, name="赵志强")
        make.make_teacher(session, east, name="钱桂芳")
        make.make_teacher(session, far, name="孙明")
        managing = {"person_id": trained.person_id, "organisation_id": east.id, "role": Role.SITE_MANAGER}
        make.kept(session, RoleAssignment(**managing, given_at=clock.now()))
        training = make.kept(session, Training(organisation=centre, name="年度培训", on=clock.today(), hours=16))
        session.add(TrainingPart(training_id=training.id, person_id=trained.person_id))
        return {
            "city": make.make_staff(session, Role.CITY_OFFICER, bureau).id,
            "county": make.make_staff(session, Role.COUNTY_OFFICER, centre).id,
            "manager": make.make_staff(session, Role.SITE_MANAGER, far).id,
        }


def cells(page, name):
    """The figures of the row of that place."""
    row = page.split(f'<th scope="row">{name}</th>')[1].split("</tr>")[0]
    return [each.split("</td>")[0] for each in row.split('class="number"')[1:]]


def figures(page, name):
    return [each.split(">")[-1] for each in cells(page, name)]


def test_the_city_sees_the_counties_sums_and_opens_one(client, city):
    sign_in(client, city["city"])
    page = shown(client, "/trainings/overview")
    assert "1 of 4 have done it" in page
    assert figures(page, "襄都区") == ["2", "1", "1", "50%"]
    inside = shown(client, f"/trainings/overview?county={COUNTY}")
    assert figures(inside, "东关教学站") == ["2", "1", "1", "50%"]
    assert "营头教学站" not in inside


def test_a_county_sees_its_own_organisations_at_once(client, city):
    sign_in(client, city["county"])
    page = shown(client, "/trainings/overview")
    assert figures(page, "北关教学站") == ["1", "1", "0", "100%"]
    assert "1 of 2 have done it" in page
    assert client.get(f"/trainings/overview?county={OTHER_COUNTY}").status_code == 404


def test_a_site_sees_itself(client, city):
    sign_in(client, city["manager"])
    page = shown(client, "/trainings/overview")
    assert figures(page, "营头教学站") == ["2", "0", "2", "0%"]
    assert "信都区" not in page


def test_last_year_nobody_had(client, city):
    sign_in(client, city["city"])
    assert "0 of 4 have done it" in shown(client, f"/trainings/overview?year={clock.today().year - 1}")


def test_many_counties_and_people_ask_no_more(client, database, city):
    sign_in(client, city["city"])
    few = queries_of(client, "/trainings/overview")
    with database.write() as session:
        for number in range(12):
            site = make.make_organisation(session, name=f"第{number}教学站", region_code="130503003202")
            make.make_teacher(session, site, name=f"老师{number}")
    assert queries_of(client, "/trainings/overview") == few
