"""Accounts of staff and their roles. Citizens have none."""

from datetime import datetime

import sqlalchemy as sa
from flask_security.core import RoleMixin, UserMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.clock import utc_now
from survey_app.models.base import Base

ROLES = ("manager", "officer", "analyst")

account_role = sa.Table(
    "account_role",
    Base.metadata,
    sa.Column("account_id", sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("role_id", sa.ForeignKey("role.id", ondelete="CASCADE"), primary_key=True),
)


class Role(Base, RoleMixin):
    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80), unique=True)
    description: Mapped[str | None] = mapped_column(sa.String(255))


class User(Base, UserMixin):
    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(255), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200), default="")
    password: Mapped[str | None] = mapped_column(sa.String(255))
    active: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str] = mapped_column(sa.String(2), default="vi")
    # Flask-Security names the session by it: a new value ends all sessions of the account.
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64), unique=True)
    create_datetime: Mapped[datetime] = mapped_column(default=utc_now)
    update_datetime: Mapped[datetime] = mapped_column(default=utc_now, onupdate=utc_now)
    # The mixin promises a list of its own mixin; a list is invariant.
    roles: Mapped[list[Role]] = relationship(secondary=account_role)  # type: ignore[assignment]
