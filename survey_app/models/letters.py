"""Letters to the staff: whom, why and how far they are. What they say is written when they are sent, kept nowhere."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.models.accounts import User
from survey_app.models.base import Base, one_of

LINKS = ("invitation", "password")
# What was done to the account, also to the address that it had before.
DEEDS = ("password_set", "second_step", "moved_from", "moved_to")
NOTICES = ("task", "due", "late", "release", "draft", "retention", "behind", "backup", "disk")


class Letter(Base):
    """No text and no secret: a link to choose a password is made by whoever sends the letter. No address but one that
    the account has no more, until it was told.
    """

    __tablename__ = "letter"
    __table_args__ = (
        sa.UniqueConstraint("account_id", "kind", "about"),
        one_of("kind", (*LINKS, *NOTICES, *DEEDS), "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # To nobody: somebody asked for a link with an address that is unknown here, and must not see a difference.
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    # Which thing of its kind: each is said once. Of "moved_from" the address that it goes to.
    about: Mapped[str] = mapped_column(sa.String(255), default="")
    made_at: Mapped[datetime]
    try_at: Mapped[datetime] = mapped_column(index=True)
    tries: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]  # Sent or given up; kept for a while so that nobody is told twice.
    account: Mapped[User | None] = relationship()
