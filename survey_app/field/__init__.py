"""To be described."""

from flask import Blueprint

blueprint = Blueprint("field", __name__, template_folder="templates")
