"""Work beside the server, in processes of our own whose state is files: it outlives whatever process started it.

Who works holds a lock as long as it lives: a state that says so without the lock is work that died. What is done there,
and what its state tells, is left to `analysis_door` and `paper.reading_runs`.
"""

import fcntl
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class AlreadyRunning(Exception):
    """Somebody does this right now."""


@contextmanager
def locked(path: Path) -> Iterator[int]:
    """The descriptor of the lock. Raises AlreadyRunning. The file stays, empty; states are replaced, so lock none of
    those."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(descriptor, 0)  # Whoever held it before does so no more.
        yield descriptor
    except BlockingIOError as error:
        raise AlreadyRunning from error
    finally:
        os.close(descriptor)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Whoever looks sees that somebody works in there; a process that is killed holds nothing any more."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


def is_held(folder: Path) -> bool:
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)


def is_locked(path: Path) -> bool:
    try:
        with locked(path):
            return False
    except AlreadyRunning:
        return True
    except FileNotFoundError:  # Its folder is gone.
        return False


def start(lock: int, module: str, *arguments: str, environ: Mapping[str, str] | None = None) -> None:
    """Runs a module of ours, which inherits the lock, so there is no moment at which nobody holds it. Its number is
    written into the lock by us: the child is busy for seconds before it can say anything."""
    child = subprocess.Popen(  # noqa: S603  (our own module, no shell)
        [sys.executable, "-m", module, *arguments],
        env=os.environ | (environ or {}),
        pass_fds=(lock,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    os.pwrite(lock, f"{child.pid} {socket.gethostname()}".encode(), 0)
    # Somebody must take note of its end, or it stays in the process table as long as this server lives.
    threading.Thread(target=child.wait, daemon=True).start()


def holder(path: Path) -> tuple[int, str]:
    """The number of the process that holds the lock, which is its group's too, and the machine or container where that
    is its number; (0, "") where it was not written."""
    number, _space, host = path.read_text(encoding="ascii").partition(" ")
    return int(number or 0), host


def write(file: Path, state: "DataclassInstance") -> None:
    """Whole or not at all, whoever reads it meanwhile."""
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.write_text(json.dumps(asdict(state), ensure_ascii=False), encoding="utf-8")
    draft.replace(file)
