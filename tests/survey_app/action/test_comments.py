"""Comments in the console: an analyst codes them a page at a time, everybody else reads what was scrubbed."""

import re
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from questionnaires import loader
from survey_app import accounts, database
from survey_app.comments import coding
from survey_app.models import Response
from tests import factories
from tests.staff import Staff, signed_in
from tests.survey_app.comments.wave_of_comments import TEXTS, make_comments
from tests.survey_app.test_extract import make_answers, make_response

PATH = "/comments/waves/sipas-2026-dot-1"


@pytest.fixture
def keys(console_app: Flask) -> dict[str, str]:
    """How the form names each comment."""
    with console_app.app_context():
        session = database.session()
        _point, made = make_comments(session)
        session.commit()
        return {text: f"{response.id.hex}.comment" for text, response in zip(TEXTS, made, strict=True)}


def ticked(page: TestResponse, key: str) -> list[str]:
    boxes = re.findall(rf'<input[^>]*name="themes.{re.escape(key)}" value="(\w+)"( checked)?', page.text)
    return [code for code, checked in boxes if checked]


def test_suggestions_are_ticked_and_the_whole_page_is_kept_and_undone(console_app: Flask, keys: dict[str, str]) -> None:
    analyst = signed_in(console_app, "analyst")
    page = analyst.get(PATH)
    first, second, third, fourth, fifth = keys.values()

    assert [ticked(page, key) for key in keys.values()] == [
        ["waiting", "attitude"],
        ["facilities"],
        ["praise"],
        ["nothing"],
        [],
    ]
    form = {f"themes.{key}": ticked(page, key) for key in keys.values()}
    kept = analyst.post(PATH, form_on=PATH, follow=True, comment=list(keys.values()), **form)
    assert "4 ý kiến" in kept.text
    left = analyst.get(PATH)
    assert re.findall(r'type="hidden" name="comment" value="([^"]+)"', left.text) == [fifth]
    with console_app.app_context():
        found = coding.given(database.session(), map(coding.key_of, (first, second, third, fourth, fifth)))
    assert list(found.values()) == [["waiting", "attitude"], ["facilities"], ["praise"], ["nothing"], []]

    undone = analyst.post(f"{PATH}/undo", form_on=PATH, follow=True)
    assert len(re.findall(r'type="hidden" name="comment" value=', undone.text)) == 5
    assert "Hoàn tác" not in undone.text


def test_an_analyst_reads_what_was_written_and_sees_what_others_do_not(
    console_app: Flask, keys: dict[str, str]
) -> None:
    text = signed_in(console_app, "analyst").get(PATH).text

    assert re.search(r"chị <mark[^>]*>Lan</mark> cáu gắt", text)
    assert re.search(r"<mark[^>]*>0912345678</mark>", text)


def test_a_manager_reads_scrubbed_comments_and_codes_nothing(console_app: Flask, keys: dict[str, str]) -> None:
    manager = signed_in(console_app, "manager")
    text = manager.get(f"{PATH}?state=all").text

    assert "chị [tên người] cáu gắt" in text
    assert "0912345678" not in text
    assert "Lan" not in re.sub(r"<[^>]+>", "", text).replace("Làn", "")
    assert manager.post(PATH, form_on=PATH).status_code == 403
    assert manager.post(f"{PATH}/undo", form_on=PATH).status_code == 403


def test_words_that_a_browser_would_run_are_shown(console_app: Flask) -> None:
    with console_app.app_context():
        make_comments(database.session(), ("<script>alert(1)</script> chờ lâu",))
        database.session().commit()

    assert "&lt;script&gt;alert(1)" in signed_in(console_app, "analyst").get(PATH).text


@pytest.mark.parametrize("address", ["?state=nonsense", "?after=nonsense", "?after=1.comment"])
def test_addresses_that_mean_nothing_lead_nowhere(console_app: Flask, keys: dict[str, str], address: str) -> None:
    assert signed_in(console_app, "analyst").get(PATH + address).status_code == 404


def test_every_state_of_the_page_says_what_to_do(console_app: Flask, keys: dict[str, str]) -> None:
    analyst = signed_in(console_app, "analyst")
    last = max(keys.values())
    said = {
        "?state=coded": "All comments are coded",
        "?theme=online": "No comment fits the filter",
        f"?after={last}": "This was the last page",
        "?state=all&unit=15520": "Keep the themes of this page",
    }

    for address, words in said.items():
        assert words in analyst.get(f"{PATH}{address}&lang=en").text
    assert "5 comments" in analyst.get(f"{PATH}?lang=en").text
    assert 'max="5"' in analyst.get("/comments/").text


def entered(app: Flask) -> str:
    """A response that an officer entered, with a comment that names somebody."""
    with app.app_context():
        session = database.session()
        wave = factories.make_wave(session)
        case = factories.make_case(session, wave, factories.make_unit(session), disposition="complete")
        form = loader.load_builtin("sipas2017")
        rated = {item.code: 5 for item in form.items if not item.code.startswith("A5.")} | {"A5.1": 5}
        answers = make_answers(
            form, respondent_type="citizen", N7="no", comment="Gọi 0912345678,\nchị Lan cáu", **rated
        )
        made = make_response(session, wave, answers, unit_id=case.unit_id, case_id=case.id, mode="tablet")
        session.commit()
        return f"/manage/entered/{made.id}"


def fields_of(page: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="radio" name="([^"]+)" value="([^"]+)"[^>]* checked', page):
        found.setdefault(name, []).append(value)
    return found


def test_a_manager_corrects_an_answer_without_reading_or_losing_the_comment(console_app: Flask) -> None:
    path, manager = entered(console_app), signed_in(console_app, "manager")
    path = f"{path}/correct"
    page = manager.get(path).text
    shown = re.search(r'name="comment"[^>]*>\n?([^<]*)</textarea>', page)
    assert shown
    assert shown[1] == "Gọi [số điện thoại],\nchị [tên người] cáu"

    form = fields_of(page) | {"A1.1": ["2"], "comment": [shown[1].replace("\n", "\r\n")], "reason": ["gõ nhầm"]}
    answer = manager.post(path, form_on=path, **form)
    assert answer.status_code == 302, answer.text
    with console_app.app_context():
        kept = database.session().query(Response).one().answers
    assert '"A1.1":2' in kept
    assert '"comment":"Gọi 0912345678,\\nchị Lan cáu"' in kept


def test_only_the_analyst_reads_an_entered_comment_as_it_was_written(console_app: Flask) -> None:
    path = entered(console_app)
    with console_app.app_context():
        session = database.session()
        accounts.add_user(session, "both@example.vn", "một mật khẩu dài", ("manager", "analyst"))
        session.commit()

    assert "0912345678" in Staff(console_app, "both@example.vn").get(f"{path}/correct").text


def test_the_front_of_the_console_leads_to_the_comments(console_app: Flask, tmp_path: Path) -> None:
    assert 'href="/comments/"' in signed_in(console_app, "analyst").get("/results/").text
