"""What became of a release: approved by a second person, shown to the rated offices, published, corrected later."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.models.base import Base, one_of
from survey_app.models.surveys import Survey
from survey_app.models.units import Unit

# `shown`: the rated offices may read it and reply; `replaced`: a later release corrects it, its page stays and says so.
PUBLICATION_STATES = ("draft", "approved", "shown", "published", "replaced", "dropped")
KEPT = sa.text("state <> 'dropped'")


class Publication(Base):
    """One release folder on its way to the public. Its figures are in the folder; here is who answers for them."""

    __tablename__ = "publication"
    __table_args__ = (
        sa.UniqueConstraint("survey_id", "number"),
        one_of("state", PUBLICATION_STATES, "state"),
        sa.CheckConstraint("approved_by_id <> made_by_id", name="two_people"),
        sa.CheckConstraint("state IN ('draft', 'dropped') OR approved_by_id IS NOT NULL", name="approved_by_somebody"),
        sa.CheckConstraint(
            "(state IN ('published', 'replaced')) = (published_at IS NOT NULL)", name="published_has_time"
        ),
        sa.CheckConstraint("corrects_id IS NULL OR correction <> ''", name="correction_says_why"),
        sa.CheckConstraint("state <> 'dropped' OR drop_reason <> ''", name="dropped_says_why"),
        # A folder that was dropped may be entered again, as another publication.
        sa.Index("uq_publication_release", "release", unique=True, sqlite_where=KEPT, postgresql_where=KEPT),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("survey.id"))
    number: Mapped[int]  # Of the survey's publications, from 1; stands in the permanent address.
    release: Mapped[str] = mapped_column(sa.String(100))  # The name of the folder.
    release_hash: Mapped[str] = mapped_column(sa.String(64))
    extract_hash: Mapped[str] = mapped_column(sa.String(64))
    frozen_at: Mapped[datetime]  # When the extract was made: changes of responses after it do not enter.
    open_until: Mapped[date | None]  # The last day of a wave that was still open then.
    state: Mapped[str] = mapped_column(sa.String(10), default="draft")
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    # `…_as`: the roles of that day, in the order of ROLES, with commas between; empty where they were not kept.
    made_as: Mapped[str] = mapped_column(sa.String(80), default="", server_default="")
    made_at: Mapped[datetime | None]  # This and who showed and published it were not always kept.
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    approved_as: Mapped[str] = mapped_column(sa.String(80), default="", server_default="")
    approved_at: Mapped[datetime | None]
    shown_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    shown_as: Mapped[str] = mapped_column(sa.String(80), default="", server_default="")
    shown_at: Mapped[datetime | None]
    reply_until: Mapped[date | None]  # The last day for replies of the rated offices.
    published_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    published_as: Mapped[str] = mapped_column(sa.String(80), default="", server_default="")
    published_at: Mapped[datetime | None]
    dropped_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    dropped_at: Mapped[datetime | None]
    drop_reason: Mapped[str] = mapped_column(sa.Text, default="")
    document_number: Mapped[str] = mapped_column(sa.String(60), default="")  # Without it the documents say DỰ THẢO.
    document_day: Mapped[date | None]
    # What a later release corrects, and why.
    corrects_id: Mapped[int | None] = mapped_column(sa.ForeignKey("publication.id"))
    correction: Mapped[str] = mapped_column(sa.Text, default="")
    # Edited by a person; empty: the draft from the figures.
    conclusions: Mapped[str] = mapped_column(sa.Text, default="")
    survey: Mapped[Survey] = relationship()
    replies: Mapped[list["PublicationReply"]] = relationship(
        back_populates="publication", order_by="PublicationReply.id", cascade="all, delete-orphan"
    )


class PublicationReply(Base):
    """What a rated office says to its results; printed in the report as it stands."""

    __tablename__ = "publication_reply"

    id: Mapped[int] = mapped_column(primary_key=True)
    publication_id: Mapped[int] = mapped_column(sa.ForeignKey("publication.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    office: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str] = mapped_column(sa.Text)
    received_on: Mapped[date]
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    by_as: Mapped[str] = mapped_column(sa.String(80), default="", server_default="")
    # By the link of the office, which `by_id` gave out; not known of replies of before.
    by_link: Mapped[bool | None]
    publication: Mapped[Publication] = relationship(back_populates="replies")
    unit: Mapped[Unit | None] = relationship()
