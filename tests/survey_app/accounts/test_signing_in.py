"""Accounts: signing in and out, and what must not outlive either."""

import re
import unicodedata
from datetime import date, datetime, timedelta
from html import unescape

import pytest
import sqlalchemy as sa
from flask import Flask
from werkzeug.test import TestResponse

from survey_app import accounts, database
from survey_app.accounts import sessions
from survey_app.clock import local_day, utc_now
from survey_app.models import StaffSession, User
from tests.staff import PASSWORD, Staff, csrf_in, make_staff, signed_in


def test_everybody_arrives_where_the_day_begins(console_app: Flask) -> None:
    roles = ("manager", "officer", "analyst", "administrator")
    arrived = {role: signed_in(console_app, role).get("/start").location for role in roles}

    places = {"manager": "/manage/surveys", "officer": "/field/cases", "analyst": "/results/"}
    assert arrived == {**places, "administrator": "/accounts/"}


def test_the_language_of_the_sign_in_stays(console_app: Flask) -> None:
    make_staff(console_app, "manager")
    fields = {"email": "manager@example.vn", "password": PASSWORD}
    shown = {}
    for address in ("/login?lang=en", "/login", "/login?lang=vi"):  # One that asks for none changes nothing.
        client = console_app.test_client()
        page = client.get(address).text
        action = unescape(re.findall(r'<form method="post" action="([^"]*)', page)[-1])
        client.post(action, data={"csrf_token": csrf_in(page), **fields})
        shown[address] = re.findall(r'<html lang="(..)"', client.get("/manage/surveys").text)

    assert shown == {"/login?lang=en": ["en"], "/login": ["en"], "/login?lang=vi": ["vi"]}


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
        accounts.deactivate(session, accounts.find_user(session, "MANAGER@example.vn"), utc_now())
        session.commit()

    assert "/login" in manager.get("/manage/surveys").location
    assert "/login" in Staff(console_app, "manager@example.vn").get("/manage/surveys").location


def test_a_new_password_replaces_the_old_one_and_ends_its_sessions(console_app: Flask) -> None:
    manager = signed_in(console_app, "manager")
    with console_app.app_context():
        session = database.session()
        accounts.set_password(session, accounts.find_user(session, "manager@example.vn"), "một mật khẩu mới")
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
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:1", "/manage/units\r\nX: 1", "//[", ""],
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

    assert response.location == "/start"  # And nothing is said of it: the password was right.


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "", "javascript:1"])
def test_a_link_that_would_lead_on_elsewhere_is_as_one_without(console_app: Flask, elsewhere: str) -> None:
    client = console_app.test_client()
    query = {"next": elsewhere, "lang": "en"}
    asked, plain = client.get("/login", query_string=query).text, client.get("/login?lang=en").text

    assert _without(asked, "") == _without(plain, "")


@pytest.mark.parametrize("path", ["/p/AAAAAAA", "/nowhere"])
def test_a_way_on_that_is_no_address_breaks_no_page(console_app: Flask, path: str) -> None:
    console_app.config["PROPAGATE_EXCEPTIONS"] = False

    assert console_app.test_client().get(f"{path}?next=//[").status_code == 404


def test_signing_out_in_one_browser_leaves_the_others(console_app: Flask) -> None:
    first = signed_in(console_app, "manager")
    second = Staff(console_app, "manager@example.vn")
    first.post("/logout")

    assert "/login" in first.get("/manage/surveys").location
    assert second.get("/manage/surveys").status_code == 200


def test_a_session_ends_after_half_a_day_however_busy_it_was(console_app: Flask) -> None:
    manager = signed_in(console_app, "manager")
    _set_back(console_app, begun_at=utc_now() - sessions.LONGEST - timedelta(minutes=1))

    assert "/login" in manager.get("/manage/surveys").location


def test_a_cookie_that_says_it_is_fresh_does_not_keep_an_idle_session(console_app: Flask) -> None:
    """The server knows itself when somebody was last here."""
    manager = signed_in(console_app, "manager")
    _set_back(console_app, seen_at=utc_now() - timedelta(hours=3))

    assert "/login" in manager.get("/manage/surveys").location


def test_when_somebody_was_last_here_is_noted(console_app: Flask) -> None:
    manager, earlier = signed_in(console_app, "manager"), utc_now() - timedelta(hours=1)
    _set_back(console_app, seen_at=earlier)
    manager.get("/manage/surveys")
    with console_app.app_context():
        seen_at = database.session().scalars(sa.select(StaffSession.seen_at)).one()

    assert seen_at > earlier + timedelta(minutes=59)


def _set_back(app: Flask, **times: datetime) -> None:
    with app.app_context():
        database.session().execute(sa.update(StaffSession).values(times))
        database.session().commit()


def test_the_database_holds_nothing_with_which_a_session_goes_on(console_app: Flask) -> None:
    manager = signed_in(console_app, "manager")
    with manager.client.session_transaction() as cookie, console_app.app_context():
        kept = database.session().scalars(sa.select(StaffSession)).one()

        assert cookie["key"] not in (kept.key_hash, kept.address, kept.browser)
        assert len(cookie["key"]) >= 40


def test_no_token_in_a_header_signs_anybody_in(console_app: Flask) -> None:
    """Flask-Security would give one to whoever signs in as a program, and it would outlive every session."""
    make_staff(console_app, "manager")
    with console_app.test_request_context():
        token = accounts.find_user(database.session(), "manager@example.vn").get_auth_token()

    asked = console_app.test_client().get("/manage/surveys", headers={"Authentication-Token": token})
    assert asked.status_code == 302


def test_an_account_is_open_until_the_end_of_its_last_day(console_app: Flask) -> None:
    manager, today = signed_in(console_app, "manager"), local_day(utc_now())
    assert _with_last_day(console_app, today).get("/manage/surveys").status_code == 200
    assert "/login" in _with_last_day(console_app, today - timedelta(days=1)).get("/manage/surveys").location
    assert "/login" in manager.get("/manage/surveys").location


def _with_last_day(app: Flask, day: date) -> Staff:
    with app.app_context():
        database.session().execute(sa.update(User).values(ends_on=day))
        database.session().commit()
    return Staff(app, "manager@example.vn")


@pytest.mark.parametrize("password", ["password123", "1234567890", "matkhau123456", "hailong2026"])
def test_a_password_that_is_tried_first_is_refused(console_app: Flask, password: str) -> None:
    with console_app.app_context(), pytest.raises(ValueError, match="tried first"):
        accounts.add_user(database.session(), "manager@example.vn", password, ("officer",))


def test_a_password_is_hashed_with_argon2(app: Flask) -> None:
    user = accounts.add_user(database.session(), "an@example.vn", PASSWORD, ("officer",))

    assert str(user.password).startswith("$argon2id$")


def test_a_new_password_of_ones_own_ends_the_other_sessions(console_app: Flask) -> None:
    here = signed_in(console_app, "manager")
    elsewhere = Staff(console_app, "manager@example.vn")
    wrong, weak = _change(here, "not it", "một câu dài khác"), _change(here, PASSWORD, "password123")
    assert elsewhere.get("/account/").status_code == 200
    changed = _change(here, PASSWORD, "một câu dài khác")

    assert "Mật khẩu không đúng" in wrong.text
    assert "thử trước tiên" in weak.text
    assert changed.location == "/account/?changed=1"
    assert here.get("/account/").status_code == 200
    assert "/login" in elsewhere.get("/account/").location
    assert Staff(console_app, "manager@example.vn", "một câu dài khác").signed_in.status_code == 302


def _change(person: Staff, old: str, new: str) -> TestResponse:
    form = "/account/password"
    return person.post(form, form_on=form, password=old, new_password=new, new_password_confirm=new)


def test_sessions_that_are_over_go_when_anybody_signs_in(console_app: Flask) -> None:
    signed_in(console_app, "analyst")
    with console_app.app_context():
        session = database.session()
        session.execute(sa.update(StaffSession).values(begun_at=utc_now() - timedelta(hours=13)))
        session.commit()
    officer = signed_in(console_app, "officer")
    with console_app.app_context():
        left = list(database.session().scalars(sa.select(StaffSession.account_id)))

    assert len(left) == 1
    assert officer.get("/account/").status_code == 200
