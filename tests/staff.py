"""Somebody of the staff at the console: signs in through the page, reads forms as a browser does."""

import re
from html import unescape
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey_app import accounts, database
from tests import factories

PASSWORD = "một mật khẩu dài"


def make_staff(app: Flask, role: str, email: str = "") -> int:
    """An account that can sign in; returns its id."""
    with app.app_context():
        session = database.session()
        user = accounts.add_user(session, email or f"{role}@example.vn", PASSWORD, (role,) if role else ())
        session.commit()
        return user.id


class Staff:
    """A signed-in person with a browser without script."""

    def __init__(self, app: Flask, email: str, password: str = PASSWORD) -> None:
        app.config["CLOCK"] = lambda: factories.NOON
        self.client: FlaskClient = app.test_client()
        self.signed_in = self.post("/login", email=email, password=password)

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, buffered=True)

    def post(self, path: str, *, form_on: str = "", follow: bool = False, **fields: Any) -> TestResponse:
        """Posts with the CSRF token that a page of the session shows."""
        page = self.client.get(form_on or ("/login" if path == "/login" else "/start"), follow_redirects=True)
        return self.client.post(path, data={"csrf_token": csrf_in(page.text), **fields}, follow_redirects=follow)


def csrf_in(html: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]*)"', html)
    assert found, html
    return unescape(found[1])


def signed_in(app: Flask, role: str) -> Staff:
    make_staff(app, role)
    staff = Staff(app, f"{role}@example.vn")
    assert staff.signed_in.status_code == 302, staff.signed_in.text
    return staff
