"""A link with which somebody chooses a password for an account: once, within a week. It is handed over, or mailed."""

import hashlib
from datetime import timedelta

from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy.orm import Session

from survey_app.models import User

VALID = timedelta(days=7)


def make(secret_key: str, user: User) -> str:
    return str(_serializer(secret_key).dumps([user.id, _state(user)]))


def read(session: Session, secret_key: str, token: str) -> User | None:
    """The account of the link; None where it is forged, too old or used, or the account is closed."""
    try:
        user_id, state = _serializer(secret_key).loads(token, max_age=int(VALID.total_seconds()))
    except BadData:
        return None
    user = session.get(User, user_id)
    return user if user is not None and user.is_active and _state(user) == state else None


def _state(user: User) -> str:
    # A new password, and the end of all sessions, give the account another one: the link is used up.
    return hashlib.sha256(user.fs_uniquifier.encode()).hexdigest()[:32]


def _serializer(secret_key: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key, salt="invitation")
