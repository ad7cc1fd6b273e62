"""Newton's way to the minimum of a smooth convex function, and logistic regression by it.

What is fitted, and what follows for variances, is left to `selection` and `outcome`.
"""

from collections.abc import Callable

import numpy as np
from scipy import special

from analysis.design import FloatArray
from analysis.two_sources.faults import TwoSourcesFault

ROUNDS = 100
CONVERGED = 1e-11
SMALLEST_STEP = 1e-8
# Value, gradient (p,) and Hessian (p, p) at a point (p,).
Convex = Callable[[FloatArray], tuple[float, FloatArray, FloatArray]]


def minimum(of: Convex, start: FloatArray, subject: str) -> FloatArray:
    """Where the gradient vanishes. Raises TwoSourcesFault where it nowhere does; `subject` names what is fitted."""
    point = start
    value, gradient, hessian = of(point)
    for _ in range(ROUNDS):
        step = _solved(hessian, gradient, subject)
        gain = float(gradient @ step)
        if gain <= CONVERGED**2 * (1.0 + abs(value)):
            return point - step
        size = 1.0
        while size > SMALLEST_STEP:
            value_there, *slopes = of(point - size * step)
            if value_there <= value - 1e-4 * size * gain + 1e-14 * abs(value):
                break
            size /= 2.0
        point, value, (gradient, hessian) = point - size * step, value_there, slopes
    raise TwoSourcesFault(f"{subject} has no solution: some level of a covariate decides it alone; merge its levels")


def _solved(matrix: FloatArray, right: FloatArray, subject: str) -> FloatArray:
    scale = np.sqrt(np.maximum(np.diag(matrix), np.finfo(float).tiny))
    if np.linalg.cond(matrix / np.outer(scale, scale)) > 1e13:
        raise TwoSourcesFault(
            f"{subject} has no solution: its covariates say the same twice or single out people; leave one out"
        )
    return np.asarray(np.linalg.solve(matrix, right), dtype=np.float64)


def logistic(x: FloatArray, y: FloatArray, weights: FloatArray, subject: str) -> FloatArray:
    """Coefficients (p,) of a weighted logistic regression of y (0 to 1)."""

    def loss(point: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        eta = x @ point
        chance = special.expit(eta)
        value = float(weights @ (np.logaddexp(0.0, eta) - y * eta))
        return value, x.T @ (weights * (chance - y)), x.T @ ((weights * chance * (1.0 - chance))[:, None] * x)

    return minimum(loss, np.zeros(x.shape[1]), subject)
