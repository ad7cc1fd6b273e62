"""Factors of ordered answers: diagonally weighted least squares of polychoric correlations, and its corrected test.

Muthén (1984) for the weights, Asparouhov & Muthén (2010) for the test: lavaan's estimator "WLSMV".
"""

from dataclasses import dataclass

import numpy as np

from analysis.design import FloatArray
from analysis.reliability.answers import UnfitAnswers
from analysis.reliability.structure import FactorStructure

STEPS, SETTLED = 500, 1e-14


@dataclass(frozen=True, kw_only=True)
class Moments:
    """Correlations of pairs (pairs,), their covariance times n (pairs, pairs), and where each stands in the matrix."""

    n: int
    first: np.ndarray[tuple[int], np.dtype[np.intp]]
    second: np.ndarray[tuple[int], np.dtype[np.intp]]
    correlations: FloatArray
    sampling: FloatArray

    @property
    def weights(self) -> FloatArray:
        return 1.0 / np.diag(self.sampling)


@dataclass(frozen=True, kw_only=True)
class OrderedFit:
    """`covariance` (parameters, parameters) allows for the weights not being the best ones (sandwich)."""

    parameters: FloatArray
    residuals: FloatArray
    slopes: FloatArray
    covariance: FloatArray


def fit(moments: Moments, structure: FactorStructure) -> OrderedFit:
    """Gauss–Newton with halved steps. Raises UnfitAnswers."""
    weights = moments.weights
    parameters = structure.start(np.ones(len(structure.pattern)))
    residuals, slopes = _at(moments, structure, parameters)
    for _ in range(STEPS):
        step = np.linalg.lstsq(slopes * np.sqrt(weights)[:, None], residuals * np.sqrt(weights), rcond=None)[0]
        gain = float((slopes @ step) ** 2 @ weights)
        if gain < SETTLED:
            covariance = _sandwich(moments, slopes)
            return OrderedFit(parameters=parameters, residuals=residuals, slopes=slopes, covariance=covariance)
        before = residuals**2 @ weights
        for share in 0.5 ** np.arange(30):
            tried = parameters + share * step
            residuals, slopes = _at(moments, structure, tried)
            if residuals**2 @ weights <= before:
                break
        parameters = tried
    raise UnfitAnswers(f"the model did not settle in {STEPS} steps")


def discrepancy(moments: Moments, residuals: FloatArray) -> float:
    """Chi-square before correction; n - 1 as lavaan."""
    return (moments.n - 1) * float(residuals**2 @ moments.weights)


def corrected(moments: Moments, chisq: float, slopes: FloatArray, df: int) -> float:
    """Scaled and shifted to have the mean and variance of chi-square on `df` (lavaan: "scaled.shifted")."""
    weights = moments.weights
    bread = (slopes * weights[:, None]).T @ slopes
    fitted = slopes @ np.linalg.solve(bread, (slopes * weights[:, None]).T) if slopes.size else 0.0
    product = (np.eye(len(weights)) - np.transpose(fitted)) @ (weights[:, None] * moments.sampling)
    trace, squares = float(np.trace(product)), float(np.sum(product * product.T))
    scale = np.sqrt(df / squares)
    return float(scale * chisq + df - scale * trace)


def _at(moments: Moments, structure: FactorStructure, parameters: FloatArray) -> tuple[FloatArray, FloatArray]:
    implied, slopes = structure.implied(parameters)
    at = moments.first, moments.second
    return moments.correlations - implied[at], slopes[:, at[0], at[1]].T


def _sandwich(moments: Moments, slopes: FloatArray) -> FloatArray:
    weighed = slopes * moments.weights[:, None]
    bread = np.linalg.inv(weighed.T @ slopes)
    covariance: FloatArray = bread @ weighed.T @ moments.sampling @ weighed @ bread / moments.n
    return covariance
