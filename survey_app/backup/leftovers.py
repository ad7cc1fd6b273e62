"""What work that was cut short left behind in the instance folder: it may hold answers, and nobody needs it.

A backup leaves it out, and whoever makes or erases answers of the kind throws it away.
"""

import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from survey_app import background
from survey_app.config import Settings

# As `extract`, `dashboard`, `frozen_words`, the bench of plans, `config` and the analysis name them.
DRAFTS = (
    *(".*.draft-*", ".*.old-*", ".snapshot-*", ".bench-*", ".public-draft-*"),
    *(".responses.parquet.*", ".manifest.json.*", ".secrets.json.*"),
)
# Whoever works there holds the folder; at its very beginning it may not yet.
HOLD, BEGINNING = (".*.draft-*", ".snapshot-*"), timedelta(minutes=1)
LONGEST = timedelta(days=1)  # No work takes so long.


def is_one(path: Path) -> bool:
    """Whether the path lies in something that is only being made, or was."""
    return any(Path(part).match(name) for part in path.parts if part.startswith(".") for name in DRAFTS)


def sweep(settings: Settings, at: datetime) -> None:
    """Throws away what lies there for a day, and of the extracts whatever nobody works on any more."""
    for path in _of_work(settings.extracts, HOLD):
        if _age(path, at) > BEGINNING and path.is_dir() and not background.is_held(path):
            shutil.rmtree(path, ignore_errors=True)
    places = (settings.instance, settings.releases, settings.extracts)
    for folder in (*places, *settings.extracts.glob("[!.]*"), *settings.plans.glob("*")):
        for path in _of_work(folder, DRAFTS):
            if _age(path, at) > LONGEST:
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)


def _of_work(folder: Path, names: tuple[str, ...]) -> Iterator[Path]:
    return (path for name in names for path in folder.glob(name))


def _age(path: Path, at: datetime) -> timedelta:
    """Since the last change in it; nothing where it is gone."""
    try:
        return at - datetime.fromtimestamp(path.stat().st_mtime, at.tzinfo)
    except FileNotFoundError:
        return timedelta()
