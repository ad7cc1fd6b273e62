"""`hailong timers`: what has to run by the clock, for installations without systemd, whose units say the same.

Each piece of work is a process of its own: what fails or hangs there is told, and nothing else waits for it for long.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import click
import structlog

from survey_app import clock, config
from survey_app.clock import LOCAL
from survey_app.commands import cli
from survey_app.web import logs

LONGEST = 3600
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
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


WORK = (Work(("dashboard",), 30, 1), Work(("release", "check", "--update"), 7), Work(("units", "carry-out"), 2))

MAIL = (Work(("mail",), 0, every=2), Work(("mail", "--notices"), 17))


def planned(folder: Path | None, keep: int, mail: bool) -> tuple[Work, ...]:
    backup = Work(("backup", str(folder), "--keep", str(keep)), 0, 2)
    return (*WORK, *(MAIL if mail else ()), *((backup,) if folder else ()))


@cli.command()
@click.option("--backups", type=FOLDER, help="Back up there daily, too.")
@click.option("--keep", default=30, show_default=True, type=click.IntRange(min=1), help="Backups kept.")
@click.option("--list", "only_list", is_flag=True, help="Say when what is due, and end.")
def timers(backups: Path | None, keep: int, only_list: bool) -> None:
    """Run daily and hourly work until stopped.  Example: hailong timers --backups /var/backups/hailong"""
    work = planned(backups, keep, mail=bool(config.read().mail_server))
    if only_list:
        for one in work:
            click.echo(f"{one.after(clock.utc_now()):%d/%m/%Y %H:%M}  hailong {' '.join(one.command)}")
        return
    logs.configure()
    run(work, clock.utc_now, time.sleep)


def run(work: tuple[Work, ...], now: Callable[[], datetime], sleep: Callable[[float], object]) -> None:
    due = {one: one.after(now()) for one in work}
    while True:
        first = min(due, key=lambda one: due[one])
        # In short steps, so that a clock that is set right is noticed.
        while (left := (due[first] - now()).total_seconds()) > 0:
            sleep(min(left, 60))
        _do(first)
        due[first] = first.after(now())


def _do(work: Work) -> None:
    command = [sys.executable, "-m", "survey_app", *work.command]
    try:
        done = subprocess.run(command, capture_output=True, timeout=LONGEST)  # noqa: S603  (our own module, no shell)
        log.info("timer", command=work.command[0], exit=done.returncode)
    except subprocess.TimeoutExpired:
        log.error("timer hangs", command=work.command[0], seconds=LONGEST)
