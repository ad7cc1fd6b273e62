"""Finds how the paper is bent: pieces of print are sought around their places, and a smooth bend laid through them."""

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np

from survey_app.paper.reading.corners import MARKS, Points
from survey_app.paper.reading.sheet import DOTS, SIZE, Plane

AROUND: Final = 3.5  # Millimetres beside its place in which a piece of print is sought.
FLAT: Final = 0.12
_COARSE: Final = 4  # Dots a millimetre for the search.
_PIECE, _STEP = 26, 15  # Millimetres.
_LEAST_PRINT, _LEAST_LIKE = 0.012, 0.5
_GRID: Final = 5.0


def bend(darkness: Plane, printed: Plane) -> tuple[Plane, Plane] | None:
    """How far beside its place each dot of the flat page lies; None: the paper is flat, or nobody knows."""
    found = np.array(list(_pieces(darkness, printed)))
    if len(found) < 4 or np.abs(found[:, 2:]).max() < FLAT:
        return None
    places, beside = found[:, :2], found[:, 2:]
    solved = _solved(places, beside)
    # A piece that was taken for another one lies far from all the others.
    off = np.linalg.norm(_terms(places) @ solved - beside, axis=1)
    good = off < max(0.4, 3 * float(np.median(off)))
    return _shifts(_solved(places[good], beside[good]))


def _pieces(darkness: Plane, printed: Plane) -> Iterator[tuple[float, float, float, float]]:
    """Of each piece of print that is found: its middle, and how far beside it lies, in millimetres."""
    size = 210 * _COARSE, 297 * _COARSE
    seen = cv2.resize(np.clip(darkness, 0, 1), size, interpolation=cv2.INTER_AREA)
    wanted = cv2.GaussianBlur(cv2.resize(printed, size, interpolation=cv2.INTER_AREA), (0, 0), 0.7)
    reach, piece = round(AROUND * _COARSE), _PIECE * _COARSE
    for top in range(reach, size[1] - piece - reach, _STEP * _COARSE):
        for left in range(reach, size[0] - piece - reach, _STEP * _COARSE):
            pattern = wanted[top : top + piece, left : left + piece]
            if float((pattern > 0.3).mean()) < _LEAST_PRINT:
                continue
            around = seen[top - reach : top + piece + reach, left - reach : left + piece + reach]
            likeness = cv2.matchTemplate(around, pattern, cv2.TM_CCOEFF_NORMED)
            _, best, _, (x, y) = cv2.minMaxLoc(likeness)
            if best > _LEAST_LIKE and 0 < x < 2 * reach and 0 < y < 2 * reach:
                dx, dy = _between(likeness[y, x - 1 : x + 2]), _between(likeness[y - 1 : y + 2, x])
                middle = (left + piece / 2) / _COARSE, (top + piece / 2) / _COARSE
                yield *middle, (x - reach + dx) / _COARSE, (y - reach + dy) / _COARSE


def _between(three: Plane) -> float:
    """The top of the parabola through three values, beside the middle one."""
    before, at, after = (float(value) for value in three)
    curve = before - 2 * at + after
    return 0.0 if curve >= 0 else float(np.clip((before - after) / (2 * curve), -0.5, 0.5))


def _solved(places: Points, beside: Points) -> Points:
    """The four marks lie where they should: the page was laid flat by them."""
    weight = max(1.0, len(places) / 10)
    terms = np.vstack([_terms(places), weight * _terms(MARKS)])
    values = np.vstack([beside, np.zeros((4, 2))])
    solved: Points = np.linalg.solve(terms.T @ terms + 0.02 * np.eye(terms.shape[1]), terms.T @ values)
    return solved


def _terms(places: Points) -> Points:
    x, y = (places[:, 0] - 105) / 105, (places[:, 1] - 148.5) / 148.5
    return np.stack([x**i * y**j for i in range(5) for j in range(5 - i)], axis=1)


def _shifts(solved: Points) -> tuple[Plane, Plane]:
    coarse = np.stack(np.meshgrid(np.arange(0, 211, _GRID), np.arange(0, 298, _GRID)), axis=-1)
    shifts = ((_terms(coarse.reshape(-1, 2)) @ solved).reshape(coarse.shape) * DOTS).astype(np.float32)
    tile = round(_GRID * DOTS)
    wide = cv2.resize(shifts, (tile * coarse.shape[1], tile * coarse.shape[0]), interpolation=cv2.INTER_LINEAR)
    # Each coarse place stands in the middle of its tile; the page begins at the middle of the first.
    cut = wide[tile // 2 : tile // 2 + SIZE[1], tile // 2 : tile // 2 + SIZE[0]]
    return np.ascontiguousarray(cut[:, :, 0]), np.ascontiguousarray(cut[:, :, 1])
