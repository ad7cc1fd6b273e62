"""What an open series says once it is adjusted to a probability sample: weighted, foretold, or both (doubly robust).

Point values as nonprobsvy 0.2.2; standard errors linearised over both samples (Chen, Li & Wu 2020, section 4, with the
designs' own PSUs), so that weights and predictions count as estimated. They say nothing of the bias that remains.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from analysis.design import BoolArray, FloatArray
from analysis.intervals import t_quantile
from analysis.survey_data import SurveyData
from analysis.two_sources.faults import TwoSourcesFault
from analysis.two_sources.methods import METHODS, Influences, Target, assumptions_of
from analysis.two_sources.outcome import Family, fit
from analysis.two_sources.selection import SELECTIONS, Samples, Selection, Way
from analysis.two_sources.sources import both


@dataclass(frozen=True, kw_only=True)
class Adjusted:
    """Additional figures from the open series, each beside the probability sample's own (missing where it has none).

    `value` (methods, targets) and `covariance` (targets, methods + 1, methods + 1), the last being the probability
    sample's own estimate `direct` (targets,): the gap that remains is tested with it.
    """

    methods: tuple[str, ...]
    targets: tuple[str, ...]
    value: FloatArray
    direct: FloatArray
    covariance: FloatArray
    df: int
    answers: tuple[int, ...]
    level: float
    probability: SurveyData = field(repr=False, compare=False)
    open_series: SurveyData = field(repr=False, compare=False)
    influences: tuple[FloatArray, FloatArray] = field(repr=False, compare=False)  # (targets, rows, methods + 1)

    def combined(self, code: str, weights: Mapping[str, float]) -> "Adjusted":
        """One figure out of several targets: their sum times `weights`, as an index of items, covariance included."""
        by_target = np.array([weights.get(target, 0.0) for target in self.targets])
        open_part, part = (np.tensordot(by_target, one, axes=1) for one in self.influences)
        return replace(
            self,
            targets=(code,),
            value=(self.value @ by_target)[:, None],
            direct=np.array([self.direct @ by_target]),
            covariance=self._covariance(open_part, part)[None],
            answers=(min(n for n, weight in zip(self.answers, by_target, strict=True) if weight),),
            influences=(open_part[None], part[None]),
        )

    def _covariance(self, open_part: FloatArray, part: FloatArray) -> FloatArray:
        return self.open_series.covariance(open_part) + self.probability.covariance(part)

    def table(self) -> pd.DataFrame:
        """One row a target and method. `gap`: the figure minus the probability sample's; an adjustment that works
        leaves none, and one that is significant says that the assumptions do not hold.
        """
        rows = [self._row(k, m) for k in range(len(self.targets)) for m in range(len(self.methods))]
        return pd.DataFrame(rows)

    def _row(self, k: int, m: int) -> dict[str, object]:
        t = float(t_quantile(np.array([float(self.df)]), self.level)[0])
        value, se = float(self.value[m, k]), float(np.sqrt(self.covariance[k, m, m]))
        gap = value - float(self.direct[k])
        gap_se = float(np.sqrt(self.covariance[k, m, m] + self.covariance[k, -1, -1] - 2 * self.covariance[k, m, -1]))
        return {
            "target": self.targets[k],
            "method": self.methods[m],
            "basis": "additional",
            "answers": self.answers[k],
            "estimate": value,
            "se": se,
            "low": value - t * se,
            "high": value + t * se,
            "direct": float(self.direct[k]),
            "gap": gap,
            "gap_se": gap_se,
            "gap_low": gap - t * gap_se,
            "gap_high": gap + t * gap_se,
            "assumptions": "; ".join(assumptions_of(self.methods[m])),
        }


def adjusted(
    probability: SurveyData,
    open_series: SurveyData,
    *,
    targets: Sequence[str],
    terms: Sequence[str],
    categorical: Sequence[str] = (),
    family: Family = "binomial",
    methods: Sequence[str] = tuple(METHODS),
    level: float = 0.95,
) -> Adjusted:
    """Means of `targets` (numbers; missing: no answer) in the population, from the open answers by each method.

    `terms` are the covariates that both samples know of every row; `open_series` gives the PSUs within which open rows
    belong together (a collection point), rows alone without. Raises TwoSourcesFault and UnknownTerms.
    """
    samples, _ = both(probability, open_series, terms, categorical)
    selections = {way: SELECTIONS[way](samples) for way in {METHODS[method].way for method in methods}}
    found = [_of_target(probability, open_series, name, samples, selections, family, methods) for name in targets]
    open_part, part = (np.stack([one[i] for one in found]) for i in (1, 2))
    return Adjusted(
        methods=tuple(methods),
        targets=tuple(targets),
        value=np.array([one[0][:-1] for one in found]).T,
        direct=np.array([one[0][-1] for one in found]),
        covariance=np.array(
            [open_series.covariance(a) + probability.covariance(b) for a, b in zip(open_part, part, strict=True)]
        ),
        df=probability.degrees_of_freedom(),
        answers=tuple(one[3] for one in found),
        level=level,
        probability=probability,
        open_series=open_series,
        influences=(open_part, part),
    )


def _of_target(
    probability: SurveyData,
    open_series: SurveyData,
    name: str,
    samples: Samples,
    selections: Mapping[Way, Selection],
    family: Family,
    methods: Sequence[str],
) -> tuple[FloatArray, FloatArray, FloatArray, int]:
    """Values (methods + 1,), influences of open and probability rows (rows, methods + 1), and the open answers."""
    y = open_series.frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
    answered: BoolArray = ~np.isnan(y) & (samples.open_weights > 0)
    if not answered.any():
        raise TwoSourcesFault(f"nobody answered {name} openly; leave it out")
    outcome = fit(samples, y, answered, family)
    target = Target(
        samples=samples, y=np.where(answered, y, 0.0), answered=answered, selections=selections, outcome=outcome
    )
    found = [METHODS[method].estimate(target, METHODS[method]) for method in methods]
    found.append(_direct(probability, name, len(y)))
    values, open_part, part = (np.stack([one[i] for one in found], axis=-1) for i in range(3))
    return values, open_part, part, int(answered.sum())


def _direct(probability: SurveyData, name: str, open_rows: int) -> Influences:
    """The probability sample's own mean, where it was asked the same."""
    if name not in probability.frame:
        return np.nan, np.zeros(open_rows), np.full(len(probability.weights), np.nan)
    y = probability.frame[name].to_numpy(dtype=np.float64, na_value=np.nan)
    weights = np.where(np.isnan(y), 0.0, probability.weights)
    mean = float(weights @ np.nan_to_num(y) / weights.sum())
    return mean, np.zeros(open_rows), weights * np.where(np.isnan(y), 0.0, y - mean) / weights.sum()
