"""Says of each box whether it is empty, marked, blackened or unclear, by rules that leave a margin on every side."""

from typing import Final

import cv2
import numpy as np

from survey_app.paper.form_maps import Box
from survey_app.paper.reading.fitting import Found
from survey_app.paper.reading.ink import Ink, Mask, inside
from survey_app.paper.reading.sheet import DOTS
from survey_app.paper.readings import BoxReading, Mark

# Shares of the inside of a box.
LEAST_MARK, MOST_MARK = 0.05, 0.53
LEAST_BLACK: Final = 0.82
MOST_TRACE: Final = 0.004  # Of faint dots in the middle of an empty box.
MOST_PALE: Final = 0.03  # Of still paler dots there.
MOST_EDGE: Final = 0.07  # The same in all of it: where a picture is blurred, the outline reaches inside.
_EDGE: Final = 0.45  # Millimetres.
LEAST_ROOM: Final = 0.2  # From the middle of the largest white spot to the nearest stroke, as a share of the side.
MOST_STROKES: Final = 2.05  # On lines through the box, in the mean.
WHOLE: Final = 0.97  # Of the ink of a mark in a scan of black and white.
LEAST_SPAN: Final = 0.5  # A mark goes that far across its box in both directions.
MOST_UNREST: Final = 0.03  # Where paper is as restless, an empty box cannot be told from a faint mark.
LEGS: Final = 0.45  # Of the side: how far apart the legs of a tick are where they leave the box below.
OFF: Final = 0.7  # Millimetres; a box that lies farther beside its place is not relied upon.


def read(box: Box, at: Found, ink: Ink) -> BoxReading:
    rows, columns = inside(box, at)
    dark = ink.dark[rows, columns]
    mark = _mark(at, ink, dark, ink.faint[rows, columns], ink.pale[rows, columns])
    return BoxReading(box.value, round(float(dark.mean()), 3), mark)


def _mark(at: Found, ink: Ink, dark: Mask, faint: Mask, pale: Mask) -> Mark:
    if not at.is_clear or max(abs(at.x), abs(at.y)) > OFF:
        return "unclear"
    share, edge = float(dark.mean()), round(_EDGE * DOTS)
    middle = slice(edge, -edge), slice(edge, -edge)
    traces = faint[middle].mean() > MOST_TRACE or pale[middle].mean() > MOST_PALE or faint.mean() > MOST_EDGE
    if share >= LEAST_BLACK:
        return "blackened"
    if not traces:
        return "empty" if ink.unrest < MOST_UNREST else "unclear"
    if LEAST_MARK <= share <= MOST_MARK and _spans(dark) and not _is_scribble(dark):
        return "unclear" if ink.lossy and not _is_whole(dark) else "marked"
    return "unclear"


def _is_scribble(dark: Mask) -> bool:
    """Strokes all over the box may be meant to blacken it. A cross has two of them on any line through it."""
    white = cv2.distanceTransform((~dark).astype(np.uint8), cv2.DIST_L2, 3)
    if float(white.max()) < LEAST_ROOM * dark.shape[0]:
        return True
    joined = cv2.morphologyEx(dark.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), dtype=np.uint8))
    middle = slice(dark.shape[0] // 4, -(dark.shape[0] // 4))
    ways = joined[middle], joined.T[middle]
    strokes = [(np.diff(lines, axis=1, prepend=0) == 1).sum(axis=1).mean() for lines in ways]
    return float(max(strokes)) > MOST_STROKES


def _is_whole(dark: Mask) -> bool:
    """One stroke without gaps: of a mark that a scan in black and white took part of, nobody knows what it was."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(dark.astype(np.uint8), connectivity=8)
    return count > 1 and float(stats[1:, cv2.CC_STAT_AREA].max()) >= WHOLE * float(dark.sum())


def _spans(dark: Mask) -> bool:
    """Whether one stroke, not some dots here and there, goes across the box. Where two legs leave it side by side, as
    those of a tick do, they are one.
    """
    joined = cv2.morphologyEx(dark.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), dtype=np.uint8))
    near = round(LEGS * dark.shape[0])
    joined[-1:] = cv2.morphologyEx(joined[-1:], cv2.MORPH_CLOSE, np.ones((1, near), dtype=np.uint8))
    count, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    if count < 2:
        return False
    width, height = max(stats[1:].tolist(), key=lambda one: int(one[cv2.CC_STAT_AREA]))[2:4]
    return bool(min(width, height) >= LEAST_SPAN * dark.shape[0])
