"""Says of each box whether it is empty, marked, blackened or unclear, by rules that leave a margin on every side."""

from typing import Final

import cv2
import numpy as np

from survey_app.paper.form_maps import Box
from survey_app.paper.reading.fitting import Found
from survey_app.paper.reading.ink import Ink, Mask, inside
from survey_app.paper.readings import BoxReading, Mark

# Shares of the inside of a box.
LEAST_MARK, MOST_MARK = 0.05, 0.52
LEAST_BLACK: Final = 0.82
MOST_TRACE: Final = 0.004  # Of faint dots in an empty box.
LEAST_SPAN: Final = 0.42  # A mark goes that far across its box in both directions.
MOST_UNREST: Final = 0.06  # Where paper is as restless, an empty box cannot be told from a faint mark.
OFF: Final = 0.7  # Millimetres; a box that lies farther beside its place is not relied upon.


def read(box: Box, at: Found, ink: Ink) -> BoxReading:
    rows, columns = inside(box, at)
    dark, faint = ink.dark[rows, columns], ink.faint[rows, columns]
    share = float(dark.mean())
    return BoxReading(box.value, round(share, 3), _mark(at, ink, dark, faint))


def _mark(at: Found, ink: Ink, dark: Mask, faint: Mask) -> Mark:
    if not at.is_clear or max(abs(at.x), abs(at.y)) > OFF:
        return "unclear"
    share, trace = float(dark.mean()), float(faint.mean())
    if share >= LEAST_BLACK:
        return "blackened"
    if trace <= MOST_TRACE:
        return "empty" if ink.unrest < MOST_UNREST else "unclear"
    if LEAST_MARK <= share <= MOST_MARK and _spans(dark):
        return "marked"
    return "unclear"


def _spans(dark: Mask) -> bool:
    """Whether one stroke, not some dots here and there, goes across the box."""
    joined = cv2.morphologyEx(dark.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), dtype=np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    if count < 2:
        return False
    width, height = max(stats[1:].tolist(), key=lambda one: int(one[cv2.CC_STAT_AREA]))[2:4]
    return bool(min(width, height) >= LEAST_SPAN * dark.shape[0])
