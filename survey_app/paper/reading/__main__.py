"""`python -m survey_app.paper.reading FORM_MAPS VERSION PICTURE…`: for each picture the number of its pages, then a
line of JSON for each page. The pictures are deleted as they are read.

A page that takes too long ends the process by its alarm, so that whoever waits knows in which picture it was.
"""

import resource
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import cv2

from survey_app.paper.reading import page, pictures
from survey_app.paper.reading.pictures import Picture
from survey_app.paper.readings import PageReading, to_json

SECONDS_A_PAGE: Final = 30  # It takes half a second, and longer where the machine has other work.
MOST_MEMORY: Final = 3 * 2**30


def main(form_maps: Path, version: str, paths: list[Path]) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    cv2.setNumThreads(1)
    for path in paths:
        signal.alarm(SECONDS_A_PAGE)
        content = path.read_bytes()
        path.unlink()
        print(pictures.count(content), flush=True)
        for page_reading in _read(content, form_maps, version):
            print(to_json([page_reading]), flush=True)


def _read(content: bytes, form_maps: Path, version: str) -> Iterator[PageReading]:
    try:
        for number, opened in enumerate(pictures.pages(content), start=1):
            signal.alarm(SECONDS_A_PAGE)
            yield replace(_page(opened, form_maps, version), picture_page=number)
    except pictures.Refused as refused:
        yield PageReading(0, 1, refused.why)


def _page(opened: Callable[[], Picture], form_maps: Path, version: str) -> PageReading:
    try:
        return page.read(opened(), form_maps, version)
    except pictures.Refused as refused:
        return PageReading(0, 1, refused.why)
    except (MemoryError, cv2.error):
        return PageReading(0, 1, "too_large")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], [Path(name) for name in sys.argv[3:]])
