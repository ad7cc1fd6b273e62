"""Managers' pages for questionnaires: versions, drafts, the editor. Who may enter is said where it is registered."""

from typing import Any

from flask import Blueprint

from survey_app.design import names, places
from survey_app.web import console

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
