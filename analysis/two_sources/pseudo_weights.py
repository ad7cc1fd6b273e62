"""Pseudo-weights of an open series as a table of their own, for who wants to weigh it and look."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from analysis.design import FloatArray
from analysis.survey_data import SurveyData
from analysis.two_sources.selection import SELECTIONS, Way
from analysis.two_sources.sources import both
from analysis.weighting.diagnostics import diagnostics


@dataclass(frozen=True, kw_only=True)
class PseudoWeights:
    """`weights` (open rows,) and the coefficients of the chance to take part behind them."""

    weights: FloatArray
    names: tuple[str, ...]
    coefficients: FloatArray

    @property
    def deff(self) -> float:
        """What unequal weights cost (Kish 1965)."""
        return diagnostics(self.weights).deff

    def table(self) -> pd.DataFrame:
        return pd.DataFrame({"term": self.names, "coefficient": self.coefficients})


def pseudo_weights(
    probability: SurveyData,
    open_series: SurveyData,
    *,
    terms: Sequence[str],
    categorical: Sequence[str] = (),
    way: Way = "likelihood",
) -> PseudoWeights:
    """Weights that make the open series look like the population in `terms`. Raises TwoSourcesFault."""
    samples, names = both(probability, open_series, terms, categorical)
    found = SELECTIONS[way](samples)
    return PseudoWeights(weights=open_series.weights * found.weights, names=names, coefficients=found.coefficients)
