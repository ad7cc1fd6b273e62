"""Comments in the console: read, coded by themes; the register of what came of them, and its public page.

What is scrubbed, suggested and kept is `survey_app.comments`.
"""

from flask import Blueprint

from survey_app.web import console

blueprint: Blueprint = Blueprint("action", __name__, template_folder="templates")
blueprint.before_request(console.begin)

from survey_app.action import comments, heard, register  # noqa: E402  (they register their views)

__all__ = ["blueprint", "comments", "heard", "register"]
