"""Analysts' pages: releases, their figures and documents, the door that makes a new one, and the way to the public."""

from flask import Blueprint

from survey_app.web import console

blueprint: Blueprint = Blueprint("results", __name__, template_folder="templates")
blueprint.before_request(console.begin)

from survey_app.results import documents, figures, office_template, publication, replies, running, views  # noqa: E402  (they register their views)
from survey_app.results.offices import blueprint as office  # noqa: E402

__all__ = [
    "blueprint",
    "documents",
    "figures",
    "office",
    "office_template",
    "publication",
    "replies",
    "running",
    "views",
]
