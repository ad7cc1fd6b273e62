"""McDonald's omega: how much of the sum of the items is common to them, and how much is one general factor's."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.design import FloatArray
from analysis.reliability.answers import Missing
from analysis.reliability.exploratory import Kind, correlations
from analysis.reliability.extraction import free_correlations, maximum_likelihood, minimum_residuals
from analysis.reliability.rotation import oblimin
from analysis.survey_data import SurveyData


@dataclass(frozen=True, kw_only=True)
class Omega:
    """`omega` of one factor, from its `loadings`."""

    items: tuple[str, ...]
    n: int
    omega: float
    loadings: FloatArray

    def table(self) -> pd.DataFrame:
        return pd.DataFrame({"item": self.items, "loading": self.loadings})


@dataclass(frozen=True, kw_only=True)
class GeneralOmega:
    """`total`: share of the sum's variance due to any factor; `hierarchical`: due to the general factor alone.

    `general` are the items' loadings on it, `group` those on the group factors that remain (items, factors).
    """

    items: tuple[str, ...]
    n: int
    total: float
    hierarchical: float
    general: FloatArray
    group: FloatArray

    def table(self) -> pd.DataFrame:
        names = [f"F{i + 1}" for i in range(self.group.shape[1])]
        table = pd.DataFrame(self.group, columns=names)
        table.insert(0, "general", self.general)
        table.insert(0, "item", self.items)
        return table


def omega(
    data: SurveyData,
    items: Sequence[str],
    *,
    correlation: Kind = "pearson",
    missing: Missing = "complete",
    weighted: bool = False,
) -> Omega:
    """Omega of a scale with one factor (maximum likelihood): (sum l)² / ((sum l)² + sum u). Raises UnfitAnswers."""
    free_correlations(len(items), 1)
    matrix, n = correlations(data, items, kind=correlation, missing=missing, weighted=weighted)
    loadings = maximum_likelihood(matrix, 1).loadings[:, 0]
    loadings = loadings if loadings.sum() > 0 else -loadings
    return Omega(items=tuple(items), n=n, omega=omega_of(loadings, 1.0 - loadings**2), loadings=loadings)


def omega_of(loadings: FloatArray, uniquenesses: FloatArray) -> float:
    common = float(loadings.sum()) ** 2
    return common / (common + float(uniquenesses.sum()))


def general_omega(
    data: SurveyData,
    items: Sequence[str],
    *,
    factors: int,
    correlation: Kind = "pearson",
    missing: Missing = "complete",
    weighted: bool = False,
) -> GeneralOmega:
    """Omega total and hierarchical: minres, oblimin, then Schmid & Leiman (1957), as psych's omega.

    With two factors the general factor takes their correlation in equal parts. Raises UnfitAnswers.
    """
    free_correlations(len(items), factors)
    matrix, n = correlations(data, items, kind=correlation, missing=missing, weighted=weighted)
    found = minimum_residuals(matrix, factors)
    pattern, between = oblimin(found.loadings)
    sign = np.where(pattern.sum(axis=0) < 0, -1.0, 1.0)
    pattern, between = pattern * sign, between * np.outer(sign, sign)
    second = _second_order(between)
    general = pattern @ second
    variance = float(matrix.sum())
    return GeneralOmega(
        items=tuple(items),
        n=n,
        total=1.0 - float(found.uniquenesses.sum()) / variance,
        hierarchical=float(general.sum()) ** 2 / variance,
        general=general,
        group=pattern * np.sqrt(np.maximum(1.0 - second**2, 0.0)),
    )


def _second_order(between: FloatArray) -> FloatArray:
    """Loadings of the factors on the general factor."""
    if len(between) == 1:
        return np.ones(1)
    if len(between) == 2:
        return np.array([1.0, np.sign(between[0, 1])]) * float(np.sqrt(np.abs(between[0, 1])))
    loadings = minimum_residuals(between, 1).loadings[:, 0]
    return loadings if loadings.sum() > 0 else -loadings
