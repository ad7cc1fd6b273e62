"""Keeps recordings of questions read aloud, each once and named by its content; `answer` gives them out."""

import hashlib
from typing import Any, Final

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from survey_app.models import Recording

MOST_BYTES: Final = 2_000_000  # Two minutes of speech; a telephone loads it in a hall with weak reception.
MIME_TYPES: Final = {"mp3": "audio/mpeg", "m4a": "audio/mp4", "ogg": "audio/ogg", "wav": "audio/wav"}
_M4A_BRANDS: Final = frozenset({b"M4A ", b"M4B ", b"mp41", b"mp42", b"isom", b"iso2", b"iso5", b"dash"})
_INSERT: Final[dict[str, Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class RecordingRefused(ValueError):
    """`kind`: `empty`, `too_large` or `not_audio`."""

    def __init__(self, kind: str) -> None:
        sentences = {
            "empty": "the file is empty: choose a recording",
            "too_large": f"a recording has at most {MOST_BYTES // 1_000_000} MB: shorten it or save it as MP3",
            "not_audio": "the file is no MP3, M4A, OGG or WAV recording, whatever its name says",
        }
        super().__init__(sentences[kind])
        self.kind = kind


def keep(session: Session, content: bytes) -> str:
    """The name of the recording, new or known; raises RecordingRefused. The caller commits."""
    if not content:
        raise RecordingRefused("empty")
    if len(content) > MOST_BYTES:
        raise RecordingRefused("too_large")
    name = f"{hashlib.sha256(content).hexdigest()}.{_type_of(content)}"
    # Two people may send the same file at once: it is the same recording.
    insert = _INSERT[session.get_bind().dialect.name](Recording).on_conflict_do_nothing()
    session.execute(insert, {"name": name, "content": content})
    return name


def _type_of(content: bytes) -> str:
    """By what the file begins with: its name and what the browser says of it prove nothing."""
    if content[:4] == b"OggS":
        return "ogg"
    if content[:4] == b"RIFF" and content[8:12] == b"WAVE":
        return "wav"
    if content[4:8] == b"ftyp" and content[8:12] in _M4A_BRANDS:
        return "m4a"
    if content[:3] == b"ID3" or _is_mpeg_layer_3(content[:3]):
        return "mp3"
    raise RecordingRefused("not_audio")


def _is_mpeg_layer_3(head: bytes) -> bool:
    """The header of a frame: eleven bits of one, then version and layer, then a bit rate that is not all ones."""
    return len(head) == 3 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2 and head[2] & 0xF0 != 0xF0
