"""Addresses: which numbers may stand in them, where they may lead on, and whose a request really is that came through
our proxy. A number that no row has is an address that does not exist.
"""

from urllib.parse import urlsplit

from flask import Flask, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter


class RowNumber(IntegerConverter):
    """`<int:…>` in every address: nine digits, for PostgreSQL refuses to look for what exceeds its integer."""

    regex = r"[0-9]{1,9}"


def own_path(address: str, otherwise: str) -> str:
    """The address if it is a path of this site: nobody is sent elsewhere."""
    try:
        parts = urlsplit(address)
    except ValueError:  # As for "//[".
        return otherwise
    # A header cannot carry a line break.
    if (
        not address.isprintable()
        or parts.scheme
        or parts.netloc
        or not address.startswith("/")
        or address.startswith(("//", "/\\"))
    ):
        return otherwise
    return address


def _drop_foreign_next() -> None:
    """Whom a link leads here that would lead on to another site goes on as if it did not: no page sees that `next`."""
    if (asked := request.args.get("next")) is not None and not own_path(asked, ""):
        request.args = ImmutableMultiDict(
            (name, text) for name, text in request.args.items(multi=True) if name != "next"
        )


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = RowNumber
    app.before_request(_drop_foreign_next)
    if app.config["SETTINGS"].behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]  # As Flask's documents tell to.
