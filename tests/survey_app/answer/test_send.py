"""Scan, answer, send: what a citizen without script meets, and what is on disk afterwards."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from questionnaires import loader
from questionnaires.conditions import Setting
from survey_app import database
from survey_app.answer.paging import layout
from survey_app.models import CollectionPoint, InstrumentVersion, Response, ResponseConflict, Wave
from survey_app.proofs import tokens
from survey_app.web import access
from tests import factories
from tests.survey_app.answer.conftest import CODE, GOOD, Citizen, token_in

Rows = Callable[[Any], list[Any]]


def change(app: Flask, model: Any, **fields: Any) -> None:
    with app.app_context():
        session = database.session()
        session.execute(sa.update(model).values(**fields))
        session.commit()


def at(app: Flask, moment: Any) -> None:
    app.config["CLOCK"] = lambda: moment


def receipt_on(page: TestResponse) -> str:
    found = re.search(r'class="receipt"[^>]*>([2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4})<', page.text)
    return found[1] if found else ""


def test_from_the_page_to_thanks(citizen_on_any_database: Citizen) -> None:
    citizen = citizen_on_any_database
    response = citizen.send(citizen.open())

    assert response.status_code == 303
    thanks = citizen.client.get(response.location)
    assert thanks.status_code == 200
    assert receipt_on(thanks)


def test_all_states_of_answers_are_kept_apart(citizen: Citizen, stored: Rows) -> None:
    citizen.send(citizen.open(), GOOD | {"N3": "pn"})

    [response] = stored(Response)
    kept = json.loads(response.answers)
    assert kept["values"]["A1.1"] == 4
    assert (kept["states"]["A1.2"], kept["states"]["A5.2"], kept["states"]["N3"]) == (-1, -2, -4)
    assert (response.mode, response.language, response.state) == ("qr_open", "vi", "accepted")


def test_sent_again_it_is_kept_once_with_the_same_receipt(citizen: Citizen, stored: Rows) -> None:
    token = citizen.open()

    receipts = [receipt_on(citizen.client.get(citizen.send(token).location)) for _ in range(2)]

    assert receipts[0] == receipts[1] != ""
    assert len(stored(Response)) == 1


def test_other_answers_under_the_same_token_are_refused_in_words(citizen: Citizen, stored: Rows) -> None:
    token = citizen.open()
    citizen.send(token)

    response = citizen.send(token, GOOD | {"A1.1": "1"})

    assert response.status_code == 409
    assert "Phiếu này đã được gửi" in response.text
    assert json.loads(stored(Response)[0].answers)["values"]["A1.1"] == 4
    assert len(stored(ResponseConflict)) == 1


def test_every_mistake_stands_on_top_and_beside_its_question(citizen: Citizen, stored: Rows) -> None:
    response = citizen.send(citizen.open(), {"A1.1": "9", "M": ["M1", "M2", "M3", "M4"], "comment": "Giữ lại"})

    assert response.status_code == 422
    page = response.text
    for code in ("respondent_type", "A1.1", "M"):
        assert f'href="#q-{code}"' in page
        assert f'id="e-{code}"' in page
        assert re.search(rf'aria-describedby="[^"]*e-{re.escape(code)}"', page)
    assert 'role="alert"' in page
    assert "Giữ lại</textarea>" in page
    assert page.count(" checked") == 4
    assert stored(Response) == []


def test_an_answer_to_a_question_not_asked_is_dropped_only_by_the_persons_choice(
    citizen: Citizen, stored: Rows
) -> None:
    token = citizen.open()
    answers = GOOD | {"A5.2": "1"}

    asked = citizen.send(token, answers)

    assert asked.status_code == 422
    assert 'name="_drop_not_asked"' in asked.text
    assert stored(Response) == []
    assert citizen.send(token_in(asked.text), answers, _drop_not_asked="1").status_code == 303
    assert json.loads(stored(Response)[0].answers)["states"]["A5.2"] == -2


def test_the_other_language_keeps_everything_and_stores_nothing(citizen: Citizen, stored: Rows) -> None:
    token = citizen.open()
    response = citizen.send(token, GOOD, _language="en")

    assert response.status_code == 200
    assert '<html lang="en">' in response.text
    assert f'action="/p/{CODE}?lang=en"' in response.text
    assert token_in(response.text) == token
    assert "Cán bộ rất tận tình.</textarea>" in response.text
    assert response.text.count(" checked") == 4
    assert stored(Response) == []


@pytest.mark.parametrize("token", ["", "x", "K7QF3MX.a.b.1.signature"])
def test_a_form_without_our_token_is_refused_and_keeps_what_was_typed(
    citizen: Citizen, stored: Rows, token: str
) -> None:
    response = citizen.send(token)

    assert response.status_code == 400
    assert "Cán bộ rất tận tình.</textarea>" in response.text
    assert stored(Response) == []
    assert citizen.send(token_in(response.text)).status_code == 303


def test_a_script_that_only_posts_is_told_so(citizen: Citizen) -> None:
    assert citizen.client.post(citizen.path, data=GOOD).status_code == 400
    assert citizen.client.post(citizen.path, json=GOOD).status_code == 400
    assert citizen.client.post(citizen.path).status_code == 400


@pytest.mark.parametrize(("point", "version"), [("AAAAAAA", None), (CODE, "0" * 64)])
def test_the_token_of_another_point_or_version_is_refused(
    citizen: Citizen, stored: Rows, point: str, version: str | None
) -> None:
    version = version or loader.content_hash(loader.load_builtin("sipas2017"))
    token = tokens.issue(
        "token key of the tests", point_code=point, version_hash=version, response_id=uuid4(), at=factories.NOON
    )

    assert citizen.send(token).status_code == 400
    assert stored(Response) == []


def test_begun_in_time_it_counts_after_the_close(open_app: Flask, citizen: Citizen, stored: Rows) -> None:
    token = citizen.open()
    change(open_app, Wave, closed_at=factories.NOON + timedelta(hours=1))
    at(open_app, factories.NOON + timedelta(hours=2))

    assert citizen.client.get(citizen.path).status_code == 410
    assert citizen.send(token).status_code == 303
    assert [response.state for response in stored(Response)] == ["accepted"]


def test_long_after_the_close_it_is_kept_for_a_manager_and_the_person_is_told(
    open_app: Flask, citizen: Citizen, stored: Rows
) -> None:
    token = citizen.open()
    at(open_app, factories.NOON + timedelta(days=30))

    response = citizen.send(token)

    assert [response.state for response in stored(Response)] == ["late"]
    assert "cơ quan sẽ quyết định" in citizen.client.get(response.location).text


def test_after_the_close_a_form_without_token_begins_nothing(open_app: Flask, citizen: Citizen) -> None:
    at(open_app, factories.NOON + timedelta(days=30))

    response = citizen.send("")

    assert response.status_code == 410
    assert 'name="token"' not in response.text


@pytest.mark.parametrize(
    ("days", "model", "fields", "status", "words"),
    [
        (-60, Wave, {}, 403, "chưa bắt đầu"),
        (30, Wave, {}, 410, "01/11/2026"),
        (0, InstrumentVersion, {"state": "retired"}, 410, "không còn được dùng"),
        (0, InstrumentVersion, {"state": "draft"}, 410, "chưa sẵn sàng"),
        (0, CollectionPoint, {"active": False}, 410, "không còn nhận phiếu"),
    ],
)
def test_a_form_that_is_not_open_says_why(
    open_app: Flask, citizen: Citizen, days: int, model: Any, fields: Any, status: int, words: str
) -> None:
    if fields:
        change(open_app, model, **fields)
    at(open_app, factories.NOON + timedelta(days=days))

    response = citizen.client.get(citizen.path)

    assert response.status_code == status
    assert words in response.text


@pytest.mark.parametrize("code", ["NOTHERE", "'; drop table response; --", "x" * 5000, "Ổ"])
def test_an_unknown_code_is_answered_in_words(citizen: Citizen, code: str) -> None:
    response = citizen.client.get(f"/p/{quote(code, safe='')}")

    assert response.status_code == 404
    assert "Không tìm thấy mã này" in response.text


def test_a_code_is_found_as_people_type_it(citizen: Citizen) -> None:
    assert citizen.client.get("/p/k7qf-3mx").status_code == 200
    assert citizen.client.get("/?code=k7qf 3mx").location == f"/p/{CODE}?lang=vi"
    assert citizen.client.get("/?code=ｋ７ＱＦ－３ｍＸ").location == f"/p/{CODE}?lang=vi"
    assert citizen.client.get("/p/Ｋ７ＱＦ３ＭＸ").status_code == 200
    assert 'name="code"' in citizen.client.get("/").text


def test_a_kiosk_keeps_nothing_for_the_next_person_and_goes_back_to_a_fresh_form(
    open_app: Flask, citizen: Citizen
) -> None:
    at_a_desk = citizen.client.get(citizen.path)
    change(open_app, CollectionPoint, mode="kiosk")
    form = citizen.client.get(citizen.path)
    thanks = citizen.client.get(citizen.send(token_in(form.text), language="en").location)

    assert "data-shared" not in at_a_desk.text
    assert re.search(r'<form [^>]*data-shared autocomplete="off"', form.text)
    assert form.headers["Cache-Control"] == "no-store"
    assert thanks.headers["Refresh"] == f"20; url=/p/{CODE}"
    assert re.search(rf'href="/p/{CODE}">Next person<', thanks.text)


def test_elsewhere_thanks_stay_as_long_as_the_person_likes(citizen: Citizen) -> None:
    thanks = citizen.client.get(citizen.send(citizen.open()).location)

    assert "Refresh" not in thanks.headers
    assert "Người tiếp theo" not in thanks.text


def test_citizens_forms_look_for_no_account(citizen: Citizen, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr(access, "has_role", lambda *names: asked.append(names))
    citizen.send(citizen.open())

    assert asked == []


def test_thanks_cannot_be_forged(citizen: Citizen) -> None:
    location = citizen.send(citizen.open()).location

    assert citizen.client.get(location).status_code == 200
    assert citizen.client.get(location.replace("r=", "r=2222-")).status_code == 404
    assert citizen.client.get(f"{citizen.path}/thanks").status_code == 404


def test_the_address_of_thanks_holds_no_receipt_and_its_page_is_kept_nowhere(citizen: Citizen) -> None:
    location = citizen.send(citizen.open()).location
    thanks = citizen.client.get(location)

    assert receipt_on(thanks)
    assert receipt_on(thanks) not in location
    assert thanks.headers["Cache-Control"] == "no-store"


def test_whoever_opens_the_address_later_learns_nothing(citizen_on_any_database: Citizen) -> None:
    citizen = citizen_on_any_database
    app = citizen.client.application
    location = citizen.send(citizen.open()).location
    at(app, factories.NOON + timedelta(minutes=10))
    in_time = citizen.client.get(location)
    at(app, factories.NOON + timedelta(minutes=11))
    late = citizen.client.get(location)

    assert receipt_on(in_time)
    assert late.status_code == 200
    assert "cảm ơn" in late.text.lower()
    assert "Mã biên nhận hiện trên trang này trong 10 phút sau khi gửi phiếu" in late.text
    assert receipt_on(late) == ""
    assert "/withdraw" not in late.text
    assert late.headers["Cache-Control"] == "no-store"


def test_sent_again_later_the_same_receipt_is_shown_anew(open_app: Flask, citizen: Citizen) -> None:
    token = citizen.open()
    first = receipt_on(citizen.client.get(citizen.send(token).location))
    at(open_app, factories.NOON + timedelta(hours=1))

    assert receipt_on(citizen.client.get(citizen.send(token).location)) == first != ""


def test_a_kiosk_makes_room_for_the_next_person_also_from_old_thanks(open_app: Flask, citizen: Citizen) -> None:
    change(open_app, CollectionPoint, mode="kiosk")
    location = citizen.send(citizen.open(), language="en").location
    at(open_app, factories.NOON + timedelta(hours=1))
    late = citizen.client.get(location)

    assert receipt_on(late) == ""
    assert late.headers["Refresh"] == f"20; url=/p/{CODE}"
    assert re.search(rf'href="/p/{CODE}">Next person<', late.text)


@pytest.mark.parametrize("text", ["a\x00b", "a\x07b", "\ud800", b"\xed\xa0\x80", b"\xff\xfe"])
def test_text_that_cannot_be_kept_is_refused_and_shown_again(citizen: Citizen, stored: Rows, text: str | bytes) -> None:
    raw = text if isinstance(text, bytes) else text.encode(errors="surrogatepass")
    body = f"token={citizen.open()}&respondent_type=citizen&A1.1=4&comment=Xin+ch%C3%A0o{quote(raw)}"

    response = citizen.client.post(citizen.path, data=body, content_type="application/x-www-form-urlencoded")

    assert response.status_code == 422
    assert 'id="e-comment"' in response.text
    assert "Xin chào" in response.text
    assert stored(Response) == []


@pytest.mark.parametrize("text", ["</textarea><script>alert(1)</script>", "\u202eabc", "a\u200bb", "'\"<>&{{7*7}}"])
def test_strange_text_is_kept_as_meant_and_shown_harmlessly(citizen: Citizen, stored: Rows, text: str) -> None:
    shown = citizen.send(citizen.open(), {"A1.1": "4", "comment": text})
    assert "<script>alert" not in shown.text

    citizen.send(citizen.open(), GOOD | {"comment": text})
    assert json.loads(stored(Response)[0].answers)["values"]["comment"] == text


def test_too_much_is_refused_in_the_citizens_language(citizen: Citizen, stored: Rows) -> None:
    token = citizen.open()

    for language, words in (("vi", "Nội dung gửi lên quá lớn"), ("en", "What you sent is too large")):
        response = citizen.send(token, GOOD | {"comment": "ố" * 5_000_000}, language)
        assert response.status_code == 413
        assert words in response.text
    assert citizen.send(token, {f"x{number}": "1" for number in range(3000)}).status_code == 413
    assert citizen.send(token, GOOD | {"comment": "ố" * 2001}).status_code == 422
    assert stored(Response) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(
            ["A1.1", "A5.2", "M", "M__other", "N7", "comment", "respondent_type", "token", "_language", "zz"]
        ),
        st.lists(st.one_of(st.text(max_size=30), st.sampled_from(["4", "yes", "citizen", "M9", "other"])), max_size=3),
    ),
    st.booleans(),
)
def test_odd_submissions_get_a_page_and_never_an_error_of_ours(
    citizen: Citizen, fields: dict[str, list[str]], with_token: bool
) -> None:
    try:
        data = {name: [value.encode().decode() for value in values] for name, values in fields.items()}
    except UnicodeEncodeError:
        data = {}
    if with_token:
        data["token"] = [citizen.open()]

    response = citizen.client.post(citizen.path, data=data)

    assert response.status_code in (200, 303, 400, 422)


def test_no_cookie_is_set_and_none_is_needed(citizen: Citizen) -> None:
    token = citizen.open()
    sent = citizen.send(token)
    responses = [
        citizen.client.get("/"),
        citizen.client.get(citizen.path),
        sent,
        citizen.client.get(sent.location),
        citizen.send(token, {}),
        citizen.client.get("/p/NOTHERE"),
    ]

    assert [response.headers.getlist("Set-Cookie") for response in responses] == [[]] * 6


def test_every_built_in_instrument_can_be_asked(app_on_any_database: Flask) -> None:
    for number, code in enumerate(loader.builtin_codes()):
        with app_on_any_database.app_context():
            survey = factories.make_survey(database.session(), slug=f"s{number}")
            unit = factories.make_unit(database.session(), code=f"{number}")
            wave = factories.make_wave(database.session(), code, survey=survey)
            factories.make_point(database.session(), wave=wave, unit=unit, code=f"CODE{number}")
            database.session().commit()
        app_on_any_database.config["CLOCK"] = lambda: factories.NOON
        client, address = app_on_any_database.test_client(), f"/p/CODE{number}?lang=en"
        laid = layout(loader.load_builtin(code), Setting("counter", "qr_open", "xã"))
        pages = [client.post(address, data={"_page": page + 1, "_large": "1"}).text for page in range(len(laid.pages))]
        assert client.get(address).text.count('class="q') == pages[0].count('class="q')
        for question in loader.load_builtin(code).questions():
            assert f'name="{question.code}"' in "".join(pages)


def test_a_simulated_wave_says_so(open_app: Flask, citizen: Citizen) -> None:
    change(open_app, Wave, simulated=True)

    thanks = citizen.client.get(citizen.send(citizen.open()).location)

    assert "Dữ liệu mô phỏng" in thanks.text
    assert "Dữ liệu mô phỏng" in citizen.client.get(citizen.path).text
    assert "Simulated data" in citizen.client.get(f"{citizen.path}?lang=en").text
    at(open_app, factories.NOON + timedelta(days=30))
    assert "Dữ liệu mô phỏng" in citizen.client.get(citizen.path).text
