"""The officers' tablet: the pages that a device takes along. They hold no data; `/api/device` has that."""

from flask import Blueprint

blueprint = Blueprint("tablet", __name__, url_prefix="/tablet", template_folder="templates")

from survey_app.tablet import views  # noqa: E402  (registers its views on `blueprint`)

__all__ = ["blueprint", "views"]
