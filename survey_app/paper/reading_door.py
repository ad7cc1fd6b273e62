"""Has pictures of filled-in forms read by a process of its own: what serves citizens never loads OpenCV or numpy."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

from flask_babel import lazy_gettext as _
from flask_babel.speaklater import LazyString

from survey_app.paper.readings import PageReading, Refusal, from_json

MOST_PICTURES: Final = 40
SECONDS: Final = 3600.0
Note = Callable[[int, int], None]  # How many pages are read, and how many there are, as far as one knows.

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
    "took_too_long": _("Reading took too long and was stopped. Please send fewer or smaller pictures."),
}


def read(
    paths: Sequence[Path], form_maps: Path, version: str, note: Note = lambda _, __: None, *, timeout: float = SECONDS
) -> list[PageReading]:
    """One reading for each page of each picture, in order; `version` is the content hash of what the wave asks. The
    pictures are deleted as they are read.

    Raises ValueError for too many. A picture on which the process dies is refused there; those after it are read.
    """
    if len(paths) > MOST_PICTURES:
        raise ValueError(f"At most {MOST_PICTURES} pictures can be read at once.")
    latest = time.monotonic() + timeout
    found: list[list[PageReading]] = []
    while len(found) < len(paths):
        left = paths[len(found) :]
        command = [sys.executable, "-m", "survey_app.paper.reading", str(form_maps), version, *map(str, left)]
        found += _run(command, len(left), latest, _after(sum(map(len, found)), note))
    return [replace(page, picture=number) for number, pages in enumerate(found) for page in pages]


def _after(before: int, note: Note) -> Note:
    return lambda read, pages: note(before + read, before + pages)


def _run(command: Sequence[str], pictures: int, latest: float, note: Note) -> list[list[PageReading]]:
    """The readings of at least the first of the pictures."""
    found: list[list[PageReading]] = []
    expected = 0
    with (
        TemporaryFile() as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors) as child,  # noqa: S603  (our own module, no shell)
        _ended_at(child, latest),
    ):
        for line in child.stdout or ():
            if line.strip().isdigit():  # How many pages the next picture has.
                found.append([])
                expected = int(line)
            elif line.endswith(b"\n"):  # Else it was cut off.
                found[-1] += from_json(line.decode())
            note(sum(map(len, found)), sum(map(len, found[:-1])) + expected + pictures - len(found))
        if child.wait() > 0:
            errors.seek(0)
            raise RuntimeError(errors.read().decode(errors="replace"))
    is_late = time.monotonic() > latest
    if child.returncode:
        too_long = is_late or child.returncode == -signal.SIGALRM
        _refuse_rest(found, expected, "took_too_long" if too_long else "not_a_picture")
    if is_late:
        found += [[PageReading(0, 1, "took_too_long")] for _ in range(pictures - len(found))]
    return found


def _refuse_rest(found: list[list[PageReading]], expected: int, why: Refusal) -> None:
    """A signal ended it: its own alarm for each page, or the system, where memory or the decoder gave way."""
    if not found or len(found[-1]) >= expected:
        found.append([])
    found[-1].append(PageReading(0, len(found[-1]) + 1, why))


@contextmanager
def _ended_at(child: subprocess.Popen[bytes], latest: float) -> Iterator[None]:
    """Nor does it outlive whoever waits for it."""
    timer = threading.Timer(max(latest - time.monotonic(), 0.01), child.kill)
    timer.start()
    try:
        yield
    except BaseException:
        child.kill()
        raise
    finally:
        timer.cancel()
