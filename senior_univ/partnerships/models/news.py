"""What one side of the exchange did that the other has not taken notice of yet."""

import enum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from senior_univ.core.db import Base, Instant, Key, words_of
from senior_univ.network.models import Organisation
from senior_univ.partnerships.models.exchange import Agreement, ClassRequest
from senior_univ.partnerships.models.riding import TransportOffer


class NewsKind(enum.Enum):
    """What was done. What has to be answered is no news: it waits of itself."""

    REQUEST_DECLINED = "request_declined"
    REQUEST_TAKEN_BACK = "request_taken_back"
    OFFER_DECLINED = "offer_declined"
    AGREED = "agreed"
    AGREED_ELSEWHERE = "agreed_elsewhere"
    SCHEDULED = "scheduled"
    ENDED = "ended"
    RIDE_ACCEPTED = "ride_accepted"
    RIDE_DECLINED = "ride_declined"
    RIDE_TAKEN_BACK = "ride_taken_back"


class News(Base):
    """Something about a request, an agreement or a ride that an organisation is told; ``seen_at`` once it took notice."""

    __tablename__ = "exchange_news"
    __table_args__ = (
        CheckConstraint(
            "CASE WHEN request_id IS NULL THEN 0 ELSE 1 END + CASE WHEN agreement_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN transport_id IS NULL THEN 0 ELSE 1 END = 1",
            name="about_one",
        ),
        Index(
            "ix_exchange_news_unseen",
            "organisation_id",
            postgresql_where=text("seen_at IS NULL"),
            sqlite_where=text("seen_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    kind: Mapped[NewsKind] = mapped_column(words_of(NewsKind))
    request_id: Mapped[int | None] = mapped_column(ForeignKey("class_request.id"), index=True)
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreement.id"), index=True)
    transport_id: Mapped[int | None] = mapped_column(ForeignKey("transport_offer.id"), index=True)
    told_at: Mapped[Instant]
    seen_at: Mapped[Instant | None]

    by: Mapped[Organisation] = relationship(foreign_keys=[by_id])
    request: Mapped[ClassRequest | None] = relationship()
    agreement: Mapped[Agreement | None] = relationship()
    transport: Mapped[TransportOffer | None] = relationship()
