"""Reading pictures beside the server: a process of its own for each upload, whose state is files that outlive servers.

A run is a folder with the lock in it: what is not finished and has no lock has died. Pictures are deleted as they are
read; whoever removes the folder has cancelled the run. Reading is left to `reading_door`.
"""

import fcntl
import json
import os
import re
import secrets
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from survey_app import background
from survey_app.paper import reading_door, readings, scans
from survey_app.paper.readings import PageReading

# Of what needs no memory: a machine that serves citizens reads for one person after the other.
_TURN: Final = "turn.lock"
_NAME: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Run:
    """`pages`: how many there are, as far as the files that were opened tell."""

    batch_id: int
    wave_id: int
    version: str
    mode: str  # Of the sheets that belong to the batch.
    state: Literal["waiting", "reading", "finished", "failed", "died"] = "waiting"
    read: int = 0
    pages: int = 0


def start(folder: Path, form_maps: Path, run: Run, pictures: Iterable[bytes]) -> str:
    """Its name; the caller does not wait. Raises ValueError where there is no picture, or too many."""
    name = secrets.token_hex(16)
    own = _runs(folder) / name
    own.mkdir(mode=0o700, parents=True)
    count = 0
    for count, picture in enumerate(pictures, start=1):
        (own / f"{count}.picture").write_bytes(picture)
    if not 1 <= count <= reading_door.MOST_PICTURES:
        shutil.rmtree(own)
        raise ValueError
    _write(own, replace(run, pages=count))
    with background.locked(own / "lock") as lock:
        background.start(lock, "survey_app.paper.reading_runs", str(own), str(form_maps))
    return name


def find(folder: Path, name: str) -> Run | None:
    """As it stands; None for one that was cancelled or is older than a day."""
    own = _runs(folder) / name
    run = _read(own) if _NAME.fullmatch(name) else None
    if run and run.state in ("waiting", "reading") and not background.is_locked(own / "lock"):
        again = _read(own)  # It may have finished between the two looks.
        return replace(again, state="died") if again and again.state in ("waiting", "reading") else again
    return run


def of_batch(folder: Path, batch_id: int) -> list[tuple[str, Run]]:
    """With their names, the newest first."""
    own = sorted(_runs(folder).glob("?" * 32), key=lambda path: -path.stat().st_mtime)
    runs = [(path.name, find(folder, path.name)) for path in own]
    return [(name, run) for name, run in runs if run and run.batch_id == batch_id]


def found(folder: Path, name: str) -> list[PageReading]:
    """What a finished run read."""
    return readings.from_json((_runs(folder) / name / "pages.json").read_text(encoding="utf-8"))


def cancel(folder: Path, name: str) -> None:
    """Its pictures go at once; the process ends at its next page."""
    if _NAME.fullmatch(name):
        shutil.rmtree(_runs(folder) / name, ignore_errors=True)


def sweep(folder: Path, at: datetime) -> None:
    """The pictures of runs that died go, and of all runs what is older than a day."""
    for own in _runs(folder).glob("?" * 32):
        if at.timestamp() - own.stat().st_mtime > scans.KEPT.total_seconds():
            shutil.rmtree(own, ignore_errors=True)
        elif not background.is_locked(own / "lock"):
            _forget_pictures(own)


def read(own: Path, form_maps: Path) -> None:
    """The child's work: reads, keeps the sheets of the batch, and notes how far it is."""
    os.nice(10)
    run = _read(own)
    if run is None:
        return
    try:
        with _turn(own.parent):
            pages = _pages(own, form_maps, run)
    except FileNotFoundError:  # Cancelled.
        return
    except Exception:
        _forget_pictures(own)
        _write(own, replace(run, state="failed"))
        raise
    scans.keep(own.parent.parent, run.wave_id, [page for page in pages if page.code and page.mode == run.mode])
    without_pictures = readings.to_json([_without_pictures(page) for page in pages])
    (own / "pages.json").write_text(without_pictures, encoding="utf-8")
    _write(own, replace(run, state="finished", read=len(pages), pages=len(pages)))


def _pages(own: Path, form_maps: Path, run: Run) -> Sequence[PageReading]:
    def note(done: int, pages: int) -> None:
        _write(own, replace(run, state="reading", read=done, pages=pages))

    note(0, run.pages)
    pictures = sorted(own.glob("*.picture"), key=lambda path: int(path.stem))
    return reading_door.read(pictures, form_maps, run.version, note)


def _without_pictures(page: PageReading) -> PageReading:
    """Those are kept with the sheet, until it is typed."""
    return replace(page, officer=b"", questions=tuple(replace(one, crop=b"") for one in page.questions))


def _forget_pictures(own: Path) -> None:
    for picture in own.glob("*.picture"):
        picture.unlink(missing_ok=True)


def _runs(folder: Path) -> Path:
    return folder / "runs"


def _read(own: Path) -> Run | None:
    try:
        return Run(**json.loads((own / "run.json").read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def _write(own: Path, run: Run) -> None:
    background.write(own / "run.json", run)


@contextmanager
def _turn(runs: Path) -> Iterator[None]:
    with (runs / _TURN).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    read(Path(sys.argv[1]), Path(sys.argv[2]))
