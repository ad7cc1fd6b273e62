"""Slips and visit codes: what proves a draw or a visit. What was spent is one row a batch, never one a code.

A code carries its own proof, so no row is made for it. Which codes are spent is a set kept in the row of the batch,
rewritten whole with every answer: neither its order, nor a time, nor the database's row headers tell which code came
with which answer.
"""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.models.base import Base
from survey_app.models.points import CollectionPoint
from survey_app.models.surveys import Wave
from survey_app.models.units import Unit


class SlipBatch(Base):
    """A sheet or roll of one-use codes for one PSU of the draw, with its ledger."""

    __tablename__ = "slip_batch"
    __table_args__ = (
        sa.UniqueConstraint("code"),
        sa.CheckConstraint("size BETWEEN 1 AND 800", name="size"),
        sa.CheckConstraint("weight > 0", name="weight_positive"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(8))
    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"), index=True)
    point_id: Mapped[int] = mapped_column(sa.ForeignKey("collection_point.id"))
    stratum: Mapped[str | None] = mapped_column(sa.String(60))
    psu: Mapped[str | None] = mapped_column(sa.String(60))
    weight: Mapped[float | None]
    size: Mapped[int]
    issued_on: Mapped[date | None]
    # Bits by serial: which slips are spent, and which the ledger has taken out (spoiled, returned, replaced).
    spent: Mapped[bytes]
    void: Mapped[bytes]
    returned: Mapped[int] = mapped_column(default=0)
    spoiled: Mapped[int] = mapped_column(default=0)
    replaced: Mapped[int] = mapped_column(default=0)
    remark: Mapped[str] = mapped_column(sa.String(500), default="")
    wave: Mapped[Wave] = relationship()
    point: Mapped[CollectionPoint] = relationship()


class VisitWeek(Base):
    """The visit codes of one unit and week that were spent: their digests, sorted, in one row."""

    __tablename__ = "visit_week"
    __table_args__ = (sa.UniqueConstraint("unit_id", "week"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    week: Mapped[int]  # Counted from 1970-01-05 in local days.
    spent: Mapped[bytes]
    unit: Mapped[Unit] = relationship()
