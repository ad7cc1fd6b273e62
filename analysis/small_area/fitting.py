"""Fits the Fay–Herriot model y = x β + u + e: how much the areas differ (var u), given each area's sampling variance.

Fay & Herriot (1979); REML and ML as in Rao & Molina (2015), Small Area Estimation, section 6.1. Predictions and their
error are left to `fay_herriot`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy import optimize

from analysis.design import FloatArray

Method = Literal["REML", "ML", "FH"]
GRID = 40  # Points at which the score is looked at, so that a second maximum is not missed.
SMALLEST = 1e-9


class SmallAreaFault(ValueError):
    """The model cannot be fitted to this data; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Gls:
    """Generalised least squares at a given variance between areas."""

    between: float
    total: FloatArray  # (areas,) variance between areas + sampling variance.
    beta: FloatArray
    covariance: FloatArray  # (columns, columns) of beta.
    residual: FloatArray

    @property
    def loglik(self) -> float:
        """The log likelihood of normal areas."""
        return float(-0.5 * np.sum(np.log(2.0 * np.pi * self.total) + self.residual**2 / self.total))

    @property
    def restricted(self) -> float:
        """The restricted log likelihood, up to a constant."""
        return self.loglik + 0.5 * float(np.linalg.slogdet(self.covariance)[1])


def gls(y: FloatArray, x: FloatArray, sampling: FloatArray, between: float) -> Gls:
    total = between + sampling
    weighted = x / total[:, None]
    covariance = np.asarray(np.linalg.inv(x.T @ weighted), dtype=np.float64)
    beta = covariance @ (weighted.T @ y)
    return Gls(between=between, total=total, beta=beta, covariance=covariance, residual=y - x @ beta)


def _reml(at: Gls, x: FloatArray) -> float:
    """Twice the derivative of the restricted log likelihood: y'PPy - tr P."""
    square = at.total**2
    lost = np.sum((x @ at.covariance) * x / square[:, None])
    return float(np.sum(at.residual**2 / square) - np.sum(1.0 / at.total) + lost)


def _ml(at: Gls, x: FloatArray) -> float:
    """Twice the derivative of the log likelihood."""
    return float(np.sum(at.residual**2 / at.total**2) - np.sum(1.0 / at.total))


def _moment(at: Gls, x: FloatArray) -> float:
    """Fay and Herriot's moment equation: the weighted residual sum of squares against its expectation."""
    return float(np.sum(at.residual**2 / at.total) - (x.shape[0] - x.shape[1]))


_SCORES: Mapping[Method, Callable[[Gls, FloatArray], float]] = {"REML": _reml, "ML": _ml, "FH": _moment}


def fit(y: FloatArray, x: FloatArray, sampling: FloatArray, method: Method) -> Gls:
    """The model at its estimated variance between areas; 0 where the areas differ no more than sampling explains.

    Raises SmallAreaFault with fewer areas than the model needs, or covariates that say the same twice.
    """
    areas, columns = x.shape
    if areas < columns + 3:
        raise SmallAreaFault(f"{areas} areas are too few for {columns} coefficients; give at least {columns + 3}")
    if np.linalg.matrix_rank(x) < columns:
        raise SmallAreaFault("the covariates of the areas say the same twice; leave one of them out")
    solutions = [gls(y, x, sampling, between) for between in _roots(y, x, sampling, method)]
    return max(solutions, key=lambda at: at.restricted if method == "REML" else at.loglik)


def _roots(y: FloatArray, x: FloatArray, sampling: FloatArray, method: Method) -> list[float]:
    """Where the score turns from positive to negative: the maxima. 0 is one where the score starts negative."""

    def score(between: float) -> float:
        return _SCORES[method](gls(y, x, sampling, between), x)

    points = np.array([0.0, *np.geomspace(SMALLEST, 1.0, GRID) * _beyond(y, x, sampling)])
    values = [score(float(point)) for point in points]
    falls = [i for i in range(GRID) if values[i] > 0 >= values[i + 1]]
    roots = [float(optimize.brentq(score, points[i], points[i + 1], xtol=1e-16, rtol=1e-14)) for i in falls]
    return roots if values[0] > 0 else [0.0, *roots]


def _beyond(y: FloatArray, x: FloatArray, sampling: FloatArray) -> float:
    """More than any solution: all of the areas' spread and the greatest sampling variance."""
    residual = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    return float(residual @ residual + sampling.max())
