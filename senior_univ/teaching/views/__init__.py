"""Pages of teachers: the registry and the ways into it, their times, the yearly training, volunteers."""

from senior_univ.teaching.views import adding, details, own, teachers, times, trainings, volunteers
from senior_univ.teaching.views.blueprint import blueprint

__all__ = ["adding", "blueprint", "details", "own", "teachers", "times", "trainings", "volunteers"]
