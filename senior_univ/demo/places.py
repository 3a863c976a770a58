"""The demo's organisations, their venues and rooms, at real regions."""

from dataclasses import dataclass, field
from datetime import time
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.demo.rows import Rows
from senior_univ.network.models import Level, OpeningHours, Organisation, OrganisationKind, Region, Room, Venue

CITY = "130500"
HOME_COUNTY = "130502"
"""襄都区, where the demo's five people are; it comes first everywhere."""
COUNTIES = 4
AROUND = {
    "130500": (37.07, 114.50),
    "130502": (37.06, 114.52),
    "130503": (37.09, 114.44),
    "130505": (37.12, 114.68),
    "130506": (37.00, 114.69),
}
"""Roughly where the counties are. The places in them are made up: no venue of the demo stands where it is said to."""
SPREAD = 0.05
"""Degrees, some five kilometres."""
SITES = 17
SCHOOLS = 7


@dataclass
class Place:
    """An organisation with what classes need of it."""

    id: int
    name: str
    kind: OrganisationKind
    region_code: str
    rooms: list[tuple[int, int, int, bool]] = field(default_factory=list)
    """id, capacity, wheelchair places, step-free"""


@dataclass
class Places:
    """Everything that hangs on the regions."""

    bureau: Place
    centre: Place
    """the home county's guidance centre"""
    universities: list[Place]
    schools: list[Place]
    sites: list[Place]
    homes: list[Place]
    partners: list[Place]
    """a company and an association; the company opens its rooms"""
    villages: list[str]
    """codes of villages where learners live, the home county's first"""

    @property
    def teaching(self) -> list[Place]:
        """Every organisation that gives classes in rooms of its own."""
        return [*self.sites, *self.schools, *self.universities]


def short_name(region_name: str) -> str:
    """北关社区 of 北关社区居民委员会."""
    return (
        region_name.removesuffix("村民委员会").removesuffix("居民委员会").removesuffix("居委会").removesuffix("村委会")
    )


def made_up_point(place: Place) -> dict[str, float]:
    """Some point of the place's county, always the same for the same place."""
    north, east = AROUND[place.region_code[:6]]
    at = Random(place.id)  # noqa: S311  # its own, so that everything else of the demo stays as it is
    return {
        "latitude": round(north + at.uniform(-SPREAD, SPREAD), 6),
        "longitude": round(east + at.uniform(-SPREAD, SPREAD), 6),
    }


class Builder:
    """Makes the places, one kind after the other."""

    def __init__(self, rows: Rows, rng: Random, regions: list[Region]) -> None:
        self.rows, self.rng = rows, rng
        self.by_parent: dict[str | None, list[Region]] = {}
        for region in regions:
            self.by_parent.setdefault(region.parent_code, []).append(region)

    def organisation(self, kind: OrganisationKind, name: str, region_code: str, parent: Place | None) -> Place:
        """One organisation with a desk phone."""
        number = self.rows.last_id[Organisation] + 1
        row_id = self.rows.add(
            Organisation,
            name=name,
            kind=kind,
            region_code=region_code,
            parent_id=parent.id if parent else None,
            phone=f"+86319{2020000 + number % 9000}",
            sms_name=name[:10],
            desk_opens=time(8, 30),
            desk_closes=time(17, 30),
            least_age=60 if kind is OrganisationKind.VILLAGE_CARE_HOME else 50,
        )
        return Place(row_id, name, kind, region_code)

    def rooms(self, place: Place, rooms: list[tuple[str, int, int, int, bool]], *, has_lift: bool = False) -> None:
        """A venue with ``rooms``: name, capacity, wheelchair places, floor, step-free."""
        street = self.rng.choice(["中兴大街", "新华路", "团结路", "开元路", "建设路", "泉北大街", "八一大街"])
        venue_id = self.rows.add(
            Venue,
            organisation_id=place.id,
            name=place.name,
            sms_name=place.name[:10],
            region_code=place.region_code,
            address=f"{street}{self.rng.randint(2, 280)}号，{self.rng.choice(['大槐树', '卫生室', '小学', '公交站', '菜市场'])}对面",
            has_lift=has_lift,
            lift_wheelchairs=2 if has_lift else 1,
            **made_up_point(place),
        )
        for weekday in range(7):
            self.rows.add(OpeningHours, venue_id=venue_id, weekday=weekday, opens=time(8), closes=time(18))
        for number, (name, capacity, wheelchairs, floor, step_free) in enumerate(rooms, place.id):
            room_id = self.rows.add(
                Room,
                venue_id=venue_id,
                name=name,
                capacity=capacity,
                wheelchair_places=wheelchairs,
                floor=floor,
                is_step_free=step_free,
                has_seat_toilet=self.rng.random() < 0.7,
                has_heating=True,
                has_microphone=capacity > 30,
                has_cooling=number % 4 != 3,
                has_screen=self.rng.random() < 0.5,
                has_camera=capacity > 30,
            )
            place.rooms.append((room_id, capacity, wheelchairs, step_free))

    def site(self, village: Region, parent: Place) -> Place:
        """A village's teaching site with a ground-floor room and, sometimes, one upstairs."""
        place = self.organisation(
            OrganisationKind.TEACHING_SITE, f"{short_name(village.name)}教学站", village.code, parent
        )
        rooms = [("一楼教室", self.rng.choice([24, 30, 36]), 4, 1, True)]
        if self.rng.random() < 0.5:
            rooms.append(("二楼活动室", 24, 0, 2, False))
        self.rooms(place, rooms)
        return place


def make_places(session: Session, rows: Rows, rng: Random, extra_sites: int) -> Places:
    """The network: bureaus, centres, schools, sites (``extra_sites`` more for a big demo) and three care homes."""
    regions = list(session.scalars(select(Region).where(Region.ended_on.is_(None)).order_by(Region.code)))
    build = Builder(rows, rng, regions)
    bureau = build.organisation(OrganisationKind.EDUCATION_BUREAU, "邢台市教育局", CITY, None)
    build.organisation(OrganisationKind.CIVIL_AFFAIRS_BUREAU, "邢台市民政局", CITY, None)
    open_university = build.organisation(OrganisationKind.OPEN_UNIVERSITY, "邢台开放大学", CITY, bureau)
    build.rooms(open_university, [("多功能厅", 80, 6, 1, True)])
    counties = [region for region in build.by_parent[CITY] if region.level is Level.COUNTY][:COUNTIES]
    centres = [
        build.organisation(OrganisationKind.GUIDANCE_CENTRE, f"{county.name}社区教育指导中心", county.code, bureau)
        for county in counties
    ]
    universities = [
        build.organisation(OrganisationKind.SENIOR_UNIVERSITY, f"{county.name}老年大学", county.code, centre)
        for county, centre in zip(counties[:2], centres[:2], strict=True)
    ]
    for university in universities:
        build.rooms(
            university,
            [("书画室", 40, 4, 1, True), ("舞蹈厅", 50, 4, 2, True), ("声乐室", 36, 4, 3, True)],
            has_lift=True,
        )
    schools, sites = _schools_and_sites(build, counties, centres, extra_sites)
    homes = _homes(build, counties[0], centres[0])
    partners = [
        build.organisation(OrganisationKind.PARTNER, name, HOME_COUNTY, centres[0])
        for name in ("泉城纺织有限公司", "邢台志愿者协会")
    ]
    build.rooms(partners[0], [("职工活动室", 60, 4, 1, True), ("培训教室", 36, 2, 2, True)], has_lift=True)
    villages = [village.code for village in _villages(build, counties)]
    return Places(bureau, centres[0], universities, schools, sites, homes, partners, villages)


def _townships(build: Builder, county: Region) -> list[Region]:
    return [region for region in build.by_parent.get(county.code, []) if region.level is Level.TOWNSHIP]


def _villages(build: Builder, counties: list[Region]) -> list[Region]:
    return [
        village
        for county in counties
        for township in _townships(build, county)
        for village in build.by_parent.get(township.code, [])
    ]


def _schools_and_sites(
    build: Builder, counties: list[Region], centres: list[Place], extra_sites: int
) -> tuple[list[Place], list[Place]]:
    """Township schools from the front of each county, sites in their first villages; more sites wherever there is none."""
    schools: list[Place] = []
    candidates: list[tuple[Region, Place]] = []
    for position, (county, centre) in enumerate(zip(counties, centres, strict=True)):
        townships = _townships(build, county)
        for township in townships[: 4 if position == 0 else 1]:
            school = build.organisation(
                OrganisationKind.TOWNSHIP_SCHOOL, f"{township.name}社区教育学校", township.code, centre
            )
            build.rooms(school, [("教室", 40, 4, 1, True)])
            schools.append(school)
            candidates += [(village, school) for village in build.by_parent.get(township.code, [])[:4]]
        candidates += [
            (village, centre) for township in townships[4:] for village in build.by_parent.get(township.code, [])
        ]
    # In order of nearness to the demo's people: the home county's schools come first.
    chosen = candidates[: SITES + extra_sites]
    return schools, [build.site(village, parent) for village, parent in chosen]


def _homes(build: Builder, county: Region, centre: Place) -> list[Place]:
    """A large care home, a public one whose residents have no kin, and a village mutual-help home."""
    townships = _townships(build, county)
    first = build.by_parent[townships[0].code]
    large = build.organisation(OrganisationKind.CARE_INSTITUTION, "泉北夕阳红养老院", first[0].code, centre)
    build.rooms(large, [("一楼活动室", 40, 12, 1, True), ("二楼阅览室", 24, 6, 2, True)], has_lift=True)
    public = build.organisation(
        OrganisationKind.VILLAGE_CARE_HOME, f"{townships[1].name.removesuffix('街道')}敬老院", townships[1].code, centre
    )
    build.rooms(public, [("活动室", 30, 8, 1, True)])
    village = build.by_parent[townships[2].code][0]
    mutual = build.organisation(
        OrganisationKind.HAPPINESS_HOME, f"{short_name(village.name)}互助幸福院", village.code, centre
    )
    build.rooms(mutual, [("堂屋", 20, 3, 1, True)])
    return [large, public, mutual]
