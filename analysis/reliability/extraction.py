"""Common factors of a correlation matrix, unrotated: maximum likelihood and minimum residuals."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import optimize

from analysis.design import FloatArray
from analysis.reliability.answers import UnfitAnswers

LEAST_UNIQUENESS = 0.005  # As R's factanal and psych's fa: below it a Heywood case would run away.


@dataclass(frozen=True, kw_only=True)
class Extracted:
    loadings: FloatArray
    uniquenesses: FloatArray


def maximum_likelihood(correlation: FloatArray, factors: int) -> Extracted:
    """Jöreskog (1967) by the profile over uniquenesses, as R's factanal.

    A Heywood case keeps its least uniqueness, so loadings and uniqueness need not add up to 1 there.
    """
    items = len(correlation)
    start = (1.0 - 0.5 * factors / items) / np.diag(_inverse(correlation))

    def objective(unique: FloatArray) -> tuple[float, FloatArray]:
        values, loadings = _scaled_factors(correlation, unique, factors)
        rest = values[: items - factors]
        slope = ((loadings**2).sum(axis=1) + unique - 1.0) / unique**2
        return float(np.sum(rest - np.log(rest)) - (items - factors)), slope

    unique = _minimise(objective, start)
    return Extracted(loadings=_scaled_factors(correlation, unique, factors)[1], uniquenesses=unique)


def minimum_residuals(correlation: FloatArray, factors: int) -> Extracted:
    """Harman & Jones (1966): least squares of the correlations off the diagonal, as psych's fa(fm = "minres").

    With free uniquenesses the diagonal fits exactly, so least squares of the whole matrix have the same optimum.
    """

    def objective(unique: FloatArray) -> tuple[float, FloatArray]:
        values, vectors = np.linalg.eigh(correlation - np.diag(unique))
        rest, directions = values[:-factors], vectors[:, :-factors]
        return float(rest @ rest) / 2.0, -(directions**2 @ rest)

    unique = _minimise(objective, 1.0 / np.diag(_inverse(correlation)))
    loadings = _principal(correlation, unique, factors)
    return Extracted(loadings=loadings, uniquenesses=1.0 - (loadings**2).sum(axis=1))


EXTRACTIONS: Mapping[str, Callable[[FloatArray, int], Extracted]] = {
    "ml": maximum_likelihood,
    "minres": minimum_residuals,
}


def free_correlations(items: int, factors: int) -> int:
    """Degrees of freedom of a factor model: correlations less what it estimates. Raises UnfitAnswers below 0."""
    free = ((items - factors) ** 2 - items - factors) // 2
    if factors < 1 or free < 0:
        raise UnfitAnswers(f"{items} items cannot show {factors} factors")
    return free


def _minimise(objective: Callable[[FloatArray], tuple[float, FloatArray]], start: FloatArray) -> FloatArray:
    found = optimize.minimize(
        objective,
        np.clip(start, LEAST_UNIQUENESS, 1.0),
        jac=True,
        method="L-BFGS-B",
        bounds=[(LEAST_UNIQUENESS, 1.0)] * len(start),
        options={"maxiter": 2000, "maxfun": 200_000, "ftol": 1e-15, "gtol": 1e-9},
    )
    unique: FloatArray = np.asarray(found.x, dtype=np.float64)
    return unique


def _scaled_factors(correlation: FloatArray, unique: FloatArray, factors: int) -> tuple[FloatArray, FloatArray]:
    """Eigenvalues of the correlations scaled by uniquenesses (ascending), and the loadings of the largest."""
    spread = np.sqrt(unique)
    values, vectors = np.linalg.eigh(correlation / np.outer(spread, spread))
    top = slice(None, -factors - 1, -1)
    loadings = spread[:, None] * vectors[:, top] * np.sqrt(np.maximum(values[top] - 1.0, 0.0))
    return np.asarray(values, dtype=np.float64), loadings


def _principal(correlation: FloatArray, unique: FloatArray, factors: int) -> FloatArray:
    values, vectors = np.linalg.eigh(correlation - np.diag(unique))
    top = slice(None, -factors - 1, -1)
    loadings: FloatArray = vectors[:, top] * np.sqrt(np.maximum(values[top], 0.0))
    return loadings


def _inverse(correlation: FloatArray) -> FloatArray:
    try:
        return np.asarray(np.linalg.inv(correlation), dtype=np.float64)
    except np.linalg.LinAlgError as error:
        raise UnfitAnswers("the items' correlations are singular: one item repeats others") from error
