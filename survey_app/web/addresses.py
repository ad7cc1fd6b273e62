"""Addresses: which numbers may stand in them, and whose a request really is that came through our proxy.

A number that no row has is an address that does not exist.
"""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter


class RowNumber(IntegerConverter):
    """`<int:…>` in every address: nine digits, for PostgreSQL refuses to look for what exceeds its integer."""

    regex = r"[0-9]{1,9}"


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = RowNumber
    if app.config["SETTINGS"].behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]  # As Flask's documents tell to.
