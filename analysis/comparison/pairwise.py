"""Every pair of domains: the difference of their means with its covariance, and p-values corrected for the many pairs."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from analysis import estimators, multiplicity
from analysis.comparison.test_results import two_sided
from analysis.design import FloatArray
from analysis.survey_data import SurveyData

METHODS = ("holm", "BH")


@dataclass(frozen=True, kw_only=True)
class Pairwise:
    """One entry a pair (`first`, `second`): difference first - second, its se, t, df, p, and p `corrected` by method."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    difference: FloatArray
    se: FloatArray
    df: int
    t: FloatArray
    p: FloatArray
    corrected: dict[str, FloatArray]

    def table(self) -> pd.DataFrame:
        return pd.DataFrame(
            {"first": self.first, "second": self.second, "difference": self.difference, "se": self.se}
            | {"t": self.t, "df": self.df, "p": self.p}
            | self.corrected
        )


def pairwise(data: SurveyData, *, value: str, by: str, methods: Sequence[str] = METHODS) -> Pairwise:
    """All pairs of the domains of `by`, with the design's degrees of freedom and the covariance of shared PSUs.

    `methods`: corrections over all the pairs, by R's names (see `multiplicity`).
    """
    means = estimators.mean(data, value, by=by)
    names = [str(name) for name in means.domains[by]] if means.domains is not None else []
    pairs = list(combinations(range(len(names)), 2))
    contrasts = np.zeros((len(pairs), len(names)))
    for row, (a, b) in enumerate(pairs):
        contrasts[row, a], contrasts[row, b] = 1.0, -1.0
    difference = contrasts @ means.value
    se = np.sqrt(np.einsum("ij,jk,ik->i", contrasts, means.covariance(), contrasts))
    t, df = difference / se, data.degrees_of_freedom()
    p = two_sided(t, np.full(len(t), float(df)))
    return Pairwise(
        first=tuple(names[a] for a, _ in pairs),
        second=tuple(names[b] for _, b in pairs),
        difference=difference,
        se=se,
        df=df,
        t=t,
        p=p,
        corrected={method: multiplicity.adjusted(p, method) for method in methods},
    )
