"""The answers to a set of items as one matrix, and their covariances; what is measured with them is left to others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.columns import matrix
from analysis.design import FloatArray
from analysis.survey_data import SurveyData

IntArray = npt.NDArray[np.int64]
Missing = Literal["complete", "pairwise"]


class UnfitAnswers(ValueError):
    """The answers cannot carry what was asked of them: the sentence says which and why."""


@dataclass(frozen=True, kw_only=True)
class Answers:
    """`values` (respondents, items), nan where an item has no answer; `rows` says where each stands in the frame."""

    items: tuple[str, ...]
    values: FloatArray
    weights: FloatArray
    rows: IntArray

    @property
    def n(self) -> int:
        return len(self.values)

    def covariance(self) -> FloatArray:
        """(items, items), each from those who answered both, divisor n - 1 (R: cov(use = "pairwise")).

        With weights it is the weighted mean product times n/(n - 1), as R survey's svyvar.
        """
        seen = ~np.isnan(self.values)
        centred = np.where(seen, self.values - self._means(seen), 0.0)
        weighed, together = seen * self.weights[:, None], seen.T.astype(float) @ seen
        if (together < 2).any():
            raise UnfitAnswers("two items were never answered together by two respondents")
        total = weighed.T @ seen
        means = (centred * self.weights[:, None]).T @ seen / total
        products = (centred * self.weights[:, None]).T @ centred / total
        covariance: FloatArray = (products - means * means.T) * together / (together - 1.0)
        return covariance

    def correlation(self) -> FloatArray:
        """Of the covariances above; for pairwise answers not R's cor(use = "pairwise") but cov2cor of its cov."""
        return correlation_of(self.covariance())

    def _means(self, seen: npt.NDArray[np.bool_]) -> FloatArray:
        total = (np.where(seen, self.values, 0.0) * self.weights[:, None]).sum(axis=0)
        means: FloatArray = total / np.maximum((seen * self.weights[:, None]).sum(axis=0), np.finfo(float).tiny)
        return means


def answers(
    data: SurveyData, items: Sequence[str], *, missing: Missing = "complete", weighted: bool = False
) -> Answers:
    """Respondents of the domain who answered all items ("complete") or any of them ("pairwise").

    A missing value (nan, NULL) is no answer; mask codes such as "not used" first, see `rated`. Raises UnfitAnswers.
    """
    if len(items) < 2:
        raise UnfitAnswers("at least two items are needed")
    values = matrix(data.frame, items)
    seen = ~np.isnan(values)
    kept = (data.weights > 0) & (seen.all(axis=1) if missing == "complete" else seen.any(axis=1))
    if kept.sum() < 3:
        raise UnfitAnswers(f"only {int(kept.sum())} respondents answered {', '.join(items)}")
    constant = np.nanmin(values[kept], axis=0) == np.nanmax(values[kept], axis=0)
    if constant.any():
        raise UnfitAnswers(f"everybody gave the same answer to {', '.join(np.array(items)[constant])}")
    weights = data.weights[kept] if weighted else np.ones(int(kept.sum()))
    return Answers(items=tuple(items), values=values[kept], weights=weights, rows=np.flatnonzero(kept))


def rated(frame: pd.DataFrame, items: Sequence[str]) -> pd.DataFrame:
    """The items of an extract with their states (not used, skipped, … : below 1) as missing values."""
    return frame[list(items)].where(lambda table: table >= 1).astype("float64")


def correlation_of(covariance: FloatArray) -> FloatArray:
    spread = np.sqrt(np.diag(covariance))
    scaled: FloatArray = covariance / np.outer(spread, spread)
    return scaled
