"""Pages of accounts, one module for each thing that a page is about."""

from senior_univ.accounts.views import code, display, drafts, family, people, profile, register, roles, staff
from senior_univ.accounts.views.blueprint import blueprint

__all__ = ["blueprint", "code", "display", "drafts", "family", "people", "profile", "register", "roles", "staff"]
