"""Where a lesson is, as a text keeps it until it is sent: the words for online come with the receiver's language."""

from senior_univ.reminders.models import ONLINE_PLACE
from senior_univ.timetable.models import Delivery
from senior_univ.timetable.places import online_words, place_words

EITHER = "@either "
"""Before the room of a lesson that one may join there or online."""
SHORT = 20


def kept_place(room: str, way: Delivery) -> str:
    """The place of a lesson in a text's parameters; ``room`` is venue and room."""
    if way is Delivery.ONLINE:
        return ONLINE_PLACE
    return EITHER + room if way is Delivery.BOTH else room


def said_place(kept: str) -> str:
    """Its words in the receiver's language; what is no such place stays as it is."""
    if kept == ONLINE_PLACE:
        return online_words()
    return place_words(kept.removeprefix(EITHER), Delivery.BOTH) if kept.startswith(EITHER) else kept


def shortened(text: str) -> str:
    """At most twenty characters of it; that one may join online is said all the same."""
    mark = EITHER if text.startswith(EITHER) else ""
    rest = text.removeprefix(EITHER)
    return mark + (rest if len(rest) <= SHORT else rest[: SHORT - 1] + "…")
