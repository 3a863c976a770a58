"""Pages of teachers: the registry, and the ways into it."""

from senior_univ.teaching.views import adding, teachers
from senior_univ.teaching.views.blueprint import blueprint

__all__ = ["adding", "blueprint", "teachers"]
