"""Results' pages: releases, their figures and documents, the door that makes a new one, and the way to the public."""

from flask import Blueprint

from survey_app.web import console

# Figures and reports, as a viewer and an account limited to a branch read them: they are the whole district's. Of the
# files, those with one row a response are not among them (`views.download`).
TO_READ = {
    *("list_releases", "show_release", "show_chart", "download", "show_figure", "list_figures"),
    *("show_running", "running_file"),
}
TO_APPROVE = TO_READ | {
    *("show_publication", "take_publication_step", "edit_conclusions", "list_offices", "show_documents"),
}
TO_FOLLOW = TO_APPROVE | {
    *("keep_reply", "write_documents", "cancel_documents"),
    *("show_template", "keep_template", "remove_template", "take_template"),
}
# A manager follows the survey; who signs the figures makes them, and enters the release.
ROLES = {"analyst": None, "manager": TO_FOLLOW, "approver": TO_APPROVE, "viewer": TO_READ}

blueprint: Blueprint = Blueprint("results", __name__, template_folder="templates")
blueprint.before_request(console.begin)

from survey_app.results import documents, figures, office_template, publication, replies, running, views  # noqa: E402  (they register their views)
from survey_app.results.offices import blueprint as office  # noqa: E402

__all__ = [
    "ROLES",
    "TO_READ",
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
