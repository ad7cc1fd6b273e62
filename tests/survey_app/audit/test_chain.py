"""The chain of the audit: whole under many writers, closed to changes, and found broken where somebody managed one."""

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from survey_app import database
from survey_app.audit import chain
from survey_app.audit.chain import Deed
from survey_app.clock import utc_now
from survey_app.config import Settings
from survey_app.doctor import examine
from survey_app.models import AuditEntry


def _deed(thing: str = "sipas-2026") -> Deed:
    return Deed(utc_now(), None, "an@example.vn", "10.0.0.7", "manage.edit_survey", thing, "~survey 1 (target)")


def _fill(session: Session, count: int) -> None:
    database.writing(session)
    for number in range(count):
        chain.append(session, _deed(f"thing {number}"))
    session.commit()


def test_many_who_write_at_once_leave_one_chain(app_on_any_database: Flask) -> None:
    engine, rounds, writers = database.engine(), 15, 4

    def write() -> None:
        for _round in range(rounds):
            with Session(engine) as session:
                chain.append(database.writing(session), _deed())
                session.commit()

    threads = [threading.Thread(target=write) for _ in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    looked = chain.look_through(database.session())

    assert (looked.entries, looked.broken) == (rounds * writers, None)


def test_a_deed_that_is_undone_leaves_neither_entry_nor_hole(app_on_any_database: Flask) -> None:
    session = database.session()
    _fill(session, 2)
    chain.append(database.writing(session), _deed())
    session.rollback()
    _fill(session, 1)

    assert chain.look_through(session).entries == 3


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET who = 'x'", "DELETE FROM audit_entry"])
def test_the_database_refuses_to_change_or_delete_an_entry(app_on_any_database: Flask, statement: str) -> None:
    session = database.session()
    _fill(session, 1)

    with pytest.raises(sa.exc.DBAPIError, match="only added to"):
        session.execute(sa.text(statement))


def _without_guard(session: Session, change: Callable[[Session], object]) -> None:
    """What somebody with all rights over the database can do."""
    if session.get_bind().dialect.name == "sqlite":
        for name in ("UPDATE", "DELETE"):
            session.execute(sa.text(f"DROP TRIGGER audit_entry_{name}"))
    else:
        session.execute(sa.text("ALTER TABLE audit_entry DISABLE TRIGGER ALL"))
    change(session)
    session.commit()


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ("UPDATE audit_entry SET who = 'somebody else' WHERE number = 3", 3),
        ("UPDATE audit_entry SET address = '' WHERE number = 1", 1),
        ("DELETE FROM audit_entry WHERE number = 4", 4),
        ("DELETE FROM audit_entry WHERE number = 1", 1),
    ],
)
def test_the_first_broken_entry_is_named(app_on_any_database: Flask, change: str, broken: int) -> None:
    session = database.session()
    _fill(session, 6)
    _without_guard(session, lambda session: session.execute(sa.text(change)))

    assert chain.look_through(session).broken == broken


def test_doctor_names_it_and_fails(app: Flask) -> None:
    session, settings = database.session(), app.config["SETTINGS"]
    _fill(session, 3)
    assert _said(settings) == "ok"
    session.execute(sa.text("DROP TRIGGER audit_entry_DELETE"))
    session.execute(sa.delete(AuditEntry).where(AuditEntry.number == 2))
    session.commit()

    assert _said(settings) == "fail"
    assert any("Entry 2 is missing" in check.message for check in examine(settings, utc_now()))


def _said(settings: Settings) -> str:
    return next(check.state for check in examine(settings, utc_now()) if check.name == "audit")
