"""To be described."""

from flask import Blueprint

blueprint = Blueprint("results", __name__, template_folder="templates")
