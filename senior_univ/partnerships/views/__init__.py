"""Pages between a home and a site: requests, offers, agreements, seats with transport, credits."""

from senior_univ.partnerships.views import agreements, asking, crediting, offers, requests, scheduling, transport
from senior_univ.partnerships.views.blueprint import blueprint

__all__ = ["agreements", "asking", "blueprint", "crediting", "offers", "requests", "scheduling", "transport"]
