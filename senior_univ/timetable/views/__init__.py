"""Pages of the timetable: classes, lessons, the week, and the calendar of terms and holidays."""

from senior_univ.timetable.views import (
    bookings,
    class_settings,
    class_teachers,
    classes,
    holidays,
    hours,
    lessons,
    local_days,
    moving,
    my_day,
    new_class,
    notices,
    online,
    settling,
    suspensions,
    terms,
    week,
)
from senior_univ.timetable.views.blueprint import blueprint

__all__ = [
    "blueprint",
    "bookings",
    "class_settings",
    "class_teachers",
    "classes",
    "holidays",
    "hours",
    "lessons",
    "local_days",
    "moving",
    "my_day",
    "new_class",
    "notices",
    "online",
    "settling",
    "suspensions",
    "terms",
    "week",
]
