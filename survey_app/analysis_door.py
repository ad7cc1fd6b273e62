"""Making a release from the console: a process of its own, whose state is files that outlive every server process.

A run holds a lock on its file as long as it lives: a state `running` without the lock is a run that died. What is
computed is left to `hailong analyse`.
"""

import fcntl
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from survey_app.clock import LOCAL
from survey_app.config import Settings

DIED = "The process ended without a word: it was stopped, or the machine was."


class AlreadyRunning(Exception):
    """A release of this survey is being made right now."""


@dataclass(frozen=True)
class Run:
    survey: str
    name: str  # Of the release.
    state: str  # running, failed or finished
    started_at: str
    sentence: str = ""  # Why it failed.


def start(settings: Settings, survey: str, at: datetime) -> Run:
    """Starts making a release of `survey`; the caller does not wait. Raises AlreadyRunning."""
    releases = settings.releases
    name = f"{survey}-{at.astimezone(LOCAL):%Y%m%d-%H%M%S}"
    run = Run(survey, name, "running", at.astimezone(LOCAL).isoformat(timespec="seconds"))
    file = _file(releases, survey)
    file.parent.mkdir(parents=True, exist_ok=True)
    with _lock(file) as lock:
        _write(file, run)
        command = [sys.executable, "-m", "survey_app.analysis_door", str(releases), survey, str(lock)]
        # The child inherits the lock, so there is no moment at which nobody holds it.
        child = subprocess.Popen(  # noqa: S603  (our own module, no shell; the survey's slug is one of the database)
            command,
            env=os.environ | {"INSTANCE": str(settings.instance), "DATABASE_URL": settings.database_url},
            pass_fds=(lock,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    # Somebody must take note of its end, or it stays in the process table as long as this server lives.
    threading.Thread(target=child.wait, daemon=True).start()
    return run


def last(releases: Path, survey: str) -> Run | None:
    """The newest run of the survey, as it stands."""
    file = _file(releases, survey)
    try:
        run = Run(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    if run.state == "running" and not _is_held(file):
        # It may have finished between the two looks.
        again = Run(**json.loads(file.read_text(encoding="utf-8")))
        return again if again.state != "running" else Run(run.survey, run.name, "failed", run.started_at, DIED)
    return run


def finish(releases: Path, survey: str) -> None:
    """The child's work: makes the release and notes how it went."""
    run = Run(**json.loads(_file(releases, survey).read_text(encoding="utf-8")))
    hailong = [sys.executable, "-c", "from survey_app.commands import cli; cli()"]
    command = [*hailong, "analyse", survey, "--out", str(releases / run.name)]
    done = subprocess.run(command, capture_output=True, text=True)  # noqa: S603  (as above)
    sentence = "" if done.returncode == 0 else _reason(done.stderr, done.returncode)
    state = "failed" if done.returncode else "finished"
    _write(_file(releases, survey), Run(run.survey, run.name, state, run.started_at, sentence))


def _reason(errors: str, code: int) -> str:
    lines = [line for line in errors.strip().splitlines() if line]
    return lines[-1].removeprefix("Error: ") if lines else f"exit code {code}"


def _file(releases: Path, survey: str) -> Path:
    return releases / ".runs" / f"{survey}.json"


def _write(file: Path, run: Run) -> None:
    draft = file.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(asdict(run), ensure_ascii=False), encoding="utf-8")
    draft.replace(file)


@contextmanager
def _lock(file: Path) -> Iterator[int]:
    # Beside the state, not on it: the state is replaced, a lock must stay.
    descriptor = os.open(file.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield descriptor
    except BlockingIOError as error:
        raise AlreadyRunning from error
    finally:
        os.close(descriptor)


def _is_held(file: Path) -> bool:
    try:
        with _lock(file):
            return False
    except AlreadyRunning:
        return True


if __name__ == "__main__":
    finish(Path(sys.argv[1]), sys.argv[2])
