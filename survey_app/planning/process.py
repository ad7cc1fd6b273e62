"""Asks `analysis.planning`, a process of its own: once for a chore, or a warm worker where a person waits.

What serves citizens never loads numpy or pandas; the worker is started by the first question and ends with the server.
"""

import json
import select
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Any

COMMAND = (sys.executable, "-m", "analysis.planning")
CHORE_SECONDS, ANSWER_SECONDS = 300, 30


class PlanningFault(Exception):
    """The analysis cannot do it; `faults`: of a frame's file one by one, as dicts with row, column, vi and en."""

    def __init__(self, sentence: str, faults: Sequence[dict[str, Any]] = ()) -> None:
        super().__init__(sentence)
        self.faults = tuple(faults)


def run(*arguments: str) -> dict[str, Any]:
    """What the command answers with --json. Raises PlanningFault in the analysis' own words."""
    said, code = call([*arguments, "--json"])
    try:
        answer: dict[str, Any] = json.loads(said)
    except ValueError as error:
        raise PlanningFault(f"the analysis ended with exit code {code}") from error
    if code:
        raise PlanningFault(answer["error"], answer["faults"])
    return answer


def call(arguments: Sequence[str]) -> tuple[str, int]:
    """Standard output and exit code of a process that is started and waited for."""
    try:
        done = subprocess.run(  # noqa: S603  (our own module, no shell)
            [*COMMAND, *arguments], capture_output=True, text=True, timeout=CHORE_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise PlanningFault(f"the analysis did not answer within {CHORE_SECONDS} seconds") from error
    return done.stdout, done.returncode


class Worker:
    """One process that answers questions of size, a line in and a line out; of threads one asks at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, question: dict[str, Any]) -> dict[str, Any]:
        """Raises PlanningFault. A worker that died in the meantime is replaced by a new one, once."""
        line = json.dumps(question).encode() + b"\n"
        with self._lock:
            answer = self._answer(line) or self._answer(line)
        if answer is None:
            raise PlanningFault("the analysis does not answer")
        found: dict[str, Any] = json.loads(answer)
        if "error" in found:
            raise PlanningFault(found["error"])
        return found

    def _answer(self, line: bytes) -> bytes | None:
        process = self._running()
        assert process.stdin is not None  # noqa: S101  (pipes were asked for)
        assert process.stdout is not None  # noqa: S101
        try:
            process.stdin.write(line)
            process.stdin.flush()
            ready, _, _ = select.select([process.stdout], [], [], ANSWER_SECONDS)
            if ready and (answer := process.stdout.readline()):
                return answer
        except OSError:
            pass  # It died; who reads an end of file below replaces it too.
        self._end()
        return None

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._process.poll() is not None:
            self._end()
            command = [*COMMAND, "size", "--stream"]
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)  # noqa: S603
        return self._process

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def close(self) -> None:
        with self._lock:
            self._end()


worker = Worker()
