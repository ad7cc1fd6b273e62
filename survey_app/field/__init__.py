"""Officers' pages: their cases and the interviews, and who may enter them."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from survey_app.web import access, console

blueprint = Blueprint("field", __name__, template_folder="templates")
blueprint.before_request(console.begin)

from survey_app.field import cases, going, interview  # noqa: E402  (they register their views on `blueprint`)

_officers = access.roles("officer")


def officers() -> ResponseReturnValue | None:
    """Whose session ended during an interview gets the answers back; a mere way to the sign-in would lose them."""
    if request.endpoint == "field.keep" and not current_user.is_authenticated:
        return interview.give_back((request.view_args or {})["case_id"]), 403
    return _officers()


__all__ = ["blueprint", "cases", "going", "interview", "officers"]
