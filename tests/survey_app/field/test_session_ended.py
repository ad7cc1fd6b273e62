"""An interview outlives the officer's session: all answers come back, and are sent after signing in beside."""

import re
from html import unescape

import sqlalchemy as sa
from flask import Flask

from survey_app import accounts, database
from survey_app.models import Response
from tests import factories
from tests.staff import PASSWORD, Staff, csrf_in, make_staff
from tests.survey_app.answer.conftest import GOOD, token_in

ANSWERS = {**GOOD, "comment": 'giữ "nguyên" <chữ> này\nvà dòng sau'}


def _officer_in_interview(app: Flask) -> tuple[Staff, dict[str, str]]:
    officer_id = make_staff(app, "officer")
    with app.app_context():
        session = database.session()
        factories.make_case(session, factories.make_wave(session), factories.make_unit(session), officer_id=officer_id)
        session.commit()
    officer = Staff(app, "officer@example.vn")
    page = officer.get("/field/cases/1/answer").text
    return officer, {"csrf_token": csrf_in(page), "token": token_in(page), **ANSWERS}


def _hidden(html: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', html)
    return {name: unescape(value) for name, value in found}


def _kept(app: Flask) -> list[str]:
    with app.app_context():
        return list(database.session().scalars(sa.select(Response.answers)))


def test_answers_sent_after_the_session_ended_come_back_and_are_kept_after_signing_in(console_app: Flask) -> None:
    officer, fields = _officer_in_interview(console_app)
    officer.client.delete_cookie("session")
    back = officer.client.post("/field/cases/1/answer", data=fields)
    returned = _hidden(back.text)
    too_early = officer.client.post("/field/cases/1/answer", data=returned)
    assert back.status_code == too_early.status_code == 400
    assert returned == _hidden(too_early.text) == {name: fields[name] for name in fields if name != "csrf_token"}
    assert re.search(r'href="/login\?next=/field/cases/1[^"]*" target="_blank"', back.text)
    assert "?lang=en" not in back.text  # No link may lead away from the answers.

    officer.post("/login", email="officer@example.vn", password=PASSWORD)
    form = officer.client.post("/field/cases/1/answer", data=returned)
    assert "dòng sau</textarea>" in form.text
    assert _kept(console_app) == []
    again = {**ANSWERS, "csrf_token": csrf_in(form.text), "token": token_in(form.text)}
    assert officer.client.post("/field/cases/1/answer", data=again).status_code == 303
    assert "dòng sau" in _kept(console_app)[0]


def test_a_session_that_an_administrator_ended_loses_nothing_either(console_app: Flask) -> None:
    """There the CSRF token still fits."""
    officer, fields = _officer_in_interview(console_app)
    with console_app.app_context():
        accounts.set_password(
            database.session(), accounts.find_user(database.session(), "officer@example.vn"), "một mật khẩu mới"
        )
        database.session().commit()
    back = officer.client.post("/field/cases/1/answer", data=fields)

    assert back.status_code == 403
    assert _hidden(back.text)["comment"] == ANSWERS["comment"]


def test_whoever_signed_in_anew_beside_sees_the_form_filled(console_app: Flask) -> None:
    officer, fields = _officer_in_interview(console_app)
    form = officer.client.post("/field/cases/1/answer", data={**fields, "csrf_token": "of the former session"})

    assert form.status_code == 400
    assert "dòng sau</textarea>" in form.text
    assert 'name="csrf_token"' in form.text


def test_another_officer_gets_no_case_and_the_answers_stay_on_the_page(console_app: Flask) -> None:
    _officer, fields = _officer_in_interview(console_app)
    make_staff(console_app, "officer", "other@example.vn")
    other = Staff(console_app, "other@example.vn")
    back = other.client.post("/field/cases/1/answer", data=fields)

    assert _hidden(back.text)["comment"] == ANSWERS["comment"]
    assert "Thọ Hải" not in back.text


def test_an_interview_may_take_longer_than_an_hour(console_app: Flask) -> None:
    assert console_app.config["WTF_CSRF_TIME_LIMIT"] is None
