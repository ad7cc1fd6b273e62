"""Accounts of staff: passwords, sessions and sign-in are Flask-Security's; which roles exist is ours."""

import unicodedata
import uuid
from datetime import datetime, timedelta
from typing import Literal

import sqlalchemy as sa
from flask import Flask, Response, after_this_request
from flask import session as flask_session
from flask_login import user_logged_in, user_logged_out
from flask_security import Security, SQLAlchemySessionUserDatastore, hash_password
from sqlalchemy.orm import Session

from survey_app import database
from survey_app.models import Device, Role, User
from survey_app.models.accounts import ROLES

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 128
NORMAL_FORM: Literal["NFKD"] = "NFKD"  # The same Vietnamese letters are typed as other bytes on another keyboard.
CONFIG = {
    "SECURITY_REGISTERABLE": False,
    "SECURITY_RECOVERABLE": False,
    "SECURITY_SEND_REGISTER_EMAIL": False,
    "SECURITY_PASSWORD_HASH": "argon2",
    "SECURITY_PASSWORD_LENGTH_MIN": SHORTEST_PASSWORD,
    "SECURITY_PASSWORD_COMPLEXITY_CHECKER": None,
    "SECURITY_PASSWORD_NORMALIZE_FORM": NORMAL_FORM,
    "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False, "test_environment": True},
    "SECURITY_LOGIN_URL": "/login",
    "SECURITY_LOGOUT_URL": "/logout",
    "SECURITY_LOGOUT_METHODS": ["POST"],
    "SECURITY_POST_LOGIN_VIEW": "/start",
    "SECURITY_POST_LOGOUT_VIEW": "/login",
    "SECURITY_RETURN_GENERIC_RESPONSES": True,
    "SECURITY_FLASH_MESSAGES": False,  # They exist in no Vietnamese; our pages say what is to be said.
    "SECURITY_FRESHNESS": timedelta(minutes=-1),  # No page of ours asks for the password a second time.
    "SECURITY_STATIC_FOLDER": None,
    "SECURITY_CACHE_CONTROL": None,  # `headers` says it.
    "SECURITY_API_ENABLED_METHODS": ["session"],
    "SECURITY_DEFAULT_REMEMBER_ME": False,
    "REMEMBER_COOKIE_DURATION": timedelta(hours=12),
    "REMEMBER_COOKIE_HTTPONLY": True,
    "REMEMBER_COOKIE_SAMESITE": "Lax",
    # A session ends when nothing was asked for so long.
    "PERMANENT_SESSION_LIFETIME": timedelta(hours=2),
}


def init_app(app: Flask) -> None:
    app.config.update(CONFIG)
    datastore = SQLAlchemySessionUserDatastore(app.extensions["session"], User, Role)
    security = app.extensions["security_object"] = Security(app, datastore)
    # Flask-Principal would look for an account before every request, citizens' too. `access` asks where one is needed.
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    user_logged_in.connect(_begin_session, app)
    user_logged_out.connect(_end_sessions, app)


def _begin_session(_app: Flask, **_more: object) -> None:
    """What somebody may have planted before the sign-in, the CSRF token above all, does not survive it."""
    flask_session.pop("csrf_token", None)
    flask_session.permanent = True


def _end_sessions(_app: Flask, user: User, **_more: object) -> None:
    """Signing out ends every session of the account: a cookie copied before is worth nothing afterwards."""
    session = database.session()
    session.execute(sa.update(User).where(User.id == user.id).values(fs_uniquifier=uuid.uuid4().hex))
    session.commit()
    after_this_request(_forget_drafts)


def _forget_drafts(response: Response) -> Response:
    """What an interview left on the device goes with the officer; browsers obey on HTTPS."""
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


def add_missing_roles(session: Session) -> None:
    known = set(session.scalars(sa.select(Role.name)))
    session.add_all(Role(name=name) for name in ROLES if name not in known)
    session.flush()


def add_user(session: Session, email: str, password: str, names: tuple[str, ...], name: str = "") -> User:
    """A new account with the named roles. Raises ValueError when the address is taken or the password too short."""
    hashed = _hash(password)
    if "@" not in email or any(sign.isspace() for sign in email):
        raise ValueError(f"{email!r} is no e-mail address.")
    if session.scalar(sa.select(User).where(sa.func.lower(User.email) == email.lower())):
        raise ValueError(f"There is already an account {email}.")
    add_missing_roles(session)
    roles = list(session.scalars(sa.select(Role).where(Role.name.in_(names))))
    user = User(
        email=email,
        name=name,
        password=hashed,
        fs_uniquifier=uuid.uuid4().hex,
        roles=roles,
    )
    session.add(user)
    session.flush()
    return user


def _hash(password: str) -> str:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise ValueError(f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters.")
    return str(hash_password(unicodedata.normalize(NORMAL_FORM, password)))


def find_user(session: Session, email: str) -> User:
    """Raises ValueError when there is none."""
    user = session.scalar(sa.select(User).where(sa.func.lower(User.email) == email.lower()))
    if user is None:
        raise ValueError(f"There is no account {email}.")
    return user


def set_password(session: Session, email: str, password: str) -> None:
    """A new password ends the sessions that began with the old one."""
    user = find_user(session, email)
    user.password = _hash(password)
    user.fs_uniquifier = uuid.uuid4().hex
    session.flush()


def deactivate(session: Session, email: str, at: datetime) -> None:
    """Closes an account, ends its sessions, and revokes its tablets: what they still hold waits for a manager."""
    user = find_user(session, email)
    user.active = False
    user.fs_uniquifier = uuid.uuid4().hex
    mine = (Device.officer_id == user.id) & Device.revoked_at.is_(None)
    session.execute(sa.update(Device).where(mine).values(revoked_at=at))
    session.flush()
