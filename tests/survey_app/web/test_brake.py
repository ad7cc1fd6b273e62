"""Guessing passwords is slowed down by account and address together; nobody else waits."""

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey_app import database
from tests import factories
from tests.staff import PASSWORD, csrf_in, make_staff

HALL, HOME = "203.0.113.7", "198.51.100.9"


def _sign_in(
    client: FlaskClient, password: str, address: str = HALL, role: str = "manager", lang: str = "vi"
) -> TestResponse:
    fields = {"csrf_token": csrf_in(client.get("/login").text), "email": f"{role}@example.vn", "password": password}
    return client.post(f"/login?lang={lang}", data=fields, environ_base={"REMOTE_ADDR": address})


def test_ten_wrong_passwords_make_the_account_wait_at_this_address_only(console_app: Flask) -> None:
    for role in ("manager", "officer"):
        make_staff(console_app, role)
    with console_app.app_context():
        factories.make_point(database.session(), code="K7QF3MX")
        database.session().commit()
    client = console_app.test_client()
    tries = [_sign_in(client, "wrong").status_code for _ in range(10)]
    right = _sign_in(client, PASSWORD)

    assert tries == [200] * 10
    assert right.status_code == 429
    assert "đợi mười phút" in right.text
    assert "Wait ten minutes" in _sign_in(client, PASSWORD, lang="en").text
    assert client.get("/p/K7QF3MX", environ_base={"REMOTE_ADDR": HALL}).status_code == 200
    assert _sign_in(console_app.test_client(), PASSWORD, role="officer").status_code == 302
    assert _sign_in(console_app.test_client(), PASSWORD, HOME).status_code == 302


def test_right_passwords_use_up_nothing(console_app: Flask) -> None:
    make_staff(console_app, "manager")

    assert [_sign_in(console_app.test_client(), PASSWORD).status_code for _ in range(11)] == [302] * 11
