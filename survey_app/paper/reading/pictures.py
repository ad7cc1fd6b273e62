"""Opens what was sent: a JPEG or PNG picture, or the pages of a PDF; bounded in size, whatever the file claims."""

import math
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from typing import Any, Final

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray

from survey_app.paper.reading import MOST_DOTS
from survey_app.paper.readings import Refusal

Picture = NDArray[Any]  # Rows of dots in blue, green, red.
MOST_PAGES: Final = 40
DOTS_PER_POINT: Final = 200 / 72
_SIDE_BY_SIDE: Final = 20_000  # Dots; nothing that is a page is longer.


_LEAST_GRAY: Final = 0.2


class Refused(Exception):
    def __init__(self, why: Refusal) -> None:
        super().__init__(why)
        self.why = why


def pages(content: bytes) -> Iterator[Callable[[], Picture]]:
    """What opens each page in its turn, so that one that cannot be opened leaves the others. Both raise Refused."""
    if content.startswith(b"%PDF-"):
        yield from _of_pdf(content)
    elif content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        yield partial(_decoded, content)
    else:
        raise Refused("not_a_picture")


def _decoded(content: bytes) -> Picture:
    try:
        picture = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), cv2.IMREAD_COLOR)
    except cv2.error as error:
        raise Refused("too_large" if "PIXELS" in str(error) else "not_a_picture") from error
    if picture is None:
        raise Refused("not_a_picture")
    return _usable(np.asarray(picture, dtype=np.uint8))


def _usable(picture: Picture) -> Picture:
    if max(picture.shape[:2]) > _SIDE_BY_SIDE:
        raise Refused("too_large")
    return picture


def is_black_and_white(picture: Picture) -> bool:
    """A scanner that knows only black and white drops faint marks: no box is known to be empty.

    Every other picture has more gray dots than black ones, for print has edges.
    """
    gray = cv2.cvtColor(picture[:: max(1, picture.shape[0] // 1000)], cv2.COLOR_BGR2GRAY)
    low, high = np.percentile(gray, (0.3, 60))
    margin = 0.25 * (high - low)
    dark, between = gray < low + margin, (gray > low + margin) & (gray < high - margin)
    return bool(high - low > 60 and between.sum() < _LEAST_GRAY * dark.sum())


def count(content: bytes) -> int:
    """How many pages there are to read or to refuse."""
    if not content.startswith(b"%PDF-"):
        return 1
    try:
        with closing(pypdfium2.PdfDocument(content)) as document:
            return len(document) if 1 <= len(document) <= MOST_PAGES else 1
    except pypdfium2.PdfiumError:
        return 1


def _of_pdf(content: bytes) -> Iterator[Callable[[], Picture]]:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise Refused("not_a_picture") from error
    with closing(document):
        if len(document) > MOST_PAGES:
            raise Refused("too_many_pages")
        for number in range(len(document)):
            yield partial(_rendered, document, number)


def _rendered(document: Any, number: int) -> Picture:
    try:
        page = document[number]
        width, height = page.get_size()
        if not 0 < width * height < math.inf:
            raise Refused("not_a_picture")
        scale = min(DOTS_PER_POINT, math.sqrt(MOST_DOTS / 4 / (width * height)), _SIDE_BY_SIDE / max(width, height))
        return np.array(page.render(scale=scale).to_numpy()[:, :, :3], dtype=np.uint8)
    except pypdfium2.PdfiumError as error:
        raise Refused("not_a_picture") from error
