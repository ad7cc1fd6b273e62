"""Serves the public site: static files of a folder, before Flask, to everybody and without a cookie.

The folder is written by `python -m analysis.site`; any static host can serve it as well. Here every answer has its
ETag, is compressed where the reader can, and carries the headers of all our pages. While there is no folder yet, the
application within answers the first page, and says so.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from werkzeug.http import parse_accept_header

from survey_app.web.headers import NO_SNIFFING, STRICT, policy

blueprint = Blueprint("public_site", __name__)
Start = Callable[..., Any]
ROOTS = ("/ket-qua", "/en/results")
EMBEDDED = ("nhung", "embed")  # The only pages that others may show in a frame.
TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".xml": "application/xml; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
}
A_YEAR, FIVE_MINUTES = "public, max-age=31536000, immutable", "public, max-age=300"
COMMON = (
    *NO_SNIFFING,
    ("Vary", "Accept-Encoding"),
    ("Access-Control-Allow-Origin", "*"),
)
POLICY = {"script_src": "'none'", "connect_src": "'none'", "form_action": "'none'"}


@dataclass(frozen=True)
class Found:
    """A file as it goes out, plain or compressed."""

    body: bytes
    headers: tuple[tuple[str, str], ...]
    etag: str


def init_app(app: Flask, folder: Path) -> None:
    app.wsgi_app = PublicSite(app.wsgi_app, folder)  # type: ignore[assignment,method-assign]  # As Flask's documents tell to.


def exists(folder: Path) -> bool:
    """Whether a site has been written."""
    return (folder / "ket-qua" / "index.html").is_file()


@blueprint.get("/ket-qua/")
@blueprint.get("/en/results/")
def say_none_yet() -> ResponseReturnValue:
    """Reached only before the first site: `PublicSite` answers these addresses as soon as one stands there."""
    with force_locale("en" if request.path.startswith("/en/") else "vi"):
        return render_template("answer/no_results.html")


class PublicSite:
    """WSGI: answers what lies in the folder, and leaves everything else to the application within."""

    def __init__(self, app: Callable[..., Iterable[bytes]], folder: Path) -> None:
        self.app, self.folder = app, folder

    def __call__(self, environ: Mapping[str, Any], start: Start) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not path.startswith(ROOTS) or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self.app(environ, start)
        found = _find(self.folder, path, _accepts_gzip(environ), _version(self.folder))
        if found is None:
            return self.app(environ, start)
        return _answer(environ, start, found) if isinstance(found, Found) else _moved(found, start)


def _version(folder: Path) -> str:
    """Another as soon as another site stands there: the one question to the disk that a request costs."""
    try:
        return str(folder.readlink())
    except OSError:
        return ""


@lru_cache(maxsize=500)
def _find(folder: Path, path: str, gzipped: bool, version: str) -> Found | str | None:
    """What stands at the address in that version of the site; a longer address where only its slash is missing."""
    parts = path.strip("/").split("/")
    if not version or any(part == "" or part.startswith(".") or "\0" in part for part in parts):
        return None
    place = folder.parent.joinpath(version, *parts)
    if path.endswith("/"):
        place = place / "index.html"
    if place.suffix in TYPES and place.is_file():
        return _read(place, gzipped)
    return f"{path}/" if (place / "index.html").is_file() else None


def _moved(address: str, start: Start) -> list[bytes]:
    start("301 Moved Permanently", [("Location", address), ("Content-Length", "0")])
    return []


def _accepts_gzip(environ: Mapping[str, Any]) -> bool:
    asked = environ.get("HTTP_ACCEPT_ENCODING", "")
    return asked.startswith("gzip,") or asked == "gzip" or parse_accept_header(asked).quality("gzip") > 0


def _read(file: Path, gzipped: bool) -> Found:
    packed = file.with_name(f"{file.name}.gz")
    gzipped = gzipped and packed.is_file()
    body = (packed if gzipped else file).read_bytes()
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    return Found(body, tuple(_headers(file, len(body), etag, gzipped)), etag)


def _headers(file: Path, length: int, etag: str, gzipped: bool) -> Iterator[tuple[str, str]]:
    yield "Content-Type", TYPES[file.suffix]
    yield "Content-Length", str(length)
    yield "ETag", etag
    yield "Cache-Control", A_YEAR if file.suffix == ".css" else FIVE_MINUTES
    yield from COMMON
    is_embedded = file.parent.name in EMBEDDED
    yield "Content-Security-Policy", policy(**POLICY, **({"frame_ancestors": "*"} if is_embedded else {}))
    if not is_embedded:
        yield "X-Frame-Options", "DENY"
    if gzipped:
        yield "Content-Encoding", "gzip"


def _answer(environ: Mapping[str, Any], start: Start, found: Found) -> list[bytes]:
    if found.etag in environ.get("HTTP_IF_NONE_MATCH", ""):
        start("304 Not Modified", [one for one in found.headers if one[0] != "Content-Length"])
        return []
    secure = [STRICT] if environ["wsgi.url_scheme"] == "https" else []
    start("200 OK", [*found.headers, *secure])
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [found.body]
