"""The chance that a survey proves its target: P(lower limit > target) for the very interval that decides.

The verdict rule is that of `analysis.targets` on Korn–Graubard's limits capped at the answers (`analysis.intervals`).
Model, in closed form: the estimate is Beta with the truth as mean and the design's variance; the design effect that the
sample shows is the true one times χ² / df, independent of it. Simulation with beta-binomial PSUs agrees (tests).
"""

import math
from functools import lru_cache

import numpy as np
from scipy import special

from analysis.design import FloatArray
from analysis.intervals import t_quantile
from analysis.targets import MINIMUM_RESPONDENTS

NODES = 40  # Equally likely values of χ² / df.
GRID = 600  # Effective sizes at which the least sufficient share is computed.
LARGEST = 1e7


def power(
    truths: FloatArray, n_eff: FloatArray, df: FloatArray, answers: FloatArray, cap: FloatArray, *,
    target: float, level: float,
) -> FloatArray:  # fmt: skip
    """Chances (rows, truths) of the verdict "met" for rows of designs.

    `n_eff`: the independent answers that a row's estimate is worth; `answers`: its respondents, below 30 of whom there
    is no verdict; `cap`: the answers behind the figure, which bound the effective size.
    """
    possible = (df >= 1.0) & (answers >= MINIMUM_RESPONDENTS) & (n_eff > 2.0)
    freedom, worth = np.where(possible, df, 1.0), np.where(possible, n_eff, 3.0)
    places = (np.arange(NODES) + 0.5) / NODES
    kinds, kind = np.unique(freedom, return_inverse=True)  # Units of one design share theirs, and the inverse is dear.
    shown = (special.chdtri(kinds[:, None], 1.0 - places) / kinds[:, None])[kind]
    ratio = widening(freedom, cap, level)
    possible &= cap * ratio >= needed_size(target, level)
    size = np.minimum((worth * ratio)[:, None] / shown, cap[:, None])
    least = least_share(size, target=target, level=level)[:, None, :]
    weight = (worth - 1.0)[:, None, None]
    truth = truths[None, :, None]
    beyond = _beta_above(truth * weight, (1.0 - truth) * weight, np.clip(least, 1e-9, 1.0 - 1e-9))
    chance: FloatArray = np.where(possible[:, None], beyond.mean(axis=2), 0.0)
    return chance


def _beta_above(a: FloatArray, b: FloatArray, x: FloatArray) -> FloatArray:
    """P(Beta(a, b) > x) by Peizer & Pratt (1968): a hundred times as fast as the incomplete beta function, 1e-3 off."""
    n, y = a + b - 1.0, 1.0 - x
    a, b = np.maximum(a, 0.6), np.maximum(b, 0.6)
    away = b - 0.5 - n * y
    straight = b - 1.0 / 3.0 - (n + 1.0 / 3.0) * y
    bent = (b - 0.5) * np.log((b - 0.5) / (n * y)) + (a - 0.5) * np.log((a - 0.5) / (n * x))
    ratio = np.sqrt(2.0 * np.maximum(bent, 0.0) / (1.0 + 1.0 / (6.0 * n))) / np.maximum(np.abs(away), 1e-12)
    above: FloatArray = special.ndtr(-straight * ratio)
    return above


def widening(df: FloatArray, answers: FloatArray, level: float) -> FloatArray:
    """What few degrees of freedom leave of the effective size."""
    ratio: FloatArray = (t_quantile(np.maximum(answers, 3.0) - 1.0, level) / t_quantile(df, level)) ** 2
    return ratio


def needed_size(target: float, level: float) -> float:
    """The effective size below which not even a sample that is satisfied throughout can be shown above the target."""
    return math.log((1.0 - level) / 2.0) / math.log(target)


def least_share(size: FloatArray, *, target: float, level: float) -> FloatArray:
    """The least observed share whose lower limit lies above the target, by effective size; 1 where none does."""
    grid, scaled = _table(target, level)
    found: FloatArray = target + np.interp(np.log(size), grid, scaled) / np.sqrt(size)
    return np.where(np.log(size) < grid[0], 1.0, np.minimum(found, 1.0))


@lru_cache(maxsize=32)
def _table(target: float, level: float) -> tuple[FloatArray, FloatArray]:
    """log n* and (share - target) √n*: a curve so smooth that between its points a straight line does."""
    tail = (1.0 - level) / 2.0
    grid = np.linspace(math.log(needed_size(target, level)), math.log(LARGEST), GRID)
    size = np.exp(grid)
    low, high = np.full(GRID, target), np.ones(GRID)
    for _ in range(45):
        middle = (low + high) / 2.0
        enough = special.betainc(size * middle, size * (1.0 - middle) + 1.0, target) < tail
        low, high = np.where(enough, low, middle), np.where(enough, middle, high)
    return grid, (high - target) * np.sqrt(size)
