"""Pages between a home and a site: requests, offers, agreements."""

from senior_univ.partnerships.views import agreements, asking, requests
from senior_univ.partnerships.views.blueprint import blueprint

__all__ = ["agreements", "asking", "blueprint", "requests"]
