"""How far a calibrated weight may move: the function from the linear predictor u to g = new over old weight.

Deville & Särndal (1992), cases 1 (linear), 2 (raking), 6 (logit), 7 (truncated linear). Finding u is left to
`calibration`.
"""

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np

from analysis.design import FloatArray
from analysis.weighting.faults import WeightingFault

DistanceName = Literal["linear", "raking", "logit"]
Bounds = tuple[float, float]
Ratio = Callable[[FloatArray, Bounds], tuple[FloatArray, FloatArray]]
UNBOUNDED: Bounds = (-np.inf, np.inf)
LARGEST = 700.0  # exp() of more is infinite.


def _clipped(g: FloatArray, slope: FloatArray, bounds: Bounds) -> tuple[FloatArray, FloatArray]:
    low, high = bounds
    return np.clip(g, low, high), np.where((g > low) & (g < high), slope, 0.0)


def _linear(u: FloatArray, bounds: Bounds) -> tuple[FloatArray, FloatArray]:
    return _clipped(1.0 + u, np.ones_like(u), bounds)


def _raking(u: FloatArray, bounds: Bounds) -> tuple[FloatArray, FloatArray]:
    g = np.exp(np.minimum(u, LARGEST))
    return _clipped(g, g, bounds)


def _logit(u: FloatArray, bounds: Bounds) -> tuple[FloatArray, FloatArray]:
    """g runs from the lower to the upper bound as a logistic curve with slope 1 at u = 0."""
    low, high = bounds
    steepness = (high - low) / ((high - 1.0) * (1.0 - low))
    odds = (1.0 - low) / (high - 1.0) * np.exp(np.clip(steepness * u, -LARGEST, LARGEST))
    share = odds / (1.0 + odds)
    return low + (high - low) * share, (high - low) * steepness * share / (1.0 + odds)


RATIOS: Mapping[DistanceName, Ratio] = {"linear": _linear, "raking": _raking, "logit": _logit}


def checked_bounds(distance: DistanceName, bounds: Bounds | None) -> Bounds:
    """Bounds enclose 1, and the logit needs them. Raises WeightingFault."""
    low, high = bounds or UNBOUNDED
    low = max(low, 0.0) if distance == "raking" else low
    if distance == "logit" and not (np.isfinite(low) and np.isfinite(high)):
        raise WeightingFault("logit calibration needs two finite bounds of the ratio of new to old weights")
    if not low < 1.0 < high:
        raise WeightingFault(f"the bounds {low:g} and {high:g} must enclose 1, the ratio of an unchanged weight")
    return low, high
