"""Regions, the organisations that hang on them, and their venues and rooms."""

import enum
from datetime import date, time

from flask_babel import lazy_gettext as _l
from sqlalchemy import CheckConstraint, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from senior_univ.core.db import Base, Instant, Key, Name, words_of


class Level(enum.Enum):
    """Level of a region, the city first."""

    CITY = "city"
    COUNTY = "county"
    TOWNSHIP = "township"
    VILLAGE = "village"


LEVEL_LABELS = {
    Level.CITY: _l("City"),
    Level.COUNTY: _l("County or zone"),
    Level.TOWNSHIP: _l("Township or street"),
    Level.VILLAGE: _l("Village or community"),
}


SPOKEN_ENDINGS = {
    "村村民委员会": "村",
    "村民委员会": "村",
    "社区居民委员会": "社区",
    "居民委员会": "社区",
}


class Region(Base):
    """A place with its national statistical code (6 digits county, 9 township, 12 village): a code's prefix is its parent."""

    __tablename__ = "region"
    __table_args__ = (Index("ix_region_parent", "parent_code"),)

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[Name]
    level: Mapped[Level] = mapped_column(words_of(Level))
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    successor_code: Mapped[str | None] = mapped_column(ForeignKey("region.code"))
    ended_on: Mapped[date | None]

    @property
    def spoken_name(self) -> str:
        """The name that people say: 北关社区 for 北关社区居民委员会, 北关村 for 北关村村民委员会."""
        for official, spoken in SPOKEN_ENDINGS.items():
            if self.name.endswith(official) and self.name != official:
                return self.name.removesuffix(official) + spoken
        return self.name


class OrganisationKind(enum.Enum):
    """What an organisation is, in the policy's own terms."""

    EDUCATION_BUREAU = "education_bureau"
    CIVIL_AFFAIRS_BUREAU = "civil_affairs_bureau"
    GUIDANCE_CENTRE = "guidance_centre"
    COMMUNITY_COLLEGE = "community_college"
    SENIOR_UNIVERSITY = "senior_university"
    OPEN_UNIVERSITY = "open_university"
    TOWNSHIP_SCHOOL = "township_school"
    TEACHING_SITE = "teaching_site"
    CARE_INSTITUTION = "care_institution"
    VILLAGE_CARE_HOME = "village_care_home"
    DAY_CARE_CENTRE = "day_care_centre"
    HAPPINESS_HOME = "happiness_home"
    PARTNER = "partner"


ORGANISATION_LABELS = {
    OrganisationKind.EDUCATION_BUREAU: _l("Education bureau"),
    OrganisationKind.CIVIL_AFFAIRS_BUREAU: _l("Civil affairs bureau"),
    OrganisationKind.GUIDANCE_CENTRE: _l("Community education guidance centre"),
    OrganisationKind.COMMUNITY_COLLEGE: _l("Community college"),
    OrganisationKind.SENIOR_UNIVERSITY: _l("County senior university"),
    OrganisationKind.OPEN_UNIVERSITY: _l("Open university"),
    OrganisationKind.TOWNSHIP_SCHOOL: _l("Township school"),
    OrganisationKind.TEACHING_SITE: _l("Teaching site"),
    OrganisationKind.CARE_INSTITUTION: _l("Care home"),
    OrganisationKind.VILLAGE_CARE_HOME: _l("Public care home (no kin)"),
    OrganisationKind.DAY_CARE_CENTRE: _l("Day-care centre"),
    OrganisationKind.HAPPINESS_HOME: _l("Village mutual-help home"),
    OrganisationKind.PARTNER: _l("Partner organisation"),
}

CARE_KINDS = frozenset(
    {
        OrganisationKind.CARE_INSTITUTION,
        OrganisationKind.VILLAGE_CARE_HOME,
        OrganisationKind.DAY_CARE_CENTRE,
        OrganisationKind.HAPPINESS_HOME,
    }
)
TEACHING_KINDS = frozenset(
    {
        OrganisationKind.GUIDANCE_CENTRE,
        OrganisationKind.COMMUNITY_COLLEGE,
        OrganisationKind.SENIOR_UNIVERSITY,
        OrganisationKind.OPEN_UNIVERSITY,
        OrganisationKind.TOWNSHIP_SCHOOL,
        OrganisationKind.TEACHING_SITE,
    }
)


class Organisation(Base):
    """A bureau, centre, school, teaching site, care home or partner, at a region."""

    __tablename__ = "organisation"
    __table_args__ = (CheckConstraint("least_age BETWEEN 0 AND 120", name="least_age"),)

    id: Mapped[Key]
    name: Mapped[Name]
    sms_name: Mapped[str] = mapped_column(String(10), default="")
    kind: Mapped[OrganisationKind] = mapped_column(words_of(OrganisationKind))
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    phone: Mapped[str] = mapped_column(String(20), default="")
    desk_opens: Mapped[time] = mapped_column(default=time(8, 30))
    desk_closes: Mapped[time] = mapped_column(default=time(17, 30))
    least_age: Mapped[int] = mapped_column(default=50)
    closed_on: Mapped[date | None]

    region: Mapped[Region] = relationship()
    parent: Mapped["Organisation | None"] = relationship(remote_side="Organisation.id")

    @property
    def is_care_home(self) -> bool:
        """Whether old people live or spend the day here."""
        return self.kind in CARE_KINDS

    @property
    def is_teaching(self) -> bool:
        """Whether classes are given here."""
        return self.kind in TEACHING_KINDS


class Sharing(enum.Enum):
    """Who else may book a venue's rooms (资源开放)."""

    OWN = "own"
    ON_REQUEST = "on_request"
    OPEN = "open"


SHARING_LABELS = {
    Sharing.OWN: _l("For ourselves only"),
    Sharing.ON_REQUEST: _l("Others may ask; we answer"),
    Sharing.OPEN: _l("Others may book what is free"),
}


class TravelMode(enum.Enum):
    """How somebody gets from place to place."""

    ON_FOOT = "on_foot"
    BICYCLE = "bicycle"
    ELECTRIC_BICYCLE = "electric_bicycle"
    BUS = "bus"
    CAR = "car"


TRAVEL_LABELS = {
    TravelMode.ON_FOOT: _l("On foot"),
    TravelMode.BICYCLE: _l("By bicycle"),
    TravelMode.ELECTRIC_BICYCLE: _l("By electric bicycle"),
    TravelMode.BUS: _l("By bus"),
    TravelMode.CAR: _l("By car"),
}


class Venue(Base):
    """Where an organisation's rooms are: an address in words that a driver understands.

    ``latitude`` and ``longitude`` in degrees (WGS 84); ``lift_wheelchairs`` is how many its lift takes at once.
    """

    __tablename__ = "venue"

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[Name]
    sms_name: Mapped[str] = mapped_column(String(10), default="")
    region_code: Mapped[str] = mapped_column(ForeignKey("region.code"), index=True)
    address: Mapped[str] = mapped_column(String(200), default="")
    has_lift: Mapped[bool] = mapped_column(default=False)
    lift_wheelchairs: Mapped[int] = mapped_column(default=1, server_default="1")
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    sharing: Mapped[Sharing] = mapped_column(words_of(Sharing), default=Sharing.OWN, server_default="own")
    closed_at: Mapped[Instant | None]

    organisation: Mapped[Organisation] = relationship()
    region: Mapped[Region] = relationship()

    @property
    def point(self) -> tuple[float, float] | None:
        """Latitude and longitude; None until both have been entered."""
        return None if self.latitude is None or self.longitude is None else (self.latitude, self.longitude)


class Room(Base):
    """A room: how many people and wheelchairs it takes, and whether it is reached without a step."""

    __tablename__ = "room"
    __table_args__ = (
        CheckConstraint("capacity > 0", name="capacity"),
        CheckConstraint("wheelchair_places BETWEEN 0 AND capacity", name="wheelchair_places"),
    )

    id: Mapped[Key]
    venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id"), index=True)
    name: Mapped[Name]
    capacity: Mapped[int]
    wheelchair_places: Mapped[int] = mapped_column(default=0)
    floor: Mapped[int] = mapped_column(default=1)
    is_step_free: Mapped[bool] = mapped_column(default=False)
    has_seat_toilet: Mapped[bool] = mapped_column(default=False)
    has_heating: Mapped[bool] = mapped_column(default=True)
    has_cooling: Mapped[bool] = mapped_column(default=False, server_default=false())
    has_microphone: Mapped[bool] = mapped_column(default=False)
    has_screen: Mapped[bool] = mapped_column(default=False)
    has_camera: Mapped[bool] = mapped_column(default=False, server_default=false())
    closed_at: Mapped[Instant | None]

    venue: Mapped[Venue] = relationship()


class TravelTime(Base):
    """How long the way between two venues takes where the distance would mislead, by any means; the lower id first."""

    __tablename__ = "travel_time"
    __table_args__ = (
        CheckConstraint("one_id < other_id", name="order"),
        CheckConstraint("minutes >= 0", name="minutes"),
    )

    one_id: Mapped[int] = mapped_column(ForeignKey("venue.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("venue.id"), primary_key=True, index=True)
    minutes: Mapped[int]

    one: Mapped[Venue] = relationship(foreign_keys=[one_id])
    other: Mapped[Venue] = relationship(foreign_keys=[other_id])


class OpeningHours(Base):
    """When a venue is open on a weekday (0 is Monday); a venue without any is always open."""

    __tablename__ = "opening_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("opens < closes", name="order"),
    )

    id: Mapped[Key]
    venue_id: Mapped[int] = mapped_column(ForeignKey("venue.id"), index=True)
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]
