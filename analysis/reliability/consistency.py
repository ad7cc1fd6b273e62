"""Internal consistency: Cronbach's alpha, and how each item goes with the rest of its scale. Omega is in `omega`."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.design import FloatArray
from analysis.reliability.answers import Missing, answers, correlation_of
from analysis.survey_data import SurveyData


@dataclass(frozen=True, kw_only=True)
class Consistency:
    """`alpha_if_dropped` and `item_rest` are one value an item; missing (nan) where a scale of two leaves no scale."""

    items: tuple[str, ...]
    n: int
    alpha: float
    standardised_alpha: float
    average_correlation: float
    alpha_if_dropped: FloatArray
    item_rest: FloatArray

    def table(self) -> pd.DataFrame:
        columns = {"item": self.items, "item_rest": self.item_rest, "alpha_if_dropped": self.alpha_if_dropped}
        return pd.DataFrame(columns)


def consistency(
    data: SurveyData, items: Sequence[str], *, missing: Missing = "complete", weighted: bool = False
) -> Consistency:
    """Cronbach's alpha (1951), raw and of standardised items, with item–rest correlations.

    As R psych's alpha (also for pairwise covariances) and, weighted, as R survey's svycralpha. Raises UnfitAnswers.
    """
    chosen = answers(data, items, missing=missing, weighted=weighted)
    covariance = chosen.covariance()
    correlation = correlation_of(covariance)
    return Consistency(
        items=chosen.items,
        n=chosen.n,
        alpha=cronbach(covariance),
        standardised_alpha=cronbach(correlation),
        average_correlation=float(correlation[np.triu_indices_from(correlation, 1)].mean()),
        alpha_if_dropped=np.array([cronbach(_without(covariance, i)) for i in range(len(covariance))]),
        item_rest=_item_rest(covariance),
    )


def cronbach(covariance: FloatArray) -> float:
    """k/(k - 1) (1 - sum of variances / variance of the sum)."""
    k = len(covariance)
    return float(k / (k - 1) * (1.0 - np.trace(covariance) / covariance.sum())) if k > 1 else float("nan")


def _without(matrix: FloatArray, i: int) -> FloatArray:
    return np.delete(np.delete(matrix, i, axis=0), i, axis=1)


def _item_rest(covariance: FloatArray) -> FloatArray:
    """The correlation of each item with the sum of the others."""
    own, with_all = np.diag(covariance), covariance.sum(axis=1)
    rest = covariance.sum() - 2.0 * with_all + own
    correlation: FloatArray = (with_all - own) / np.sqrt(own * rest)
    return correlation
