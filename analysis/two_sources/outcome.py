"""What a person would answer, learnt from the open rows and foretold for the probability sample.

Linear or logistic; its coefficients' doubt is kept as influences. Weights are left to `selection`.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import special

from analysis.design import BoolArray, FloatArray
from analysis.two_sources.faults import TwoSourcesFault
from analysis.two_sources.fitting import logistic
from analysis.two_sources.selection import Samples

Family = Literal["binomial", "gaussian"]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Foretold answers of both samples, their slopes in the linear predictor, and the open rows' influences (rows, p).

    Rows of the probability sample do not move the coefficients.
    """

    open_mean: FloatArray
    mean: FloatArray
    open_slope: FloatArray
    slope: FloatArray
    influence: FloatArray


def fit(samples: Samples, y: FloatArray, answered: BoolArray, family: Family) -> Outcome:
    """Regression of y (open rows,) over the rows that answered. Raises TwoSourcesFault."""
    weights, x = np.where(answered, samples.open_weights, 0.0), samples.open_x
    known = np.where(answered, y, 0.0)
    if family == "binomial":
        found = _chances(x, known, weights)
    else:
        found = _solved(x.T @ (weights[:, None] * x), x.T @ (weights * known))
    open_mean, open_slope = _mean(x @ found, family)
    mean, slope = _mean(samples.x @ found, family)
    information = x.T @ ((weights * open_slope)[:, None] * x)
    scores = (weights * (known - open_mean))[:, None] * x
    return Outcome(
        open_mean=open_mean,
        mean=mean,
        open_slope=open_slope,
        slope=slope,
        influence=_solved(information, scores.T).T,
    )


def _chances(x: FloatArray, y: FloatArray, weights: FloatArray) -> FloatArray:
    if ((y < 0) | (y > 1)).any():
        raise TwoSourcesFault("a logistic outcome lies between 0 and 1; choose the gaussian family")
    return logistic(x, y, weights, "the answer")


def _mean(eta: FloatArray, family: Family) -> tuple[FloatArray, FloatArray]:
    if family == "gaussian":
        return eta, np.ones_like(eta)
    chance = special.expit(eta)
    return chance, chance * (1.0 - chance)


def _solved(matrix: FloatArray, right: FloatArray) -> FloatArray:
    try:
        return np.asarray(np.linalg.solve(matrix, right), dtype=np.float64)
    except np.linalg.LinAlgError as error:
        raise TwoSourcesFault("the covariates of the open answers say the same twice; leave one of them out") from error
