"""If a driver rises by ten points, what does the index gain? Read from how respondents differ, with the design's doubt.

It is association, not a promise: the regressions are those of `comparison.regression`, shares of R² are `importance`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis import estimators
from analysis.comparison.regression import Coefficients, linear
from analysis.design import FloatArray
from analysis.intervals import t_quantile
from analysis.linear import Estimate
from analysis.survey_data import SurveyData
from analysis.tally import IntArray


@dataclass(frozen=True, kw_only=True)
class Gain:
    """What the outcome gains, in its own unit, with limits; one value a driver."""

    value: FloatArray
    se: FloatArray
    low: FloatArray
    high: FloatArray
    n: IntArray


@dataclass(frozen=True, kw_only=True)
class Gains:
    """`fixed`: while the other drivers stay as they are. `along`: when they move along as they do between respondents.

    `now` is the driver's present mean: a share of 0.95 cannot rise by ten points.
    """

    drivers: tuple[str, ...]
    outcome: str
    rise: float
    now: Estimate
    fixed: Gain
    along: Gain

    def table(self) -> pd.DataFrame:
        columns = {"driver": self.drivers, "now": self.now.value}
        for name, gain in (("fixed", self.fixed), ("along", self.along)):
            columns |= {f"{name}": gain.value, f"{name}_low": gain.low, f"{name}_high": gain.high, f"{name}_n": gain.n}
        return pd.DataFrame(columns)


def gains(data: SurveyData, *, outcome: str, drivers: Sequence[str], rise: float = 0.1, level: float = 0.95) -> Gains:
    """Gain of `outcome` when a driver rises by `rise` (0.1 of a share: ten points), by weighted linear regression.

    `fixed` comes from one regression on all drivers (respondents who have all of them), `along` from one a driver
    (those who have it). An outcome that is itself a mean of the drivers has its formula's own weights as `fixed`,
    without doubt; there `along` says more. Standard errors are design-based. Raises NotFitted, LonelyPSU.
    """
    numbers = data.frame.assign(**{name: data.frame[name].astype("float64") for name in (outcome, *drivers)})
    survey = replace(data, frame=numbers)
    together = linear(survey, outcome=outcome, terms=drivers)
    each = [linear(survey, outcome=outcome, terms=[driver]) for driver in drivers]
    return Gains(
        drivers=tuple(drivers),
        outcome=outcome,
        rise=rise,
        now=estimators.mean(survey, list(drivers)),
        fixed=_gain([(together, i + 1) for i in range(len(drivers))], rise, level),
        along=_gain([(model, 1) for model in each], rise, level),
    )


def _gain(slopes: Sequence[tuple[Coefficients, int]], rise: float, level: float) -> Gain:
    value = np.array([model.value[i] for model, i in slopes]) * rise
    se = np.array([model.se[i] for model, i in slopes]) * abs(rise)
    reach = t_quantile(np.array([float(model.df) for model, _ in slopes]), level) * se
    n = np.array([model.n for model, _ in slopes], dtype=np.int64)
    return Gain(value=value, se=se, low=value - reach, high=value + reach, n=n)
