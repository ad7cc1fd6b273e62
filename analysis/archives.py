"""What office programs save is an archive; one that unpacks to far more than it is, or declares entities, is none."""

import io
import zipfile
from typing import Literal

UNPACKED = 400 * 2**20
RATIO = 150  # Real sheets pack to a fifth or a tenth; what packs better was made to.
SMALL = 2**20  # Below this a part may pack as well as it likes.
PARTS = 2000


def fault(content: bytes) -> Literal["bomb", "unreadable"] | None:
    """No more than a document can need, and no declarations: an office program writes none."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            whole = sum(part.file_size for part in parts)
            if len(parts) > PARTS or whole > UNPACKED or any(_packed_oddly(part) for part in parts):
                return "bomb"
            named = (part for part in parts if part.filename.lower().endswith((".xml", ".rels")))
            return "bomb" if any(_declares(archive, part) for part in named) else None
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        return "unreadable"


def _packed_oddly(part: zipfile.ZipInfo) -> bool:
    return part.file_size > SMALL and part.file_size > RATIO * max(part.compress_size, 1)


def _declares(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    with archive.open(part) as opened:
        start = opened.read(65_536).replace(b"\0", b"")  # Also where every letter has two bytes.
    return b"<!DOCTYPE" in start or b"<!ENTITY" in start
