"""A link with which somebody chooses a password for an account: once, within a week. It is handed over, or mailed."""

import hashlib
from datetime import timedelta

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.orm import Session

from survey_app.clock import utc_now
from survey_app.models import User

VALID = timedelta(days=7)
VALID_BY_REQUEST = timedelta(hours=2)  # Of a link that whoever forgot the password asked for by mail.


def make(secret_key: str, user: User, valid: timedelta | None = None) -> str:
    """`valid`: for less than a week."""
    seconds = int((valid or VALID).total_seconds())
    return str(_serializer(secret_key).dumps([user.id, _state(user), seconds]))


def read(session: Session, secret_key: str, token: str) -> User | None:
    """The account of the link; None where it is forged, too old or used, or the account is closed."""
    try:
        longest = int(VALID.total_seconds())
        (user_id, state, *own), made = _serializer(secret_key).loads(token, max_age=longest, return_timestamp=True)
    except (BadData, ValueError, TypeError):
        return None
    if own and utc_now() - made > timedelta(seconds=own[0]):
        return None
    user = session.get(User, user_id)
    return user if user is not None and user.is_active and _state(user) == state else None


def _state(user: User) -> str:
    # A new password, and the end of all sessions, give the account another one: the link is used up.
    return hashlib.sha256(user.fs_uniquifier.encode()).hexdigest()[:32]


def _serializer(secret_key: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key, salt="invitation")
