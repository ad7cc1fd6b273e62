"""Addresses: which numbers may stand in them. A number that no row has is an address that does not exist."""

from flask import Flask
from werkzeug.routing import IntegerConverter


class RowNumber(IntegerConverter):
    """`<int:…>` in every address: nine digits, for PostgreSQL refuses to look for what exceeds its integer."""

    regex = r"[0-9]{1,9}"


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = RowNumber
