"""Who takes part in an open series: each row's chance given its covariates, learnt beside a probability sample.

Three ways: pseudo-likelihood (Chen, Li & Wu 2020, JASA 115, 2011–2021), calibrated to the probability sample's totals
(the same, equation 8 in its form h = x / pi), and odds of a weighted logistic regression of both samples together
(Valliant & Dever 2011; Elliott & Valliant 2017). The weights' own doubt is kept as influences.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import special

from analysis.design import FloatArray
from analysis.two_sources.fitting import logistic, minimum

Way = Literal["likelihood", "calibrated", "odds"]
SUBJECT = "the chance to take part"
LARGEST = 300.0  # exp() of more is worth no number.


@dataclass(frozen=True, kw_only=True)
class Samples:
    """Both samples: model columns `x` (rows, p) and weights (rows,) of the open and of the probability rows."""

    open_x: FloatArray
    open_weights: FloatArray
    x: FloatArray
    weights: FloatArray


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Pseudo-weights (open rows,), what they lose when the linear predictor rises by 1, and the model's influences.

    `open_influence` and `influence` (rows, p) say how much each row of either sample moves each coefficient.
    """

    coefficients: FloatArray
    weights: FloatArray
    slope: FloatArray
    open_influence: FloatArray
    influence: FloatArray


def _selection(
    coefficients: FloatArray,
    weights: FloatArray,
    slope: FloatArray,
    scores: tuple[FloatArray, FloatArray],
    information: FloatArray,
) -> Selection:
    """Influences are the rows' scores, turned by the inverse of what a coefficient changes in their sum."""
    turned = np.linalg.inv(information)
    return Selection(
        coefficients=coefficients,
        weights=weights,
        slope=slope,
        open_influence=scores[0] @ turned,
        influence=scores[1] @ turned,
    )


def _likelihood(of: Samples) -> Selection:
    """Open rows' columns add up to what the chances make of the probability sample's."""

    def loss(point: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        eta = of.x @ point
        chance = special.expit(eta)
        value = float(of.weights @ np.logaddexp(0.0, eta) - of.open_weights @ (of.open_x @ point))
        gradient = of.x.T @ (of.weights * chance) - of.open_x.T @ of.open_weights
        return value, gradient, of.x.T @ ((of.weights * chance * (1.0 - chance))[:, None] * of.x)

    found = minimum(loss, _start(of), SUBJECT)
    chance = special.expit(of.x @ found)
    inverse = np.exp(-of.open_x @ found)
    scores = of.open_weights[:, None] * of.open_x, -(of.weights * chance)[:, None] * of.x
    information = of.x.T @ ((of.weights * chance * (1.0 - chance))[:, None] * of.x)
    return _selection(found, 1.0 + inverse, inverse, scores, information)


def _calibrated(of: Samples) -> Selection:
    """The inverse chances of the open rows reproduce the probability sample's totals."""
    totals = of.x.T @ of.weights
    beyond = totals - of.open_x.T @ of.open_weights

    def loss(point: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        inverse = of.open_weights * np.exp(np.minimum(-of.open_x @ point, LARGEST))
        value = float(inverse.sum() + beyond @ point)
        return value, beyond - of.open_x.T @ inverse, of.open_x.T @ (inverse[:, None] * of.open_x)

    found = minimum(loss, _start(of), SUBJECT)
    inverse = np.exp(-of.open_x @ found)
    scores = (of.open_weights * (1.0 + inverse))[:, None] * of.open_x, -of.weights[:, None] * of.x
    information = of.open_x.T @ ((of.open_weights * inverse)[:, None] * of.open_x)
    return _selection(found, 1.0 + inverse, inverse, scores, information)


def _odds(of: Samples) -> Selection:
    """Which sample a row comes from; the odds against the open one are its weight."""
    x = np.concatenate([of.open_x, of.x])
    weights = np.concatenate([of.open_weights, of.weights])
    source = np.concatenate([np.ones(len(of.open_x)), np.zeros(len(of.x))])
    found = logistic(x, source, weights, SUBJECT)
    chance = special.expit(x @ found)
    scores = (weights * (source - chance))[:, None] * x
    inverse = np.exp(-of.open_x @ found)
    information = x.T @ ((weights * chance * (1.0 - chance))[:, None] * x)
    split = len(of.open_x)
    return _selection(found, inverse, inverse, (scores[:split], scores[split:]), information)


def _start(of: Samples) -> FloatArray:
    """Everybody takes part with the same chance."""
    start = np.zeros(of.x.shape[1])
    start[0] = -np.log(max(of.weights.sum() / of.open_weights.sum() - 1.0, 1e-3))
    return start


SELECTIONS: Mapping[Way, Callable[[Samples], Selection]] = {
    "likelihood": _likelihood,
    "calibrated": _calibrated,
    "odds": _odds,
}
