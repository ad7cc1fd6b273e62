"""The draft as a list: order, parts, faults and advice beside their places, what the changes mean, history, files."""

import ast
import inspect
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from questionnaires import changes, condition_faults, exchange, faults, loader, outline
from questionnaires.exchange.reading import LARGEST
from survey_app import database
from survey_app.design import change_words, fault_words, names
from survey_app.instruments.recordings import MOST_BYTES
from survey_app.models import InstrumentVersion, Response
from tests import factories
from tests.staff import Staff
from tests.survey_app.design.page import form_in

Content = Callable[[], dict[str, Any]]
DRAFT = "/design/drafts/1"


def codes(data: dict[str, Any], part: str) -> list[str]:
    return [str(question["code"]) for question in outline.questions(outline.part(data, part))]


def test_questions_move_within_their_part_and_on_to_the_next_of_their_sort(lan: Staff, content: Content) -> None:
    for do in ("up:A1:A1.2", "down:A1:A1.1"):
        form_in(lan.get(DRAFT), "order").press(lan, do)
    assert codes(content(), "A1") == ["A1.2", "A1.3", "A1.1", "A1.4"]
    form_in(lan.get(DRAFT), "order").press(lan, "up:A2:A2.1")

    assert codes(content(), "A1")[-1] == "A2.1"
    assert loader.read(content()).items


def test_a_question_is_dragged_to_its_place(lan: Staff, content: Content) -> None:
    form = form_in(lan.get(DRAFT), "order")
    lan.client.post(f"{DRAFT}/order", data=dict(form.values) | {"do": "drag:A1:A1.1:A2:2"})

    assert codes(content(), "A2")[:3] == ["A2.1", "A2.2", "A1.1"]


def test_parts_move_are_added_renamed_and_removed(lan: Staff, content: Content) -> None:
    form_in(lan.get(DRAFT), "order").press(lan, "part-down:procedure")
    form_in(lan.get(f"{DRAFT}/parts/new")).fill(kind="comment", title__vi="Ý kiến", title__en="Words").press(lan)
    added = str(outline.parts(content())[-1]["code"])
    form_in(lan.get(f"{DRAFT}/parts/{added}")).fill(title__en="Your words").press(lan)
    assert outline.part(content(), added)["title"]["en"] == "Your words"
    page = lan.get(f"{DRAFT}/parts/{added}")
    lan.post(f"{DRAFT}/parts/{added}/remove", seen=form_in(page).get("seen"))

    assert [part["code"] for part in outline.parts(content())][:2] == ["A1", "procedure"]
    assert added not in outline.codes(content())


def test_a_copy_stands_behind_its_question_under_a_free_code(lan: Staff, content: Content) -> None:
    form_in(lan.get(DRAFT), "order").press(lan, "copy:A1:A1.2")

    assert codes(content(), "A1") == ["A1.1", "A1.2", "A1.5", "A1.3", "A1.4"]


def test_the_meaning_for_the_series_is_always_said(lan: Staff) -> None:
    assert "Nothing is changed yet since version 1.0" in lan.get(DRAFT).text
    form_in(lan.get(f"{DRAFT}/questions/A1.1")).fill(text__vi="Ông/Bà thấy chỗ ngồi thế nào?").press(lan, "save")
    assert "The index stays comparable with version 1.0, with a note" in lan.get(DRAFT).text
    form_in(lan.get(f"{DRAFT}/questions/A1.2/remove")).press(lan)
    page = lan.get(DRAFT).text

    assert "This breaks the series: the index cannot be compared with version 1.0" in page
    assert "Question 4 (A1.2): removed – its series ends here" in page
    assert "because the draft breaks the series" in lan.get(f"{DRAFT}/head").text


def test_the_comparison_marks_the_words_that_changed(lan: Staff) -> None:
    form_in(lan.get(f"{DRAFT}/questions/A1.1")).fill(text__vi="Ông/Bà hài lòng thế nào về số GHẾ ở nơi chờ?").press(
        lan, "save"
    )
    page = " ".join(lan.get(f"{DRAFT}/compare").text.split())

    assert "<del>chỗ ngồi</del>" in page
    assert "<ins>GHẾ</ins>" in page
    assert "people may understand the new words differently" in page


def test_going_back_in_the_history_loses_nothing(lan: Staff, content: Content) -> None:
    before = content()
    form_in(lan.get(f"{DRAFT}/questions/A1.1/remove")).press(lan)
    form_in(lan.get(f"{DRAFT}/history/1"), "revision").press(lan)
    assert content() == before
    form_in(lan.get(f"{DRAFT}/history/2"), "revision").press(lan)

    assert "A1.1" not in outline.codes(content())
    assert "Back to change 2" in lan.get(f"{DRAFT}/history").text


def test_two_people_publish_and_the_author_is_not_one_of_them(
    lan: Staff, minh: Staff, console_app: Flask, content: Content
) -> None:
    form_in(lan.get(f"{DRAFT}/questions/A1.1")).fill(text__en="Seats?").press(lan, "save")
    submitted = form_in(lan.get(f"{DRAFT}/review"), "revision").press(lan)
    assert "Publish version" not in submitted.text
    refused = lan.post(f"{DRAFT}/approve", revision="2", follow=True)
    assert "a second person has to publish it" in refused.text
    seen = minh.get(f"{DRAFT}/review")
    published = form_in(seen, "revision").press(minh)
    with console_app.app_context():
        version = database.session().get_one(InstrumentVersion, 2)
        made = (version.version, version.state, version.author_id, version.approver_id)

    assert "<ins>Seats?</ins>" in " ".join(seen.text.split())
    assert made == ("1.1", "published", 1, 2)
    assert "lan@example.vn" in published.text
    assert "minh@example.vn" in published.text
    assert "cannot be changed any more" in lan.post(f"{DRAFT}/order", do="down:A1:A1.1", follow=True).text


def test_a_draft_with_faults_cannot_be_submitted_and_names_them(lan: Staff) -> None:
    form_in(lan.get(f"{DRAFT}/questions/A1.1")).fill(text__en="").press(lan, "save")
    page, review = lan.get(DRAFT), lan.get(f"{DRAFT}/review")

    assert "1 thing to correct" in page.text
    assert "Question A1.1, Question in English" in page.text
    assert "Submit to a second person" not in review.text
    assert "still has something to correct" in lan.post(f"{DRAFT}/submit", revision="2", follow=True).text


def test_a_draft_is_sent_back_with_its_reason(lan: Staff, minh: Staff) -> None:
    form_in(lan.get(f"{DRAFT}/review"), "revision").press(lan)
    minh.post(f"{DRAFT}/send-back", reason="Câu 3 quá dài")

    assert "Câu 3 quá dài" in lan.get(f"{DRAFT}/review").text
    assert "Câu 3 quá dài" in lan.get(DRAFT).text


def test_every_version_can_be_taken_away_and_brought_back_as_a_draft(lan: Staff, console_app: Flask) -> None:
    for format in exchange.FORMATS:
        assert lan.get(f"/design/versions/1/file/{format}").status_code == 200
    file = lan.get("/design/versions/1/file/toml").data
    token = form_in(lan.get("/design/new"), "csrf_token").get("csrf_token")
    brought = lan.client.post(
        "/design/new/file",
        data={"csrf_token": token, "file": (io.BytesIO(file), "phieu.toml")},
        follow_redirects=True,
    )
    assert "It will be version 1.1" in brought.text
    refused = lan.client.post("/design/new/file", data={"csrf_token": token, "file": (io.BytesIO(b"\xff"), "a.toml")})

    assert refused.status_code == 422
    assert 'role="alert"' in refused.text


def test_a_retired_version_says_what_follows(lan: Staff, console_app: Flask) -> None:
    with console_app.app_context():
        session = database.session()
        factories.make_wave(session)
        session.commit()
    asked = lan.get("/design/versions/1/retire").text
    lan.post("/design/versions/1/retire")

    assert "These waves are open with it" in asked
    assert "retired" in lan.get("/design/versions/1").text


def test_a_preview_takes_answers_and_stores_none(lan: Staff, console_app: Flask) -> None:
    page = lan.get(f"{DRAFT}/preview?path=1")
    frame = lan.get(f"{DRAFT}/preview/form?lang=vi&form_lang=vi&path=1")
    form = form_in(frame, "token")
    answered = {"respondent_type": "citizen", "N5": "on_time", "N7": "no", "A1.1": "5"}
    last = form
    for _ in range(9):
        go = next((value for name, value in last.buttons if name == "_go"), None)
        data = dict(last.values) | answered | ({"_go": go} if go and int(go) > int(last.get("_page") or 1) else {})
        sent = lan.client.post(form.action, data=data)
        if "token" not in sent.text:
            break
        last = form_in(sent, "token")

    with console_app.app_context():
        kept = database.session().query(Response).count()
    assert "form_lang" in page.text
    assert "không lưu gì cả" in sent.text
    assert kept == 0


def test_only_the_preview_may_be_framed_and_only_by_us(lan: Staff) -> None:
    frame, around, other = (lan.get(path) for path in (f"{DRAFT}/preview/form", f"{DRAFT}/preview", DRAFT))

    assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in frame.headers["Content-Security-Policy"]
    assert "frame-src 'self'" in around.headers["Content-Security-Policy"]
    for page in (around, other):
        assert page.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


def test_an_untranslated_draft_can_be_looked_at(lan: Staff) -> None:
    form_in(lan.get(f"{DRAFT}/questions/A1.1")).fill(text__en="").press(lan, "save")

    assert "[Ông/Bà hài lòng thế nào về số chỗ ngồi ở nơi chờ?]" in lan.get(f"{DRAFT}/preview/form?form_lang=en").text


def test_every_kind_of_change_has_its_words() -> None:
    assert set(change_words.CHANGES) == set(changes.RULES)
    assert set(names.DRAFT_STATES) == {"editing", "submitted", "published", "dropped"}


def _messages() -> Iterator[str]:
    """What the checks can say, with 3 in its gaps."""
    for module in (faults, condition_faults):
        for call in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Fault":
                said = call.args[1]
                for one in (said.body, said.orelse) if isinstance(said, ast.IfExp) else (said,):
                    if isinstance(one, ast.Constant | ast.JoinedStr):
                        yield _said(one)
    yield from faults.WORDS.values()


def _said(node: ast.Constant | ast.JoinedStr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    return "".join(str(one.value) if isinstance(one, ast.Constant) else "3" for one in node.values)


@pytest.mark.parametrize("message", sorted({*_messages()} - {"3: 3"}))
def test_every_fault_has_its_words(message: str) -> None:
    assert fault_words.in_words(message) != message


def test_a_path_that_the_preview_does_not_have_is_the_blank_form(lan: Staff) -> None:
    blank, below, above = (lan.get(f"{DRAFT}/preview/form?path={path}") for path in (0, -1000, 1000))

    assert (below.status_code, above.status_code) == (200, 200)
    assert below.text.count("checked") == above.text.count("checked") == blank.text.count("checked")


def test_a_draft_of_a_file_with_junk_among_its_parts_can_be_opened_and_dropped(lan: Staff) -> None:
    junk = json.dumps({"code": "junk", "parts": [1, None, "x", {"kind": "factor", "code": "F", "items": [7]}]})
    sent = lan.post("/design/new/file", file=(io.BytesIO(junk.encode()), "junk.json"))
    pages = [lan.get(f"{sent.location}{below}") for below in ("", "/preview", "/review")]

    assert [page.status_code for page in pages] == [200, 200, 200]
    assert lan.post(f"{sent.location}/drop", follow=True).status_code == 200


@pytest.mark.parametrize("odd", ["\\ud800", "\\u0000"])
def test_a_character_that_no_database_keeps_is_refused_with_its_name(lan: Staff, odd: str) -> None:
    file = f'{{"code": "a{odd}b", "parts": []}}'.encode()
    sent = lan.post("/design/new/file", file=(io.BytesIO(file), "odd.json"))

    assert sent.status_code == 422
    assert f"U+{odd[2:].upper()}" in sent.text


def upload(staff: Staff, path: str, content: bytes, **fields: str) -> TestResponse:
    """Sends a large file: Werkzeug's own client would leave a temporary one open."""
    boundary, body = encode_multipart({**fields, "file": FileStorage(io.BytesIO(content), "a file")})
    return staff.client.post(path, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def test_a_file_may_be_as_large_as_the_page_says_and_no_larger(lan: Staff) -> None:
    token = form_in(lan.get("/design/new"), "csrf_token").get("csrf_token")
    fits, too_large, huge = (
        upload(lan, "/design/new/file", b" " * size, csrf_token=token) for size in (LARGEST, LARGEST + 1, 2 * LARGEST)
    )

    assert "The file is empty" in fits.text
    assert "The file has more than 5 MB" in too_large.text
    assert huge.status_code == 413


def test_a_recording_may_be_as_large_as_the_page_says(lan: Staff, content: Content) -> None:
    voice = b"ID3" + b"\0" * (MOST_BYTES - 3)
    form = form_in(lan.get(f"{DRAFT}/questions/A1.1/recordings"))
    upload(lan, form.action, voice, **(dict(form.values) | {"language": "vi"}))

    assert outline.question(content(), "A1.1")["audio"]["vi"].endswith(".mp3")
