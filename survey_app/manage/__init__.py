"""Managers' pages: surveys, waves, points, sheets, slips, units. Who may enter is said where it is registered."""

from flask import Blueprint

from survey_app import console

blueprint = Blueprint("manage", __name__, template_folder="templates")
blueprint.before_request(console.begin)

from survey_app.manage import paper, points, slips, surveys, units, waves  # noqa: E402  (they register their views)

__all__ = ["blueprint", "paper", "points", "slips", "surveys", "units", "waves"]
