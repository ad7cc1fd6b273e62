"""What a server process believes for a second: points that exist, and no longer than that."""

from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from survey_app import database
from survey_app.answer import lookup, views
from tests.factories import make_point


def test_a_found_point_is_believed_for_a_second(session: Session, app: Flask) -> None:
    code = make_point(session).code
    session.commit()
    recent = lookup.Recent()
    with database.looking() as connection:
        found = recent.keep(lookup.find(connection, code), now=100.0)

    assert found is not None
    assert recent.get(code, now=100.9) is found
    assert recent.get(code, now=101.0) is None


def test_a_code_that_nobody_has_fills_no_memory(session: Session, app: Flask) -> None:
    recent = lookup.Recent()
    with database.looking() as connection:
        found = recent.keep(lookup.find(connection, "NOBODY2"), now=100.0)

    assert found is None
    assert recent.get("NOBODY2", now=100.0) is None


def test_a_server_asks_the_database_once_a_second_for_a_point(
    session: Session, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = make_point(session).code
    session.commit()
    app.testing = False
    asked: list[str] = []
    sa.event.listen(database.engine(), "before_cursor_execute", lambda _c, _cursor, text, *_more: asked.append(text))
    client = app.test_client()
    counts = []
    for now in (100.0, 100.5, 100.9, 101.0, 101.5):
        monkeypatch.setattr(views, "time", SimpleNamespace(monotonic=lambda now=now: now))
        client.get(f"/p/{code}")
        counts.append(sum("collection_point" in text for text in asked))

    assert counts == [1, 1, 1, 2, 2]
