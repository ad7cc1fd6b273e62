"""What was read of the database holds until somebody writes, and not a moment longer."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from survey_app import database
from survey_app.models import Unit
from survey_app.publishing import quiet
from tests import factories


def _ask(asked: list[int]) -> str:
    def count(session: Session) -> str:
        asked.append(1)
        return str(session.scalar(sa.select(sa.func.count(Unit.id))))

    return quiet.once(database.session(), "units", count)


def _at_rest(app: Flask) -> None:
    """The files as they are some seconds after the last write."""
    url = app.extensions["engine"].url
    if url.database and url.get_backend_name() == "sqlite":
        for file in Path(url.database).parent.glob(f"{Path(url.database).name}*"):
            stat = file.stat()
            os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns - 5_000_000_000))


def test_nobody_asks_twice_while_nobody_writes(app_on_any_database: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    session = database.session()
    factories.make_unit(session)
    session.commit()
    _at_rest(app_on_any_database)
    first = [_ask(asked), _ask(asked)]
    factories.make_unit(session, "15523")
    session.commit()
    second = _ask(asked)

    assert (first, second) == (["1", "1"], "2")
    assert 2 <= len(asked) <= 3  # PostgreSQL may write of itself, and then is asked again.


def test_a_file_that_was_just_written_is_not_believed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    session = database.session()
    factories.make_unit(session)
    session.commit()
    path = str(app.extensions["engine"].url.database)
    written = max(Path(name).stat().st_mtime_ns for name in (path, f"{path}-wal"))
    counts = []
    for rest in (0, quiet.REST - 1, quiet.REST, quiet.REST + 1):
        monkeypatch.setattr(quiet, "time", SimpleNamespace(time_ns=lambda rest=rest: written + rest))
        assert _ask(asked) == "1"
        counts.append(len(asked))

    assert counts == [1, 2, 3, 3]
