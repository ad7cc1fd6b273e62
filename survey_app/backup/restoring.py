"""Puts a backup in place: all is unpacked and checked first, then rows and files change together or not at all."""

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from survey_app import database
from survey_app.backup import archive, files, rows, sealing
from survey_app.backup.archive import About, Contents
from survey_app.config import Settings
from survey_app.models import Base

SECONDS_TO_WAIT = 5


class Filled(ValueError):
    """There is something that the backup would replace."""


@dataclass(frozen=True)
class Restored:
    about: About
    contents: Contents


def check(settings: Settings, source: Path, key: sealing.Key) -> Restored:
    """Opens and checks the whole backup and changes nothing. Raises Unopened."""
    with _unpacked(settings, source, key) as (about, promised):
        return Restored(about, promised)


def restore(settings: Settings, source: Path, key: sealing.Key, replacing: bool) -> Restored:
    """Raises Filled, Unopened or another ValueError; then everything is as it was."""
    engine = database.make_engine(settings.database_url)
    try:
        with engine.connect() as connection:
            _refuse_running(connection)
            _refuse_filled(settings, connection, replacing)
        with _unpacked(settings, source, key) as (about, promised):
            _put_in_place(settings, engine, about, promised)
        with engine.connect() as connection:
            connection.exec_driver_sql("ANALYZE")
            connection.commit()
        return Restored(about, promised)
    finally:
        engine.dispose()


@contextmanager
def _unpacked(settings: Settings, source: Path, key: sealing.Key) -> Iterator[tuple[About, Contents]]:
    """Beside the data, for there is room and nobody else may read it."""
    staging = settings.instance / files.STAGING
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir(mode=0o700)
    try:
        with source.open("rb") as file, sealing.opened(file, key) as stream:
            found = archive.unpack(stream, staging)
        yield found
    finally:
        shutil.rmtree(staging)


def _refuse_running(connection: sa.Connection) -> None:
    """Who serves has read the keys, and would go on with those of before. A process that just ended still hangs up."""
    if connection.dialect.name != "postgresql":
        return
    until = time.monotonic() + SECONDS_TO_WAIT
    while others := connection.scalar(sa.text(database.OTHERS)):
        if time.monotonic() > until:
            raise ValueError(f"The database is in use ({others} connections): stop the server and the timers first.")
        connection.rollback()
        time.sleep(0.2)


def _refuse_filled(settings: Settings, connection: sa.Connection, replacing: bool) -> None:
    if (settings.instance / files.REPLACED).exists():
        raise ValueError(f"A restore was cut short: look into {settings.instance / files.REPLACED}, move it elsewhere.")
    if replacing:
        return
    found = [f"{count} × {name}" for name, count in rows.counts(connection, Base.metadata.tables).items()]
    there = [path.relative_to(settings.instance).as_posix() for path in files.kept(settings)]
    found += [name for name in there if name != files.SECRETS]
    if found:
        shown = ", ".join(found[:6]) + (" …" if len(found) > 6 else "")
        raise Filled(f"Something is there already ({shown}): with --replace all of it is thrown away.")


def _put_in_place(settings: Settings, engine: sa.Engine, about: About, promised: Contents) -> None:
    staging = settings.instance / files.STAGING
    with engine.connect().execution_options(writes=True) as connection:
        _load(connection, staging, about)
        with files.replaced(settings, staging / archive.FILES):
            _refuse_other(settings, connection, promised)
            database.upgrade_within(connection)
            connection.commit()


def _load(connection: sa.Connection, staging: Path, about: About) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{SECONDS_TO_WAIT}s'")
    rows.drop_all(connection, [shape.name for shape in about.tables])
    database.upgrade_within(connection, about.revision)
    with rows.referring_late(connection):
        for shape in about.tables:
            rows.load(connection, shape, archive.lines(staging, shape))


def _refuse_other(settings: Settings, connection: sa.Connection, promised: Contents) -> None:
    """Reads everything back."""
    if archive.contents(replace(settings, **_kept_secrets(settings)), connection) != promised:
        raise ValueError("What was written does not read back as it stood in the backup; nothing was changed.")


def _kept_secrets(settings: Settings) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((settings.instance / files.SECRETS).read_text())
    return told


def uses_other_keys(settings: Settings) -> bool:
    """Whether the environment names another key than the one with which codes were printed and receipts signed."""
    return bool(settings.token_key != _kept_secrets(settings)["token_key"])
