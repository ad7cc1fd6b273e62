"""What people's pages say by mail, where the installation has any. How letters wait and leave is left to `notices`."""

from flask import current_app

from survey_app import clock, database
from survey_app.notices import outbox


def is_there() -> bool:
    return bool(current_app.config["SETTINGS"].mail_server)


def write(account_id: int | None, kind: str, about: str = "") -> None:
    """In the transaction of the deed; nothing where there is no mail."""
    if is_there():
        outbox.write(database.session(), account_id, kind, clock.now(), about)
