"""Comments in the console: read, coded by themes. What is scrubbed, suggested and kept is `survey_app.comments`."""

from flask import Blueprint

from survey_app.web import console

blueprint: Blueprint = Blueprint("action", __name__, template_folder="templates")
blueprint.before_request(console.begin)

from survey_app.action import comments  # noqa: E402  (it registers its views)

__all__ = ["blueprint", "comments"]
