"""The register: what came of comments, and reflections and petitions about administrative rules, up to publication."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.models.accounts import User
from survey_app.models.base import Base, one_of
from survey_app.models.surveys import Wave
from survey_app.models.units import Unit

ENTRY_KINDS = ("comment", "petition")
ENTRY_STATES = ("open", "answered", "published", "closed")
CHANNELS = ("", "letter", "in_person", "phone", "portal", "other")


class RegisterEntry(Base):
    """What people said, in the office's words, and what was done. Who sent a petition stands in the office's book."""

    __tablename__ = "register_entry"
    __table_args__ = (
        one_of("kind", ENTRY_KINDS, "kind"),
        one_of("state", ENTRY_STATES, "state"),
        one_of("channel", CHANNELS, "channel"),
        sa.CheckConstraint("state NOT IN ('answered', 'published') OR answer <> ''", name="answered_says_what"),
        sa.CheckConstraint("(state = 'published') = (published_on IS NOT NULL)", name="published_has_day"),
        sa.CheckConstraint("state <> 'closed' OR remark <> ''", name="closed_says_why"),
        sa.CheckConstraint("received_on <= due_on", name="days_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    state: Mapped[str] = mapped_column(sa.String(10), default="open")
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    owner_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    wave_id: Mapped[int | None] = mapped_column(sa.ForeignKey("wave.id"))
    theme: Mapped[str] = mapped_column(sa.String(40), default="")
    channel: Mapped[str] = mapped_column(sa.String(10), default="")
    reference: Mapped[str] = mapped_column(sa.String(60), default="")  # The number in the office's own book.
    received_on: Mapped[date]
    due_on: Mapped[date]
    summary: Mapped[str] = mapped_column(sa.Text)
    answer: Mapped[str] = mapped_column(sa.Text, default="")
    remark: Mapped[str] = mapped_column(sa.String(500), default="")  # Why it was closed without publication.
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    made_on: Mapped[date]
    answered_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    answered_on: Mapped[date | None]
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    published_on: Mapped[date | None]
    unit: Mapped[Unit] = relationship()
    wave: Mapped[Wave | None] = relationship()
    owner: Mapped[User] = relationship(foreign_keys=owner_id)


class RegisterComment(Base):
    """A comment that led to an entry."""

    __tablename__ = "register_comment"
    __table_args__ = ({"sqlite_with_rowid": False},)

    response_id: Mapped[UUID] = mapped_column(sa.ForeignKey("response.id", ondelete="CASCADE"), primary_key=True)
    question: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("register_entry.id"), primary_key=True, index=True)
