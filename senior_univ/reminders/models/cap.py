"""What was counted against a cap: by one atomic UPDATE, so that no two processes take the last one."""

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from senior_univ.core.db import Base


class DayCount(Base):
    """Texts that an organisation has used of a day's cap."""

    __tablename__ = "day_count"

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    used: Mapped[int] = mapped_column(default=0)
