"""Every pair of domains: the difference of their means with its covariance, and p corrected for the number of pairs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

import numpy as np
import pandas as pd

from analysis import estimators, multiplicity
from analysis.contrasts import combined
from analysis.design import FloatArray
from analysis.estimands import Data
from analysis.linear import Estimate
from analysis.significance import p_values

METHODS: tuple[multiplicity.Method, ...] = ("holm", "BH")


@dataclass(frozen=True, kw_only=True)
class Pairwise:
    """One entry a pair: `difference` is first - second with its se and df; p is `corrected` by method."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    difference: Estimate
    p: FloatArray
    corrected: Mapping[str, FloatArray]

    def table(self) -> pd.DataFrame:
        of = self.difference
        spread = of.se > 0
        return pd.DataFrame(
            {"first": self.first, "second": self.second, "difference": of.value, "se": of.se}
            | {"t": np.where(spread, of.value / np.where(spread, of.se, 1.0), np.nan), "df": of.df, "p": self.p}
            | dict(self.corrected)
        )


def pairwise(
    data: Data,
    *,
    value: str,
    by: str,
    methods: Sequence[multiplicity.Method] = METHODS,
    df: Literal["pair", "design"] = "pair",
) -> Pairwise:
    """All pairs of the domains of `by`, each with the covariance that shared PSUs bring.

    `methods`: corrections over all the pairs (see `multiplicity`). `df`: degrees of freedom of the PSUs in either
    domain of a pair, or of the whole design, which suits domains that cut across all its PSUs.
    """
    means = estimators.mean(data, value, by=by)
    names = [] if means.domains is None else [str(name) for name in means.domains[by]]
    pairs = list(combinations(range(len(names)), 2))
    weights = np.zeros((len(names), len(pairs)))
    for column, (first, second) in enumerate(pairs):
        weights[first, column], weights[second, column] = 1.0, -1.0
    difference = combined(means, weights, [f"{names[a]} - {names[b]}" for a, b in pairs])
    if df == "design":
        difference = replace(difference, df=np.full(len(pairs), data.degrees_of_freedom()))
    p = p_values(difference)
    return Pairwise(
        first=tuple(names[a] for a, _ in pairs),
        second=tuple(names[b] for _, b in pairs),
        difference=difference,
        p=p,
        corrected={method: multiplicity.adjusted(p, method=method) for method in methods},
    )
