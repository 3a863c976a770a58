"""Asking, offering and countering, agreeing, fetching residents. Nothing here commits."""

from senior_univ.partnerships.actions.agreements import (
    end_agreement,
    enrol_residents,
    give_feedback,
    schedule_class,
)
from senior_univ.partnerships.actions.offers import agree, can_begin, counter_offer, decline_offer, make_offer
from senior_univ.partnerships.actions.requests import ask_for_class, decline_request, may_ask, take_back
from senior_univ.partnerships.actions.transport import (
    accept_transport,
    decline_transport,
    offer_transport,
    take_transport_back,
)

__all__ = [
    "accept_transport",
    "agree",
    "ask_for_class",
    "can_begin",
    "counter_offer",
    "decline_offer",
    "decline_request",
    "decline_transport",
    "end_agreement",
    "enrol_residents",
    "give_feedback",
    "make_offer",
    "may_ask",
    "offer_transport",
    "schedule_class",
    "take_back",
    "take_transport_back",
]
