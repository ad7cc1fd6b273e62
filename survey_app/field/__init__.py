"""Officers' pages: their cases and the interviews. Who may enter is said where it is registered."""

from flask import Blueprint

from survey_app import console

blueprint = Blueprint("field", __name__, template_folder="templates")
blueprint.before_request(console.begin)

from survey_app.field import cases, interview  # noqa: E402  (they register their views on `blueprint`)

__all__ = ["blueprint", "cases", "interview"]
