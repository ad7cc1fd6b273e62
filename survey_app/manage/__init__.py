"""To be described."""

from flask import Blueprint

blueprint = Blueprint("manage", __name__, template_folder="templates")
