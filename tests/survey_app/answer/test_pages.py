"""A form of several pages, as somebody without script meets it: answers travel along, and none is lost."""

import json
import re
from typing import Any

import pytest
from flask import Flask

from survey_app import database
from survey_app.models import Response
from tests.survey_app.answer.conftest import Citizen, token_in
from tests.survey_app.answer.showcase import every_widget, long_form, make_showcase

FIRST = {"A1.1": "4", "day": "2026-11-02", "where": "Thôn 3", "first": ["time", "other", ""], "waited": "yes"}
GIVEN: dict[str, Any] = FIRST | {"first__other": "Bãi gửi xe", "minutes": "75"}


@pytest.fixture
def citizen(open_app: Flask) -> Citizen:
    make_showcase(open_app, every_widget(), "WDGETS2")
    return Citizen(open_app.test_client(), "WDGETS2")


def _turn(citizen: Citizen, token: str, answers: Any, page: int, go: int | None = None, **own: str) -> Any:
    wanted = {} if go is None else {"_go": str(go)}
    return citizen.send(token, {**answers, "_page": str(page)} | wanted, **own)


def _hidden(page: str) -> list[tuple[str, str]]:
    return re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)


def test_the_next_page_knows_what_was_said_and_carries_it(citizen: Citizen) -> None:
    token = citizen.open()
    second = _turn(citizen, token, GIVEN, 1, 2)

    assert second.status_code == 200
    assert "Trang 2/2" in second.text
    assert 'name="why"' in second.text
    carried = _hidden(second.text)
    assert {("A1.1", "4"), ("first", "time"), ("first", "other"), ("minutes", "75"), ("token", token)} <= set(carried)
    assert [value for name, value in carried if name == "first"] == ["time", "other"]


def test_what_the_numbers_settle_is_not_asked_and_the_last_page_says_so(citizen: Citizen) -> None:
    second = _turn(citizen, citizen.open(), GIVEN | {"minutes": "59"}, 1, 2).text

    assert 'name="why"' not in second
    assert "không còn câu hỏi nào nữa" in second
    assert ">Gửi câu trả lời</button>" in second


def test_everything_is_kept_under_one_id_whatever_is_repeated(open_app: Flask, citizen: Citizen) -> None:
    token = citizen.open()
    for _ in range(2):
        second = _turn(citizen, token, GIVEN, 1, 2).text
    answers = dict(GIVEN) | {"first": ["time", "other"], "why": "Máy hỏng"}
    sent = [_turn(citizen, token_in(second), answers, 2) for _ in range(2)]

    receipts = [re.findall(r'class="receipt"[^>]*>([^<]+)<', citizen.client.get(each.location).text) for each in sent]
    assert receipts[0] == receipts[1] != []
    with open_app.app_context():
        [kept] = database.session().query(Response)
        values = json.loads(kept.answers)["values"]
    assert values["first"] == ["time", "other"]
    assert (values["day"], values["minutes"], values["why"]) == ("2026-11-02", 75, "Máy hỏng")


def test_a_fault_stands_on_the_page_of_its_question(citizen: Citizen) -> None:
    token = citizen.open()
    here = _turn(citizen, token, GIVEN | {"day": "30/02/2026"}, 1, 2)
    at_the_end = _turn(citizen, token, GIVEN | {"day": "30/02/2026", "why": "x"}, 2)

    for answer in (here, at_the_end):
        assert answer.status_code == 422
        assert "Trang 1/2" in answer.text
        assert 'id="e-day"' in answer.text
    assert '<input type="text" autocomplete="off" class="number" id="day"' in here.text
    assert ("why", "x") in _hidden(at_the_end.text)


def test_back_shows_the_page_before_with_all_answers(citizen: Citizen) -> None:
    first = _turn(citizen, citizen.open(), GIVEN | {"why": "Máy hỏng"}, 2, 1).text

    assert "Trang 1/2" in first
    assert 'value="2026-11-02"' in first
    assert '<option value="time" selected>' in first
    assert ("why", "Máy hỏng") in _hidden(first)


def test_language_and_print_keep_page_and_answers(citizen: Citizen) -> None:
    token = citizen.open()
    english = _turn(citizen, token, GIVEN | {"why": "Máy hỏng"}, 2, _language="en").text
    large = citizen.client.post(
        "/p/WDGETS2?lang=en", data={"token": token, "_page": "2", "_large": "1", "why": "Máy hỏng", **GIVEN}
    ).text

    for page in (english, large):
        assert '<html lang="en"' in page
        assert "Page 2 of 2" in page
        assert "Máy hỏng</textarea>" in page
        assert ("minutes", "75") in _hidden(page)
    assert 'class="large"' not in english
    assert 'action="/p/WDGETS2?lang=en&amp;large=1"' in large


def test_an_answer_that_no_longer_applies_is_settled_at_the_end_by_the_person(
    open_app: Flask, citizen: Citizen
) -> None:
    token, changed = citizen.open(), GIVEN | {"minutes": "5", "why": "Máy hỏng"}
    assert _turn(citizen, token, changed, 1, 2).status_code == 200
    sent = _turn(citizen, token, changed, 2)

    assert sent.status_code == 422
    assert "Trang 2/2" in sent.text
    assert "Máy hỏng</textarea>" in sent.text
    assert _turn(citizen, token, changed, 2, _drop_not_asked="1").status_code == 303


@pytest.mark.parametrize("page", ["0", "-1", "99", "1e3", "x", "9" * 50])
def test_a_page_that_does_not_exist_is_the_nearest_one(citizen: Citizen, page: str) -> None:
    token = citizen.open()
    for own in ({"_page": page, "_go": "2"}, {"_page": "1", "_go": page}, {"_page": page, "_language": "en"}):
        assert citizen.send(token, {**GIVEN, **own}).status_code in (200, 303)


def test_a_program_may_send_everything_at_once(citizen: Citizen) -> None:
    assert citizen.send(citizen.open(), GIVEN | {"why": "Máy hỏng"}).status_code == 303


def test_a_kiosk_keeps_no_page_of_the_person_before(open_app: Flask) -> None:
    make_showcase(open_app, every_widget(), "KSKKSK2", mode="kiosk")
    citizen = Citizen(open_app.test_client(), "KSKKSK2")

    assert _turn(citizen, citizen.open(), GIVEN, 1, 2).headers["Cache-Control"] == "no-store"


def test_a_long_form_is_turned_both_ways_and_asks_for_a_first_rating_where_it_can_be_given(open_app: Flask) -> None:
    make_showcase(open_app, long_form(), "LNGFRM2")
    citizen = Citizen(open_app.test_client(), "LNGFRM2")
    token = citizen.open()

    assert "Trang 3/6" in _turn(citizen, token, {"F0.0": "4"}, 2, 3).text
    assert "Trang 2/6" in _turn(citizen, token, {"F0.0": "4"}, 3, 2).text
    assert "Trang 1/6" in _turn(citizen, token, {}, 6).text  # Nothing is answered yet.
