"""When the person of a session last proved who they are: what guards an account is only changed within minutes of it.

The session's signed cookie holds it. What counts as a proof (a sign-in, the password once more) others say, and note.
"""

from datetime import timedelta

from flask import session as flask_session

from survey_app.clock import utc_now
from survey_app.models import User

VALID = timedelta(minutes=10)
KEY = "confirmed_at"
PASSKEYS = {"security.wan_register", "security.wan_register_response"}


def note(second: float | None = None) -> None:
    """That it was proved at that second of the clock; now where none is given."""
    flask_session[KEY] = utc_now().timestamp() if second is None else second


def is_recent() -> bool:
    return is_within(flask_session.get(KEY, 0))


def is_within(second: float) -> bool:
    return abs(utc_now().timestamp() - second) <= VALID.total_seconds()


def guards(endpoint: str, user: User) -> bool:
    """Whether the page may change what guards the account: its second step, or the first password of one that has
    none. Whoever has a password types it on the page that changes it.
    """
    first_password = endpoint == "security.change_password" and user.password is None
    return endpoint.startswith("factor.") or endpoint in PASSKEYS or first_password
