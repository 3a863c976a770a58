"""Pages of a home: its residents, its care day, its units."""

from senior_univ.care.views import care_day, residents, units
from senior_univ.care.views.blueprint import blueprint

__all__ = ["blueprint", "care_day", "residents", "units"]
