"""`hailong timers`: what has to run by the clock, for installations without systemd, whose units say the same.

Each piece of work is a process of its own: what fails or hangs there is told, and nothing else waits for it for long.
Daily work that was missed, as the machine was off, is done at once.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

import click
import structlog

from survey_app import clock, config
from survey_app.backup import files
from survey_app.clock import LOCAL
from survey_app.commands import cli
from survey_app.web import logs

LONGEST, SECONDS_TO_END = 3600, 20
MOST_SAID = 10_000
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
Now = Callable[[], datetime]
log = structlog.get_logger()


@dataclass(frozen=True)
class Work:
    """A command and when it is due: at a minute of every hour, or at that of one hour a day, in Vietnam; or from that
    minute on `every` so many.
    """

    command: tuple[str, ...]
    minute: int
    hour: int | None = None
    every: int = 0

    def after(self, at: datetime) -> datetime:
        """The next time that it is due."""
        local = at.astimezone(LOCAL)
        if self.every:
            left = self.every - (local.minute - self.minute) % self.every
            return local.replace(second=0, microsecond=0) + timedelta(minutes=left)
        hour = local.hour if self.hour is None else self.hour
        due = local.replace(hour=hour, minute=self.minute, second=0, microsecond=0)
        step = timedelta(hours=1) if self.hour is None else timedelta(days=1)
        return due if due > local else due + step


WORK = (
    Work(("dashboard",), 30, 1),
    Work(("release", "check", "--update"), 7),
    Work(("units", "carry-out"), 2),
    Work(("doctor",), 0, 6),
)

MAIL = (Work(("mail",), 0, every=2), Work(("mail", "--notices"), 17))


def planned(folder: Path | None, keep: int, mail: bool) -> tuple[Work, ...]:
    backup = Work(("backup", str(folder), "--keep", str(keep)), 0, 2)
    return (*WORK, *(MAIL if mail else ()), *((backup,) if folder else ()))


class Done:
    """When each daily work was done last, over restarts of this process; what never was, was long ago."""

    def __init__(self, instance: Path, at: datetime) -> None:
        self._file, self._began = instance / files.TIMERS, at

    def last(self, work: Work) -> datetime:
        """What is due within the hour anyway begins with this process."""
        if work.hour is None:
            return self._began
        return datetime.fromisoformat(self._noted().get(work.command[0], "2000-01-01T00:00:00+00:00"))

    def note(self, work: Work, at: datetime) -> None:
        if work.hour is not None:
            noted = self._noted() | {work.command[0]: at.isoformat(timespec="seconds")}
            with suppress(OSError):  # On a full disk it is done once more after a restart.
                self._file.write_text(json.dumps(noted), encoding="utf-8")

    def _noted(self) -> dict[str, str]:
        try:
            found: dict[str, str] = json.loads(self._file.read_text(encoding="utf-8"))
            return found
        except (OSError, ValueError):
            return {}


@cli.command()
@click.option("--backups", type=FOLDER, help="Back up there daily, too.")
@click.option("--keep", default=30, show_default=True, type=click.IntRange(min=1), help="Backups kept.")
@click.option("--list", "only_list", is_flag=True, help="Say when what is due, and end.")
def timers(backups: Path | None, keep: int, only_list: bool) -> None:
    """Run daily and hourly work until stopped.  Example: hailong timers --backups /var/backups/hailong"""
    settings = config.read()
    work = planned(backups, keep, mail=bool(settings.mail_server))
    if only_list:
        for one in work:
            click.echo(f"{one.after(clock.utc_now()):%d/%m/%Y %H:%M}  hailong {' '.join(one.command)}")
        return
    logs.configure()
    run(work, clock.utc_now, time.sleep, Done(settings.instance, clock.utc_now()))


def run(work: tuple[Work, ...], now: Now, sleep: Callable[[float], object], done: Done) -> None:
    last = {one: done.last(one) for one in work}
    while True:
        at = now()
        # A clock that was ahead is set right: what was done in its future was done now.
        last = {one: min(was, at) for one, was in last.items()}
        due = {one: one.after(was) for one, was in last.items()}
        first = min(due, key=lambda one: due[one])
        if (left := (due[first] - at).total_seconds()) > 0:
            sleep(min(left, 60))
            continue
        _do(first)
        last[first] = now()
        done.note(first, last[first])


def _do(work: Work) -> None:
    command, name = [sys.executable, "-m", "survey_app", *work.command], work.command[0]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603  (our own module, no shell)
            command, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            code = process.wait(LONGEST)
            told = {"command": name, "exit": code}
            log.error("timer failed", **told, said=_sentence(said)) if code else log.info("timer", **told)
        except subprocess.TimeoutExpired:
            log.error("timer hangs", command=name, seconds=LONGEST)
        finally:  # Also where we ourselves are told to end.
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """With all that it started. First it is asked, so that it leaves nothing behind."""
    for asked in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, asked)
        with suppress(subprocess.TimeoutExpired):
            process.wait(SECONDS_TO_END)


def _sentence(said: IO[bytes]) -> str:
    """The last one that a command meant for people; what Python says of a fault may quote an answer."""
    said.seek(max(0, said.seek(0, os.SEEK_END) - MOST_SAID))
    lines = said.read().decode(errors="replace").splitlines()
    return next((line.removeprefix("Error: ") for line in reversed(lines) if line.startswith("Error: ")), "")
