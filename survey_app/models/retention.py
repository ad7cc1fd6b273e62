"""How long what is kept beside the answers may stay, by wave; and the protocols of what was deleted."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.models.base import Base
from survey_app.models.surveys import Wave


class Retention(Base):
    """Days are counted from the last day of the wave, so an extended wave moves them. No row: the defaults hold."""

    __tablename__ = "retention"
    __table_args__ = (
        sa.CheckConstraint(
            "contacts_days >= 0 AND paradata_days >= 0 AND devices_days >= 0 AND comments_days >= 0", name="days"
        ),
    )

    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"), primary_key=True)
    contacts_days: Mapped[int]
    paradata_days: Mapped[int]
    devices_days: Mapped[int]
    comments_days: Mapped[int]
    purpose_vi: Mapped[str] = mapped_column(sa.String(500), default="")
    purpose_en: Mapped[str] = mapped_column(sa.String(500), default="")
    # Whom people ask about their data; empty: the owner of the survey.
    contact_vi: Mapped[str] = mapped_column(sa.String(300), default="")
    contact_en: Mapped[str] = mapped_column(sa.String(300), default="")


class Deletion(Base):
    """What was deleted of a wave: a protocol as JSON, signed with the key of the office. It says counts and hashes."""

    __tablename__ = "deletion"

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))  # Empty: by command.
    content: Mapped[str] = mapped_column(sa.Text)
    signature: Mapped[str] = mapped_column(sa.String(200))
    wave: Mapped[Wave] = relationship()
