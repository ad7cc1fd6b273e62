"""The pages for what went wrong, in the person's language."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Registers a page for each kind of error."""
