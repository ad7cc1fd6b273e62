"""How much of the form the answers of a case fill, kept beside them; and what is counted of a wave, in one index."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

# Written out: of constraints that come with a column, SQLite needs no new table.
COLUMN = """
    ALTER TABLE response ADD COLUMN completeness VARCHAR(10)
    CONSTRAINT ck_response_completeness CHECK (completeness IN ('complete', 'partial', 'broken_off'))
    CONSTRAINT ck_response_completeness_of_a_case CHECK (completeness IS NULL OR case_id IS NOT NULL)
"""
SAID = sa.table(
    "response",
    *(sa.column("id"), sa.column("case_id"), sa.column("instrument_version_id")),
    *(sa.column("answers"), sa.column("completeness")),
)
COUNTS = ("wave_id", "case_id", "batch_id", "unit_id", "mode", "local_day", "state", "void", "completeness")
VERSION = sa.table("instrument_version", sa.column("id"), sa.column("content"))
NOT_ASKED = -2


def upgrade() -> None:
    op.execute(COLUMN)
    connection = op.get_bind()
    for version, content in connection.execute(sa.select(VERSION.c.id, VERSION.c.content)).all():
        _say(connection, SAID.c.instrument_version_id == version, _ratings(json.loads(content)))
    op.create_index("ix_response_counts", "response", COUNTS)


def _say(connection: sa.Connection, which: sa.ColumnElement[bool], ratings: list[str]) -> None:
    change = sa.update(SAID).where(SAID.c.id == sa.bindparam("one")).values(completeness=sa.bindparam("found"))
    query = sa.select(SAID.c.id, SAID.c.answers).where(which, SAID.c.case_id.is_not(None))
    for some in connection.execute(query.execution_options(yield_per=10_000)).partitions():
        connection.execute(change, [{"one": one, "found": _found(json.loads(said), ratings)} for one, said in some])


def _ratings(content: Any) -> list[str]:
    if isinstance(content, list):
        return [code for each in content for code in _ratings(each)]
    if not isinstance(content, dict):
        return []
    if content.get("kind") in ("rated", "three_level"):
        return [content["code"]]
    return [code for each in content.values() for code in _ratings(each)]


def _found(said: Any, ratings: list[str]) -> str:
    values, states = said.get("values", {}), said.get("states", {})
    asked = [code for code in ratings if states.get(code) != NOT_ASKED]
    share = sum(code in values for code in asked) / len(asked) if asked else 0.0
    return "complete" if share > 0.8 else "partial" if share >= 0.5 else "broken_off"


def downgrade() -> None:
    op.drop_index("ix_response_counts", "response")
    op.drop_column("response", "completeness")
