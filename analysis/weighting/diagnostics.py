"""What a weighting step did: how heavy the weights became, how many are extreme, which margins they meet."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.design import BoolArray, FloatArray
from analysis.survey_data import SurveyData

EXTREME = 5.0  # A weight more than so many times the median of its step is named extreme.


@dataclass(frozen=True, kw_only=True)
class Margin:
    """One known total: what it should be, what the weights gave before, what they give now."""

    name: str
    target: float
    before: float
    attained: float

    @property
    def gap(self) -> float:
        """Relative to the target, in the manner of R survey: |attained - target| / (1 + |target|)."""
        return abs(self.attained - self.target) / (1.0 + abs(self.target))


@dataclass(frozen=True, kw_only=True)
class Diagnostics:
    """Weights (rows with a weight above 0) in a few numbers.

    `deff` is Kish's design effect of weighting, n Σw² / (Σw)²; `effective_n` = n / deff; `extreme` the positions of
    rows whose weight exceeds EXTREME times the median.
    """

    n: int
    total: float
    smallest: float
    median: float
    largest: float
    cv: float
    deff: float
    effective_n: float
    extreme: tuple[int, ...]


def diagnostics(weights: FloatArray) -> Diagnostics:
    """Kish (1965), Survey Sampling, section 11.7. Without a positive weight everything but the counts is missing."""
    positive = weights[weights > 0]
    if not len(positive):
        return Diagnostics(n=0, total=0.0, extreme=(), **dict.fromkeys(_NUMBERS, np.nan))
    n, total, median = len(positive), float(positive.sum()), float(np.median(positive))
    deff = n * float(positive @ positive) / total**2
    return Diagnostics(
        n=n,
        total=total,
        smallest=float(positive.min()),
        median=median,
        largest=float(positive.max()),
        cv=float(np.sqrt(max(deff - 1.0, 0.0))),
        deff=deff,
        effective_n=n / deff,
        extreme=tuple(int(i) for i in np.flatnonzero(weights > EXTREME * median)),
    )


_NUMBERS = ("smallest", "median", "largest", "cv", "deff", "effective_n")


@dataclass(frozen=True, kw_only=True)
class Weighted:
    """The result of one weighting step; `data` has the new weights, `before` (rows,) are the old.

    `rounds` counts the steps of the search (0: closed form); `classes` says what each class was multiplied by, where
    there are classes.
    """

    step: str
    data: SurveyData
    before: FloatArray
    margins: tuple[Margin, ...] = ()
    rounds: int = 0
    classes: pd.DataFrame = field(default_factory=pd.DataFrame)

    @property
    def weights(self) -> FloatArray:
        return self.data.weights

    @property
    def factors(self) -> FloatArray:
        """New over old weights (rows,); missing where the old weight is 0."""
        had: BoolArray = self.before > 0
        return np.where(had, self.weights / np.where(had, self.before, 1.0), np.nan)

    @property
    def converged(self) -> bool:
        return all(margin.gap < 1e-6 for margin in self.margins)

    def diagnostics(self) -> Diagnostics:
        return diagnostics(self.weights)

    def table(self) -> pd.DataFrame:
        """Two rows, before and after: n, total, range, cv, design effect of weighting, extreme weights."""
        rows = [("before", diagnostics(self.before)), ("after", self.diagnostics())]
        return pd.DataFrame(
            [
                {"step": self.step, "weights": when}
                | {name: getattr(of, name) for name in ("n", "total", *_NUMBERS)}
                | {"extreme": len(of.extreme)}
                for when, of in rows
            ]
        )

    def margin_table(self) -> pd.DataFrame:
        """One row a known total: target, before, attained, relative gap."""
        return pd.DataFrame(
            [
                {"margin": m.name, "target": m.target, "before": m.before, "attained": m.attained, "gap": m.gap}
                for m in self.margins
            ],
            columns=["margin", "target", "before", "attained", "gap"],
        )
