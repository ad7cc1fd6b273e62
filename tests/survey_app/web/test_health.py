"""Ready names what is missing; a database that hangs or is away lets nobody wait for long, and no answer is lost."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from survey_app import create_app, database
from survey_app.web import health
from tests import factories, staff
from tests.conftest import make_settings, new_postgres_database
from tests.survey_app.answer.conftest import GOOD


def test_ready_names_every_cause(console_app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    client = console_app.test_client()
    well = client.get("/health/ready")
    monkeypatch.setattr(health, "LEAST_FREE", 10**18)
    console_app.config["CLOCK"] = lambda: datetime(1970, 1, 1, tzinfo=UTC)
    with console_app.app_context(), database.engine().begin() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")
    ill = client.get("/health/ready")

    assert (well.status_code, well.get_json()["causes"]) == (200, [])
    assert ill.status_code == 503
    assert [cause.partition(":")[0] for cause in ill.get_json()["causes"]] == ["migrations", "disk", "clock"]
    assert client.get("/health/live").status_code == 200


def test_a_database_that_is_away_is_said_to_everybody(tmp_path: Path) -> None:
    app = create_app(make_settings(tmp_path, "postgresql+psycopg://hailong@127.0.0.1:1/nothing"), serving=True)
    client = app.test_client()
    answers = [client.get("/p/K7QF3MX"), client.post("/p/K7QF3MX", data=GOOD)]
    ready = client.get("/health/ready")

    assert [one.status_code for one in answers] == [503] * 2
    assert [one.headers["Retry-After"] for one in answers] == ["30"] * 2
    assert all(value in answers[1].text for value in GOOD.values())
    assert (ready.status_code, ready.get_json()["causes"]) == (503, ["database: OperationalError"])


def test_a_table_that_is_locked_gives_the_answers_back_in_time(
    tmp_path: Path, postgres_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "SERVING", {"options": "-c statement_timeout=15000 -c lock_timeout=300"})
    url = new_postgres_database(postgres_server)
    app = create_app(make_settings(tmp_path, url), serving=True)
    app.config["CLOCK"] = lambda: factories.NOON
    with app.app_context():
        factories.make_point(database.session(), code="K7QF3MX")
        database.session().commit()
    client = app.test_client()
    page = client.get("/p/K7QF3MX").text
    token = page.split('name="token" value="')[1].split('"')[0]
    with app.extensions["engine"].connect() as connection:
        connection.exec_driver_sql("LOCK TABLE response IN ACCESS EXCLUSIVE MODE")
        began = time.monotonic()
        held = client.post("/p/K7QF3MX", data={"token": token, **GOOD})
        took = time.monotonic() - began
        connection.rollback()
    kept = client.post("/p/K7QF3MX", data={"token": token, **GOOD})
    with app.app_context():
        count = database.session().scalar(sa.text("SELECT count(*) FROM response"))
    app.extensions["engine"].dispose()

    assert held.status_code == 503
    assert took < 5
    assert token in held.text
    assert (kept.status_code, count) == (303, 1)
    assert staff.PASSWORD not in held.text


def test_a_full_disk_gives_the_answers_back_and_loses_nothing(console_app: Flask) -> None:
    """SQLite is told that its file may not grow: what it says then is what it says on a full disk."""
    app, most = console_app, [1]  # Less than there is means: not one page more.
    app.config["CLOCK"] = lambda: factories.NOON
    with app.app_context():
        factories.make_point(database.session(), code="K7QF3MX")
        database.session().commit()
        engine = database.engine()

    @sa.event.listens_for(engine, "checkout")
    def limit(connection: Any, *_more: object) -> None:
        connection.execute(f"PRAGMA max_page_count={most[0]}")

    client, status, acknowledged = app.test_client(), 303, 0
    while status == 303 and acknowledged < 200:  # The pages that there are still take some.
        token = client.get("/p/K7QF3MX").text.split('name="token" value="')[1].split('"')[0]
        answer = client.post("/p/K7QF3MX", data={"token": token, **GOOD})
        status = answer.status_code
        acknowledged += status == 303
    most[0] = 10**6
    kept = client.post("/p/K7QF3MX", data={"token": token, **GOOD})
    with engine.connect() as connection:
        count = connection.scalar(sa.text("SELECT count(*) FROM response"))

    assert (status, answer.headers["Retry-After"]) == (503, "30")
    assert token in answer.text
    assert kept.status_code == 303
    assert count == acknowledged + 1
