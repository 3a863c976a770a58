"""Three of the demo's venues are open to others: one whose manager answers, two (a university's and a company's) whose
rooms are booked at once."""

from datetime import time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from senior_univ.accounts.queries import build_viewer
from senior_univ.core import clock
from senior_univ.core.access import Viewer
from senior_univ.core.permissions import Permission
from senior_univ.network.actions import set_travel_time
from senior_univ.network.models import Organisation, Room, Sharing, Venue
from senior_univ.network.queries import rooms_of
from senior_univ.timetable.bookings import Wish, ask_for_room
from senior_univ.timetable.room_days import every_week, nearest_free, read_around
from senior_univ.timetable.rules import Meeting

LENGTH = timedelta(hours=2)
RIGHT = Permission.MANAGE_ROOMS


class Opened:
    """Opens venues and books them for the demo's people."""

    def __init__(self, session: Session, *, site_id: int, university_id: int, company_id: int) -> None:
        self.session, self.site_id, self.university_id = session, site_id, university_id
        self.company_id = company_id

    def make(self, manager_id: int, scheduler_id: int) -> None:
        """The home asks the site for its room; the site has booked one of the senior university for four weeks, and one of
        the company for six.
        """
        self._open(self.site_id, Sharing.ON_REQUEST)
        self._open(self.university_id, Sharing.OPEN)
        self._open(self.company_id, Sharing.OPEN)
        manager, scheduler = build_viewer(self.session, manager_id), build_viewer(self.session, scheduler_id)
        self._ask(scheduler, self.site_id, "院里老人集体过生日，约二十人，四位坐轮椅", weeks=1)
        self._ask(manager, self.university_id, "合唱队排练，约三十人", weeks=4)
        self._ask(manager, self.company_id, "太极拳队冬天到室内练，约四十人", weeks=6)
        self._know_way(manager, scheduler)

    def _know_way(self, manager: Viewer, scheduler: Viewer) -> None:
        """The manager knows that the road to the home is being dug up."""
        here, there = (
            self.session.scalars(select(Venue).where(Venue.organisation_id.in_(who.organisation_ids(RIGHT)))).first()
            for who in (manager, scheduler)
        )
        if here is not None and there is not None:
            set_travel_time(self.session, here, there, 35, by=manager)

    def _open(self, organisation_id: int, sharing: Sharing) -> None:
        for venue in self.session.scalars(select(Venue).where(Venue.organisation_id == organisation_id)):
            venue.sharing = sharing

    def _ask(self, viewer: Viewer, owner_id: int, purpose: str, weeks: int) -> None:
        room = rooms_of(self.session, owner_id)[0]
        guest_id = min(viewer.organisation_ids(RIGHT))
        guest = self.session.get_one(Organisation, guest_id)
        first = self._free(room, weeks)
        wish = Wish(room=room, organisation=guest, first=first, weeks=weeks, purpose=purpose)
        ask_for_room(self.session, wish, by=viewer)

    def _free(self, room: Room, weeks: int) -> Meeting:
        """Saturday afternoon next week, or the free time nearest to it."""
        saturday = clock.week_start(clock.today()) + timedelta(days=12)
        wanted = Meeting(*(clock.instant(saturday, time(hour)) for hour in (14, 16)))
        days = every_week(wanted, weeks)
        known = read_around(self.session, room, days)
        if all(map(known.is_free, days)):
            return wanted
        starts_at = nearest_free(known, days)[0]
        return Meeting(starts_at, starts_at + LENGTH)
