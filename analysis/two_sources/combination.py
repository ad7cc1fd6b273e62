"""What an open series says once it is adjusted to a probability sample: weighted, foretold, or both (doubly robust).

Point values as nonprobsvy 0.2.2; standard errors linearised over both samples (Chen, Li & Wu 2020, section 4, with the
designs' own PSUs), so that weights and predictions count as estimated. They say nothing of the bias that remains.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.design import BoolArray, FloatArray
from analysis.intervals import t_quantile
from analysis.survey_data import SurveyData
from analysis.two_sources.faults import TwoSourcesFault
from analysis.two_sources.outcome import Family, Outcome, fit
from analysis.two_sources.selection import SELECTIONS, Samples, Selection, Way
from analysis.two_sources.sources import both

# Estimate, and how much each open and each probability row moves it.
Influences = tuple[float, FloatArray, FloatArray]


@dataclass(frozen=True, kw_only=True)
class _Target:
    """One question: open answers (0 where there is none), who answered, and what the models say."""

    samples: Samples
    y: FloatArray
    answered: BoolArray
    selections: Mapping[Way, Selection]
    outcome: Outcome

    @property
    def base(self) -> FloatArray:
        return np.where(self.answered, self.samples.open_weights, 0.0)


def _naive(of: _Target, method: "_Method") -> Influences:
    mean = float(of.base @ of.y / of.base.sum())
    return mean, of.base * (of.y - mean) / of.base.sum(), np.zeros(len(of.samples.weights))


def _weighted(of: _Target, method: "_Method") -> Influences:
    """Pseudo-weighted mean of the open answers."""
    return _weighted_mean(of, method, of.y)


def _foretold(of: _Target, method: "_Method") -> Influences:
    """Mass imputation (Kim, Park, Chen & Wu 2021): the mean of what the probability sample would answer."""
    mean, influence, slope = _mean_prediction(of)
    return mean, of.outcome.influence @ slope, influence


def _both(of: _Target, method: "_Method") -> Influences:
    """Doubly robust: the mean prediction plus the weighted mean of what it misses among the open answers."""
    missed, open_part, part = _weighted_mean(of, method, of.y - of.outcome.open_mean)
    foretold, influence, slope = _mean_prediction(of)
    weights = of.base * of.selections[method.way].weights
    slope = slope - (weights * of.outcome.open_slope) @ of.samples.open_x / _size(of, method, weights)
    return missed + foretold, open_part + of.outcome.influence @ slope, part + influence


def _size(of: _Target, method: "_Method", weights: FloatArray) -> float:
    return float(of.samples.weights.sum() if method.by_frame else weights.sum())


def _weighted_mean(of: _Target, method: "_Method", values: FloatArray) -> Influences:
    """Over the open rows' own pseudo-weights, or over the population that the probability sample stands for."""
    selection = of.selections[method.way]
    weights = of.base * selection.weights
    size = _size(of, method, weights)
    known = np.where(of.answered, values, 0.0)
    mean = float(weights @ known / size)
    apart = (known if method.by_frame else np.where(of.answered, values - mean, 0.0)) / size
    # What a coefficient of the chance changes: its weights fall, and with them their rows' part.
    slope = (of.base * selection.slope * apart) @ of.samples.open_x
    part = -selection.influence @ slope - (of.samples.weights * mean / size if method.by_frame else 0.0)
    return mean, weights * apart - selection.open_influence @ slope, part


def _mean_prediction(of: _Target) -> tuple[float, FloatArray, FloatArray]:
    weights = of.samples.weights / of.samples.weights.sum()
    mean = float(weights @ of.outcome.mean)
    return mean, weights * (of.outcome.mean - mean), (weights * of.outcome.slope) @ of.samples.x


@dataclass(frozen=True)
class _Method:
    estimate: Callable[[_Target, "_Method"], Influences]
    way: Way
    assumptions: tuple[str, ...]
    by_frame: bool = False


_RANDOM = "within groups alike in the covariates, who answers openly does not depend on what is answered"
_POSITIVE = "every group of the population has people who may answer openly"
_CHANCE = "the chance to take part follows the logistic model in the covariates"
_ANSWER = "answers follow the outcome model in the covariates, in both samples alike"
METHODS: Mapping[str, _Method] = {
    "naive": _Method(_naive, "likelihood", ("those who answer openly are like everybody",)),
    "likelihood": _Method(_weighted, "likelihood", (_RANDOM, _POSITIVE, _CHANCE)),
    "likelihood_by_frame": _Method(_weighted, "likelihood", (_RANDOM, _POSITIVE, _CHANCE), by_frame=True),
    "calibrated": _Method(_weighted, "calibrated", (_RANDOM, _POSITIVE, _CHANCE)),
    "odds": _Method(_weighted, "odds", (_RANDOM, _POSITIVE, _CHANCE, "few people are in both samples")),
    "mass_imputation": _Method(_foretold, "likelihood", (_RANDOM, _ANSWER)),
    "doubly_robust": _Method(_both, "likelihood", (_RANDOM, _POSITIVE, f"{_CHANCE}, or {_ANSWER}")),
}


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
    influences: tuple[FloatArray, FloatArray] = field(repr=False, compare=False)

    @property
    def assumptions(self) -> Mapping[str, tuple[str, ...]]:
        """What has to hold for each method's figure to be right; printed wherever the figure is."""
        return {method: METHODS[method].assumptions for method in self.methods}

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
            "assumptions": "; ".join(METHODS[self.methods[m]].assumptions),
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
    target = _Target(
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
