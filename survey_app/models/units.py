"""Units: communes, townships, departments, counters; keyed by code and days of validity, for codes are reused."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.models.base import Base


def full_name(kind: str, name: str) -> str:
    """The name with its type, which is not said twice: «Phòng Nội vụ» is no «phòng Phòng Nội vụ»."""
    return name if name.lower().startswith(kind.lower()) else f"{kind} {name}"


class Unit(Base):
    __tablename__ = "unit"
    __table_args__ = (
        sa.UniqueConstraint("code", "valid_from"),
        sa.CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name="days_in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(20), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    type: Mapped[str] = mapped_column(sa.String(40))
    # The days are inclusive; date.min stands for "not known", so that the key has no empty part.
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    parent_code: Mapped[str | None] = mapped_column(sa.String(20), index=True)
    merged_into_code: Mapped[str | None] = mapped_column(sa.String(20))
    certainty: Mapped[str] = mapped_column(sa.String(300), default="")

    @property
    def full_name(self) -> str:
        """The name with its type, as an official text writes it: «xã Thọ Hải»."""
        return full_name(self.type, self.name)
