"""Finds the printed outline of each box on the flat page: proof that the form fits there, all four sides of it."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from survey_app.paper.form_maps import Box
from survey_app.paper.reading.sheet import DOTS, Plane

AROUND: Final = 1.2  # Millimetres beside its place in which a box is sought.
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


def outline(darkness: Plane, box: Box) -> Found:
    pattern = _pattern(box.side)
    reach = round(AROUND * DOTS)
    # Where the pattern lies when its line lies on the outline; a dot's place is that of its middle.
    exact = [place * DOTS - 0.5 - round(_WHITE * DOTS) - (round(_LINE * DOTS) - 1) / 2 for place in (box.x, box.y)]
    left, top = (round(place) - reach for place in exact)
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
    white, line = round(_WHITE * DOTS), round(_LINE * DOTS)
    whole = round(side * DOTS) + line + 2 * white
    gap = max(1, round(0.25 * DOTS))  # Blurred lines are neither black nor white beside their edge.
    pattern = np.full((whole, whole), -1.0, dtype=np.float32)
    pattern[white - gap : whole - white + gap, white - gap : whole - white + gap] = 0
    pattern[white : whole - white, white : whole - white] = 1
    inner = white + line
    pattern[inner : whole - inner, inner : whole - inner] = 0
    pattern[pattern > 0] /= (pattern > 0).sum()
    pattern[pattern < 0] /= (pattern < 0).sum()
    return pattern
