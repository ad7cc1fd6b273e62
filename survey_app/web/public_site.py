"""Serves the public site: static files of a folder, before Flask, to everybody and without a cookie.

The folder is written by `python -m analysis.site`; any static host can serve it as well. Here every answer has its
ETag, is compressed where the reader can, and carries the headers of all our pages.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.http import parse_accept_header

from survey_app.web.headers import policy

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
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
    ("Vary", "Accept-Encoding"),
    ("Access-Control-Allow-Origin", "*"),
)
STRICT = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
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


class PublicSite:
    """WSGI: answers what lies in the folder, and leaves everything else to the application within."""

    def __init__(self, app: Callable[..., Iterable[bytes]], folder: Path) -> None:
        self.app, self.folder = app, folder

    def __call__(self, environ: Mapping[str, Any], start: Start) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not path.startswith(ROOTS) or environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return self.app(environ, start)
        file = self._file(path)
        if file is None:
            return self.app(environ, start)
        if file.is_dir():
            return _moved(path, start)
        return _answer(environ, start, _read(file, _accepts_gzip(environ), *_stamp(file)))

    def _file(self, path: str) -> Path | None:
        """What stands at the address inside the folder as it is now; a folder where its slash is missing."""
        parts = path.strip("/").split("/")
        if any(part in ("", ".", "..") or part.startswith(".") or "\0" in part for part in parts):
            return None
        place = self.folder.joinpath(*parts)
        if path.endswith("/"):
            place = place / "index.html"
        known = place.suffix in TYPES and place.is_file()
        return place if known or (place / "index.html").is_file() else None


def _moved(path: str, start: Start) -> list[bytes]:
    start("301 Moved Permanently", [("Location", f"{path}/"), ("Content-Length", "0")])
    return []


def _accepts_gzip(environ: Mapping[str, Any]) -> bool:
    asked = environ.get("HTTP_ACCEPT_ENCODING", "")
    return asked.startswith("gzip,") or asked == "gzip" or parse_accept_header(asked).quality("gzip") > 0


def _stamp(file: Path) -> tuple[str, int, int]:
    """Another as soon as another site stands there."""
    real = file.resolve()
    stat = real.stat()
    return str(real), stat.st_mtime_ns, stat.st_size


@lru_cache(maxsize=2000)
def _read(file: Path, gzipped: bool, real: str, _changed: int, _size: int) -> Found:
    packed = Path(f"{real}.gz")
    gzipped = gzipped and packed.is_file()
    body = (packed if gzipped else Path(real)).read_bytes()
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
