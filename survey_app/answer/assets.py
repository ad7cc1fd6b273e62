"""The stylesheet and the script of citizens' pages: compressed once, kept by browsers until they change."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Response, abort

from survey_app.answer.compression import accepts_gzip

FOLDER = Path(__file__).parent.parent / "static"
TYPES = {"answer.css": "text/css", "answer.js": "text/javascript"}
A_YEAR = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    content: bytes
    gzipped: bytes
    version: str


@cache
def asset(name: str) -> Asset:
    content = (FOLDER / name).read_bytes()
    return Asset(content, gzip.compress(content, 9, mtime=0), hashlib.sha256(content).hexdigest()[:8])


def address(name: str) -> str:
    """The address in a page; it changes with the content, so that nobody sees yesterday's file."""
    return f"/asset/{name}?v={asset(name).version}"


def respond(name: str) -> Response:
    if name not in TYPES:
        abort(404)
    headers = {"Cache-Control": A_YEAR, "Vary": "Accept-Encoding"}
    if not accepts_gzip():
        return Response(asset(name).content, mimetype=TYPES[name], headers=headers)
    headers["Content-Encoding"] = "gzip"
    return Response(asset(name).gzipped, mimetype=TYPES[name], headers=headers)
