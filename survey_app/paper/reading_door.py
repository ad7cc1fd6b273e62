"""Has pictures of filled-in forms read by a process of its own: what serves citizens never loads OpenCV or numpy."""

import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from survey_app.paper.readings import PageReading, Refusal, from_json

MOST_PICTURES: Final = 40
SECONDS: Final = 120.0

REFUSALS: Final[Mapping[Refusal, LazyString]] = {
    "not_a_picture": _(
        "This is no JPEG, PNG or PDF file that can be opened. Please photograph or scan the page again."
    ),
    "too_large": _("This picture has more than 60 million dots. Please send it in a lower resolution."),
    "too_many_pages": _("This file has more than 40 pages. Please split it."),
    "no_marks": _(
        "The four black squares in the corners of the page were not found. Please take it whole, flat, lit well."
    ),
    "no_code": _("The code in the upper right corner cannot be read. Please take the page again, sharper and nearer."),
    "several_codes": _("More than one page is in this picture. Please take each page by itself."),
    "foreign_code": _("The code on this page is none of our forms. Please check whether the sheet belongs here."),
    "unknown_form": _(
        "This form was not printed by this system, or its print was removed. Please type the sheet in by hand."
    ),
    "other_version": _("This page belongs to another questionnaire. Please sort it to its own survey."),
    "does_not_fit": _("The boxes are not where this form has them. Please take the page again, flat and from above."),
    "too_coarse": _("This picture is too coarse to read. Please take the page in at least 100 dots per inch."),
    "black_and_white": _("This scan is only black and white and drops faint marks. Please scan in grey or colour."),
    "took_too_long": _("Reading took too long and was stopped. Please send fewer or smaller pictures."),
}


def read(pictures: Sequence[bytes], form_maps: Path, version: str, *, timeout: float = SECONDS) -> list[PageReading]:
    """One reading for each page of each picture, in order; `version` is the content hash of what the wave asks.

    Raises ValueError for too many pictures. A picture on which the process dies is refused; those after it are read.
    """
    if len(pictures) > MOST_PICTURES:
        raise ValueError(f"At most {MOST_PICTURES} pictures can be read at once.")
    latest = time.monotonic() + timeout
    found: list[list[PageReading]] = []
    with TemporaryDirectory() as folder:
        paths = [Path(folder) / str(number) for number in range(len(pictures))]
        for path, picture in zip(paths, pictures, strict=True):
            path.write_bytes(picture)
        while len(found) < len(paths):
            found += _run(form_maps, version, paths[len(found) :], latest - time.monotonic())
    return [replace(page, picture=number) for number, pages in enumerate(found) for page in pages]


def _run(form_maps: Path, version: str, paths: Sequence[Path], seconds: float) -> list[list[PageReading]]:
    """The readings of at least the first of the pictures."""
    command = [sys.executable, "-m", "survey_app.paper.reading", str(form_maps), version, *map(str, paths)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=max(seconds, 0.01), check=False)  # noqa: S603  (our own module, no shell)
    except subprocess.TimeoutExpired as stopped:
        found = _lines(stopped.stdout or b"")
        return found + [_refused("took_too_long")] * (len(paths) - len(found))
    if done.returncode > 0:
        raise RuntimeError(done.stderr.decode(errors="replace"))
    found = _lines(done.stdout)
    # A signal ended it: its own alarm for each picture, or the system, where memory or the decoder gave way.
    if done.returncode < 0:
        found.append(_refused("took_too_long" if done.returncode == -signal.SIGALRM else "not_a_picture"))
    return found


def _lines(output: bytes) -> list[list[PageReading]]:
    """One line for each picture; what follows the last end of a line was cut off."""
    return [from_json(line.decode()) for line in output.split(b"\n")[:-1]]


def _refused(why: Refusal) -> list[PageReading]:
    return [PageReading(0, 1, why)]
