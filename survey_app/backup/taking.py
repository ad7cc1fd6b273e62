"""Takes a backup: one sealed file, whole or not there at all, of what the installation was at one instant.

The server may run meanwhile. When the last one was taken is noted for `hailong doctor`.
"""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from survey_app import database
from survey_app.backup import archive, files, sealing
from survey_app.backup.archive import Contents
from survey_app.clock import LOCAL
from survey_app.config import Settings

SECONDS_AT_REST = 3600
NAME, PATTERN = "hailong-%Y%m%d-%H%M%S.age", "hailong-????????-??????.age"


def take(settings: Settings, target: Path, lock: sealing.Lock, at: datetime) -> tuple[Path, Contents]:
    """The file (named by the hour where `target` is a folder) and what it holds. Raises ValueError or OSError."""
    file = (target / at.astimezone(LOCAL).strftime(NAME) if target.is_dir() else target).resolve()
    if file.is_relative_to(settings.instance) and not file.is_relative_to(settings.instance / files.BACKUPS):
        raise ValueError(f"A backup would hold itself there: put it elsewhere, or into {files.BACKUPS}/ of the folder.")
    _drop_drafts(file.parent)
    with _snapshot(settings.database_url) as connection:
        found = _written(file, settings, connection, lock, at)
    _note(settings, file, found, at)
    return file, found


def _written(file: Path, settings: Settings, connection: sa.Connection, lock: sealing.Lock, at: datetime) -> Contents:
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            with sealing.sealed(opened, lock) as stream:
                found = archive.write(stream, settings, connection, at)
            opened.flush()
            os.fsync(opened.fileno())
        draft.replace(file)
        return found
    finally:
        draft.unlink(missing_ok=True)


def _drop_drafts(folder: Path) -> None:
    """Of runs that were killed. Whoever is at work writes on and on."""
    for draft in folder.glob(f".{PATTERN}.*"):
        if time.time() - draft.stat().st_mtime > SECONDS_AT_REST:
            draft.unlink(missing_ok=True)


@contextmanager
def _snapshot(url: str) -> Iterator[sa.Connection]:
    """Whatever is written meanwhile, all questions are answered as of the first one."""
    engine = database.make_engine(url)
    still = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    try:
        options = still if engine.dialect.name == "postgresql" else {}
        with engine.connect().execution_options(**options) as connection:
            yield connection
    finally:
        engine.dispose()


def _note(settings: Settings, file: Path, found: Contents, at: datetime) -> None:
    noted = {"at": at.isoformat(timespec="seconds"), "file": str(file), "hash": found.hash}
    (settings.instance / files.LAST).write_text(json.dumps(noted), encoding="utf-8")


def drop_older(folder: Path, keep: int) -> list[Path]:
    """Deletes all but the newest backups that were named by their hour."""
    older = sorted(folder.glob(PATTERN))[:-keep]
    for file in older:
        file.unlink()
    return older
