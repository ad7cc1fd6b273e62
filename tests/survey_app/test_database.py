"""The database: migrations, constraints, instants; each on SQLite and on PostgreSQL."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from sqlalchemy.orm import Session

from questionnaires import loader
from questionnaires.answers import Answers
from survey_app import accounts, database
from survey_app.models import Base, CaseOfficer, Device, Publication, PublicationReply, Response, Role
from tests import factories, filled
from tests.conftest import new_postgres_database
from tests.survey_app.test_extract import make_response


def test_migrations_make_what_the_models_say(app_on_any_database: Flask) -> None:
    with database.engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)

    assert differences == []


def test_migrations_go_down_and_up_again(any_database_url: str) -> None:
    database.upgrade(any_database_url)
    database.downgrade(any_database_url, "base")
    engine = database.make_engine(any_database_url)
    left = set(sa.inspect(engine).get_table_names())
    database.upgrade(any_database_url)
    again = set(sa.inspect(engine).get_table_names())
    engine.dispose()

    assert left == {"alembic_version"}
    assert {"response", "wave", "unit"} <= again


def test_a_filled_publication_goes_down_and_up_again(any_database_url: str) -> None:
    """Two of one folder, the first dropped, the second a correction that was dropped, too, with a reply."""
    database.upgrade(any_database_url)
    engine = database.make_engine(any_database_url)
    with Session(engine) as session:
        survey, user = factories.make_survey(session), factories.make_user(session)
        made = {"survey_id": survey.id, "release_hash": "0", "extract_hash": "0", "frozen_at": factories.NOON}
        made |= {"made_by_id": user.id, "state": "dropped", "dropped_by_id": user.id, "dropped_at": factories.NOON}
        first = Publication(number=1, release="a-1", drop_reason="nhầm đợt", **made)
        session.add(first)
        session.flush()
        again = {"corrects_id": first.id, "correction": "Sai.\n\nHai.", "drop_reason": "thôi"}
        second = Publication(number=2, release="a-1", **again, **made)
        second.replies = [PublicationReply(office="A", text="Có.", received_on=factories.NOON.date(), by_id=user.id)]
        session.add(second)
        session.commit()
    asked = sa.text("SELECT release, corrects_id, correction FROM publication ORDER BY id")
    database.downgrade(any_database_url, "0008")
    with engine.connect() as connection:
        old = [tuple(row) for row in connection.execute(asked)]
        columns = {column["name"] for column in sa.inspect(connection).get_columns("publication")}
    database.upgrade(any_database_url)
    with engine.connect() as connection:
        new = [tuple(row) for row in connection.execute(asked)]
        reasons = list(connection.scalars(sa.text("SELECT drop_reason FROM publication ORDER BY id")))
        replies = connection.scalar(sa.text("SELECT count(*) FROM publication_reply WHERE publication_id = 2"))
        both = {check["name"] for check in sa.inspect(connection).get_check_constraints("publication")}
    engine.dispose()

    assert old == [("a-1.1", None, "nhầm đợt"), ("a-1", 1, "Sai.\n\nHai.\n\nthôi")]
    assert not columns & {"drop_reason", "shown_by_id", "made_at"}
    assert (new, reasons) == ([("a-1.1", None, ""), ("a-1", 1, "Sai.\n\nHai.")], ["nhầm đợt", "thôi"])
    assert replies == 1
    assert {"ck_publication_two_people", "ck_publication_dropped_says_why", "ck_publication_state"} <= both


def test_every_migration_goes_down_and_up_again_on_a_filled_database(any_database_url: str) -> None:
    """Step by step: what both revisions have keeps its rows, and what goes down comes up again."""
    database.upgrade(any_database_url)
    engine = database.make_engine(any_database_url)
    with Session(engine) as session:
        filled.fill(session)
        filled.assert_every_table_is_filled(session.connection())
    for below in reversed([f"{number:04}" for number in range(1, _newest())]):
        before = _counted(engine)
        database.downgrade(any_database_url, below)
        down = _counted(engine)
        database.upgrade(any_database_url, f"{int(below) + 1:04}")
        again = _counted(engine)
        database.downgrade(any_database_url, below)

        assert down == {name: count for name, count in before.items() if name in down}, below
        assert {name: again[name] for name in down} == down, below
        assert set(again) == set(before), below
    database.upgrade(any_database_url)
    with engine.connect() as connection:
        kept = filled.counts(connection)
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
        said = set(connection.scalars(sa.select(Response.answers)))
    engine.dispose()

    assert (kept["response"], kept["wave"], kept["account"]) == (3, 1, 2)
    assert differences == []
    assert all(filled.TEXT[:10] in text for text in said)


def test_a_migration_waits_for_nobody_for_long_and_changes_nothing_then(
    postgres_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "MIGRATION_WAITS", "300ms")
    url = new_postgres_database(postgres_server)
    database.downgrade(url, f"{_newest() - 1:04}")
    engine = database.make_engine(url)
    with engine.connect() as connection:
        connection.exec_driver_sql("LOCK TABLE alembic_version IN SHARE MODE")
        with pytest.raises(database.InUse, match="hailong init"):
            database.upgrade(url)
    assert database.pending(engine)
    database.upgrade(url)
    assert not database.pending(engine)
    engine.dispose()


def test_two_that_migrate_at_once_come_one_after_the_other(postgres_server: str, tmp_path: Path) -> None:
    url = new_postgres_database(postgres_server, empty=True)
    own = {"INSTANCE": str(tmp_path), "DATABASE_URL": url}
    command = [sys.executable, "-m", "survey_app", "init"]
    both = [subprocess.Popen(command, env=os.environ | own, stdout=subprocess.DEVNULL) for _number in range(2)]

    assert [process.wait(timeout=120) for process in both] == [0, 0]


def test_officers_of_before_keep_their_cases_and_tablets_without_the_role_end(any_database_url: str) -> None:
    database.upgrade(any_database_url)
    engine = database.make_engine(any_database_url)
    with Session(engine) as session:
        accounts.add_missing_roles(session)
        an, binh = (factories.make_user(session, f"{name}@example.vn") for name in ("an", "binh"))
        an.roles = list(session.scalars(sa.select(Role).where(Role.name == "officer")))
        wave, unit = factories.make_wave(session), factories.make_unit(session)
        for number, officer in enumerate((an.id, binh.id, None), 1):
            factories.make_case(session, wave, unit, number, officer_id=officer)
        session.add_all(Device(code=f"TABLET0{user.id}", kind="tablet", officer_id=user.id) for user in (an, binh))
        session.commit()
    database.downgrade(any_database_url, "0029")
    database.upgrade(any_database_url)
    with Session(engine) as session:
        held = set(session.execute(sa.select(CaseOfficer.case_id, CaseOfficer.officer_id)).tuples())
        revoked = set(session.execute(sa.select(Device.officer_id, Device.revoked_at.is_not(None))).tuples())
    engine.dispose()

    assert held == {(1, 1), (2, 2)}
    assert revoked == {(1, False), (2, True)}


def test_of_answers_of_before_it_is_found_how_complete_they_are(any_database_url: str) -> None:
    database.upgrade(any_database_url)
    engine, ratings = database.make_engine(any_database_url), loader.load_builtin("sipas2017").ratings
    with Session(engine) as session:
        wave, unit = factories.make_wave(session), factories.make_unit(session)
        for number, answered in enumerate((22, 11, 10), 1):
            case = factories.make_case(session, wave, unit, number, disposition="complete")
            said = Answers(dict.fromkeys(ratings[:answered], 4), dict.fromkeys(ratings[answered:], -1))
            make_response(session, wave, said, unit_id=unit.id, case_id=case.id, mode="tablet")
        point = factories.make_point(session, wave=wave, unit=unit)
        make_response(session, wave, said, unit_id=unit.id, point_id=point.id, mode="qr_open")
        session.commit()
    database.downgrade(any_database_url, "0030")
    database.upgrade(any_database_url)
    with engine.connect() as connection:
        found = dict(connection.execute(sa.select(Response.case_id, Response.completeness)).tuples().all())
    engine.dispose()

    assert found == {1: "complete", 2: "partial", 3: "broken_off", None: None}


def _newest() -> int:
    return len(list((database.MIGRATIONS / "versions").glob("[0-9]*.py")))


def _counted(engine: sa.Engine) -> dict[str, int]:
    with engine.connect() as connection:
        return filled.counts(connection)


def test_commits_on_sqlite_are_durable(app: Flask) -> None:
    with database.engine().connect() as connection:
        journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()

    assert (journal, synchronous) == ("wal", 2)


def test_no_column_can_hold_who_answered(app: Flask) -> None:
    forbidden = {"name", "phone", "email", "address", "ip", "user_agent", "dossier", "created_at", "received_at"}

    for table in ("response", "response_conflict", "case"):
        columns = {column["name"] for column in sa.inspect(database.engine()).get_columns(table)}
        assert columns & forbidden == set()


def test_an_officer_mode_without_a_case_cannot_be_stored(app_on_any_database: Flask) -> None:
    insert = sa.text(
        "INSERT INTO response (id, wave_id, instrument_version_id, unit_id, mode, language, local_day, state,"
        " content_hash, answers) VALUES ('00000000000000000000000000000001', 1, 1, 1, 'tablet', 'vi', '2026-11-23',"
        " 'accepted', '', '')"
    )

    with (
        database.engine().begin() as connection,
        pytest.raises(sa.exc.IntegrityError, match=r"officer_mode|point_or_case"),
    ):
        connection.execute(insert)
