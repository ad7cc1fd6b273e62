"""The Survey Plan of a wave, and the steps of the wave's life. Frame and draw lie in the plan's folder, not here."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.models.base import Base, one_of
from survey_app.models.surveys import Wave

PLAN_STATES = ("drafting", "sealed", "drawn")
FRAME_KINDS = ("dossiers", "households", "schools", "visits")
WAVE_STEPS = (
    *("copied", "sealed", "drawn", "rehearsed", "extended", "closed", "reopened", "amended"),
    *("weighed", "points_off", "points_on", "late_accepted", "late_refused"),
)


class Plan(Base):
    """What was planned. From sealing on, frame, spec and public number's day are fixed by the commitment."""

    __tablename__ = "plan"
    __table_args__ = (
        one_of("state", PLAN_STATES, "state"),
        one_of("frame_kind", FRAME_KINDS, "frame_kind"),
        sa.CheckConstraint("state = 'drafting' OR commitment IS NOT NULL", name="sealed_has_commitment"),
        sa.CheckConstraint("(state = 'drawn') = (public_number IS NOT NULL)", name="drawn_has_number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"), unique=True)
    state: Mapped[str] = mapped_column(sa.String(20), default="drafting")
    frame_kind: Mapped[str] = mapped_column(sa.String(20))
    spec: Mapped[str] = mapped_column(sa.Text, default="{}")  # The sampling part: analysis.planning.spec, as JSON.
    about: Mapped[str] = mapped_column(sa.Text, default="{}")  # What the document says beside it, as JSON.
    frame_hash: Mapped[str | None] = mapped_column(sa.String(64))
    commitment: Mapped[str | None] = mapped_column(sa.String(64))
    public_number: Mapped[str | None] = mapped_column(sa.String(20))
    wave: Mapped[Wave] = relationship()


class WaveStep(Base):
    """One step in the life of a wave, with its reason; printed in the report."""

    __tablename__ = "wave_step"
    __table_args__ = (one_of("kind", WAVE_STEPS, "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))  # Empty: by command.
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    detail: Mapped[str] = mapped_column(sa.String(500), default="")
    # How many of the survey there were by then, where the step moved the end of the wave; older ones do not know.
    releases: Mapped[int | None]
    snapshots: Mapped[int | None]
    wave: Mapped[Wave] = relationship()
