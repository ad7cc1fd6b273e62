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
# Long forms about accounts: nobody is asked only after having filled them in.
ASKED_BEFORE = {"people.invite", "people.require_second_factor"}


def note(second: float | None = None) -> None:
    """That it was proved at that second of the clock; now where none is given."""
    flask_session[KEY] = utc_now().timestamp() if second is None else second


def is_recent() -> bool:
    return is_within(flask_session.get(KEY, 0))


def is_within(second: float) -> bool:
    return abs(utc_now().timestamp() - second) <= VALID.total_seconds()


def guards(endpoint: str, method: str, user: User) -> bool:
    """Whether the page may change what guards the account: its second step, the first password of one that has none
    (whoever has one types it on the page that changes it), or, for administrators, what any account may do.
    """
    first_password = endpoint == "security.change_password" and user.password is None
    of_accounts = endpoint.startswith("people.") and (method == "POST" or endpoint in ASKED_BEFORE)
    return endpoint.startswith("factor.") or endpoint in PASSKEYS or first_password or of_accounts
