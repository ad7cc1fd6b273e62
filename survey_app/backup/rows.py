"""All rows of a database as lines of text that are the same on both kinds of database, out of it and into it.

Which tables and columns there are is read from the database itself, so it need not be at the newest migration.
"""

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext

from survey_app.models import Base
from survey_app.models.base import Instant

AT_ONCE, BYTES_AT_ONCE = 2_000, 50  # Rows in memory; of recordings and pictures each may be of megabytes.
VERSION_TABLE = "alembic_version"


@dataclass(frozen=True)
class Kind:
    """One kind of value: how databases declare it, how we ask for it, and how a line of text says it."""

    declared: tuple[type[sa.types.TypeEngine[Any]], ...]
    asked: sa.types.TypeEngine[Any]
    told: Callable[[Any], Any] = lambda value: value
    read: Callable[[Any], Any] = lambda value: value


# SQLite knows no UUID: SQLAlchemy declares CHAR(32) there, and nothing else of ours is a CHAR.
KINDS: Mapping[str, Kind] = {
    "uuid": Kind((sa.Uuid, sa.CHAR), sa.Uuid(), lambda value: value.hex, UUID),
    "bool": Kind((sa.Boolean,), sa.Boolean()),
    "instant": Kind((sa.DateTime,), Instant(), lambda at: at.astimezone(UTC).isoformat(), datetime.fromisoformat),
    "day": Kind((sa.Date,), sa.Date(), date.isoformat, date.fromisoformat),
    "bytes": Kind((sa.LargeBinary, sa.BINARY), sa.LargeBinary(), lambda value: b64encode(value).decode(), b64decode),
    "number": Kind((sa.Float,), sa.Double()),
    "whole": Kind((sa.Integer,), sa.BigInteger()),
    "text": Kind((sa.String,), sa.Text()),
}


@dataclass(frozen=True)
class Shape:
    """A table: its columns in the order of their names, each with its kind, and its key."""

    name: str
    columns: Mapping[str, str]
    key: tuple[str, ...]

    @property
    def at_once(self) -> int:
        return BYTES_AT_ONCE if "bytes" in self.columns.values() else AT_ONCE

    def table(self) -> sa.Table:
        return sa.Table(self.name, sa.MetaData(), *(sa.Column(one, KINDS[kind].asked) for one, kind in self._sorted()))

    def _sorted(self) -> list[tuple[str, str]]:
        return sorted(self.columns.items())

    def line(self, row: Iterable[Any]) -> bytes:
        kinds = (KINDS[kind] for _name, kind in self._sorted())
        told = [None if value is None else kind.told(value) for kind, value in zip(kinds, row, strict=True)]
        return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"

    def row(self, line: bytes) -> dict[str, Any]:
        """Raises ValueError where the line is none of this table."""
        pairs = zip(self._sorted(), json.loads(line), strict=True)
        return {name: None if value is None else KINDS[kind].read(value) for (name, kind), value in pairs}

    def new_hash(self) -> "hashlib._Hash":
        """To be fed with all lines: two databases that hold the same rows come to the same."""
        return hashlib.sha256(json.dumps([self.name, self._sorted()]).encode())


def revision(connection: sa.Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def shapes(connection: sa.Connection) -> list[Shape]:
    """All tables, those that are referred to first. Raises ValueError for a column of a kind that is not known here."""
    inspector = sa.inspect(connection)
    names = [name for name, _keys in inspector.get_sorted_table_and_fkc_names() if name not in (None, VERSION_TABLE)]
    return [_shape(inspector, str(name)) for name in names]


def _shape(inspector: sa.Inspector, name: str) -> Shape:
    columns = {column["name"]: _kind(name, column) for column in inspector.get_columns(name)}
    return Shape(name, columns, tuple(inspector.get_pk_constraint(name)["constrained_columns"]))


def _kind(table: str, column: Any) -> str:
    for name, kind in KINDS.items():
        if isinstance(column["type"], kind.declared):
            return name
    raise ValueError(f"{table}.{column['name']} is of the type {column['type']!r}, which no backup can hold yet.")


def lines(connection: sa.Connection, shape: Shape) -> Iterator[bytes]:
    """Every row, in the order of the key, which tells nothing about when it came."""
    table, streamed = shape.table(), {"stream_results": True, "yield_per": shape.at_once}
    query = sa.select(table).order_by(*(_in_order(connection, table.c[name]) for name in shape.key))
    for row in connection.execute(query, execution_options=streamed):
        yield shape.line(row)


def _in_order(connection: sa.Connection, column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """Text in the order of its bytes, whatever language the database sorts by."""
    plain = isinstance(column.type, sa.Text) and connection.dialect.name == "postgresql"
    return column.collate("C") if plain else column


def digest(connection: sa.Connection, shape: Shape) -> tuple[str, int]:
    """The hash of all rows, and how many they are."""
    return hashed(shape, lines(connection, shape))


def hashed(shape: Shape, told: Iterable[bytes]) -> tuple[str, int]:
    found, count = shape.new_hash(), 0
    for line in told:
        found.update(line)
        count += 1
    return found.hexdigest(), count


def counts(connection: sa.Connection, names: Iterable[str]) -> dict[str, int]:
    """How many rows there are in those of the tables that exist and hold any."""
    there = set(sa.inspect(connection).get_table_names())
    asked = {name: sa.select(sa.func.count()).select_from(sa.table(name)) for name in names if name in there}
    found = {name: connection.execute(query).scalar_one() for name, query in asked.items()}
    return {name: count for name, count in found.items() if count}


def drop_all(connection: sa.Connection, names: Iterable[str]) -> None:
    """Drops our tables and those named; a table of somebody else's stays."""
    found = sa.MetaData()
    ours = {*Base.metadata.tables, *names, VERSION_TABLE} & set(sa.inspect(connection).get_table_names())
    found.reflect(connection, only=sorted(ours))
    found.drop_all(connection)


def load(connection: sa.Connection, shape: Shape, told: Iterable[bytes]) -> None:
    table, waiting = shape.table(), map(shape.row, told)
    while rows := list(islice(waiting, shape.at_once)):
        connection.execute(table.insert(), rows)
    if connection.dialect.name == "postgresql":
        _go_on_counting(connection, shape)


def _go_on_counting(connection: sa.Connection, shape: Shape) -> None:
    """The next row gets a number after those that were loaded."""
    if len(shape.key) != 1 or shape.columns[shape.key[0]] != "whole":
        return
    key, quoted = shape.key[0], connection.dialect.identifier_preparer.quote(shape.name)
    highest = connection.execute(sa.select(sa.func.max(shape.table().c[key]))).scalar_one()
    sequence = sa.func.pg_get_serial_sequence(quoted, key)
    if highest is not None and connection.execute(sa.select(sequence)).scalar_one() is not None:
        connection.execute(sa.select(sa.func.setval(sequence, highest)))


@contextmanager
def referring_late(connection: sa.Connection) -> Iterator[None]:
    """Meanwhile a row may refer to one that comes after it; what refers to nothing at the end is refused."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        yield
        return
    quote = connection.dialect.identifier_preparer.quote
    late = [f"ALTER TABLE {quote(table)} ALTER CONSTRAINT {quote(name)}" for table, name in _to_come(connection)]
    for change in late:
        connection.exec_driver_sql(f"{change} DEFERRABLE INITIALLY DEFERRED")
    yield
    connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    for change in late:
        connection.exec_driver_sql(f"{change} NOT DEFERRABLE")


def _to_come(connection: sa.Connection) -> Iterator[tuple[str, str]]:
    """The constraints that may point to a row not loaded yet: within a table, and around a circle of tables."""
    inspector = sa.inspect(connection)
    for table, constraints in inspector.get_sorted_table_and_fkc_names():
        if table is None:
            yield from ((name, str(constraint)) for name, constraint in constraints)
            continue
        own = (key for key in inspector.get_foreign_keys(table) if key["referred_table"] == table)
        yield from ((table, str(key["name"])) for key in own)
