"""Paper forms typed in: batches, sheets, the third look; for officers and managers. Rules are in `paper_…` below."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from survey_app.web import access, console

blueprint = Blueprint("entry", __name__, template_folder="templates")
blueprint.before_request(console.begin)

from survey_app.entry import batches, deciding, scans, sheets, unsent  # noqa: E402  (they register their views on `blueprint`)

ROLES: access.Roles = {"officer": None, "manager": None}
_typists = access.roles(*ROLES)


def typists() -> ResponseReturnValue | None:
    """Whose session ended while typing gets the answers back; a mere way to the sign-in would lose them."""
    if request.method == "POST" and not current_user.is_authenticated:
        return unsent.give_back(), 403
    return _typists()


__all__ = ["ROLES", "batches", "blueprint", "deciding", "scans", "sheets", "typists", "unsent"]
