"""To be described."""

from flask import Blueprint

blueprint = Blueprint("answer", __name__, template_folder="templates")
