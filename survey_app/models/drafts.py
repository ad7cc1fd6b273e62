"""Questionnaires in the making: drafts, every revision of them, and recordings of questions read aloud."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.models.base import Base, one_of
from survey_app.models.surveys import InstrumentVersion

# `submitted`: waits for a second person; `published` and `dropped` drafts are kept to be read.
DRAFT_STATES = ("editing", "submitted", "published", "dropped")
# `aside`: work that met another's, kept to be read and taken over; it never was what the draft says.
REVISION_KINDS = ("start", "change", "restore", "aside")


class Draft(Base):
    """A questionnaire being edited. `content` is JSON of the instrument's shape that may still have faults."""

    __tablename__ = "instrument_draft"
    __table_args__ = (
        one_of("state", DRAFT_STATES, "state"),
        sa.CheckConstraint("revision >= 1", name="revision_counts_from_one"),
        sa.CheckConstraint(
            "state NOT IN ('submitted', 'published') OR submitted_by_id IS NOT NULL", name="submitted_by_somebody"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(40), index=True)
    base_id: Mapped[int | None] = mapped_column(sa.ForeignKey("instrument_version.id"))  # What it is compared with.
    content: Mapped[str] = mapped_column(sa.Text)
    revision: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(sa.String(20), default="editing")
    submitted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    remark: Mapped[str] = mapped_column(sa.Text, default="")  # Why a second person sent it back.
    remark_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    base: Mapped[InstrumentVersion | None] = relationship()
    revisions: Mapped[list["DraftRevision"]] = relationship(
        back_populates="draft", order_by="DraftRevision.number", cascade="all, delete-orphan"
    )


class DraftRevision(Base):
    """What a draft was after one change: nobody's work is lost, and who may not approve it is known.

    Numbers count all revisions of a draft, also those kept aside; `Draft.revision` is the number of the current one.
    """

    __tablename__ = "instrument_draft_revision"
    __table_args__ = (sa.UniqueConstraint("draft_id", "number"), one_of("kind", REVISION_KINDS, "kind"))

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(sa.ForeignKey("instrument_draft.id"))
    number: Mapped[int]
    content: Mapped[str] = mapped_column(sa.Text)
    editor_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    at: Mapped[datetime]
    place: Mapped[str] = mapped_column(sa.String(80), default="")  # What was changed, as `outline` names places.
    kind: Mapped[str] = mapped_column(sa.String(20), default="change")
    draft: Mapped[Draft] = relationship(back_populates="revisions")


class Recording(Base):
    """A question or an option read aloud, named by its content: the name never means another voice."""

    __tablename__ = "recording"

    name: Mapped[str] = mapped_column(sa.String(70), primary_key=True)
    content: Mapped[bytes]
