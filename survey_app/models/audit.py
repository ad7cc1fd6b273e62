"""Who of the staff did what, when and from where: only added to, each entry naming the hash of the one before."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.models.base import Base


class AuditEntry(Base):
    """One deed. The database itself refuses to change or delete a row (a trigger of the migration)."""

    __tablename__ = "audit_entry"

    # Without a hole, so that a row that was taken out is missed.
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    who: Mapped[str] = mapped_column(sa.String(255))  # The address of that day; of a command, who ran it.
    address: Mapped[str] = mapped_column(sa.String(45))  # Of staff only: citizens do nothing that stands here.
    deed: Mapped[str] = mapped_column(sa.String(80))  # The name of the route or command.
    thing: Mapped[str] = mapped_column(sa.String(300))  # What the address named.
    detail: Mapped[str] = mapped_column(sa.Text)  # Which rows and columns changed; of settings alone what they say.
    previous: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))
