"""Pages of queues: a learner's own, and those of staff."""

from senior_univ.waiting.views import learner, staff
from senior_univ.waiting.views.blueprint import blueprint

__all__ = ["blueprint", "learner", "staff"]
