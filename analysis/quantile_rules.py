"""Which value a quantile is, given values and weights: the twelve rules of R survey's svyquantile (qrule).

Hyndman & Fan (1996) with weights; their doubt is left to `quantiles`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from analysis.design import FloatArray

HAIR = 1e-12  # Shares that differ by less are the same.


@dataclass(frozen=True, kw_only=True)
class Ordered:
    """Values in ascending order with their weights."""

    x: FloatArray
    w: FloatArray

    @classmethod
    def of(cls, values: FloatArray, weights: FloatArray) -> "Ordered":
        order = np.argsort(values, kind="stable")
        return cls(x=values[order], w=weights[order])

    def distinct(self) -> "Ordered":
        starts = np.flatnonzero(np.diff(self.x, prepend=-np.inf) > 0)
        return Ordered(x=self.x[starts], w=np.add.reduceat(self.w, starts))


def _position(of: Ordered, p: float) -> tuple[int, int, bool]:
    """The last value up to which at most p of the weight lies, the next one, and whether it is exactly p."""
    cumulated = np.cumsum(of.w)
    target = p * cumulated[-1]
    # A hair, so that .5 of eight equal weights is four of them whatever the weights are.
    up_to = np.flatnonzero(cumulated <= target * (1.0 + HAIR))
    last = int(up_to[-1]) if len(up_to) else 0
    exact = bool(abs(cumulated[last] - target) <= HAIR * cumulated[-1])
    return last, min(last + 1, len(of.x) - 1), exact


def _math(of: Ordered, p: float) -> float:
    """hf1: the inverse of the distribution function."""
    last, following, exact = _position(of, p)
    first = not exact and np.cumsum(of.w)[last] > p * of.w.sum()
    return float(of.x[last if exact or first else following])


def _school(of: Ordered, p: float) -> float:
    """hf2: as math, but the middle of two values where it is flat."""
    last, following, exact = _position(of, p)
    return float((of.x[last] + of.x[following]) / 2.0) if exact else _math(of, p)


def _even(of: Ordered, p: float) -> float:
    """hf3: as math over the distinct values, but the even one where it is flat."""
    distinct = of.distinct()
    last, following, exact = _position(distinct, p)
    if exact:
        return float(distinct.x[last if (last + 1) % 2 == 0 else following])
    return _math(distinct, p)


def _shah_vaish(of: Ordered, p: float) -> float:
    """Shah & Vaish (2006) as R has it: a step function of (S + 1/2 - w/2)/(n + 1), S of weights with mean 1.

    R takes w/2 of the weights as they are, so that the steps may stand out of order; it then sorts them.
    """
    steps = (np.cumsum(of.w / of.w.mean()) + 0.5 - of.w / 2.0) / (len(of.x) + 1)
    at, mean = _positions(steps, of.x)
    return float(mean[max(int(np.searchsorted(at, p, side="right")) - 1, 0)])


def _linear(positions: Callable[[FloatArray, FloatArray], FloatArray]) -> Callable[[Ordered, float], float]:
    """Linear between plotting positions of the cumulated weights; `positions` (cumulated, weights) → (n,)."""

    def rule(of: Ordered, p: float) -> float:
        if len(of.x) == 1:
            return float(of.x[0])
        return _interpolated(positions(np.cumsum(of.w), of.w), of.x, p)

    return rule


def _interpolated(positions: FloatArray, values: FloatArray, p: float) -> float:
    """Constant outside (R's approx). A hair from a position is the value there, which `_share_up_to` then counts in."""
    at, mean = _positions(positions, values)
    nearest = int(np.abs(at - p).argmin())
    return float(mean[nearest] if abs(at[nearest] - p) <= HAIR else np.interp(p, at, mean))


def _positions(positions: FloatArray, values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """In order; values at the same position count as their mean."""
    at, where = np.unique(positions, return_inverse=True)
    return at, np.bincount(where, weights=values) / np.bincount(where)


RULES: Mapping[str, Callable[[Ordered, float], float]] = {
    "math": _math,
    "school": _school,
    "shahvaish": _shah_vaish,
    "hf1": _math,
    "hf2": _school,
    "hf3": _even,
    "hf4": _linear(lambda s, w: s / s[-1]),
    "hf5": _linear(lambda s, w: (s - w / 2.0) / s[-1]),
    "hf6": _linear(lambda s, w: s / (s[-1] + w[-1])),
    "hf7": _linear(lambda s, w: (s - w) / s[-2]),
    "hf8": _linear(lambda s, w: (s - w / 3.0) / (s[-1] + w[-1] / 3.0)),
    "hf9": _linear(lambda s, w: (s - w * 3.0 / 8.0) / (s[-1] + w[-1] / 4.0)),
}
