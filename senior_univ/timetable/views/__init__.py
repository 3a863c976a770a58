"""Pages of the timetable: classes, lessons, the week, and the calendar of terms and holidays."""

from senior_univ.timetable.views import classes, holidays, lessons, terms, week
from senior_univ.timetable.views.blueprint import blueprint

__all__ = ["blueprint", "classes", "holidays", "lessons", "terms", "week"]
