"""A fixed cast for the network's tests: who looks at what."""

from dataclasses import dataclass

from flask.testing import FlaskClient

from senior_univ.core.access import Post, Viewer
from senior_univ.core.db import Database
from senior_univ.core.permissions import Role
from senior_univ.network.models import Organisation, OrganisationKind
from senior_univ.network.rules import prefix_of
from tests import factories as make
from tests.signing_in import sign_in

Kind = OrganisationKind


def viewer_of(role: Role, organisation: Organisation) -> Viewer:
    return Viewer(1, "李建国", (Post(role, organisation.id, prefix_of(organisation.region_code)),))


@dataclass
class Cast:
    """Ids of the organisations and of the people who work for them."""

    client: FlaskClient
    bureau: int
    centre: int
    school: int
    site: int
    home: int
    other_site: int
    people: dict[Role, int]

    def enters(self, role: Role) -> None:
        sign_in(self.client, self.people[role])


def make_cast(database: Database, client: FlaskClient) -> Cast:
    with database.write() as session:
        bureau = make.make_organisation(session, name="邢台市教育局", kind=Kind.EDUCATION_BUREAU, region_code="130500")
        centre = make.make_organisation(
            session, name="襄都区指导中心", kind=Kind.GUIDANCE_CENTRE, region_code="130502", parent_id=bureau.id
        )
        school = make.make_organisation(
            session, name="南长街社区教育学校", kind=Kind.TOWNSHIP_SCHOOL, region_code="130502001", parent_id=centre.id
        )
        site = make.make_organisation(session, name="北关教学站", parent_id=school.id)
        home = make.make_home(session, name="夕阳红养老院", region_code="130502001063")
        other = make.make_organisation(session, name="营头教学站", region_code="130503003202")
        civil = make.make_organisation(
            session, name="邢台市民政局", kind=Kind.CIVIL_AFFAIRS_BUREAU, region_code="130500"
        )
        posts = {
            Role.ADMINISTRATOR: bureau,
            Role.CITY_OFFICER: bureau,
            Role.COUNTY_OFFICER: centre,
            Role.TOWNSHIP_OFFICER: school,
            Role.SITE_MANAGER: site,
            Role.CARE_SCHEDULER: home,
            Role.CARE_SUPERVISOR: civil,
            Role.TEACHER: site,
        }
        people = {role: make.make_staff(session, role, place).id for role, place in posts.items()}
        return Cast(client, bureau.id, centre.id, school.id, site.id, home.id, other.id, people)
