"""Writes the documents of a release anew, in a copy whose files then take their places: a stopped run harms nothing.

What stands in them is left to the analysis, which reads publication.json beside the figures.
"""

import filecmp
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from survey_app.publishing.notes import FILE, read
from survey_app.releases import KEPT_BACK

MANIFEST, REPORT = "manifest.json", "report.docx"
WRITTEN = ("charts/**/*", "report.*", "*.docx", "*.pdf", "*.html", "short/*")


def command(draft: Path, releases: Path, template: Path) -> list[str]:
    options = ["--beside", str(releases), *in_template(template)]
    return [sys.executable, "-m", "analysis.report", str(draft), *options]


def in_template(template: Path) -> list[str]:
    """What the analysis is told of the office's own Word template, where there is one."""
    return [f"--template={template}"] if template.is_file() else []


def copy_of(folder: Path) -> Path:
    """A copy out of the way of whoever looks for releases; what a stopped run left there is thrown away."""
    draft = folder.parent / ".runs" / "documents" / folder.name
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(folder, draft)
    return draft


def counter(draft: Path) -> Callable[[], str]:
    """Says, whenever it is asked, how many of the documents have been written so far."""
    before = {path: path.stat().st_mtime_ns for path in _documents(draft)}

    def say() -> str:
        done = [path for path in _documents(draft) if path.stat().st_mtime_ns != before.get(path)]
        return f"{len(done)}/{max(len(before), len(done))}"

    return say


def put_in_place(draft: Path, folder: Path) -> None:
    """What was written takes the place of what was there; the manifest, which vouches for it, comes last."""
    _say_what_they_know(draft)
    files = [path.relative_to(draft) for path in draft.rglob("*") if path.is_file()]
    for name in sorted(files, key=lambda name: (str(name) == MANIFEST, str(name))):
        if str(name) == REPORT or (str(name) != FILE and not _same(draft / name, folder / name)):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (draft / name).replace(folder / name)
    shutil.rmtree(draft)


def are_outdated(folder: Path) -> bool:
    """Whether something was decided or noticed after they were written, or they were made without a decision on what
    is kept back.
    """
    told, report = folder / FILE, folder / REPORT
    if report.exists() and not (folder / KEPT_BACK).exists():
        return True
    return told.exists() and report.exists() and told.stat().st_mtime_ns > report.stat().st_mtime_ns


def _say_what_they_know(draft: Path) -> None:
    """The report is as old as what it was told: what was told since is not in it."""
    told, report = draft / FILE, draft / REPORT
    if told.exists() and report.exists():
        os.utime(report, ns=(told.stat().st_mtime_ns, told.stat().st_mtime_ns))


def are_public(folder: Path) -> bool:
    """Whether the public site shows them, too."""
    return read(folder).get("state") in ("published", "replaced")


def _documents(draft: Path) -> Iterator[Path]:
    return (path for path in {path for pattern in WRITTEN for path in draft.glob(pattern)} if path.is_file())


def _same(one: Path, other: Path) -> bool:
    return other.exists() and filecmp.cmp(one, other, shallow=False)
