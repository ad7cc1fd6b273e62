"""Making a release, or its documents anew, from the console: a process of its own, whose state is files that outlive
every server process.

What is computed is left to `hailong analyse`.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from datetime import datetime
from pathlib import Path
from typing import IO

from survey_app import background, config
from survey_app.backup import leftovers
from survey_app.clock import LOCAL
from survey_app.config import Settings
from survey_app.publishing import documents

DIED = "The process ended without a word: it was stopped, or the machine was."
RELEASE, DOCUMENTS, SNAPSHOT = "release", "documents", "snapshot"
LOOK_EVERY, ENDS_WITHIN = 0.5, 10.0  # Seconds.
LONGEST_WORDS = 10_000
HAILONG = (sys.executable, "-c", "from survey_app.commands import cli; cli()")


class Elsewhere(Exception):
    """The run is of another machine or container: its number there is somebody else's here."""


@dataclass(frozen=True)
class Run:
    survey: str
    name: str  # Of the release.
    state: str  # running, failed, cancelled or finished
    started_at: str
    sentence: str = ""  # Why it failed.
    kind: str = RELEASE
    progress: str = ""  # What it said last, or how many documents it has written.
    earlier: Sequence[str] = ()  # Releases of earlier surveys that a new one is set beside.

    @property
    def key(self) -> str:
        keys = {RELEASE: self.survey, DOCUMENTS: documents_key(self.name), SNAPSHOT: snapshot_key(self.survey)}
        return keys[self.kind]


def documents_key(name: str) -> str:
    return f"{name}.documents"  # No survey has a dot in its name.


def snapshot_key(survey: str) -> str:
    return f"{survey}.snapshot"


def start(settings: Settings, survey: str, at: datetime, earlier: Sequence[str] = ()) -> Run:
    """Starts making a release of `survey`; the caller does not wait. Raises background.AlreadyRunning."""
    name = f"{survey}-{at.astimezone(LOCAL):%Y%m%d-%H%M%S}"
    return _start(settings, Run(survey, name, "running", _moment(at), earlier=earlier))


def start_documents(settings: Settings, survey: str, name: str, at: datetime) -> Run:
    """Starts writing the documents of a release anew; the caller does not wait. Raises background.AlreadyRunning."""
    return _start(settings, Run(survey, name, "running", _moment(at), kind=DOCUMENTS))


def write_documents(settings: Settings, survey: str, name: str, at: datetime) -> Run:
    """Writes them and waits for the end. Raises background.AlreadyRunning."""
    run = start_documents(settings, survey, name, at)
    while run.state == "running":
        time.sleep(LOOK_EVERY)
        run = last(settings.releases, run.key) or run
    return run


def start_snapshot(settings: Settings, survey: str, at: datetime) -> Run:
    """Starts taking the day's snapshot of a survey; the caller does not wait. Raises background.AlreadyRunning."""
    return _start(settings, Run(survey, f"{survey}-snapshot", "running", _moment(at), kind=SNAPSHOT))


def _moment(at: datetime) -> str:
    return at.astimezone(LOCAL).isoformat(timespec="seconds")


def _start(settings: Settings, run: Run) -> Run:
    releases = settings.releases
    file = _file(releases, run.key)
    file.parent.mkdir(parents=True, exist_ok=True)
    with background.locked(_lock(file)) as lock:
        background.write(file, run)
        environ = {"INSTANCE": str(settings.instance), "DATABASE_URL": settings.database_url}
        background.start(lock, "survey_app.analysis_door", str(releases), run.key, environ=environ)
    return run


def last(releases: Path, key: str) -> Run | None:
    """The newest run of the survey, or of a release's documents, as it stands."""
    file = _file(releases, key)
    try:
        run = _read(file)
    except (OSError, ValueError, TypeError):
        return None
    if run.state == "running" and not background.is_locked(_lock(file)):
        # It may have finished between the two looks.
        again = _read(file)
        return again if again.state != "running" else replace(run, state="failed", sentence=DIED)
    return run


def cancel(settings: Settings, key: str, at: datetime) -> bool:
    """Ends the run and all that it started; whether there was one to end. Raises Elsewhere."""
    releases = settings.releases
    file, run, until = _file(releases, key), last(releases, key), time.monotonic() + ENDS_WITHIN
    if run is None or run.state != "running":
        return False
    pid, host = background.holder(_lock(file))
    while not host and background.is_locked(_lock(file)) and time.monotonic() < until:
        time.sleep(0.05)  # It is being started.
        pid, host = background.holder(_lock(file))
    if not background.is_locked(_lock(file)):
        return False
    if host != socket.gethostname():
        raise Elsewhere
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGTERM)  # Who holds the lock lives, so its number is still its own.
    while background.is_locked(_lock(file)) and time.monotonic() < until:
        time.sleep(0.05)
    for left in (*releases.glob(f".{run.name}.draft-*"), *releases.glob(f".runs/documents/{run.name}")):
        shutil.rmtree(left, ignore_errors=True)
    leftovers.sweep(settings, at)
    ended = last(releases, key) or run
    if ended.state == "finished":
        return False
    background.write(file, replace(ended, state="cancelled", sentence=""))
    return True


def finish(releases: Path, key: str) -> None:
    """The child's work: makes the release or its documents and notes how it went."""
    file = _file(releases, key)
    run = _read(file)
    try:
        DONE_BY[run.kind](file, run, releases / run.name)
    except (ValueError, OSError) as error:
        background.write(file, replace(run, state="failed", sentence=str(error)))
    else:
        background.write(file, replace(run, state="finished"))


def _make_release(file: Path, run: Run, folder: Path) -> None:
    beside = [f"--earlier={folder.parent / name}" for name in run.earlier]
    _watch([*HAILONG, "analyse", run.survey, "--out", str(folder), *beside], file, run, lambda said: said)


def _take_snapshot(file: Path, run: Run, _folder: Path) -> None:
    _watch([*HAILONG, "dashboard", run.survey], file, run, lambda said: said)


def _write_documents(file: Path, run: Run, folder: Path) -> None:
    draft = documents.copy_of(folder)
    count = documents.counter(draft)
    _watch(documents.command(draft, folder.parent, config.read().template), file, run, lambda _said: count())
    documents.put_in_place(draft, folder)
    if documents.are_public(folder):
        _watch([*HAILONG, "publish-site"], file, run, lambda said: said)


DONE_BY = {RELEASE: _make_release, DOCUMENTS: _write_documents, SNAPSHOT: _take_snapshot}


def _watch(command: list[str], file: Path, run: Run, progress: Callable[[str], str]) -> None:
    """Runs the command and notes how far it is. Raises ValueError in its own words."""
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)  # noqa: S603  (as above)
        while process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(LOOK_EVERY)
            background.write(file, replace(run, progress=progress(_said(errors))))
        if process.returncode:
            raise ValueError(_said(errors).removeprefix("Error: ") or f"exit code {process.returncode}")


def _said(errors: IO[bytes]) -> str:
    """The last line; read where it lies, for the command shares the place at which is written."""
    tail = os.pread(errors.fileno(), LONGEST_WORDS, max(0, os.fstat(errors.fileno()).st_size - LONGEST_WORDS))
    return next((line for line in reversed(tail.decode(errors="replace").strip().splitlines()) if line), "")


def _read(file: Path) -> Run:
    """What another version of the software noted besides is passed over."""
    said, known = json.loads(file.read_text(encoding="utf-8")), {field.name for field in fields(Run)}
    return Run(**{name: value for name, value in said.items() if name in known})


def _file(releases: Path, key: str) -> Path:
    return releases / ".runs" / f"{key}.json"


def _lock(file: Path) -> Path:
    return file.with_name(f"{file.stem}.lock")


if __name__ == "__main__":
    finish(Path(sys.argv[1]), sys.argv[2])
