"""Makes the modelled estimates of areas add up to the published figure of the district.

What is adjusted stays modelled; the district's direct figure is never changed.
"""

from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np
from scipy import optimize, special

from analysis.design import FloatArray
from analysis.small_area.fitting import SmallAreaFault

Rule = Literal["difference", "ratio", "weighted", "logit"]
FARTHEST = 40.0  # On the logit scale: beyond it a share is 0 or 1 to the last bit.


def _difference(estimate: FloatArray, weights: FloatArray, total: float, mse: FloatArray | None) -> FloatArray:
    """Every area moves by the same amount."""
    return estimate + (total - weights @ estimate)


def _ratio(estimate: FloatArray, weights: FloatArray, total: float, mse: FloatArray | None) -> FloatArray:
    """Every area moves by the same factor."""
    return estimate * (total / (weights @ estimate))


def _weighted(estimate: FloatArray, weights: FloatArray, total: float, mse: FloatArray | None) -> FloatArray:
    """Areas move the more, the less is known of them (Wang, Fuller & Qu 2008, with the errors as their weights)."""
    if mse is None:
        raise SmallAreaFault("the rule weighted needs the mean squared errors; give mse=")
    return estimate + mse * weights / np.sum(mse * weights**2) * (total - weights @ estimate)


def _logit(estimate: FloatArray, weights: FloatArray, total: float, mse: FloatArray | None) -> FloatArray:
    return shifted(estimate, logit_shift(estimate, weights, total))


_RULES: Mapping[Rule, Callable[[FloatArray, FloatArray, float, FloatArray | None], FloatArray]] = {
    "difference": _difference,
    "ratio": _ratio,
    "weighted": _weighted,
    "logit": _logit,
}


def benchmarked(
    estimate: FloatArray, *, weights: FloatArray, total: float, rule: Rule = "difference", mse: FloatArray | None = None
) -> FloatArray:
    """Estimates (areas,) whose mean with `weights` (the areas' shares of the population, any scale) is `total`.

    For shares the rule "logit" moves all by the same amount on the logit scale, so that none leaves 0 to 1.
    """
    return _RULES[rule](estimate, weights / weights.sum(), total, mse)


def shifted(share: FloatArray, shift: float) -> FloatArray:
    """The shares moved on the logit scale; 0 and 1 stay."""
    moved: FloatArray = special.expit(special.logit(share) + shift)
    return moved


def logit_shift(share: FloatArray, weights: FloatArray, total: float) -> float:
    """By how much all shares move on the logit scale so that their mean with `weights` is `total`."""

    def excess(shift: float) -> float:
        return float(weights @ shifted(share, shift)) - total

    if not excess(-FARTHEST) < 0 < excess(FARTHEST):
        raise SmallAreaFault(f"no shift makes these shares add up to {total:g}; check the total and the weights")
    return float(optimize.brentq(excess, -FARTHEST, FARTHEST, xtol=1e-14, rtol=1e-14))
