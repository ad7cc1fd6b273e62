"""Runs the migrations on the database or connection that `survey_app.database` names; not called by hand."""

import sqlalchemy as sa
from alembic import context

from survey_app.database import MIGRATION_WAITS, make_engine, one_at_a_time
from survey_app.models import Base
from survey_app.models.base import Instant


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """Migrations name plain column types only: they must still run when our own types have changed."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Instant) else False


def run(connection: sa.Connection) -> None:
    # SQLite changes a table by making it anew: batch mode does that, and only while nothing refers to the old one.
    context.configure(
        connection=connection, target_metadata=Base.metadata, render_as_batch=True, render_item=render_item
    )
    with context.begin_transaction():
        context.run_migrations()


def wait_not_for_long(connection: sa.Connection) -> None:
    """For the tables of the site, as all others wait behind."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{MIGRATION_WAITS}'")


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = make_engine(context.config.attributes["url"])
    try:
        with engine.connect() as connection:
            one_at_a_time(connection)
            wait_not_for_long(connection)
            run(connection)
            connection.commit()
    finally:
        engine.dispose()
