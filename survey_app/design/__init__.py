"""Managers' pages for questionnaires: versions, drafts, the editor. Who may enter is said where it is registered."""

from typing import Any

from flask import Blueprint

from survey_app.design import names, places
from survey_app.web import console

# What was published, which a manager of a branch reads, too.
TO_READ = {
    *("list_instruments", "show_version", "download", "compare_version", "preview_version", "preview_version_form")
}
# Whoever approves changes no questionnaire but by publishing a draft or sending it back.
TO_APPROVE = {
    *("show_draft", "compare", "preview", "preview_form", "history", "show_revision"),
    *("review", "approve", "send_back"),
}
ROLES = {"manager": None, "approver": TO_READ | TO_APPROVE}

blueprint = Blueprint("design", __name__, template_folder="templates")
blueprint.before_request(console.begin)


@blueprint.context_processor
def words_of_the_editor() -> dict[str, Any]:
    return {"names": names, **places.FOR_TEMPLATES}


from survey_app.design import (  # noqa: E402  (they register their views on `blueprint`)
    approval,
    comparing,
    editor,
    heading,
    past,
    preview,
    question,
    starting,
    versions,
    voices,
)

__all__ = [
    "ROLES",
    "TO_READ",
    "approval",
    "blueprint",
    "comparing",
    "editor",
    "heading",
    "past",
    "preview",
    "question",
    "starting",
    "versions",
    "voices",
]
