"""The one file that knows how the database is opened, migrated and closed. Everything else receives a session."""

import select
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from flask import Flask, current_app, g
from psycopg.errors import LockNotAvailable
from psycopg.types.string import StrDumper
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from survey_app.models import alphabet

MIGRATIONS = Path(__file__).parent.parent / "migrations"
BUSY_SECONDS = 20
MIGRATION_WAITS = "5s"  # For a lock; all others wait behind it.
SECONDS_FOR_A_CONNECTION = 5
# A citizen's answers come back on a page after so long, instead of hanging with a database that hangs.
LIMITS = {"statement_timeout": "15s", "lock_timeout": "10s", "idle_in_transaction_session_timeout": "60s"}
SERVING = {"options": " ".join(f"-c {name}={limit}" for name, limit in LIMITS.items()), "tcp_user_timeout": 20_000}

# Who else is connected to the database on PostgreSQL; of other accounts' connections little is shown.
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
)


def make_engine(url: str | sa.URL, serving: bool = False) -> sa.Engine:
    """An engine whose commits are durable on both databases; `serving`: nobody waits long for an answer."""
    if sa.make_url(url).get_backend_name() != "sqlite":
        engine = sa.create_engine(
            url,
            pool_size=10,
            max_overflow=20,
            pool_recycle=1800,
            pool_timeout=SECONDS_FOR_A_CONNECTION,
            connect_args={"connect_timeout": SECONDS_FOR_A_CONNECTION, **(SERVING if serving else {})},
            hide_parameters=True,
        )
        sa.event.listen(engine, "connect", _leave_out_nul)
        sa.event.listen(engine, "checkout", _refuse_broken)
        return engine
    # No log names what a person answered, also not that of a failed statement.
    engine = sa.create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    sa.event.listen(engine, "connect", _open_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


class _TextWithoutNul(StrDumper):
    def dump(self, obj: str) -> Any:
        return super().dump(obj.replace("\0", ""))


def _leave_out_nul(connection: Any, _record: object) -> None:
    # PostgreSQL keeps no text with NUL, and nobody types one: what sends it is answered, not broken.
    connection.adapters.register_dumper(str, _TextWithoutNul)


def _refuse_broken(connection: Any, _record: object, _proxy: object) -> None:
    # A server that restarted has hung up, and that can be read. To ask it first would be one more wait each time.
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    if waiting.poll(0):
        raise sa.exc.DisconnectionError


def _open_sqlite(connection: Any, _record: object) -> None:
    # We begin transactions ourselves, below; the driver would only begin one before the first change.
    connection.isolation_level = None
    # What is erased is overwritten with zeros.
    ours = ("secure_delete=ON", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
    for pragma in (*ours, f"busy_timeout={BUSY_SECONDS * 1000}"):
        connection.execute(f"PRAGMA {pragma}")
    alphabet.teach(connection)


def _begin_sqlite(connection: sa.Connection) -> None:
    # A reader that becomes a writer fails at once when another wrote in between: writers say so from the start.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def writing(session: Session) -> Session:
    """Says, before the first query, that this transaction will write."""
    session.connection(execution_options={"writes": True})
    return session


def writing_anew(session: Session) -> Session:
    """As `writing`, where something was read already, as whoever is signed in: the transaction begins anew."""
    session.rollback()
    return writing(session)


def writing_once() -> sa.Connection:
    """A connection outside the session, where one statement is all: a third of the time that a session takes for it,
    and PostgreSQL needs no words of its own to begin and to commit it.
    """
    how = {"writes": True} if engine().dialect.name == "sqlite" else {"isolation_level": "AUTOCOMMIT"}
    return engine().connect().execution_options(**how)


def init_app(app: Flask, serving: bool = False) -> None:
    engine = make_engine(app.config["SETTINGS"].database_url, serving)
    app.extensions["engine"] = engine
    app.extensions["session"] = scoped_session(sessionmaker(engine), scopefunc=lambda: id(g._get_current_object()))
    app.teardown_appcontext(lambda _error: app.extensions["session"].remove())


def engine() -> sa.Engine:
    found: sa.Engine = current_app.extensions["engine"]
    return found


def session() -> Session:
    """The session of this request or command; closed, and rolled back unless committed, at its end."""
    found: Session = current_app.extensions["session"]()
    return found


class InUse(ValueError):
    """Somebody works with a table that would have to change."""


class NotRewritten(Exception):
    """Somebody else was at the database, as a backup is: its files may still hold what was erased. Later they can be
    rewritten.
    """


def overwrite(engine: sa.Engine, tries: int = 3, pause: float = 2.0) -> None:
    """After something was erased: no file of the database holds an earlier state of its rows. Others wait meanwhile.

    The caller has no transaction open. Raises NotRewritten.
    """
    own = make_engine(engine.url)  # Those who serve are cut off after seconds, and this takes as long as it takes.
    try:
        rewrite = _sqlite_rewriter(own) if own.dialect.name == "sqlite" else _postgresql_rewriter(own)
        for left in reversed(range(tries)):
            try:
                return rewrite()
            except (NotRewritten, sqlite3.OperationalError, sa.exc.OperationalError) as why:
                if not left:
                    raise NotRewritten from why
                time.sleep(pause)
    finally:
        own.dispose()


def _sqlite_rewriter(engine: sa.Engine) -> Callable[[], None]:
    def rewrite() -> None:
        with engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            raw.execute("VACUUM")
            is_held, *_pages = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if is_held:
            raise NotRewritten

    return rewrite


def _postgresql_rewriter(engine: sa.Engine) -> Callable[[], None]:
    with engine.connect() as connection:
        began = connection.scalar(sa.select(sa.func.clock_timestamp()))
    # Earlier rows are kept as long as somebody may look at them.
    looking_back = sa.text(f"{OTHERS} AND backend_xmin IS NOT NULL AND xact_start < :began").bindparams(began=began)

    def rewrite() -> None:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("SET statement_timeout = 0")
            # Whoever waits for a lock makes all others wait behind: not for as long as they would.
            connection.exec_driver_sql("SET lock_timeout = '3s'")
            if connection.scalar(looking_back):
                raise NotRewritten
            connection.exec_driver_sql("VACUUM (FULL)")

    return rewrite


def looking() -> sa.Connection:
    """A connection for one short question outside the session: no transaction is begun for it where none is needed."""
    if engine().dialect.name == "sqlite":
        return engine().connect()
    return engine().connect().execution_options(isolation_level="AUTOCOMMIT")


def _config(**attributes: Any) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes.update(attributes)
    return config


def one_at_a_time(connection: sa.Connection) -> None:
    """Of those who bring a database up to date the second waits for the end of the first one's transaction."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(20_261_126)))  # Any number of our own.


def upgrade(url: str, revision: str = "head") -> None:
    """Brings the database at `url` to `revision`; what is there stays. Raises InUse: then nothing is changed."""
    try:
        command.upgrade(_config(url=url), revision)
    except sa.exc.OperationalError as error:
        if isinstance(error.orig, LockNotAvailable):
            advice = "wait until backups, extracts and releases are made, then run `hailong init` again"
            raise InUse(f"The database is in use and was left as it is: {advice}.") from error
        raise


def downgrade(url: str, revision: str) -> None:
    command.downgrade(_config(url=url), revision)


def upgrade_within(connection: sa.Connection, revision: str = "head") -> None:
    """As `upgrade`, in the transaction of the caller, who commits it."""
    command.upgrade(_config(connection=connection), revision)


def knows(revision: str) -> bool:
    """Whether the migrations of this release lead there."""
    try:
        return ScriptDirectory(str(MIGRATIONS)).get_revision(revision) is not None
    except CommandError:
        return False


def pending(engine: sa.Engine) -> bool:
    """Whether the database is not at the newest migration."""
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current != ScriptDirectory(str(MIGRATIONS)).get_current_head()
