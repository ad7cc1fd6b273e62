"""Runs the migrations on the database or connection that `survey_app.database` names; not called by hand."""

import sqlalchemy as sa
from alembic import context

from survey_app.database import make_engine
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


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = make_engine(context.config.attributes["url"])
    with engine.connect() as connection:
        run(connection)
        connection.commit()
    engine.dispose()
