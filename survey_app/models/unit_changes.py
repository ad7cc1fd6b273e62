"""Changes of the map of units while surveys run: what was decided and on which ground, and each thing that moved."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.models.accounts import User
from survey_app.models.base import Base, one_of

CHANGE_KINDS = ("merge", "rename", "split", "move")
# `waiting`: for its day; `undone`: called off, or taken back while nothing had been given under the new unit.
CHANGE_STATES = ("waiting", "done", "undone")
# `unit`: what a unit became, `thing_id` is the new one; `below`: a unit whose parent has another code now.
MOVED = ("unit", "below", "account", "point", "case", "paper", "register")


class UnitChange(Base):
    """One decision. What was asked and what came of it stay here in words, also when it was undone."""

    __tablename__ = "unit_change"
    __table_args__ = (
        one_of("kind", CHANGE_KINDS, "kind"),
        one_of("state", CHANGE_STATES, "state"),
        sa.CheckConstraint("basis <> ''", name="has_basis"),
        sa.CheckConstraint("state <> 'done' OR done_at IS NOT NULL", name="done_has_time"),
        sa.CheckConstraint("(state = 'undone') = (undone_at IS NOT NULL)", name="undone_has_time"),
        sa.CheckConstraint("state <> 'undone' OR reason <> ''", name="undone_says_why"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    state: Mapped[str] = mapped_column(sa.String(10), default="waiting")
    effective_on: Mapped[date]
    basis: Mapped[str] = mapped_column(sa.String(200))  # The number of the resolution.
    asked: Mapped[str] = mapped_column(sa.Text)  # unit_changes.asked.Asked, as JSON.
    told: Mapped[str] = mapped_column(sa.Text, default="{}")  # How much of what moved, and what a way back needs.
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    made_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    undone_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(sa.String(500), default="")

    made_by: Mapped[User] = relationship(foreign_keys=made_by_id)
    undone_by: Mapped[User | None] = relationship(foreign_keys=undone_by_id)


class UnitMove(Base):
    """One thing that a change moved, as long as the change holds."""

    __tablename__ = "unit_move"
    __table_args__ = (
        sa.UniqueConstraint("change_id", "thing", "thing_id", "from_id"),
        sa.Index("ix_unit_move_thing", "thing", "thing_id"),
        one_of("thing", MOVED, "thing"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(sa.ForeignKey("unit_change.id"))
    thing: Mapped[str] = mapped_column(sa.String(10))
    thing_id: Mapped[int]
    from_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    to_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)

    change: Mapped[UnitChange] = relationship()
