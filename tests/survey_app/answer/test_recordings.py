"""Questions read aloud: beside the text, not in the first view's bytes, in ranges, kept for good."""

from flask import Flask

from tests.survey_app.answer.showcase import VOICE, every_widget, make_showcase


def test_a_recording_is_offered_beside_its_text_and_loaded_when_wanted(open_app: Flask) -> None:
    make_showcase(open_app, every_widget(), "WDGETS2")
    page = open_app.test_client().get("/p/WDGETS2?lang=en")

    player = f'<audio controls preload="none" src="/audio/{VOICE}" aria-label="Listen: Did you have to wait?"></audio>'
    assert player in page.text
    assert "media-src 'self'" in page.headers["Content-Security-Policy"]


def test_it_comes_whole_or_in_part_with_its_type_and_for_good(open_app: Flask) -> None:
    make_showcase(open_app, every_widget(), "WDGETS2")
    client = open_app.test_client()
    whole = client.get(f"/audio/{VOICE}")
    part = client.get(f"/audio/{VOICE}", headers={"Range": "bytes=1-2"})
    again = client.get(f"/audio/{VOICE}", headers={"If-None-Match": whole.headers["ETag"]})

    assert (whole.status_code, whole.mimetype, len(whole.data)) == (200, "audio/mpeg", 5003)
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert "immutable" in whole.headers["Cache-Control"]
    assert (part.status_code, part.data, part.headers["Content-Range"]) == (206, b"D3", "bytes 1-2/5003")
    assert again.status_code == 304
    assert client.get(f"/audio/{VOICE}", headers={"Range": "bytes=9000-"}).status_code == 416


def test_a_recording_that_is_not_there_is_told_in_words(open_app: Flask) -> None:
    for name in ("x.mp3", VOICE.replace("mp3", "exe"), "..%2fsecrets.json"):
        answer = open_app.test_client().get(f"/audio/{name}")
        assert answer.status_code == 404
        assert "<h1>" in answer.text
