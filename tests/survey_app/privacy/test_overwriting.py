"""After a deletion the files of PostgreSQL are written anew; while somebody looks at what was before, that is said."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from benchmarks.site import ROOT
from survey_app import database
from survey_app.models import Response, Wave
from tests import staff
from tests.conftest import make_app, new_postgres_database
from tests.survey_app.answer.conftest import make_open_point
from tests.survey_app.privacy import test_retention

PATH = "/manage/waves/sipas-2026-dot-1/retention"


@pytest.fixture
def due(tmp_path: Path, postgres_server: str) -> Iterator[Flask]:
    """A wave of years ago, with everything that can be due."""
    (tmp_path / "instance").mkdir()
    app = make_app(tmp_path / "instance", new_postgres_database(postgres_server))
    make_open_point(app)
    with Session(app.extensions["engine"]) as session:
        test_retention._plant(session, app.config["SETTINGS"])
        session.execute(sa.update(Wave).values(opens_on=date(2020, 1, 1), closes_on=date(2020, 1, 31)))
        session.commit()
    yield app
    app.extensions["engine"].dispose()


def _file(app: Flask) -> int:
    """In which file the responses lie."""
    with app.extensions["engine"].connect() as connection:
        found = connection.scalar(sa.text("SELECT pg_relation_filenode('response')"))
    assert isinstance(found, int)
    return found


def _delete(app: Flask) -> "subprocess.CompletedProcess[str]":
    settings = app.config["SETTINGS"]
    own = {"INSTANCE": str(settings.instance), "DATABASE_URL": settings.database_url, "TOKEN_KEY": settings.token_key}
    command = [sys.executable, "-m", "survey_app", "retention", "--delete", "--yes"]
    return subprocess.run(command, env=os.environ | own, cwd=ROOT, capture_output=True, text=True, timeout=120)


@contextmanager
def _somebody(app: Flask, sql: str, level: str = "READ COMMITTED") -> Iterator[None]:
    engine = database.make_engine(app.config["SETTINGS"].database_url)
    with engine.connect().execution_options(isolation_level=level) as connection:
        connection.exec_driver_sql(sql)
        yield
    engine.dispose()


def test_the_command_ends_and_writes_the_files_anew_also_where_nothing_is_due(due: Flask) -> None:
    before = _file(due)
    first = _delete(due)
    between = _file(due)
    second = _delete(due)

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert "sipas-2026-dot-1: deleted, protocol 1" in first.stdout
    assert "Nothing is due" in second.stdout
    assert len({before, between, _file(due)}) == 3
    assert test_retention.there(due) == []


def test_whoever_looks_at_what_was_before_is_waited_for_and_hinders_nobody_else(due: Flask) -> None:
    engine = due.extensions["engine"]
    with _somebody(due, "SELECT count(*) FROM wave", "REPEATABLE READ"):
        with pytest.raises(database.NotRewritten):
            database.overwrite(engine, tries=1)
        with Session(engine) as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(Response)) == 3
    before = _file(due)
    database.overwrite(engine, tries=1)

    assert _file(due) != before


def test_a_lock_is_not_waited_for_as_long_as_those_who_serve_wait(due: Flask) -> None:
    with _somebody(due, "LOCK TABLE account IN ACCESS SHARE MODE"), pytest.raises(database.NotRewritten):
        database.overwrite(due.extensions["engine"], tries=1)


def test_what_cuts_off_those_who_serve_does_not_cut_this_off(due: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "SERVING", {"options": "-c statement_timeout=20"})
    serving = database.make_engine(due.config["SETTINGS"].database_url, serving=True)
    before = _file(due)
    database.overwrite(serving, tries=1)
    serving.dispose()

    assert _file(due) != before


def test_the_page_says_what_is_left_to_do(due: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "overwrite", partial(database.overwrite, tries=1))
    manager = staff.signed_in(due, "manager")
    with _somebody(due, "SELECT count(*) FROM wave", "REPEATABLE READ"):
        done = manager.post(f"{PATH}/delete", sure="1", follow=True)

    assert done.status_code == 200
    assert "hailong retention --delete" in done.text
    assert "Chữ ký của cơ quan" in done.text
