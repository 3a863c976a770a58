"""Pages of allocation days: for everybody, for learners, for those who apply for others, for those who run them."""

from senior_univ.allocation.views import apply, people, public, together, work
from senior_univ.allocation.views.blueprint import blueprint

__all__ = ["apply", "blueprint", "people", "public", "together", "work"]
