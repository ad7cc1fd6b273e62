"""Themes that a person gave to a comment. The comment itself stays in its response; no table holds it a second time."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.models.base import Base


class CommentTheme(Base):
    """One theme of the answer to one open question. A comment that was read has at least one, if only `nothing`."""

    __tablename__ = "comment_theme"
    # As responses do, rows lie in the order of random ids, not in that of reading.
    __table_args__ = ({"sqlite_with_rowid": False},)

    response_id: Mapped[UUID] = mapped_column(sa.ForeignKey("response.id", ondelete="CASCADE"), primary_key=True)
    question: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    theme: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    coder_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    coded_on: Mapped[date]
