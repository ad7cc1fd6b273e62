"""The files of an instance folder: which of them a backup holds, and how they are put in place of others."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from survey_app.config import DATABASE_FILE, Settings

SECRETS = "secrets.json"
# They say when the last backup was, and the last daily work; and say nothing elsewhere.
LAST, TIMERS = "last_backup.json", "last_timers.json"
STAGING, REPLACED = ".restoring", ".replaced"
BACKUPS = "backups"  # The one folder in which backups themselves may lie.
SUFFIXES = ("", "-wal", "-shm", "-journal")


def apart(settings: Settings) -> set[str]:
    """What in the instance folder no backup holds and no restore touches; rows go table by table, not as a file."""
    databases = {DATABASE_FILE}
    path = sa.make_url(settings.database_url).database or ""
    if Path(path).parent == settings.instance:
        databases.add(Path(path).name)
    return {LAST, TIMERS, STAGING, REPLACED, BACKUPS} | {name + suffix for name in databases for suffix in SUFFIXES}


def kept(settings: Settings) -> Iterator[Path]:
    """Files and links, in the order of their names."""
    top, not_kept = settings.instance, apart(settings)
    for entry in sorted(top.iterdir()):
        if entry.name in not_kept:
            continue
        if entry.is_dir() and not entry.is_symlink():
            yield from (one for one in sorted(entry.rglob("*")) if one.is_symlink() or one.is_file())
        elif entry.is_symlink() or entry.is_file():
            yield entry


@contextmanager
def replaced(settings: Settings, staged: Path) -> Iterator[None]:
    """What lies in `staged` stands in the instance folder; if the block fails, what was there before does again."""
    folder, old, moved = settings.instance, settings.instance / REPLACED, list[tuple[Path, Path]]()
    old.mkdir(mode=0o700)
    pairs = [(entry, old / entry.name) for entry in folder.iterdir() if entry.name not in apart(settings)]
    pairs += [(entry, folder / entry.name) for entry in staged.iterdir()]
    try:
        for source, target in pairs:
            source.rename(target)
            moved.append((source, target))
        yield
    except BaseException:
        for source, target in reversed(moved):
            target.rename(source)
        old.rmdir()
        raise
    shutil.rmtree(old)
