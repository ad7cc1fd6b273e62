"""Accounts of staff and their roles. Citizens have none."""

from datetime import date, datetime

import sqlalchemy as sa
from flask_security import AsaList, RoleMixin, UserMixin, WebAuthnMixin
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey_app.clock import local_day, utc_now
from survey_app.models.base import Base
from survey_app.models.units import Unit

ROLES = ("administrator", "manager", "officer", "analyst", "approver", "viewer")
# Whoever keeps the accounts keeps all of them: no branch.
WHOLE_ONLY = frozenset({"administrator"})

account_role = sa.Table(
    "account_role",
    Base.metadata,
    sa.Column("account_id", sa.ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("role_id", sa.ForeignKey("role.id", ondelete="CASCADE"), primary_key=True),
)


class Words(AsaList):
    """A list of words without commas, in one text."""

    cache_ok = True


class Role(Base, RoleMixin):
    __tablename__ = "role"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(80), unique=True)
    description: Mapped[str | None] = mapped_column(sa.String(255))
    # Whoever has the role must have a second factor.
    second_factor: Mapped[bool] = mapped_column(default=False, server_default=sa.false())


class User(Base, UserMixin):
    __tablename__ = "account"
    __table_args__ = (sa.Index("uq_account_sso", "sso_issuer", "sso_subject", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(sa.String(255), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200), default="")
    password: Mapped[str | None] = mapped_column(sa.String(255))
    active: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str] = mapped_column(sa.String(2), default="vi")
    # Flask-Security names the session by it: a new value ends all sessions of the account.
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64), unique=True)
    # Limits all roles of the account to this unit and those below it; empty: the whole district.
    branch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    # The last day on which the account is open; empty: until it is closed.
    ends_on: Mapped[date | None]
    # Whether mail says what waits for the person.
    notices: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    # Who the provider of single sign-on says this is; bound at the first sign-in by that way.
    sso_issuer: Mapped[str | None] = mapped_column(sa.String(255))
    sso_subject: Mapped[str | None] = mapped_column(sa.String(255))
    # Names of Flask-Security: how codes are made, "authenticator" or none, and their secret, sealed.
    tf_primary_method: Mapped[str | None] = mapped_column(sa.String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(sa.String(255))
    # The number of the last code that was taken: it and those before it are worth nothing.
    totp_counter: Mapped[int | None]
    # Hashes of the recovery codes that are left.
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(Words)
    # What passkeys know the account by, made by chance.
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(  # type: ignore[assignment]
        sa.String(64), index=True, unique=True
    )
    create_datetime: Mapped[datetime] = mapped_column(default=utc_now)
    update_datetime: Mapped[datetime] = mapped_column(default=utc_now, onupdate=utc_now)
    # The mixin promises a list of its own mixin; a list is invariant.
    roles: Mapped[list[Role]] = relationship(secondary=account_role)  # type: ignore[assignment]
    branch: Mapped[Unit | None] = relationship()
    # As Flask-Security calls passkeys.
    webauthn: Mapped[list["Passkey"]] = relationship(  # type: ignore[assignment]
        cascade="all, delete-orphan", order_by="Passkey.id"
    )

    @property
    def role_names(self) -> str:
        """In the order of ROLES, with commas between."""
        held = {role.name for role in self.roles}
        return ",".join(name for name in ROLES if name in held)

    @property
    def is_active(self) -> bool:
        """Whether somebody may sign in and go on; Flask-Security asks without saying what time it is."""
        return is_open(self.active, self.ends_on)


def is_open(active: bool, ends_on: date | None) -> bool:
    """Whether an account is open today."""
    return active and (ends_on is None or local_day(utc_now()) <= ends_on)


class Passkey(Base, WebAuthnMixin):
    """The public half of a passkey, with the columns that Flask-Security fills."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column("account_id", sa.ForeignKey("account.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(sa.String(64))
    credential_id: Mapped[bytes] = mapped_column(sa.LargeBinary, unique=True)
    public_key: Mapped[bytes] = mapped_column(sa.LargeBinary)
    sign_count: Mapped[int] = mapped_column(sa.BigInteger)
    usage: Mapped[str] = mapped_column(sa.String(64))
    transports: Mapped[list[str] | None] = mapped_column(Words)
    extensions: Mapped[str | None] = mapped_column(sa.String(255))
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(sa.String(64))
    create_datetime: Mapped[datetime] = mapped_column(default=utc_now)
    lastuse_datetime: Mapped[datetime]


class StaffSession(Base):
    """One browser in which somebody of the staff is signed in; ended by deleting the row."""

    __tablename__ = "staff_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id", ondelete="CASCADE"), index=True)
    key_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    begun_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(sa.String(45))
    browser: Mapped[str] = mapped_column(sa.String(300))
