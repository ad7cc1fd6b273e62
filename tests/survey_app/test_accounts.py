"""Accounts: signing in and out, and what must not outlive either."""

import unicodedata
from datetime import timedelta

import pytest
from flask import Flask

from survey_app import accounts, database
from survey_app.clock import utc_now
from tests.staff import PASSWORD, Staff, csrf_in, make_staff, signed_in


def test_everybody_arrives_where_the_day_begins(console_app: Flask) -> None:
    arrived = {role: signed_in(console_app, role).get("/start").location for role in ("manager", "officer", "analyst")}

    assert arrived == {"manager": "/manage/surveys", "officer": "/field/cases", "analyst": "/results/"}


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(console_app: Flask) -> None:
    make_staff(console_app, "manager")
    wrong = Staff(console_app, "manager@example.vn", "not the password").signed_in
    unknown = Staff(console_app, "nobody@example.vn", "not the password").signed_in

    assert wrong.status_code == unknown.status_code == 200
    assert "không thành công" in wrong.text or "did not succeed" in wrong.text
    assert _without(wrong.text, "manager@") == _without(unknown.text, "nobody@")


def _without(html: str, name: str) -> str:
    return html.replace(csrf_in(html), "").replace(name, "")


def test_the_token_of_before_the_sign_in_is_worth_nothing_after_it(console_app: Flask) -> None:
    """Whoever plants a session of their own into a browser would know that token."""
    make_staff(console_app, "manager")
    client = console_app.test_client()
    planted = csrf_in(client.get("/login").text)
    client.post("/login", data={"csrf_token": planted, "email": "manager@example.vn", "password": PASSWORD})

    assert client.get("/manage/surveys").status_code == 200
    assert client.post("/language", data={"csrf_token": planted, "to": "en"}).status_code == 400


def test_a_cookie_copied_before_signing_out_opens_nothing_afterwards(console_app: Flask) -> None:
    manager = signed_in(console_app, "manager")
    copied = manager.client.get_cookie("session")
    assert copied is not None
    manager.post("/logout")
    thief = console_app.test_client()
    thief.set_cookie("session", copied.value)

    assert "/login" in thief.get("/manage/surveys").location


def test_a_session_ends_when_nothing_is_asked_for_too_long(console_app: Flask) -> None:
    manager = signed_in(console_app, "manager")
    console_app.config["PERMANENT_SESSION_LIFETIME"] = timedelta(seconds=-1)

    assert "/login" in manager.get("/manage/surveys").location


def test_a_deactivated_account_is_out_at_once(console_app: Flask) -> None:
    manager = signed_in(console_app, "manager")
    with console_app.app_context():
        session = database.session()
        accounts.deactivate(session, "MANAGER@example.vn", utc_now())
        session.commit()

    assert "/login" in manager.get("/manage/surveys").location
    assert "/login" in Staff(console_app, "manager@example.vn").get("/manage/surveys").location


def test_a_new_password_replaces_the_old_one_and_ends_its_sessions(console_app: Flask) -> None:
    manager = signed_in(console_app, "manager")
    with console_app.app_context():
        session = database.session()
        accounts.set_password(session, "manager@example.vn", "một mật khẩu mới")
        session.commit()

    assert "/login" in manager.get("/manage/surveys").location
    assert Staff(console_app, "manager@example.vn").signed_in.status_code == 200
    assert Staff(console_app, "manager@example.vn", "một mật khẩu mới").signed_in.status_code == 302


def test_vietnamese_letters_in_a_password_count_whatever_bytes_a_keyboard_sends(console_app: Flask) -> None:
    make_staff(console_app, "manager")
    spelled = [unicodedata.normalize(form, PASSWORD) for form in ("NFC", "NFD")]

    assert spelled[0] != spelled[1]
    for password in spelled:
        assert Staff(console_app, "manager@example.vn", password).signed_in.status_code == 302


@pytest.mark.parametrize("password", ["short", "x" * 129])
def test_a_password_has_ten_to_128_characters(console_app: Flask, password: str) -> None:
    with console_app.app_context(), pytest.raises(ValueError, match="10 to 128"):
        accounts.add_user(database.session(), "an@example.vn", password, ("officer",))


def test_an_address_is_taken_once_in_whatever_case(console_app: Flask) -> None:
    make_staff(console_app, "officer")

    with console_app.app_context(), pytest.raises(ValueError, match="already"):
        accounts.add_user(database.session(), "Officer@example.vn", PASSWORD, ("officer",))


def test_the_language_is_kept_with_the_account(console_app: Flask) -> None:
    manager = signed_in(console_app, "manager")
    back = manager.post("/language", to="en", next="/manage/units")

    assert back.location == "/manage/units"
    assert '<html lang="en">' in manager.get("/manage/units").text
    assert '<html lang="vi">' in manager.get("/manage/units?lang=vi").text


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:1", "/manage/units\r\nX: 1", ""],
)
def test_nobody_is_sent_elsewhere(console_app: Flask, elsewhere: str) -> None:
    manager = signed_in(console_app, "manager")

    assert manager.post("/language", to="en", next=elsewhere).location == "/start"


def test_sign_in_leads_to_no_foreign_address(console_app: Flask) -> None:
    make_staff(console_app, "manager")
    client = console_app.test_client()
    token = csrf_in(client.get("/login").text)
    fields = {"csrf_token": token, "email": "manager@example.vn", "password": PASSWORD}
    response = client.post("/login?next=https://evil.example/", data=fields)

    assert "evil" not in (response.location or "")
