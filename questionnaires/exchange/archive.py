"""Takes a workbook apart before any library opens it: sizes, names, encodings and document types are checked here.

What passes is packed anew with only the parts that a questionnaire needs. So a header that lies about a size, a macro
or a link to another file never reaches the reader of workbooks.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from questionnaires.exchange import notes
from questionnaires.exchange.draft import Place, Refused, Words

PARTS: Final = 500
UNPACKED: Final = 30_000_000  # Bytes of all parts together.
TAGS: Final = 400_000  # Elements that the reader has to build; bounds its time and memory.
_CHUNK: Final = 65_536
_NEEDED: Final = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|xl/(_rels/workbook\.xml\.rels|(worksheets/)?[A-Za-z0-9_ -]+\.xml)"
)
_DECLARED: Final = re.compile(rb"^<\?xml[^>]*\bencoding\s*=\s*[\"']([^\"']*)[\"']")


def repacked(content: bytes) -> tuple[io.BytesIO, bool]:
    """The workbook with only what is needed, and whether it held macros. Raises `Refused` for what is no workbook."""
    clean = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(clean, "w") as packed:
            for name, part in _parts(archive):
                packed.writestr(name, part)
            names, macros = packed.namelist(), "xl/vbaProject.bin" in archive.namelist()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise _refused(notes.DAMAGED, {"reason": str(error)[:100]}) from error
    if "xl/workbook.xml" not in names:
        raise _refused(notes.NO_WORKBOOK)
    clean.seek(0)
    return clean, macros


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    listed = archive.infolist()
    if len(listed) > PARTS:
        raise _refused(notes.TOO_MANY_PARTS, {"most": PARTS})
    _check_names([entry.filename for entry in listed])
    if any(entry.flag_bits & 1 for entry in listed):
        raise _refused(notes.PROTECTED)
    room, tags = UNPACKED, TAGS
    for entry in listed:
        if _NEEDED.fullmatch(entry.filename):
            part = _read(archive, entry, room)
            room, tags = room - len(part), tags - part.count(b"<")
            if tags < 0:
                raise _refused(notes.TOO_MUCH, {"most": TAGS})
            _check_xml(part)
            yield entry.filename, part


def _check_names(names: list[str]) -> None:
    for name in names:
        if ".." in name.split("/") or name.startswith("/") or "\\" in name or "\0" in name:
            raise _refused(notes.UNSAFE_NAME, {"name": name[:60]})
    if len({name.lower() for name in names}) < len(names):
        raise _refused(notes.DOUBLE_PART)


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, room: int) -> bytes:
    """The part, read in pieces: what the archive says of its size may be a lie."""
    pieces, size = [], 0
    with archive.open(entry) as opened:
        while piece := opened.read(_CHUNK):
            size += len(piece)
            if size > room:
                raise _refused(notes.TOO_LARGE_UNPACKED, {"most": UNPACKED // 1_000_000})
            pieces.append(piece)
    return b"".join(pieces)


def _check_xml(part: bytes) -> None:
    """Only UTF-8 and no document type: then no entity can name a file or grow without end."""
    declared = _DECLARED.match(part.removeprefix(b"\xef\xbb\xbf"))
    if declared and declared[1].lower() not in (b"utf-8", b"utf8", b"us-ascii"):
        raise _refused(notes.ODD_ENCODING, {"encoding": declared[1].decode("ascii", "replace")[:40]})
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
        raise _refused(notes.DOCUMENT_TYPE)
    try:
        part.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _refused(notes.NOT_UTF8, {"byte": error.start}) from error


def _refused(message: str, words: Words | None = None) -> Refused:
    return Refused(Place(), message, words)
