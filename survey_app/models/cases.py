"""Cases: who the draw chose, by number only. Who lives there is in a contact file that never enters this database."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.models.base import Base, one_of
from survey_app.models.surveys import Wave
from survey_app.models.units import Unit

DISPOSITIONS = ("open", "complete", "refused", "not_contacted", "moved", "wrong_data", "not_eligible", "other")


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
    officer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    disposition: Mapped[str] = mapped_column(sa.String(20), default="open")
    wave: Mapped[Wave] = relationship()
    unit: Mapped[Unit] = relationship()
