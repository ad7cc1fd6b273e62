"""A printed form as an outsider meets it: page by page the text, where it stands, the picture and the QR's content."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from tests import qr

MM = 72 / 25.4


@dataclass(frozen=True)
class Page:
    number: int
    text: str  # White space made single: lines are broken wherever they are full.
    pieces: tuple[
        tuple[float, float, float, float], ...
    ]  # Where text stands: left, bottom, right, top, in millimetres.
    size: tuple[float, float]
    qr: str


def pages(pdf: bytes) -> tuple[Page, ...]:
    return tuple(
        Page(
            number,
            flat(text.get_text_bounded()),
            _pieces(text),
            (page.get_width() / MM, page.get_height() / MM),
            _qr(page),
        )
        for number, page in enumerate(_pages(pdf), start=1)
        for text in [page.get_textpage()]
    )


def _pages(pdf: bytes) -> Iterator[Any]:
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        yield from document


def flat(text: str) -> str:
    """White space made single. Where a line ends at the hyphen of a word, the library puts a mark for both."""
    return " ".join(text.replace("\x02", "-").split())


def _pieces(text: Any) -> tuple[tuple[float, float, float, float], ...]:
    found = []
    for index in range(text.count_rects()):
        left, bottom, right, top = text.get_rect(index)
        found.append((left / MM, bottom / MM, right / MM, top / MM))
    return tuple(found)


def _qr(page: Any) -> str:
    """Read from the upper right corner alone, at the resolution of an office scanner: 200 dots per inch."""
    width, height = page.get_size()
    corner = (width - 40 * MM, height - 36 * MM, 11 * MM, 0)  # Cut off at the left, at the bottom, at the right.
    picture = page.render(scale=200 / 72, crop=corner).to_pil().convert("RGB")
    return qr.read(np.array(picture, dtype=np.uint8))


def letter_sizes(pdf: bytes, words: str) -> set[float]:
    """The sizes, in points, of the letters of these words, wherever they are printed on one line."""
    found = set()
    for page in _pages(pdf):
        text = page.get_textpage()
        search = text.search(words)
        while hit := search.get_next():
            letters = [index for index in range(hit[0], sum(hit)) if text.get_text_range(index, 1).isalpha()]
            found |= {round(pdfium.FPDFText_GetFontSize(text, index), 1) for index in letters}
    return found


def pictures(pdf: bytes, scale: float = 3.0) -> Iterator[Any]:
    for page in _pages(pdf):
        yield np.array(page.render(scale=scale).to_pil().convert("RGB"), dtype=np.uint8)


def squares(picture: Any, scale: float) -> list[tuple[float, float, float]]:
    """Every printed square with white inside: its middle and its side, in millimetres."""
    _, black = cv2.threshold(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), 128, 255, cv2.THRESH_BINARY_INV)
    contours, hierarchy = cv2.findContours(black, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    found = []
    for contour, (_, _, _, parent) in zip(contours, hierarchy[0], strict=True):
        x, y, width, height = cv2.boundingRect(contour)
        if parent >= 0 and abs(width - height) <= 2 and cv2.contourArea(contour) > 0.9 * (width - 1) * (height - 1):
            found.append(tuple(value / scale / MM for value in (x + width / 2, y + height / 2, width)))
    return found


def empty_boxes(picture: Any, at_least_mm: float, scale: float = 3.0) -> int:
    """How many empty squares a person may mark, at least so wide inside their lines."""
    _, black = cv2.threshold(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), 128, 255, cv2.THRESH_BINARY_INV)
    contours, hierarchy = cv2.findContours(black, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    found = 0
    for contour, (_, _, _, parent) in zip(contours, hierarchy[0], strict=True):
        _, _, width, height = cv2.boundingRect(contour)
        square = abs(width - height) <= 2 and cv2.contourArea(contour) > 0.9 * (width - 1) * (height - 1)
        found += parent >= 0 and square and at_least_mm <= width / scale / MM <= 9
    return found
