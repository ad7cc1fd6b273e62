"""Trimming: weights beyond limits are cut, and what was cut goes to the others, so that the total stays."""

import numpy as np

from analysis.design import FloatArray
from analysis.survey_data import SurveyData
from analysis.tally import IntArray
from analysis.weighting.classes import class_of_rows
from analysis.weighting.diagnostics import Weighted
from analysis.weighting.faults import TrimImpossible

ROUNDS = 10_000


def trim(
    data: SurveyData,
    *,
    lower: float = 0.0,
    upper: float = np.inf,
    within: str | None = None,
    strict: bool = True,
) -> Weighted:
    """Weights cut at `lower` and `upper`; the cuts are shared equally among the others (R survey's trimWeights).

    `strict` repeats until the shares push nobody beyond a limit. `within` names a column whose classes each keep their
    total. Rows without a weight stay without. A calibration's residuals stay in the variance, but trimmed weights no
    longer meet its targets exactly: calibrate again where that matters. Raises TrimImpossible.
    """
    classes, labels = class_of_rows(data, within)
    weights = data.weights.copy()
    for i, label in enumerate(labels):
        chosen: IntArray = np.flatnonzero((classes == i) & (weights > 0))
        weights[chosen] = _trimmed(weights[chosen], lower, upper, strict, label)
    return Weighted(step="trim", data=data.with_weights(weights, calibration=data.calibration), before=data.weights)


def _trimmed(weights: FloatArray, lower: float, upper: float, strict: bool, label: str) -> FloatArray:
    total, n = weights.sum(), len(weights)
    if not n * lower <= total <= n * upper:
        raise TrimImpossible(
            f"{n} weights of {label} with total {total:g} cannot all lie between {lower:g} and {upper:g}"
        )
    for _ in range(ROUNDS):
        outside = (weights < lower * (1 - 1e-14)) | (weights > upper * (1 + 1e-14))
        if not outside.any():
            break
        cut = np.clip(weights, lower, upper)
        share = (weights - cut).sum() / max((~outside).sum(), 1)
        weights = np.where(outside, cut, cut + share)
        if not strict:
            break
    return weights
