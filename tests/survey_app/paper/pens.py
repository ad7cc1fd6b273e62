"""Draws on a printed page as people do: pens and pencils, unsteady hands, all the ways to mark a box, and accidents.

Places are millimetres on the page; what was meant by a mark is left to `filled_in`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import cv2
import numpy as np

from survey_app.paper.form_maps import Box

DOTS = 10  # A millimetre.
Canvas = Any
Rng = np.random.Generator
Line = list[tuple[float, float]]
COLORS = {
    "blue": (150, 60, 30),
    "black": (40, 35, 35),
    "red": (50, 40, 190),
    "green": (70, 110, 40),
    "pencil": (95, 95, 95),
}


@dataclass(frozen=True)
class Pen:
    color: tuple[int, ...]
    width: float
    strength: float  # How much of the paper it covers, 0 to 1.
    wobble: float  # Millimetres.


def any_pen(rng: Rng) -> Pen:
    name = rng.choice(list(COLORS), p=[0.5, 0.2, 0.08, 0.04, 0.18])
    return Pen(COLORS[name], float(rng.uniform(0.3, 0.85)), float(rng.uniform(0.75, 1)), float(rng.uniform(0.02, 0.25)))


def draw(canvas: Canvas, pen: Pen, lines: Sequence[Line], rng: Rng) -> None:
    """The strokes of one mark; where they cross, ink does not add up."""
    drawn = [_wobbly(line, pen.wobble, rng) * DOTS for line in lines]
    every = np.concatenate(drawn)
    low = np.maximum(np.floor(every.min(axis=0)) - 2 * DOTS, 0).astype(int)
    high = np.ceil(every.max(axis=0)).astype(int) + 2 * DOTS
    part = canvas[low[1] : high[1], low[0] : high[0]]
    mask = np.zeros(part.shape[:2], dtype=np.uint8)
    for points in drawn:
        for start, end in pairwise((points - low) * 16):
            width = max(1, round(pen.width * DOTS * rng.uniform(0.75, 1.15)))
            cv2.line(mask, _whole(start), _whole(end), 255, width, cv2.LINE_AA, 4)
    cover(part, mask / 255 * pen.strength, pen.color)


def cover(part: Canvas, share: Any, color: Sequence[int]) -> None:
    """As ink does: it takes light away, so print under it stays."""
    light = 1 - share[:, :, None] * (1 - np.array(color, dtype=np.float32) / 255)
    part[:] = (part * light).astype(np.uint8)


def _whole(point: Any) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))


def _wobbly(line: Line, wobble: float, rng: Rng) -> Any:
    points = np.array(line, dtype=float)
    lengths = np.linalg.norm(np.diff(points, axis=0), axis=1)
    along = np.concatenate([[0], np.cumsum(lengths)])
    count = max(2, int(along[-1] / 0.4))
    at = np.linspace(0, along[-1], count)
    drawn = np.stack([np.interp(at, along, points[:, axis]) for axis in (0, 1)], axis=1)
    shake = rng.normal(0, wobble, (count // 4 + 2, 2))
    return drawn + np.stack([np.interp(at, np.linspace(0, along[-1], len(shake)), shake[:, i]) for i in (0, 1)], axis=1)


Mark = Callable[[Box, Rng], list[Line]]


def _at(box: Box, x: float, y: float) -> tuple[float, float]:
    return box.x + x * box.side, box.y + y * box.side


def cross(box: Box, rng: Rng) -> list[Line]:
    low, high = rng.uniform(-0.12, 0.24, 4), rng.uniform(0.76, 1.12, 4)
    return [
        [_at(box, low[0], low[1]), _at(box, high[0], high[1])],
        [_at(box, high[2], low[2]), _at(box, low[3], high[3])],
    ]


def tick(box: Box, rng: Rng) -> list[Line]:
    end = rng.uniform(0.85, 1.45), rng.uniform(-0.4, 0.2)
    return [
        [
            _at(box, rng.uniform(0, 0.25), rng.uniform(0.35, 0.6)),
            _at(box, rng.uniform(0.3, 0.5), rng.uniform(0.75, 1)),
            _at(box, *end),
        ]
    ]


def slash(box: Box, rng: Rng) -> list[Line]:
    start, end = rng.uniform(-0.1, 0.2), rng.uniform(0.8, 1.1)
    return [[_at(box, start, rng.uniform(0.8, 1.1)), _at(box, end, rng.uniform(-0.1, 0.2))]]


def heavy_cross(box: Box, rng: Rng) -> list[Line]:
    return cross(box, rng) + cross(box, rng)


def blackened(box: Box, rng: Rng) -> list[Line]:
    return _zigzag(box, 0.055, rng) + _zigzag(box, 0.06, rng)


def half_blackened(box: Box, rng: Rng) -> list[Line]:
    return _zigzag(box, float(rng.uniform(0.1, 0.26)), rng)


def _zigzag(box: Box, step: float, rng: Rng) -> list[Line]:
    rows = np.arange(0.02, 1, step)
    ends = ((-0.02, 0.1), (0.9, 1.02))
    return [[_at(box, rng.uniform(*ends[turn % 2]), float(row)) for turn, row in enumerate(rows)]]


def circle(box: Box, rng: Rng) -> list[Line]:
    return [_ellipse(_at(box, 0.5, 0.5), box.side * rng.uniform(0.72, 0.85), box.side * rng.uniform(0.7, 0.8))]


def circled_words(box: Box, rng: Rng) -> list[Line]:
    """Around what stands beside the box, as people do who do not see the box."""
    centre = _at(box, rng.uniform(3.4, 4), 0.5)
    return [_ellipse(centre, box.side * rng.uniform(2, 2.6), box.side * rng.uniform(0.45, 0.7))]


def _ellipse(centre: tuple[float, float], wide: float, high: float) -> Line:
    turns = np.linspace(0.3, 0.3 + 2 * np.pi * 1.04, 40)
    return [(centre[0] + wide * float(np.cos(turn)), centre[1] + high * float(np.sin(turn))) for turn in turns]


def beside(box: Box, rng: Rng) -> list[Line]:
    """A cross that misses its box."""
    moved = Box("", box.x - box.side * rng.uniform(1.05, 1.3), box.y + rng.uniform(-1, 1), box.side * 0.8)
    return cross(moved, rng)


def dot(box: Box, rng: Rng) -> list[Line]:
    x, y = _at(box, rng.uniform(0.25, 0.75), rng.uniform(0.25, 0.75))
    return [[(x, y), (x + 0.2, y + 0.1)]]


def dash(box: Box, rng: Rng) -> list[Line]:
    start, end = rng.uniform(0.1, 0.3), rng.uniform(0.7, 0.9)
    return [[_at(box, start, rng.uniform(0.4, 0.6)), _at(box, end, rng.uniform(0.4, 0.6))]]


def words(left: float, right: float, base: float, rng: Rng) -> list[Line]:
    """Letters that nobody can read, on a line."""
    lines, x = [], left
    while x < right:
        length = rng.uniform(3, 12)
        steps = np.arange(0, length, 0.8)
        lines.append([(x + float(s), base - float(rng.uniform(0, 3.4))) for s in steps])
        x += length + rng.uniform(1.5, 3)
    return [line for line in lines if len(line) > 1]


def long_line(rng: Rng) -> list[Line]:
    x, y, turn = rng.uniform(20, 180), rng.uniform(60, 260), rng.uniform(0, 2 * np.pi)
    length = rng.uniform(15, 90)
    return [[(x, y), (x + length * float(np.cos(turn)), y + length * float(np.sin(turn)))]]


def stain(canvas: Canvas, rng: Rng) -> None:
    """The ring of a cup, or a drop; brown, uneven, and the print is seen through it."""
    height, width = canvas.shape[:2]
    across, down = np.meshgrid(np.arange(0, width, 4, dtype=np.float32), np.arange(0, height, 4, dtype=np.float32))
    x, y = rng.uniform(0.1, 0.9) * width, rng.uniform(0.15, 0.9) * height
    distance = np.hypot(across - x, down - y) / DOTS
    if rng.random() < 0.6:
        share = np.exp(-(((distance - rng.uniform(28, 42)) / rng.uniform(0.8, 2.2)) ** 2))
    else:
        share = 1 / (1 + np.exp((distance - rng.uniform(4, 25)) / rng.uniform(0.3, 2)))
    share = cv2.resize((share * rng.uniform(0.1, 0.5)).astype(np.float32), (width, height))
    cover(canvas, share, (60, 100, 140))
