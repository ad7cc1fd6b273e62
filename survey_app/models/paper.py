"""Filled-in paper forms: the batches they went out in, and each sheet as one and then another person typed it."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.models.base import Base, one_of
from survey_app.models.surveys import Wave
from survey_app.models.units import Unit

# `single`: typed once; `differs`: the second person typed something else; `kept`: a response was made of it.
SHEET_STATES = ("single", "differs", "kept", "set_aside")


class PaperBatch(Base):
    """Blank forms that were handed out together, with the ledger of what came back."""

    __tablename__ = "paper_batch"
    __table_args__ = (sa.CheckConstraint("issued >= 1", name="issued_some"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"), index=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    point_id: Mapped[int | None] = mapped_column(sa.ForeignKey("collection_point.id"))  # Empty: officers' forms.
    issued_on: Mapped[date]
    issued: Mapped[int]
    returned: Mapped[int] = mapped_column(default=0)
    spoiled: Mapped[int] = mapped_column(default=0)
    remark: Mapped[str] = mapped_column(sa.String(500), default="")
    wave: Mapped[Wave] = relationship()
    unit: Mapped[Unit] = relationship()


class PaperSheet(Base):
    """One filled-in form by its printed serial: typed twice by two people before it counts."""

    __tablename__ = "paper_sheet"
    __table_args__ = (
        sa.UniqueConstraint("wave_id", "serial"),
        one_of("state", SHEET_STATES, "state"),
        sa.CheckConstraint("second_by_id <> first_by_id", name="two_people"),
        sa.CheckConstraint("(point_id IS NULL) = (case_id IS NOT NULL)", name="point_or_case"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"))
    serial: Mapped[str] = mapped_column(sa.String(10))
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("paper_batch.id"), index=True)
    point_id: Mapped[int | None] = mapped_column(sa.ForeignKey("collection_point.id"))
    case_id: Mapped[int | None] = mapped_column(sa.ForeignKey("case.id"))
    language: Mapped[str] = mapped_column(sa.String(2))
    filled_on: Mapped[date]
    state: Mapped[str] = mapped_column(sa.String(10), default="single")
    # As typed: JSON of field names and their values. Emptied when the response is kept; `single` without a first
    # reading is to be typed anew.
    first: Mapped[str | None] = mapped_column(sa.Text)
    first_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    second: Mapped[str | None] = mapped_column(sa.Text)
    second_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    # How many fields the two people typed differently, for the table of errors.
    differences: Mapped[int | None] = mapped_column(sa.SmallInteger)
    remark: Mapped[str] = mapped_column(sa.String(500), default="")
    wave: Mapped[Wave] = relationship()
    batch: Mapped[PaperBatch | None] = relationship()
