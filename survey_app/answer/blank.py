"""Blank pages, drawn and compressed once; a request only adds its token. What a page says is left to `pages`."""

import secrets
import struct
import zlib
from dataclasses import dataclass
from functools import lru_cache

from flask import Response

from questionnaires.model import Questionnaire
from survey_app.answer.compression import accepts_gzip
from survey_app.answer.pages import form_page
from survey_app.answer.places import Place

_MARK = secrets.token_hex(16)  # Whatever an office writes into its texts, it does not write this.
_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"


@dataclass(frozen=True)
class BlankPage:
    """A page split at its token; the long first part is kept compressed, up to a byte boundary (a full flush)."""

    before: bytes
    before_deflated: bytes
    before_checksum: int
    after: bytes

    @classmethod
    def of(cls, html: str) -> "BlankPage":
        before, after = (part.encode() for part in html.split(_MARK))
        stream = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
        deflated = stream.compress(before) + stream.flush(zlib.Z_FULL_FLUSH)
        return cls(before, deflated, zlib.crc32(before), after)

    def plain(self, token: str) -> bytes:
        return self.before + token.encode() + self.after

    def gzipped(self, token: str) -> bytes:
        rest = token.encode() + self.after
        stream = zlib.compressobj(6, zlib.DEFLATED, -9, 1)  # For so little text a small window is quicker.
        checksum = zlib.crc32(rest, self.before_checksum)
        trailer = struct.pack("<II", checksum, len(self.before) + len(rest))
        return _GZIP_HEADER + self.before_deflated + stream.compress(rest) + stream.flush() + trailer


@lru_cache(maxsize=2000)
def blank_page(place: Place, instrument: Questionnaire, order: int) -> BlankPage:
    """One for each order in which items rotate, where any do: else `order` is always 0."""
    return BlankPage.of(form_page(place, instrument, _MARK, order=order))


def respond(page: BlankPage, token: str) -> Response:
    if not accepts_gzip():
        return Response(page.plain(token), mimetype="text/html", headers={"Vary": "Accept-Encoding"})
    headers = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
    return Response(page.gzipped(token), mimetype="text/html", headers=headers)
