"""The tables of the exchange: what is asked, offered and agreed on; rides; what each side is told of the other."""

from senior_univ.partnerships.models.exchange import (
    AGREEMENT_LABELS,
    AGREEMENT_TAGS,
    FREQUENCY_LABELS,
    RATING_LABELS,
    REQUEST_LABELS,
    REQUEST_TAGS,
    USUAL_LESSONS,
    Agreement,
    AgreementState,
    ClassOffer,
    ClassRequest,
    Feedback,
    Frequency,
    Rating,
    RequestState,
    Window,
)
from senior_univ.partnerships.models.news import (
    News,
    NewsKind,
)
from senior_univ.partnerships.models.riding import (
    TRANSPORT_LABELS,
    TRANSPORT_TAGS,
    Rider,
    TransportOffer,
    TransportState,
)

__all__ = [
    "AGREEMENT_LABELS",
    "AGREEMENT_TAGS",
    "FREQUENCY_LABELS",
    "RATING_LABELS",
    "REQUEST_LABELS",
    "REQUEST_TAGS",
    "TRANSPORT_LABELS",
    "TRANSPORT_TAGS",
    "USUAL_LESSONS",
    "Agreement",
    "AgreementState",
    "ClassOffer",
    "ClassRequest",
    "Feedback",
    "Frequency",
    "News",
    "NewsKind",
    "Rating",
    "RequestState",
    "Rider",
    "TransportOffer",
    "TransportState",
    "Window",
]
