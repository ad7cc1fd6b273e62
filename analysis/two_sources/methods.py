"""The ways to a figure from an open series beside a probability sample, and what each of them takes for granted.

Each gives a value and how much every row of either sample moves it; variances are left to `combination`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from analysis.design import BoolArray, FloatArray
from analysis.two_sources.faults import TwoSourcesFault
from analysis.two_sources.outcome import Outcome
from analysis.two_sources.selection import Samples, Selection, Way

# Estimate, and how much each open and each probability row moves it.
Influences = tuple[float, FloatArray, FloatArray]


@dataclass(frozen=True, kw_only=True)
class Target:
    """One question: open answers (0 where there is none), who answered, and what the models say."""

    samples: Samples
    y: FloatArray
    answered: BoolArray
    selections: Mapping[Way, Selection]
    outcome: Outcome

    @property
    def base(self) -> FloatArray:
        return np.where(self.answered, self.samples.open_weights, 0.0)


def _naive(of: Target, method: "Method") -> Influences:
    mean = float(of.base @ of.y / of.base.sum())
    return mean, of.base * (of.y - mean) / of.base.sum(), np.zeros(len(of.samples.weights))


def _weighted(of: Target, method: "Method") -> Influences:
    """Pseudo-weighted mean of the open answers."""
    return _weighted_mean(of, method, of.y)


def _foretold(of: Target, method: "Method") -> Influences:
    """Mass imputation (Kim, Park, Chen & Wu 2021): the mean of what the probability sample would answer."""
    mean, influence, slope = _mean_prediction(of)
    return mean, of.outcome.influence @ slope, influence


def _both(of: Target, method: "Method") -> Influences:
    """Doubly robust: the mean prediction plus the weighted mean of what it misses among the open answers."""
    missed, open_part, part = _weighted_mean(of, method, of.y - of.outcome.open_mean)
    foretold, influence, slope = _mean_prediction(of)
    weights = of.base * of.selections[method.way].weights
    slope = slope - (weights * of.outcome.open_slope) @ of.samples.open_x / _size(of, method, weights)
    return missed + foretold, open_part + of.outcome.influence @ slope, part + influence


def _size(of: Target, method: "Method", weights: FloatArray) -> float:
    """Raises TwoSourcesFault: rows without an answer cannot be left out of a population that is given."""
    if method.by_frame and not of.answered[of.samples.open_weights > 0].all():
        raise TwoSourcesFault("dividing by the frame needs an answer of every open row; choose another method")
    return float(of.samples.weights.sum() if method.by_frame else weights.sum())


def _weighted_mean(of: Target, method: "Method", values: FloatArray) -> Influences:
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


def _mean_prediction(of: Target) -> tuple[float, FloatArray, FloatArray]:
    weights = of.samples.weights / of.samples.weights.sum()
    mean = float(weights @ of.outcome.mean)
    return mean, weights * (of.outcome.mean - mean), (weights * of.outcome.slope) @ of.samples.x


@dataclass(frozen=True)
class Method:
    estimate: Callable[[Target, "Method"], Influences]
    way: Way
    assumptions: tuple[str, ...]
    by_frame: bool = False


ASSUMPTIONS: Mapping[str, Mapping[str, str]] = {
    "alike": {
        "vi": "người tự nguyện trả lời giống mọi người dân",
        "en": "those who answer openly are like everybody",
    },
    "random": {
        "vi": "trong nhóm giống nhau về các biến phụ trợ, việc ai tự nguyện trả lời không phụ thuộc nội dung trả lời",
        "en": "within groups alike in the covariates, who answers openly does not depend on what is answered",
    },
    "positive": {
        "vi": "nhóm dân cư nào cũng có người có thể tự nguyện trả lời",
        "en": "every group of the population has people who may answer openly",
    },
    "chance": {
        "vi": "khả năng tham gia tuân theo mô hình logit của các biến phụ trợ",
        "en": "the chance to take part follows the logistic model in the covariates",
    },
    "apart": {
        "vi": "ít người có mặt trong cả hai nguồn",
        "en": "few people are in both samples",
    },
    "answer": {
        "vi": "câu trả lời tuân theo mô hình kết quả của các biến phụ trợ, như nhau ở hai nguồn",
        "en": "answers follow the outcome model in the covariates, in both samples alike",
    },
    "chance_or_answer": {
        "vi": "mô hình tham gia hoặc mô hình kết quả là đúng (chỉ cần một trong hai)",
        "en": "the chance to take part or the answers follow their model (one of the two is enough)",
    },
}
METHODS: Mapping[str, Method] = {
    "naive": Method(_naive, "likelihood", ("alike",)),
    "likelihood": Method(_weighted, "likelihood", ("random", "positive", "chance")),
    "likelihood_by_frame": Method(_weighted, "likelihood", ("random", "positive", "chance"), by_frame=True),
    "calibrated": Method(_weighted, "calibrated", ("random", "positive", "chance")),
    "odds": Method(_weighted, "odds", ("random", "positive", "chance", "apart")),
    "mass_imputation": Method(_foretold, "likelihood", ("random", "answer")),
    "doubly_robust": Method(_both, "likelihood", ("random", "positive", "chance_or_answer")),
}


# The frame's size adds doubt and bears no missing answer, so it is for who asks by name.
USUAL = tuple(name for name, method in METHODS.items() if not method.by_frame)


def assumptions_of(method: str, language: str = "en") -> tuple[str, ...]:
    """What has to hold for a method's figure to be right; printed wherever the figure is."""
    return tuple(ASSUMPTIONS[code][language] for code in METHODS[method].assumptions)
