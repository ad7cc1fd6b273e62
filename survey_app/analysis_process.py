"""The one door to the analysis: a process of its own, so that nothing that serves citizens ever loads pandas."""

import subprocess
import sys
from pathlib import Path


def release(extract: Path, folder: Path) -> None:
    """Computes the release of an extract, documents included. Raises ValueError in the analysis' own words."""
    _run("analysis", str(extract), "--out", str(folder))


def report(folder: Path) -> None:
    """Writes the documents of a release that is already there. Raises ValueError in the analysis' own words."""
    _run("analysis.report", str(folder))


def _run(module: str, *arguments: str) -> None:
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True)  # noqa: S603  (our own module, no shell)
    sys.stderr.write(done.stderr)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
        raise ValueError(f"The analysis did not finish: {last[0]}")
