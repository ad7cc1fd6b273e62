"""How often somebody tried what is slowed down, over all workers; who it was is only there as a hash."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.models.base import Base


class BrakeCount(Base):
    __tablename__ = "brake_count"

    key_hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    count: Mapped[int]
    until: Mapped[datetime]  # Then it counts anew.
