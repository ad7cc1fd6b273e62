"""The kiosk: the page that a device at a counter takes along, in both languages; its data come by `/api/device`."""

from flask import Blueprint

blueprint = Blueprint("kiosk", __name__, url_prefix="/kiosk", template_folder="templates")

from survey_app.kiosk import views  # noqa: E402  (registers its views on `blueprint`)

__all__ = ["blueprint", "views"]
