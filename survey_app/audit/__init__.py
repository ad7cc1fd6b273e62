"""Who of the staff did what to what, when and from where: written, chained, read by administrators."""

from flask import Blueprint

from survey_app.audit.watching import GUESSED, init_app, record, watch, watch_command

blueprint = Blueprint("audit", __name__, template_folder="templates")

from survey_app.audit import pages  # noqa: E402  (it registers its views)

__all__ = ["GUESSED", "blueprint", "init_app", "pages", "record", "watch", "watch_command"]
