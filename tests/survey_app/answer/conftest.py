"""A point that is open at noon of the day on which all these tests take place, and a person who fills in its form."""

import gzip
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from survey_app import database
from tests import factories
from tests.conftest import make_app

CODE = "K7QF3MX"
GOOD = {"respondent_type": "citizen", "A1.1": "4", "A2.1": "5", "N7": "no", "comment": "Cán bộ rất tận tình."}


class Citizen:
    """Somebody who opens the form of a point and sends it, as a browser without script does."""

    def __init__(self, client: FlaskClient, code: str = CODE) -> None:
        self.client, self.path = client, f"/p/{code}"

    def open(self, language: str = "vi") -> str:
        response = self.client.get(f"{self.path}?lang={language}")
        assert response.status_code == 200, response.text
        return token_in(response.text)

    def send(
        self, token: str, answers: Mapping[str, str | Sequence[str]] = GOOD, language: str = "vi", **own: str
    ) -> TestResponse:
        return self.client.post(f"{self.path}?lang={language}", data={"token": token, **answers, **own})


def token_in(html: str) -> str:
    found = re.search(r'name="token" value="([^"]*)"', html)
    assert found, html
    return unescape(found[1])


def make_open_point(app: Flask, instrument: str = "sipas2017", code: str = CODE, **wave: Any) -> None:
    """On the day of `factories.NOON`, which becomes the application's clock."""
    app.config["CLOCK"] = lambda: factories.NOON
    with app.app_context():
        session = database.session()
        factories.make_point(session, wave=factories.make_wave(session, instrument, **wave), code=code)
        session.commit()


def unpack(response: TestResponse) -> str:
    return gzip.decompress(response.data).decode()


@pytest.fixture
def open_app(tmp_path: Path) -> Iterator[Flask]:
    app = make_app(tmp_path, f"sqlite:///{tmp_path / 'test.sqlite'}")
    make_open_point(app)
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture
def citizen(open_app: Flask) -> Citizen:
    return Citizen(open_app.test_client())


@pytest.fixture
def citizen_on_any_database(app_on_any_database: Flask) -> Citizen:
    make_open_point(app_on_any_database)
    return Citizen(app_on_any_database.test_client())


@pytest.fixture
def stored(open_app: Flask) -> Callable[[Any], list[Any]]:
    """The rows of a table, as they are now."""

    def rows(model: Any) -> list[Any]:
        with open_app.app_context():
            return list(database.session().query(model))

    return rows
