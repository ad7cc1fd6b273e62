"""Runs the analysis as a process of its own: what serves citizens never loads pandas. Its progress is passed on."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from survey_app.publishing import documents

SECONDS = 60


def release(
    extract: Path, folder: Path, template: Path, earlier: Sequence[Path] = (), *, lonely_psu: str = "fail"
) -> None:
    """Computes the release of an extract, documents included, beside those of earlier years; `template` need not be
    there. Raises ValueError in the analysis' own words.
    """
    how = (f"--lonely-psu={lonely_psu}", *(f"--earlier={place}" for place in earlier))
    _run("analysis", str(extract), "--out", str(folder), *how, *documents.in_template(template))


def report(folder: Path, template: Path) -> None:
    """Writes the documents of a release that is already there. Raises ValueError in the analysis' own words."""
    _run("analysis.report", str(folder), *documents.in_template(template))


def short_forms(folder: Path, options: Mapping[str, object]) -> None:
    """Writes the short forms of a release. Raises ValueError in the analysis' own words."""
    _run("analysis.short_forms", str(folder), *(f"--{name}={value}" for name, value in options.items()))


def checked_template(file: Path) -> tuple[str, str]:
    """What is wrong with a template of the report, by its kind (empty: nothing), and the detail."""
    found = _asked("analysis.report", "--check", str(file))
    return found["fault"], found["detail"]


def starter(file: Path) -> None:
    """A template to begin with, for the office to dress."""
    _run("analysis.report", "--starter", str(file))


def agreement(question: dict[str, Any]) -> dict[str, Any]:
    """How well second interviews agree with the first. Raises ValueError in the analysis' own words."""
    found: dict[str, Any] = _asked("analysis.agreement", question=json.dumps(question))
    return found


def changes(old: Path, new: Path) -> list[dict[str, Any]]:
    """What a release says otherwise than the one it corrects. Raises ValueError in the analysis' own words."""
    found: list[dict[str, Any]] = _asked("analysis.comparison.corrected", str(old), str(new))
    return found


def snapshot(extract: Path, folder: Path) -> None:
    """Adds the day's snapshot to the dashboard of a survey. Raises ValueError in the analysis' own words."""
    _run("analysis.dashboard", "take", str(extract), "--out", str(folder))


def dashboard(folder: Path, question: dict[str, Any]) -> dict[str, Any]:
    """What the snapshots say of a filter. Raises ValueError in the analysis' own words."""
    found: dict[str, Any] = _asked("analysis.dashboard", "ask", str(folder), question=json.dumps(question))
    return found


def _asked(module: str, *arguments: str, question: str = "") -> Any:
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(  # noqa: S603  (our own module, no shell)
        command, input=question, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    if done.returncode:
        raise ValueError(
            (done.stderr.strip().splitlines() or ["the analysis ended without a word"])[-1].removeprefix("Error: ")
        )
    return json.loads(done.stdout)


def files(extract: Path, release: Path, out: Path, *, texts: bool) -> None:
    """Files for analysts of a release that is already there; `texts`: what people wrote, too. Raises ValueError."""
    _run("analysis.files", str(extract), str(release), "--out", str(out), *(["--texts"] if texts else []))


def old_data(module: str, file: Path, options: Mapping[str, str]) -> None:
    """Takes in what earlier years left behind. Raises ValueError; every fault was said before."""
    _run(module, str(file), *(f"--{name}={value}" for name, value in options.items()))


def site(releases: Path, out: Path, address: str) -> None:
    """The public site of all published releases. Raises ValueError in the analysis' own words."""
    _run("analysis.site", str(releases), "--out", str(out), "--address", address)


def _run(module: str, *arguments: str) -> None:
    command, last = [sys.executable, "-m", module, *arguments], ""
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603  (our own module, no shell)
        try:
            for line in process.stderr or ():
                sys.stderr.write(line)
                last = line.strip() or last
        except BaseException:  # We are told to end: nobody needs what is computed there.
            process.terminate()
            raise
    if process.returncode:
        raise ValueError(last.removeprefix("Error: ") or f"The analysis ended with exit code {process.returncode}.")
