"""Writes of the network; one module for each thing that is changed."""

from senior_univ.network.actions.organisations import (
    OrganisationDetails,
    add_organisation,
    change_organisation,
    close_organisation,
)
from senior_univ.network.actions.regions import import_regions
from senior_univ.network.actions.rooms import (
    RoomDetails,
    VenueDetails,
    add_opening_hours,
    add_room,
    add_venue,
    change_room,
    change_venue,
    close_room,
    close_venue,
    remove_opening_hours,
)
from senior_univ.network.actions.travel import remove_travel_time, set_travel_time

__all__ = [
    "OrganisationDetails",
    "RoomDetails",
    "VenueDetails",
    "add_opening_hours",
    "add_organisation",
    "add_room",
    "add_venue",
    "change_organisation",
    "change_room",
    "change_venue",
    "close_organisation",
    "close_room",
    "close_venue",
    "import_regions",
    "remove_opening_hours",
    "remove_travel_time",
    "set_travel_time",
]
