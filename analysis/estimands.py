"""From rows to estimates: totals and ratios of each part in each domain, with the doubt they come from.

Formulas: Taylor linearisation; deff as R survey's svytotal of the residuals. Which parts there are, `estimators` says.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.columns import require
from analysis.design import FloatArray
from analysis.linear import TINY, Doubt, Estimate
from analysis.replicates import ReplicateData
from analysis.scores import Replicated, Scores
from analysis.survey_data import SurveyData
from analysis.tally import IntArray

Data = SurveyData | ReplicateData


@dataclass(frozen=True)
class Part:
    """One thing to estimate: what is added up, and what it is divided by; nan in either where there is no answer.

    `base` (rows,) counts the answers of a row; without it every row that answered has one.
    """

    code: str
    top: FloatArray
    bottom: FloatArray
    base: FloatArray | None = None


@dataclass(frozen=True, kw_only=True)
class Estimands:
    """Rows × estimates: each part in each domain; the domains of a part stand side by side."""

    codes: tuple[str, ...]
    domains: pd.DataFrame | None
    top: sparse.csc_array
    bottom: sparse.csc_array
    answered: sparse.csc_array
    base: IntArray
    respondents: IntArray

    @classmethod
    def of(cls, data: Data, parts: Iterable[Part], by: Sequence[str]) -> "Estimands":
        """Rows of weight 0, and rows without a key of `by`, are in no domain."""
        parts = list(parts)
        domain_of, keys = domains_of(data, by)
        count = 1 if keys is None else len(keys)
        shape = (len(domain_of), len(parts) * count)
        answered = [(domain_of >= 0) & np.isfinite(part.top) & np.isfinite(part.bottom) for part in parts]
        rows = np.concatenate([np.flatnonzero(known) for known in answered])
        columns = np.concatenate([domain_of[known] + i * count for i, known in enumerate(answered)])

        def matrix(values: list[FloatArray]) -> sparse.csc_array:
            cells = np.concatenate([value[known] for value, known in zip(values, answered, strict=True)])
            return sparse.csc_array((cells, (rows, columns)), shape=shape)

        ones = np.ones(shape[0])
        base = matrix([ones if part.base is None else part.base for part in parts]).sum(axis=0)
        return cls(
            codes=_codes(parts, keys),
            domains=None if keys is None else pd.concat([keys] * len(parts), ignore_index=True),
            top=matrix([part.top for part in parts]),
            bottom=matrix([part.bottom for part in parts]),
            answered=matrix([ones] * len(parts)),
            base=np.asarray(base, dtype=np.int64),
            respondents=np.tile(np.bincount(domain_of[domain_of >= 0], minlength=count), len(parts)),
        )

    def totals(self, data: Data) -> Estimate:
        known = self.base > 0
        value = np.where(known, data.weights @ self.top, np.nan)
        if isinstance(data, SurveyData):
            return self._estimate(data, value, self.top, self._scores(data, self.top))
        return self._estimate(data, value, self.top, self._replicated(data, value, data.replicates.T @ self.top))

    def ratios(self, data: Data) -> Estimate:
        value = _divided(data.weights @ self.top, data.weights @ self.bottom)
        divisor = _divided(np.ones(len(value)), data.weights @ self.bottom)
        known = np.nan_to_num(value)
        residuals = sparse.csc_array((self.top - self.bottom * known) * np.nan_to_num(divisor))
        if isinstance(data, SurveyData):
            return self._estimate(data, value, residuals, self._scores(data, residuals))
        each = _divided(data.replicates.T @ self.top, data.replicates.T @ self.bottom)
        return self._estimate(data, value, residuals, self._replicated(data, value, each))

    def _scores(self, data: SurveyData, residuals: sparse.csc_array) -> Scores:
        weighted = sparse.csc_array(sparse.diags_array(data.weights) @ residuals)
        return Scores(data=data, values=weighted, present=self.answered)

    def _replicated(self, data: ReplicateData, value: FloatArray, each: FloatArray) -> Replicated:
        return Replicated(data=data, values=value, replicates=each, present=self.answered)

    def _estimate(self, data: Data, value: FloatArray, residuals: sparse.csc_array, doubt: Doubt) -> Estimate:
        n = np.asarray(self.answered.sum(axis=0), dtype=np.int64)
        variance = np.where(np.isnan(value), np.nan, doubt.variance())
        simple, finite = self._simple_variance(data.weights, residuals, n)
        return Estimate(
            codes=self.codes,
            value=value,
            se=np.sqrt(variance),
            df=doubt.degrees_of_freedom(),
            n=n,
            base=self.base,
            deff=_divided(variance, simple),
            deff_finite=_divided(variance, simple * finite),
            missing=self.respondents - n,
            domains=self.domains,
            doubt=doubt,
        )

    def _simple_variance(
        self, weights: FloatArray, residuals: sparse.csc_array, n: IntArray
    ) -> tuple[FloatArray, FloatArray]:
        """The variance of a simple sample of as many answers, and 1 - n/N with N = sum of the weights."""
        size = weights @ self.answered
        known = (n > 1) & (size > 0)
        divisor = np.where(known, size, 1.0)
        spread = (weights @ (residuals * residuals)) / divisor - ((weights @ residuals) / divisor) ** 2
        variance = np.where(known, spread * size**2 / np.where(known, n - 1, 1), np.nan)
        relative = (weights @ abs(residuals)) ** 2
        variance = np.where(variance > TINY**2 * np.maximum(relative, TINY**2), variance, np.nan)
        return variance, np.where(size > n, 1.0 - n / np.where(size > n, size, 1.0), np.nan)


def _divided(top: FloatArray, bottom: FloatArray) -> FloatArray:
    """nan where there is nothing to divide by."""
    known = np.isfinite(bottom) & (bottom != 0)
    return np.where(known, top / np.where(known, bottom, 1.0), np.nan)


def domains_of(data: Data, by: Sequence[str]) -> tuple[IntArray, pd.DataFrame | None]:
    """The domain of every row (-1: none), and the keys of the domains in order."""
    inside = data.weights > 0
    if not by:
        return np.where(inside, 0, -1), None
    require(data.frame, by)
    keys = data.frame.loc[inside, list(by)].reset_index(drop=True)
    groups = keys.groupby(list(by), sort=True, observed=True)
    numbers = np.full(len(inside), -1, dtype=np.int64)
    numbers[inside] = groups.ngroup().fillna(-1)
    return numbers, groups.size().reset_index()[list(by)]


def _codes(parts: Sequence[Part], keys: pd.DataFrame | None) -> tuple[str, ...]:
    if keys is None:
        return tuple(part.code for part in parts)
    domains = [", ".join(map(str, key)) for key in keys.itertuples(index=False)]
    return tuple(f"{part.code}[{domain}]" for part in parts for domain in domains)
