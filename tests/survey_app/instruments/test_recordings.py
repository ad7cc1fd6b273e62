"""Recordings: what they are is read from their bytes, and the same voice is kept once."""

import io
import wave

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from questionnaires.model import Audio
from survey_app import database
from survey_app.instruments import recordings
from survey_app.instruments.recordings import RecordingRefused


def make_wav(seconds: float = 0.1) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", "not compressed"))
        sound.writeframes(b"\0\0" * int(8000 * seconds))
    return file.getvalue()


SOUNDS = [
    (make_wav(), "wav", "audio/wav"),
    (b"ID3\x04\0\0\0\0\0\0rest", "mp3", "audio/mpeg"),
    (b"\xff\xfb\x90\x64" + b"\0" * 400, "mp3", "audio/mpeg"),
    (b"\0\0\0\x20ftypM4A \0\0\0\0", "m4a", "audio/mp4"),
    (b"OggS\0\x02" + b"\0" * 20, "ogg", "audio/ogg"),
]


@pytest.mark.parametrize(("content", "ending", "mime"), SOUNDS)
def test_a_recording_is_kept_under_a_name_that_instruments_take(
    app_on_any_database: Flask, content: bytes, ending: str, mime: str
) -> None:
    session = database.writing(database.session())

    name = recordings.keep(session, content)

    assert recordings.keep(session, content) == name
    assert Audio(vi=name).vi == name
    assert (name[-3:], recordings.MIME_TYPES[ending]) == (ending, mime)
    session.commit()
    sent = app_on_any_database.test_client().get(f"/audio/{name}")
    assert (sent.data, sent.mimetype) == (content, mime)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "empty"),
        (b"<svg onload=alert(1)>", "not_audio"),
        (b"MZ\x90\0", "not_audio"),
        (b"RIFF\0\0\0\0AVI LIST", "not_audio"),
        (b"\xff\xd8\xff\xe0 a picture", "not_audio"),
        (b"\0\0\0\x20ftypheic", "not_audio"),
        (b"ID3" + b"\0" * recordings.MOST_BYTES, "too_large"),
    ],
)
def test_what_is_no_recording_is_refused(session: Session, content: bytes, kind: str) -> None:
    with pytest.raises(RecordingRefused) as refused:
        recordings.keep(session, content)

    assert refused.value.kind == kind
