"""What a worker tells the server that began it: that it has loaded everything and can take over."""

import os
from contextlib import suppress
from pathlib import Path

FOLDER = "HAILONG_WORKERS"


def share(folder: str) -> None:
    """Workers that are started afterwards tell it there, whether they are forks of this process or not."""
    os.environ[FOLDER] = folder


def say_ready() -> None:
    """Of this process; without a server that asks, and on a full disk, nothing."""
    if folder := os.environ.get(FOLDER):
        with suppress(OSError):
            _mark(folder, os.getpid()).touch()


def expect(pid: int) -> None:
    """Forgets what a process of the same number said before."""
    _mark(os.environ[FOLDER], pid).unlink(missing_ok=True)


def is_ready(pid: int) -> bool:
    return _mark(os.environ[FOLDER], pid).exists()


def _mark(folder: str, pid: int) -> Path:
    return Path(folder, f"ready-{pid}")
