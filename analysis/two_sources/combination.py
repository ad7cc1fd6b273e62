"""What an open series says once it is adjusted to a probability sample: weighted, foretold, or both (doubly robust).

Point values as nonprobsvy 0.2.2; standard errors linearised over both samples (Chen, Li & Wu 2020, section 4, with the
designs' own PSUs), so that weights and predictions count as estimated. They say nothing of the bias that remains.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
import pandas as pd

from analysis.columns import numbers
from analysis.design import BoolArray, FloatArray
from analysis.intervals import t_quantile
from analysis.survey_data import SurveyData
from analysis.two_sources.faults import TwoSourcesFault
from analysis.two_sources.methods import METHODS, USUAL, Influences, Target, assumptions_of
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
            covariance=_covariance(self.open_series, self.probability, open_part[None], part[None]),
            answers=(min(n for n, weight in zip(self.answers, by_target, strict=True) if weight),),
            influences=(open_part[None], part[None]),
        )

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


def _covariance(
    open_series: SurveyData, probability: SurveyData, open_part: FloatArray, part: FloatArray
) -> FloatArray:
    """(targets, methods + 1, methods + 1): the samples are independent, so their parts add up."""
    pairs = zip(open_part, part, strict=True)
    return np.array([open_series.covariance(a) + probability.covariance(b) for a, b in pairs])


OpenDoubt = Literal["linear", "jackknife"]


def adjusted(
    probability: SurveyData,
    open_series: SurveyData,
    *,
    targets: Sequence[str],
    terms: Sequence[str],
    categorical: Sequence[str] = (),
    family: Family = "binomial",
    methods: Sequence[str] = USUAL,
    open_doubt: OpenDoubt = "linear",
    level: float = 0.95,
) -> Adjusted:
    """Means of `targets` (numbers; missing: no answer) in the population, from the open answers by each method.

    `terms` are the covariates that both samples know of every row; `open_series` gives the PSUs within which open rows
    belong together (a collection point), rows alone without. With few such PSUs the linearised doubt of the open
    sample is a little too small, and `open_doubt` "jackknife" leaves out one after the other and fits everything anew.
    Raises TwoSourcesFault and UnknownTerms.
    """
    samples, names = both(probability, open_series, terms, categorical)
    if (freedom := open_series.degrees_of_freedom()) < len(names):
        raise TwoSourcesFault(f"{freedom + 1} collection points are too few for {len(names)} coefficients")
    asked = _Asked(probability.frame, open_series.frame, tuple(targets), tuple(methods), family)
    value, open_part, part, answers = asked.found(samples)
    if open_doubt == "jackknife":
        open_part = _left_out(asked, samples, open_series, value)
    return Adjusted(
        methods=tuple(methods),
        targets=tuple(targets),
        value=value[:, :-1].T,
        direct=value[:, -1],
        covariance=_covariance(open_series, probability, open_part, part),
        df=min(probability.degrees_of_freedom(), freedom),
        answers=answers,
        level=level,
        probability=probability,
        open_series=open_series,
        influences=(open_part, part),
    )


@dataclass(frozen=True)
class _Asked:
    """What is estimated, and by which methods."""

    drawn: pd.DataFrame
    came: pd.DataFrame
    targets: tuple[str, ...]
    methods: tuple[str, ...]
    family: Family

    def found(self, samples: Samples) -> tuple[FloatArray, FloatArray, FloatArray, tuple[int, ...]]:
        """Values (targets, methods + 1), influences of open and of probability rows (targets, rows, methods + 1), and
        the open answers to each target.
        """
        selections = {way: SELECTIONS[way](samples) for way in {METHODS[method].way for method in self.methods}}
        found = [self._of(name, samples, selections) for name in self.targets]
        value, open_part, part = (np.array([one[i] for one in found]) for i in range(3))
        return value, open_part, part, tuple(one[3] for one in found)

    def _of(
        self, name: str, samples: Samples, selections: Mapping[Way, Selection]
    ) -> tuple[FloatArray, FloatArray, FloatArray, int]:
        y = numbers(self.came, name)
        answered: BoolArray = ~np.isnan(y) & (samples.open_weights > 0)
        if not answered.any():
            raise TwoSourcesFault(f"nobody answered {name} openly; leave it out")
        target = Target(
            samples=samples,
            y=np.where(answered, y, 0.0),
            answered=answered,
            selections=selections,
            outcome=fit(samples, y, answered, self.family),
        )
        found = [METHODS[method].estimate(target, METHODS[method]) for method in self.methods]
        found.append(_direct(self.drawn, name, samples))
        values, open_part, part = (np.stack([one[i] for one in found], axis=-1) for i in range(3))
        return values, open_part, part, int(answered.sum())


def _direct(drawn: pd.DataFrame, name: str, samples: Samples) -> Influences:
    """The probability sample's own mean, where it was asked the same."""
    if name not in drawn:
        return np.nan, np.zeros(len(samples.open_weights)), np.full(len(samples.weights), np.nan)
    y = numbers(drawn, name)
    weights = np.where(np.isnan(y), 0.0, samples.weights)
    mean = float(weights @ np.nan_to_num(y) / weights.sum())
    influence = weights * np.where(np.isnan(y), 0.0, y - mean) / weights.sum()
    return mean, np.zeros(len(samples.open_weights)), influence


def _left_out(asked: _Asked, samples: Samples, open_series: SurveyData, value: FloatArray) -> FloatArray:
    """Jackknife influences of the open PSUs, each on the first of its rows: minus (m - 1)/m times what leaving it out
    changes, so that the variance of their sum is the delete-a-PSU jackknife's (Wolter 2007, section 4.5).
    """
    unit_of, order, starts = (getattr(open_series.stages[0], name) for name in ("unit_of", "order", "starts"))
    count = len(starts)
    influence = np.zeros((*value.shape[:1], len(unit_of), *value.shape[1:]))
    for unit in range(count):
        weights = np.where(unit_of == unit, 0.0, samples.open_weights * count / (count - 1))
        without = asked.found(replace(samples, open_weights=weights))[0]
        influence[:, order[starts[unit]]] = -(count - 1) / count * (without - value)
    return influence
