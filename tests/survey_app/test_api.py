"""Visit codes over HTTP: for the key of the point alone, without cookies, faults as JSON, braked by point."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from survey_app import database
from survey_app.models import CollectionPoint, Wave
from survey_app.proofs import visits
from tests import factories
from tests.survey_app.answer.conftest import GOOD, token_in

CODE, OTHER = "K7QF3MX", "K7QF3MY"
LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


@pytest.fixture
def desk(console_app: Flask) -> Flask:
    """Two points of the mode “visit code”, and one that is open to all."""
    console_app.config["CLOCK"] = lambda: factories.NOON
    with console_app.app_context():
        session = database.session()
        first = factories.make_point(session, code=CODE, mode="visit_code")
        for code, mode in ((OTHER, "visit_code"), ("K7QF3MZ", "qr_open")):
            factories.make_point(session, wave=first.wave, unit=first.unit, code=code, mode=mode)
        session.commit()
    return console_app


def key_of(app: Flask, code: str) -> str:
    return visits.point_key(app.config["SETTINGS"].token_key, code)


def ask(app: Flask, point: Any = CODE, key: str | None = None, lang: str = "en", **more: Any) -> TestResponse:
    headers = {"Authorization": f"Bearer {key_of(app, CODE) if key is None else key}"}
    sent = {"point": point, "group": "H"} | more
    return app.test_client().post(f"/api/visit-codes?lang={lang}", json=sent, headers=headers)


def test_the_codes_open_the_form_and_raise_trust(desk: Flask) -> None:
    given = ask(desk, count=3)
    said = given.get_json()
    client = desk.test_client()
    path = said["codes"][0]["url"].removeprefix("http://localhost:8000")
    client.post(f"/p/{CODE}", data=GOOD | {"token": token_in(client.get(path).text)})
    with desk.app_context():
        modes = list(database.session().scalars(sa.text("SELECT mode FROM response")))

    assert (given.status_code, said["point"], said["group"], len(said["codes"])) == (200, CODE, "H", 3)
    assert said["valid_until"] == "2026-12-27"
    assert modes == ["visit_code"]


def test_a_code_is_worth_its_trust_until_the_day_that_was_said(desk: Flask) -> None:
    said = ask(desk).get_json()
    visit = visits.read(key_of(desk, CODE), said["codes"][0]["code"], factories.NOON)
    until = factories.NOON.fromisoformat(f"{said['valid_until']}T12:00:00+07:00")

    assert visit.is_fresh(until)
    assert not visit.is_fresh(until.replace(day=until.day + 1))


def test_point_and_code_can_be_typed_together(desk: Flask) -> None:
    code = ask(desk).get_json()["codes"][0]["code"]
    opened = desk.test_client().get("/", query_string={"code": f"{CODE}-{code[:8]} {code[8:]}".lower()})

    assert opened.location.split("?")[0] == f"/v/{CODE}/{code}"


def test_no_cookie_is_set_and_nothing_may_be_kept_by_others(desk: Flask) -> None:
    for answer in (ask(desk), ask(desk, key="wrong")):
        assert answer.headers.getlist("Set-Cookie") == []
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("key", ["", "0" * 32, "é", "key of the other point"])
def test_another_key_is_refused(desk: Flask, key: str) -> None:
    answer = ask(desk, key=key_of(desk, OTHER) if key.startswith("key") else key)

    assert (answer.status_code, answer.get_json()["error"]) == (401, "unauthorized")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("point", ["NOSUCH1", "", None, 7, ["K7QF3MX"], "K7QF3MX" * 100, "\ud800", "K7\x00"])
def test_a_point_that_is_none_is_the_same_as_a_wrong_key(desk: Flask, point: Any) -> None:
    assert ask(desk, point=point).status_code == 401
    assert ask(desk, point=point, key=key_of(desk, "")).status_code == 401


def test_the_key_of_an_open_point_makes_nothing(desk: Flask) -> None:
    answer = ask(desk, point="K7QF3MZ", key=key_of(desk, "K7QF3MZ"))

    assert (answer.status_code, answer.get_json()["error"]) == (409, "not_a_visit_point")


@pytest.mark.parametrize("count", [0, 101, -1, "3", 2.0, True, None, [1]])
def test_a_count_that_is_none_is_refused(desk: Flask, count: Any) -> None:
    answer = ask(desk, count=count)

    assert (answer.status_code, answer.get_json()["error"]) == (422, "bad_count")


@pytest.mark.parametrize("group", ["", "O", "HH", "h", "Đ", None, {}])
def test_a_group_that_is_none_is_refused_in_both_languages(desk: Flask, group: Any) -> None:
    english, vietnamese = (ask(desk, group=group, lang=lang) for lang in ("en", "vi"))

    assert (english.status_code, english.get_json()["error"]) == (422, "bad_group")
    assert f"one of the letters {LETTERS}" in english.get_json()["message"]
    assert english.get_json()["message"] != vietnamese.get_json()["message"]


@pytest.mark.parametrize("what", ["point", "wave"])
def test_where_no_answer_is_taken_no_code_is_made(desk: Flask, what: str) -> None:
    with desk.app_context():
        session = database.session()
        if what == "point":
            session.execute(sa.update(CollectionPoint).values(active=False))
        else:
            session.execute(sa.update(Wave).values(closed_at=factories.NOON))
        session.commit()
    answer = ask(desk)

    assert (answer.status_code, answer.get_json()["error"]) == (409, "closed")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"K7QF3MX"', b"\xff\xfe"])
def test_what_is_no_json_object_is_refused_as_json(desk: Flask, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {key_of(desk, CODE)}", "Content-Type": "application/json"}
    answer = desk.test_client().post("/api/visit-codes", data=body, headers=headers)

    assert (answer.status_code, answer.get_json()["error"]) == (400, "bad_json")


def test_every_fault_below_the_api_is_json(desk: Flask) -> None:
    client = desk.test_client()
    answers = (client.get("/api/visit-codes"), client.post("/api/nothing"), client.post("/api/visit-codes"))

    assert [answer.status_code for answer in answers] == [405, 404, 401]
    assert [answer.get_json()["error"] for answer in answers] == ["method_not_allowed", "not_found", "unauthorized"]
    assert all(answer.get_json()["message"] for answer in answers)


def test_a_point_is_braked_and_its_neighbour_is_not(desk: Flask) -> None:
    wrong = [ask(desk, key="wrong").status_code for _ in range(70)]
    right = [ask(desk).status_code for _ in range(61)]
    braked = ask(desk)

    assert wrong == [401] * 70
    assert right == [200] * 60 + [429]
    assert braked.get_json()["error"] == "too_many_requests"
    assert ask(desk, point=OTHER, key=key_of(desk, OTHER)).status_code == 200
