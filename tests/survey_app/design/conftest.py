"""A draft of sipas2017, and two managers who are signed in."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask import Flask

from questionnaires import editing, outline
from survey_app import database
from survey_app.instruments import drafts
from tests import factories
from tests.staff import Staff, make_staff


@pytest.fixture
def lan(console_app: Flask) -> Staff:
    """The manager who edits. Draft 1 is hers."""
    editor = make_staff(console_app, "manager", "lan@example.vn")
    with console_app.app_context():
        session = database.writing(database.session())
        factories.make_draft(session, editor)
        session.commit()
    return in_english(Staff(console_app, "lan@example.vn"))


@pytest.fixture
def minh(console_app: Flask, lan: Staff) -> Staff:
    """Another manager, who has changed nothing yet."""
    make_staff(console_app, "manager", "minh@example.vn")
    return in_english(Staff(console_app, "minh@example.vn"))


@pytest.fixture
def put(console_app: Flask, lan: Staff) -> Callable[[str, dict[str, Any]], None]:
    """Stores a question as if somebody had sent it."""

    def store(code: str, question: dict[str, Any]) -> None:
        with console_app.app_context():
            session = database.writing(database.session())
            data = drafts.content(drafts.find(session, 1))
            seen, editor = outline.question_hash(data, code), drafts.history(session, 1)[0].editor_id
            change = partial(editing.put_question, code=code, question=question)
            drafts.change(session, 1, editor, code, seen, change, factories.NOON)
            session.commit()

    return store


def in_english(staff: Staff) -> Staff:
    staff.post("/language", to="en")
    return staff


@pytest.fixture
def content(console_app: Flask, lan: Staff) -> Callable[[], dict[str, Any]]:
    """What draft 1 says now."""

    def now() -> dict[str, Any]:
        with console_app.app_context():
            return drafts.content(drafts.find(database.session(), 1))

    return now
