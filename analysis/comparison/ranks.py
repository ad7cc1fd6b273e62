"""The design-based rank test: do groups differ in the estimated population ranks of an ordered answer?

Lumley & Scott (2013), Biometrika 100, 831–842 (R survey's svyranktest).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd
from scipy import special

from analysis.columns import numbers, require
from analysis.comparison.regression import NotFitted, linear
from analysis.comparison.test_results import TestResult, t_test_of
from analysis.design import BoolArray, FloatArray
from analysis.estimands import Data

Scores = Literal["wilcoxon", "van_der_waerden", "median"]
Ties = Literal["rows", "midpoint"]
SCORE = "~score"  # No column of a table is called so.

_SCORES: Mapping[Scores, Callable[[FloatArray], FloatArray]] = {
    "wilcoxon": lambda share: share,
    "van_der_waerden": special.ndtri,
    "median": lambda share: (share > 0.5).astype(np.float64),
}


def rank_test(data: Data, *, value: str, group: str, scores: Scores = "wilcoxon", ties: Ties = "rows") -> TestResult:
    """Two groups: t of the difference in mean score; more: Wald's F (Kruskal–Wallis).

    A row's rank is the estimated share of the population below it. `ties`: "rows" averages the ranks that equal values
    would have in the order of the rows, as R survey does; "midpoint" takes the middle of their weight, whatever the
    order. Raises UnknownTerms, NotFitted.
    """
    require(data.frame, (value, group))
    used: BoolArray = data.frame[[value, group]].notna().all(axis=1).to_numpy(dtype=bool) & (data.weights > 0)
    if data.frame.loc[used, group].nunique() < 2:
        raise NotFitted(f"{group} must show two levels or more in the rows that have {value}")
    score = np.full(len(used), np.nan)
    values = numbers(data.frame, value)[used]
    score[used] = _SCORES[scores](_ranks(values, data.weights[used], ties))
    scored = replace(data, frame=data.frame.assign(**{SCORE: score}))
    means = linear(scored, outcome=SCORE, terms=[group], categorical=[group])
    if len(means.value) > 2:
        return replace(means.test(group), method=f"design-based rank test ({scores}, {len(means.value)} groups)")
    return t_test_of(f"design-based rank test ({scores})", float(means.value[1]), float(means.se[1]), means.df)


def _ranks(values: FloatArray, weights: FloatArray, ties: Ties) -> FloatArray:
    """Estimated shares of the population below each row, half of itself included."""
    order = np.argsort(values, kind="stable")
    middle = np.empty(len(values))
    middle[order] = (np.cumsum(weights[order]) - weights[order] / 2.0) / weights.sum()
    if ties == "rows":
        return pd.Series(middle).groupby(values).transform("mean").to_numpy()
    return (
        pd.Series(middle * weights).groupby(values).transform("sum")
        / pd.Series(weights).groupby(values).transform("sum")
    ).to_numpy()
