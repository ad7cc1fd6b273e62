"""What calibrated weights leave for variances: the residuals of scores on the auxiliaries (the GREG form).

Deville & Särndal (1992), JASA 87, 376–382: to first order every calibration estimator has the variance of the
regression estimator. Finding the weights is left to `calibration` and `poststratification`.
"""

from dataclasses import dataclass

import numpy as np

from analysis.design import FloatArray
from analysis.survey_data import Calibration
from analysis.tally import IntArray


def _divided(scores: FloatArray, weights: FloatArray) -> FloatArray:
    """Scores per unit of weight; a row without a weight has none."""
    has = weights > 0
    return np.where(has[:, None], scores / np.where(has, weights, 1.0)[:, None], 0.0)


@dataclass(frozen=True, kw_only=True)
class Projection:
    """`basis` (rows, p) spans the auxiliaries and is orthonormal under `regression` (rows,), the weights of the fit.

    `weights` (rows,) are the calibrated ones. Regression with the weights before calibration is the GREG form (R
    survey's calibrate); with equal weights it is the one of R survey's rake.
    """

    weights: FloatArray
    basis: FloatArray
    regression: FloatArray

    def residuals(self, scores: FloatArray) -> FloatArray:
        """(rows, k) weighted scores → the same, free of the auxiliaries."""
        values = _divided(scores, self.weights)
        fitted = self.basis @ (self.basis.T @ (self.regression[:, None] * values))
        return self.weights[:, None] * (values - fitted)


@dataclass(frozen=True, kw_only=True)
class CellMeans:
    """Post-strata: the auxiliaries are the cells, so the fit is each cell's mean under the weights `before`."""

    weights: FloatArray
    before: FloatArray
    cell_of: IntArray
    cells: int

    def residuals(self, scores: FloatArray) -> FloatArray:
        """(rows, k) weighted scores → the same, centred within post-strata."""
        values = _divided(scores, self.weights)
        total = np.bincount(self.cell_of, weights=self.before, minlength=self.cells)
        means = np.zeros((self.cells, scores.shape[1]))
        for j in range(scores.shape[1]):
            sums = np.bincount(self.cell_of, weights=self.before * values[:, j], minlength=self.cells)
            means[:, j] = sums / np.where(total > 0, total, 1.0)
        return self.weights[:, None] * (values - means[self.cell_of])


@dataclass(frozen=True, kw_only=True)
class Successive:
    """Weights that were calibrated twice: the last residuals first, for they are what the first could still explain."""

    first: Calibration
    second: Calibration

    def residuals(self, scores: FloatArray) -> FloatArray:
        return self.first.residuals(self.second.residuals(scores))


def after(earlier: Calibration | None, calibration: Calibration) -> Calibration:
    return calibration if earlier is None else Successive(first=earlier, second=calibration)
