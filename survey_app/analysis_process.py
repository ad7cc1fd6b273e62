"""Runs the analysis as a process of its own: what serves citizens never loads pandas. Its progress is passed on."""

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
    command, last = [sys.executable, "-m", module, *arguments], ""
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603  (our own module, no shell)
        for line in process.stderr or ():
            sys.stderr.write(line)
            last = line.strip() or last
    if process.returncode:
        raise ValueError(last.removeprefix("Error: ") or f"The analysis ended with exit code {process.returncode}.")
