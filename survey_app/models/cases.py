"""Cases: who the draw chose, by number only. Who lives there is in a contact file that never enters this database."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.models.base import Base, one_of
from survey_app.models.surveys import Wave
from survey_app.models.units import Unit

DISPOSITIONS = ("open", "complete", "refused", "not_contacted", "moved", "wrong_data", "not_eligible", "other")
CHANNELS = ("visit", "call")


class Case(Base):
    __tablename__ = "case"
    __table_args__ = (
        sa.UniqueConstraint("wave_id", "number"),
        one_of("disposition", DISPOSITIONS, "disposition"),
        sa.CheckConstraint("weight > 0", name="weight_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"))
    number: Mapped[int]
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    stratum: Mapped[str] = mapped_column(sa.String(60))
    psu: Mapped[str] = mapped_column(sa.String(60))
    respondent_type: Mapped[str | None] = mapped_column(sa.String(40))
    weight: Mapped[float]  # The inverse of the inclusion probability.
    probability: Mapped[float | None]  # Of being drawn; empty where the plan came from elsewhere.
    # 0: of the sample. Reserves are used in this order, each for one case that could not be asked, with its reason.
    reserve: Mapped[int] = mapped_column(sa.SmallInteger, default=0, server_default="0")
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey("case.id"), index=True)
    # A second interview of the same person by somebody else (phúc tra): a case of its own that never counts.
    reinterview_of_id: Mapped[int | None] = mapped_column(sa.ForeignKey("case.id"), index=True)
    planned_day: Mapped[date | None]
    # Grown-ups of the household, one of whom was asked by chance: the weight of the case counts so many times.
    eligible: Mapped[int | None] = mapped_column(sa.SmallInteger)
    officer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    disposition: Mapped[str] = mapped_column(sa.String(20), default="open")
    wave: Mapped[Wave] = relationship()
    unit: Mapped[Unit] = relationship()


class CaseOfficer(Base):
    """An officer to whom a case was ever given: what their tablet brings of it counts, also after it was taken away."""

    __tablename__ = "case_officer"

    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"), primary_key=True)
    officer_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)


class CaseAttempt(Base):
    """One attempt to reach a case: on which day, in which part of it, and how it ended."""

    __tablename__ = "case_attempt"
    __table_args__ = (
        sa.UniqueConstraint("case_id", "number"),
        one_of("part", ("morning", "afternoon", "evening"), "part"),
        one_of("outcome", DISPOSITIONS, "outcome"),
        one_of("channel", CHANNELS, "channel"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case.id"))
    number: Mapped[int] = mapped_column(sa.SmallInteger)
    day: Mapped[date]
    part: Mapped[str] = mapped_column(sa.String(10))
    channel: Mapped[str] = mapped_column(sa.String(10), default="visit", server_default="visit")
    outcome: Mapped[str] = mapped_column(sa.String(20))
    case: Mapped[Case] = relationship()
