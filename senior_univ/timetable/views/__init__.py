"""Pages of the timetable: classes, lessons, the week, and the calendar of terms and holidays."""

from senior_univ.timetable.views import (
    bookings,
    class_settings,
    classes,
    holidays,
    lessons,
    moving,
    new_class,
    notices,
    online,
    terms,
    week,
)
from senior_univ.timetable.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "bookings",
    "class_settings",
    "classes",
    "holidays",
    "lessons",
    "moving",
    "new_class",
    "notices",
    "online",
    "terms",
    "week",
]
