"""Lays a page flat: each millimetre of the form at its place, and how dark each dot is beside paper and print."""

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from survey_app.paper.reading.corners import MARKS, Points
from survey_app.paper.reading.pictures import Picture

DOTS: Final = 8  # A millimetre of the flat page: 203 an inch.
SIZE: Final = (210 * DOTS, 297 * DOTS)
Plane = NDArray[Any]  # A number for each dot of the flat page.


@dataclass(frozen=True)
class Sheet:
    picture: Picture
    darkness: Plane  # 0: as the paper around; 1: as the black of the marks in the corners of this very page.


def flat(picture: Picture, corners: Points, shift: tuple[Plane, Plane] | None = None) -> Sheet:
    """`shift`: how far beside its place each dot lies, in dots of the flat page; for paper that is not flat."""
    shrunk, corners = _no_finer_than_needed(picture, corners)
    back = cv2.getPerspectiveTransform((MARKS * DOTS).astype(np.float32), corners.astype(np.float32))
    x, y = np.meshgrid(np.arange(SIZE[0], dtype=np.float32), np.arange(SIZE[1], dtype=np.float32))
    if shift:
        x, y = x + shift[0], y + shift[1]
    depth = back[2, 0] * x + back[2, 1] * y + back[2, 2]
    from_x = ((back[0, 0] * x + back[0, 1] * y + back[0, 2]) / depth).astype(np.float32)
    from_y = ((back[1, 0] * x + back[1, 1] * y + back[1, 2]) / depth).astype(np.float32)
    laid = cv2.remap(shrunk, from_x, from_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return Sheet(laid, _darkness(laid))


def _no_finer_than_needed(picture: Picture, corners: Points) -> tuple[Picture, Points]:
    """Dots are averaged, not left out, where the picture has more of them than the flat page."""
    long = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1).max()
    scale = 1.25 * DOTS * 279 / float(long)
    if scale >= 0.8:
        return picture, corners
    shrunk = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.asarray(shrunk, dtype=np.uint8), (corners + 0.5) * scale - 0.5


def _darkness(laid: Picture) -> Plane:
    """By the darkest of the three colours, so that a blue or red pen counts like a black one."""
    paper = _paper(laid)
    shares = [cv2.divide(laid[:, :, color], paper[:, :, color], dtype=cv2.CV_32F) for color in range(3)]
    beside = 1 - cv2.min(cv2.min(shares[0], shares[1]), shares[2])
    black = np.median([np.median(beside[mark]) for mark in _marks()])
    dark: Plane = np.clip(beside / np.float32(max(black, 0.2)), -0.5, 1.5).astype(np.float32)
    return dark


def _paper(laid: Picture) -> Plane:
    """How bright the paper is around each dot: without print and pen, but with shadows and uneven light."""
    small = cv2.resize(laid, (SIZE[0] // DOTS, SIZE[1] // DOTS), interpolation=cv2.INTER_AREA)
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (13, 13)))
    smooth = cv2.GaussianBlur(closed.astype(np.float32), (0, 0), 3)
    paper: Plane = np.maximum(cv2.resize(smooth, SIZE, interpolation=cv2.INTER_LINEAR), 30).astype(np.float32)
    return paper


def _marks() -> list[tuple[slice, slice]]:
    return [
        (slice(int((y - 1) * DOTS), int((y + 1) * DOTS)), slice(int((x - 1) * DOTS), int((x + 1) * DOTS)))
        for x, y in MARKS
    ]
