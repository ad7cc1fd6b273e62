"""Tablets and kiosks: whose they are, how far their journals have come, and what of these waits for a person.

An entry that was taken over leaves only its place in the chain: which of them became which response is kept nowhere.
"""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.models.accounts import User
from survey_app.models.base import Base, one_of
from survey_app.models.points import CollectionPoint

DEVICE_KINDS = ("tablet", "kiosk")
# `taken`: kept as a response or noted at its case; `waiting`: sealed still, for a manager; `dropped`: by a manager.
ENTRY_STATES = ("taken", "waiting", "dropped")
BREAKS = ("fork", "gap")


class Device(Base):
    """One tablet of one officer, or one kiosk of one point. Its private key never leaves it."""

    __tablename__ = "device"
    __table_args__ = (
        one_of("kind", DEVICE_KINDS, "kind"),
        sa.CheckConstraint("(kind = 'tablet') = (officer_id IS NOT NULL)", name="tablet_has_officer"),
        sa.CheckConstraint("(kind = 'kiosk') = (point_id IS NOT NULL)", name="kiosk_has_point"),
        sa.CheckConstraint("(public_key IS NULL) = (enrolled_at IS NULL)", name="enrolled_has_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(8), unique=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    label: Mapped[str] = mapped_column(sa.String(100), default="")
    officer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    point_id: Mapped[int | None] = mapped_column(sa.ForeignKey("collection_point.id"))
    # The hash of the code that enrols it, and until when that code holds. Once a key is there it enrols no other.
    enrol_hash: Mapped[str | None] = mapped_column(sa.String(64))
    enrol_until: Mapped[datetime | None]
    public_key: Mapped[bytes | None]  # Of ECDSA P-256, as an uncompressed point.
    enrolled_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    # The end of its journal as far as it came here.
    seq: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(sa.String(64), default="0" * 64)
    # The last day on which both sides found their chain heads equal.
    closed_on: Mapped[date | None]
    seen_on: Mapped[date | None]
    officer: Mapped[User | None] = relationship()

    @property
    def is_shut_out(self) -> bool:
        """Revoked, or the account of its officer has ended: on its last day, nobody revokes anything."""
        return self.revoked_at is not None or (self.officer is not None and not self.officer.is_active)

    point: Mapped[CollectionPoint | None] = relationship()


class DeviceEntry(Base):
    """One entry of a device's journal as it came; `sealed` is emptied when it was taken over."""

    __tablename__ = "device_entry"
    __table_args__ = (
        sa.UniqueConstraint("device_id", "seq"),
        one_of("state", ENTRY_STATES, "state"),
        sa.CheckConstraint("(state = 'taken') = (sealed IS NULL)", name="sealed_until_taken"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(sa.ForeignKey("device.id"))
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(sa.String(64))
    state: Mapped[str] = mapped_column(sa.String(10))
    reason: Mapped[str] = mapped_column(sa.String(40), default="")  # Why it waits, as a code.
    remark: Mapped[str] = mapped_column(sa.String(500), default="")  # Why a manager dropped it.
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    sealed: Mapped[bytes | None]
    # When it came and by how many seconds the device's clock was ahead then; kept only while it is not taken.
    came_at: Mapped[datetime | None]
    clock_off: Mapped[int | None] = mapped_column(sa.BigInteger)
    device: Mapped[Device] = relationship()


class DeviceBreak(Base):
    """Where a journal does not fit what came before: a number with another content, or numbers that are missing."""

    __tablename__ = "device_break"
    __table_args__ = (sa.UniqueConstraint("device_id", "kind", "seq", "hash"), one_of("kind", BREAKS, "kind"))

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(sa.ForeignKey("device.id"))
    kind: Mapped[str] = mapped_column(sa.String(10))
    seq: Mapped[int]
    hash: Mapped[str] = mapped_column(sa.String(64))
    noticed_on: Mapped[date]
    sealed: Mapped[bytes | None]  # Of a fork: it may be an interview that is nowhere else.
    device: Mapped[Device] = relationship()
