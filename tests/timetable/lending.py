"""A site that opens its rooms, a home and another site that book them, and somebody at each."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.db import Database
from senior_univ.core.permissions import Role
from senior_univ.network.models import Organisation, Room, Sharing
from senior_univ.timetable import bookings
from senior_univ.timetable.bookings import Wish
from senior_univ.timetable.models import RoomBooking
from senior_univ.timetable.rules import Meeting
from tests import factories
from tests.timetable.site import viewer_of

MONDAY = date(2026, 3, 16)


def at(day: date, hour: float) -> datetime:
    """That hour of a local day, 9.5 is half past nine."""
    return clock.day_bounds(day)[0] + timedelta(hours=hour)


def meeting(day: date = MONDAY, starts: float = 9, ends: float = 11) -> Meeting:
    return Meeting(at(day, starts), at(day, ends))


@dataclass
class Lending:
    """Ids of the parties and their rooms, and who looks."""

    owner: int
    home: int
    other: int
    room: int
    manager: Viewer
    scheduler: Viewer
    other_manager: Viewer

    @classmethod
    def make(cls, database: Database, sharing: Sharing = Sharing.ON_REQUEST) -> "Lending":
        with database.write() as session:
            owner = factories.make_organisation(session, name="北关教学站", phone="+863192020001")
            home = factories.make_home(session, name="夕阳红养老院")
            other = factories.make_organisation(session, name="营头教学站", region_code="130503003202")
            room = factories.make_room(session, owner)
            room.venue.sharing = sharing
            return cls(
                owner.id,
                home.id,
                other.id,
                room.id,
                viewer_of(session, Role.SITE_MANAGER, owner),
                viewer_of(session, Role.CARE_SCHEDULER, home),
                viewer_of(session, Role.SITE_MANAGER, other),
            )

    def ask(
        self, session: Session, when: Meeting | None = None, by: Viewer | None = None, **given: object
    ) -> RoomBooking:
        """The home (or whoever ``by`` is) asks for the room."""
        viewer = by or self.scheduler
        wish = {
            "room": session.get_one(Room, self.room),
            "organisation": session.get_one(Organisation, viewer.posts[0].organisation_id),
            "first": when or meeting(),
            "purpose": "书法",
        }
        return bookings.ask_for_room(session, Wish(**wish | given), by=viewer)
