"""Filters of long lists that people of the staff keep under a name, each for their own eyes."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey_app.models.base import Base


class SavedFilter(Base):
    """`path` and `query`: the address of the list as it was looked at."""

    __tablename__ = "saved_filter"
    __table_args__ = (sa.UniqueConstraint("account_id", "path", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"))
    path: Mapped[str] = mapped_column(sa.String(200))
    name: Mapped[str] = mapped_column(sa.String(60))
    query: Mapped[str] = mapped_column(sa.String(500))
