"""Finds the printed outline of each box on the flat page: proof that the form fits, and where the paper is bent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from survey_app.paper.form_maps import Box
from survey_app.paper.reading.corners import MARKS, Points
from survey_app.paper.reading.sheet import DOTS, SIZE, Plane

AROUND: Final = 2.5  # Millimetres beside its place in which a box is sought on bent paper.
NEAR: Final = 0.9  # The same, after the bend is taken out.
CLEAR: Final = 0.22  # How much darker than the white around it each side of an outline is at least.
_LINE, _WHITE = 0.36, 0.8  # Millimetres: of the outline, and of the white around it.


@dataclass(frozen=True)
class Found:
    x: float  # Millimetres beside its place.
    y: float
    clearness: float

    @property
    def is_clear(self) -> bool:
        return self.clearness >= CLEAR


def outlines(darkness: Plane, boxes: Sequence[Box], around: float) -> list[Found]:
    return [_outline(darkness, box, around) for box in boxes]


def _outline(darkness: Plane, box: Box, around: float) -> Found:
    pattern = _pattern(box.side)
    reach = round(around * DOTS)
    left = round((box.x - _LINE / 2 - _WHITE) * DOTS) - reach
    top = round((box.y - _LINE / 2 - _WHITE) * DOTS) - reach
    side = pattern.shape[0] + 2 * reach
    window = darkness[max(top, 0) : top + side, max(left, 0) : left + side]
    if left < 0 or top < 0 or window.shape != (side, side):
        return Found(0, 0, 0)
    # Sums of how dark the line is, less how dark the white around it is.
    window = np.clip(window, 0, 1)
    answer = cv2.matchTemplate(window, pattern, cv2.TM_CCORR)
    _, _, _, (x, y) = cv2.minMaxLoc(answer)
    clearness = _clearness(window[y : y + pattern.shape[0], x : x + pattern.shape[0]])
    if 0 in (x, y) or 2 * reach in (x, y):  # The best place may lie farther out.
        clearness = 0
    exact = (box.x - _LINE / 2 - _WHITE) * DOTS, (box.y - _LINE / 2 - _WHITE) * DOTS
    return Found((left + x - exact[0]) / DOTS, (top + y - exact[1]) / DOTS, clearness)


def _clearness(window: Plane) -> float:
    """Of its four sides the worst: two sides alone are found again beside the right place."""
    white, line, whole = round(_WHITE * DOTS), round(_LINE * DOTS), window.shape[0]
    middle = slice(2 * white, whole - 2 * white)
    gap = max(1, round(0.25 * DOTS))
    return min(
        float(turned[white : white + line, middle].mean() - turned[: white - gap, middle].mean())
        for turned in (np.rot90(window, turns) for turns in range(4))
    )


def _pattern(side: float) -> Plane:
    whole = round((side + _LINE + 2 * _WHITE) * DOTS)
    white, line = round(_WHITE * DOTS), round(_LINE * DOTS)
    gap = max(1, round(0.25 * DOTS))  # Blurred lines are neither black nor white beside their edge.
    pattern = np.full((whole, whole), -1.0, dtype=np.float32)
    pattern[white - gap : whole - white + gap, white - gap : whole - white + gap] = 0
    pattern[white : whole - white, white : whole - white] = 1
    inner = white + line
    pattern[inner : whole - inner, inner : whole - inner] = 0
    pattern[pattern > 0] /= (pattern > 0).sum()
    pattern[pattern < 0] /= (pattern < 0).sum()
    return pattern


def bend(boxes: Sequence[Box], found: Sequence[Found]) -> tuple[Plane, Plane] | None:
    """A smooth bend of the paper through the boxes found and the four marks; None: it is flat, or nobody knows."""
    seen = [(box, at) for box, at in zip(boxes, found, strict=True) if at.is_clear]
    if not seen or max(max(abs(at.x), abs(at.y)) for _, at in seen) < 0.15:
        return None
    places = np.array([(box.x + box.side / 2, box.y + box.side / 2) for box, _ in seen])
    beside = np.array([(at.x, at.y) for _, at in seen])
    known, values = np.vstack([places, MARKS]), np.vstack([beside, np.zeros((4, 2))])
    weights = np.concatenate([np.ones(len(seen)), np.full(4, max(1.0, len(seen) / 8))])[:, None]
    terms = _terms(known) * weights
    solved = np.linalg.solve(terms.T @ terms + 0.02 * np.eye(terms.shape[1]), terms.T @ (values * weights))
    coarse = np.stack(np.meshgrid(np.arange(0, 211, 5.0), np.arange(0, 298, 5.0)), axis=-1)
    shifts = (_terms(coarse.reshape(-1, 2)) @ solved).reshape(*coarse.shape) * DOTS
    width, height = 5 * DOTS * coarse.shape[1], 5 * DOTS * coarse.shape[0]
    # Each coarse point stands in the middle of its tile; the page begins at the middle of the first.
    wide = cv2.resize(shifts.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    cut = wide[5 * DOTS // 2 : 5 * DOTS // 2 + SIZE[1], 5 * DOTS // 2 : 5 * DOTS // 2 + SIZE[0]]
    return np.ascontiguousarray(cut[:, :, 0]), np.ascontiguousarray(cut[:, :, 1])


def _terms(places: Points) -> Points:
    x, y = (places[:, 0] - 105) / 105, (places[:, 1] - 148.5) / 148.5
    return np.stack([np.ones_like(x), x, y, x * y, x * x, y * y, x * x * y, x * y * y, x**3, y**3], axis=1)
