"""Tells what was written by hand from what was printed, and gathers it into strokes; what they mean, `marks` says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray

from survey_app.paper.form_maps import Box, FormMap
from survey_app.paper.reading.fitting import Found
from survey_app.paper.reading.sheet import DOTS, SIZE, Plane

Mask = NDArray[Any]
DARK: Final = 0.35  # Of the page's black: what a pen leaves.
FAINT: Final = 0.09  # What may be a trace of a pencil, where the paper is calm.
CALM: Final = 4.5  # Standard deviations of the paper's own unrest.
BESIDE_PRINT: Final = 0.55  # Millimetres around print in which nothing is taken for handwriting.
INSIDE: Final = 0.55  # Millimetres from the outline's middle at which the inside of a box begins.
TOUCH: Final = 0.95  # Strokes so near outside a box are taken to begin or to end in it.
_SMALLEST: Final = 0.35  # Square millimetres; smaller is dust.


@dataclass(frozen=True)
class Stroke:
    """Connected handwriting outside the boxes, in millimetres; `boxes`: the places of those it touches."""

    left: float
    top: float
    right: float
    bottom: float
    boxes: frozenset[int]

    @property
    def length(self) -> float:
        return max(self.right - self.left, self.bottom - self.top)


@dataclass(frozen=True)
class Ink:
    dark: Mask
    faint: Mask
    beside: Mask  # Of the faint, what is neither print nor in a box.
    strokes: tuple[Stroke, ...]
    unrest: float  # Of the paper; where it is high, faint marks cannot be told from it.


def inside(box: Box, at: Found) -> tuple[slice, slice]:
    left, top = box.x + at.x + INSIDE, box.y + at.y + INSIDE
    side = round((box.side - 2 * INSIDE) * DOTS)
    x, y = round(left * DOTS), round(top * DOTS)
    return slice(y, y + side), slice(x, x + side)


def printed(form: FormMap, page: int) -> Mask:
    """Where the blank form has print, or is so near to it that nobody can tell."""
    document = pypdfium2.PdfDocument(form.blank)
    try:
        gray = document[page - 1].render(scale=DOTS * 25.4 / 72, grayscale=True).to_numpy()
    finally:
        document.close()
    black = (gray.reshape(gray.shape[:2])[: SIZE[1], : SIZE[0]] < 170).astype(np.uint8)
    whole = np.zeros((SIZE[1], SIZE[0]), dtype=np.uint8)
    whole[: black.shape[0], : black.shape[1]] = black
    reach = 2 * round(BESIDE_PRINT * DOTS) + 1
    near = cv2.dilate(whole, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    return np.asarray(near, dtype=np.bool_)


def of(darkness: Plane, print_near: Mask, boxes: Sequence[Box], found: Sequence[Found]) -> Ink:
    calm = cv2.GaussianBlur(darkness, (0, 0), 1.6)
    unrest = _unrest(calm[~print_near])
    dark, faint = darkness > DARK, calm > max(FAINT, CALM * unrest)
    zones = _zones(boxes, found)
    beside = (calm > max(0.2, 6 * unrest)) & ~print_near & (zones >= 0)
    outside = faint & ~print_near & (zones == 0)
    return Ink(dark, faint, outside, tuple(_strokes(beside, zones)), unrest)


def _unrest(paper: Plane) -> float:
    """By the median, for a page is mostly paper."""
    sample = paper[:: max(1, paper.size // 200_000)]
    return 1.4826 * float(np.median(np.abs(sample - np.median(sample))))


def _zones(boxes: Sequence[Box], found: Sequence[Found]) -> NDArray[Any]:
    """At each dot: 0, or 1 + the place of the box that it is near to, or -1 inside one, where marks are measured."""
    zones = np.zeros((SIZE[1], SIZE[0]), dtype=np.int16)
    for place, (box, at) in enumerate(zip(boxes, found, strict=True)):
        left, top = (box.x + at.x - TOUCH) * DOTS, (box.y + at.y - TOUCH) * DOTS
        side = (box.side + 2 * TOUCH) * DOTS
        zones[round(top) : round(top + side), round(left) : round(left + side)] = place + 1
    for box, at in zip(boxes, found, strict=True):
        left, top = (box.x + at.x) * DOTS, (box.y + at.y) * DOTS
        side = box.side * DOTS
        zones[round(top) : round(top + side), round(left) : round(left + side)] = -1
    return zones


def _strokes(beside: Mask, zones: NDArray[Any]) -> list[Stroke]:
    count, labels, stats, _ = cv2.connectedComponentsWithStats(beside.astype(np.uint8), connectivity=8)
    near = (zones > 0) & beside
    touched: dict[int, set[int]] = {}
    pairs: Any = np.unique(np.stack([labels[near], zones[near]], axis=1), axis=0) if near.any() else []
    for label, zone in pairs:
        touched.setdefault(int(label), set()).add(int(zone) - 1)
    found = []
    for label in range(1, count):
        left, top, width, height, area = (int(value) for value in stats[label])
        if area >= _SMALLEST * DOTS**2:
            edges = (left / DOTS, top / DOTS, (left + width) / DOTS, (top + height) / DOTS)
            found.append(Stroke(*edges, frozenset(touched.get(label, ()))))
    return found
