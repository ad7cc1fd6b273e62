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
FAINT, PALE = 0.08, 0.045  # What may be a trace of a pencil, where the paper is calm.
BESIDE: Final = 0.15  # The same beside print, where a squeezed picture is never quite calm.
EDGE: Final = 10  # Millimetres at the left and the right that are not looked at: what lies behind may show there.
CALM, STIRRED = 4.5, 3  # Standard deviations of the paper's own unrest, for these two.
BESIDE_PRINT: Final = 0.55  # Millimetres around print in which nothing is taken for handwriting.
INSIDE: Final = 0.55  # Millimetres from the outline's middle at which the inside of a box begins.
TOUCH: Final = 0.95  # Strokes so near outside a box are taken to begin or to end in it.
BRIDGED: Final = 1.7  # Gaps in a stroke, such as a printed line makes that it crosses.
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
    pale: Mask
    beside: Mask  # Pale ink that is neither print nor in a box.
    strokes: tuple[Stroke, ...]
    unrest: float  # Of the paper; where it is high, faint marks cannot be told from it.
    lossy: bool  # A scan in black and white alone: faint ink is not there, so nothing is known to be empty.


def inside(box: Box, at: Found) -> tuple[slice, slice]:
    left, top = box.x + at.x + INSIDE, box.y + at.y + INSIDE
    side = round((box.side - 2 * INSIDE) * DOTS)
    x, y = round(left * DOTS), round(top * DOTS)
    return slice(y, y + side), slice(x, x + side)


def printed(form: FormMap, page: int) -> Plane:
    """The print of the blank form, as dark as it is on the paper."""
    document = pypdfium2.PdfDocument(form.blank)
    try:
        gray = document[page - 1].render(scale=DOTS * 25.4 / 72, grayscale=True).to_numpy()
    finally:
        document.close()
    dark = 1 - gray.reshape(gray.shape[:2])[: SIZE[1], : SIZE[0]].astype(np.float32) / 255
    whole = np.zeros((SIZE[1], SIZE[0]), dtype=np.float32)
    whole[: dark.shape[0], : dark.shape[1]] = dark
    return whole


def _near(print_: Plane) -> Mask:
    """Where print is so near that nobody can tell handwriting from it."""
    reach = 2 * round(BESIDE_PRINT * DOTS) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    return np.asarray(cv2.dilate((print_ > 0.3).astype(np.uint8), disc), dtype=np.bool_)


def of(darkness: Plane, print_: Plane, boxes: Sequence[Box], found: Sequence[Found], lossy: bool) -> Ink:
    print_near = _near(print_)
    calm = cv2.GaussianBlur(darkness, (0, 0), 2)
    unrest = _unrest(calm[~print_near])
    dark, faint, pale = darkness > DARK, calm > max(FAINT, CALM * unrest), calm > max(PALE, STIRRED * unrest)
    zones = _zones(boxes, found)
    beside = (calm > max(0.2, 6 * unrest)) & ~print_near & (zones >= 0)
    beside[:, : EDGE * DOTS] = beside[:, -EDGE * DOTS :] = False
    outside = (calm > max(BESIDE, CALM * unrest)) & ~print_near & (zones == 0)
    outside = cv2.morphologyEx(outside.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), dtype=np.uint8)) > 0
    return Ink(dark, faint, pale, outside, tuple(_strokes(beside, zones)), unrest, lossy)


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
    """What is broken by a printed line is one stroke: a long line through a box must not look like a mark in it."""
    reach = round(BRIDGED / 2 * DOTS)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    joined = cv2.dilate(beside.astype(np.uint8), disc)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    areas = np.bincount(labels[beside], minlength=count)
    touched: dict[int, set[int]] = {}
    near = (zones > 0) & beside
    for label, zone in np.unique(np.stack([labels[near], zones[near]], axis=1), axis=0).tolist():
        touched.setdefault(label, set()).add(zone - 1)
    found = []
    for label in np.nonzero(areas >= _SMALLEST * DOTS**2)[0].tolist():
        left, top, width, height = (int(value) for value in stats[label][:4])
        right, bottom = (left + width - reach) / DOTS, (top + height - reach) / DOTS
        boxes = frozenset(touched.get(label, ()))
        found.append(Stroke((left + reach) / DOTS, (top + reach) / DOTS, right, bottom, boxes))
    return found
