"""Instrument versions, surveys and waves. A published version never changes; a wave names one by its content hash."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.models.base import Base, one_of

INDICES = ("sipas", "health", "education")
COMBINATIONS = ("single", "weighted")


class InstrumentVersion(Base):
    """One frozen content of an instrument; `content` is its canonical JSON."""

    __tablename__ = "instrument_version"
    __table_args__ = (
        sa.UniqueConstraint("code", "version"),
        one_of("state", ("draft", "published", "retired"), "state"),
        sa.CheckConstraint("author_id <> approver_id", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(40))
    version: Mapped[str] = mapped_column(sa.String(40))
    content_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    content: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[str] = mapped_column(sa.String(20), default="draft")
    published_at: Mapped[datetime | None]
    # Who wrote and who approved it in the console; empty for versions published by command.
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    approver_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))


class Survey(Base):
    """One index in one period. Days are those of Asia/Ho_Chi_Minh, inclusive."""

    __tablename__ = "survey"
    __table_args__ = (
        one_of("index_code", INDICES, "index_code"),
        one_of("combination", COMBINATIONS, "combination"),
        sa.CheckConstraint("period_from <= period_to", name="period_in_order"),
        sa.CheckConstraint("target >= 0 AND target <= 100", name="target_is_a_percentage"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(60), unique=True)
    name_vi: Mapped[str] = mapped_column(sa.String(300))
    name_en: Mapped[str] = mapped_column(sa.String(300))
    index_code: Mapped[str] = mapped_column(sa.String(20))
    period_from: Mapped[date]
    period_to: Mapped[date]
    owner_vi: Mapped[str] = mapped_column(sa.String(300))
    owner_en: Mapped[str] = mapped_column(sa.String(300))
    method_vi: Mapped[str] = mapped_column(sa.String(500))
    method_en: Mapped[str] = mapped_column(sa.String(500))
    target: Mapped[float] = mapped_column(default=80.0)
    units_on: Mapped[date]  # The day whose map of units holds for the whole survey.
    combination: Mapped[str] = mapped_column(sa.String(20), default="single")
    waves: Mapped[list["Wave"]] = relationship(back_populates="survey", order_by="Wave.opens_on, Wave.slug")

    @property
    def counted_waves(self) -> list["Wave"]:
        """Without rehearsals."""
        return [wave for wave in self.waves if not wave.practice]


class Wave(Base):
    """One instrument version in the field, from `opens_on` to `closes_on`, both included."""

    __tablename__ = "wave"
    __table_args__ = (
        sa.CheckConstraint("opens_on <= closes_on", name="days_in_order"),
        sa.CheckConstraint("combining_weight IS NULL OR combining_weight > 0", name="combining_weight_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(sa.ForeignKey("survey.id"), index=True)
    slug: Mapped[str] = mapped_column(sa.String(60), unique=True)
    name_vi: Mapped[str] = mapped_column(sa.String(300))
    name_en: Mapped[str] = mapped_column(sa.String(300))
    instrument_version_id: Mapped[int] = mapped_column(sa.ForeignKey("instrument_version.id"))
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    closed_at: Mapped[datetime | None]  # When a manager closed it before its last day.
    combining_weight: Mapped[float | None]  # The wave's stated weight where the survey combines several.
    simulated: Mapped[bool] = mapped_column(default=False)
    # A rehearsal: its answers never count and enter no extract.
    practice: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    plan_json: Mapped[str | None] = mapped_column(sa.Text)  # Strata and PSUs of the draw; empty without a frame.
    survey: Mapped[Survey] = relationship(back_populates="waves")
    instrument_version: Mapped[InstrumentVersion] = relationship()
