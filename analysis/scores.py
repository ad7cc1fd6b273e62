"""Where the doubt of estimates over rows comes from: linearised scores, or replicates; both may be combined.

What is estimated is left to `estimators`, the design's covariance to `survey_data`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from analysis.design import BoolArray, FloatArray
from analysis.replicates import ReplicateData
from analysis.survey_data import SurveyData
from analysis.tally import IntArray

BLOCK = 256  # Columns that a calibration makes dense at once.


@dataclass(frozen=True, kw_only=True)
class Scores:
    """Linearised estimates: `values` (rows, k) with their weight, `present` (rows, k) the rows behind each."""

    data: SurveyData
    values: sparse.csc_array
    present: sparse.csc_array

    def covariance(self) -> FloatArray:
        """Each estimate's variance is that of its own domain, as a covariance is that of both domains together.

        The difference only shows where a domain holds part of the strata and a rule for lonely PSUs looks at the rest.
        """
        if not self.data.depends_on_domain:
            return self.data.covariance_of(self._blocks())
        rows = np.asarray(self.present.sum(axis=1)).ravel() > 0
        total = self.data.subset(rows).covariance_of(self._blocks())
        np.fill_diagonal(total, self.variance())
        return total

    def variance(self) -> FloatArray:
        if not self.data.depends_on_domain:
            return self.data.variance_of(self._blocks())
        return np.array([self.data.subset(rows).variance_of([column])[0] for column, rows in self._columns()])

    def respondents(self) -> IntArray:
        return _counted(self.present)

    def degrees_of_freedom(self) -> IntArray:
        return self.data.degrees_of_freedom_of(self.present)

    def combined(self, weights: FloatArray) -> "Scores":
        """Sums of the estimates times `weights` (k, m)."""
        chosen = sparse.csc_array((weights != 0).astype(np.float64))
        return Scores(
            data=self.data,
            values=sparse.csc_array(self.values @ sparse.csc_array(weights)),
            present=sparse.csc_array((self.present @ chosen) > 0).astype(np.float64),
        )

    def _blocks(self) -> Iterator[sparse.csc_array]:
        for start in range(0, self.values.shape[1], BLOCK):
            yield self.values[:, start : start + BLOCK]

    def _columns(self) -> Iterator[tuple[FloatArray, BoolArray]]:
        for i in range(self.values.shape[1]):
            yield self.values[:, [i]].toarray(), self.present[:, [i]].toarray().ravel() > 0


@dataclass(frozen=True, kw_only=True)
class Replicated:
    """Estimates `values` (k,) and what each replicate makes of them (replicates, k)."""

    data: ReplicateData
    values: FloatArray
    replicates: FloatArray
    present: sparse.csc_array

    def covariance(self) -> FloatArray:
        return self.data.covariance(self.replicates, self.values)

    def variance(self) -> FloatArray:
        return np.diag(self.covariance())

    def respondents(self) -> IntArray:
        return _counted(self.present)

    def degrees_of_freedom(self) -> IntArray:
        count = self.present.shape[1]
        masks = (self.present[:, [i]].toarray().ravel() > 0 for i in range(count))
        return np.array([self.data.degrees_of_freedom(mask) for mask in masks], dtype=np.int64)

    def combined(self, weights: FloatArray) -> "Replicated":
        chosen = sparse.csc_array((weights != 0).astype(np.float64))
        return Replicated(
            data=self.data,
            values=self.values @ weights,
            replicates=self.replicates @ weights,
            present=sparse.csc_array((self.present @ chosen) > 0).astype(np.float64),
        )


def _counted(present: sparse.csc_array) -> IntArray:
    return np.asarray(present.sum(axis=0), dtype=np.int64)
