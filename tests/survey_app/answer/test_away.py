"""When the database is down, locked or the program fails, the citizen's answers come back on a page."""

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from survey_app import database, responses
from survey_app.models import Response
from tests.survey_app.answer.conftest import GOOD, Citizen

Rows = Callable[[Any], list[Any]]


def test_a_locked_database_gives_the_answers_back(
    open_app: Flask, citizen: Citizen, stored: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0)
    token = citizen.open()
    with sqlite3.connect(open_app.extensions["engine"].url.database, isolation_level=None) as other:
        sa.event.listen(open_app.extensions["engine"], "checkout", lambda c, *_: c.execute("PRAGMA busy_timeout=10"))
        other.execute("BEGIN IMMEDIATE")
        response = citizen.send(token)
        other.execute("ROLLBACK")
    other.close()

    assert response.status_code == 503
    assert "Retry-After" in response.headers
    for name, value in {"token": token, **GOOD}.items():
        assert f'name="{name}" value="{value}"' in response.text
    assert stored(Response) == []
    assert citizen.send(token).status_code == 303


def test_a_missing_database_gives_the_answers_back(
    open_app: Flask, citizen: Citizen, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = citizen.open()
    gone = database.make_engine("sqlite:////nonexistent/folder/gone.sqlite")
    monkeypatch.setitem(open_app.extensions, "engine", gone)

    sent, opened = citizen.send(token), citizen.client.get(citizen.path)

    assert sent.status_code == 503
    assert 'name="A1.1" value="4"' in sent.text
    assert opened.status_code == 503
    gone.dispose()


def test_a_fault_of_ours_gives_the_answers_back_and_logs_none_of_them(
    open_app: Flask,
    citizen: Citizen,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a fault of ours")

    token = citizen.open()
    open_app.config["PROPAGATE_EXCEPTIONS"] = False
    monkeypatch.setattr(responses, "store", fail)

    response = citizen.send(token)

    assert response.status_code == 500
    assert 'name="A1.1" value="4"' in response.text
    assert "tận tình" not in caplog.text + "".join(capsys.readouterr())


def test_a_database_that_restarted_costs_nobody_an_answer(
    app_on_any_database: Flask, citizen_on_any_database: Citizen
) -> None:
    citizen = citizen_on_any_database
    token = citizen.open()
    database.session().close()
    engine = app_on_any_database.extensions["engine"]
    if engine.dialect.name == "postgresql":
        other = database.make_engine(engine.url.render_as_string(hide_password=False))
        with other.connect() as connection:
            others = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            connection.exec_driver_sql(f"{others} WHERE datname = current_database() AND pid <> pg_backend_pid()")
        other.dispose()

    assert citizen.send(token).status_code == 303
