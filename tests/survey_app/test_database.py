"""The database: migrations, constraints, instants; each on SQLite and on PostgreSQL."""

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask

from survey_app import database
from survey_app.models import Base


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
