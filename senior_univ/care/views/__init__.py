"""Pages of a home: its residents, its care day, its units."""

from senior_univ.care.views import away, care_day, my_home, quarantines, residents, units
from senior_univ.care.views.blueprint import blueprint

__all__ = ["away", "blueprint", "care_day", "my_home", "quarantines", "residents", "units"]
