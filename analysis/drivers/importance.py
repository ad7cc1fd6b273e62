"""How important each driver is for an outcome, and how sure its rank is under the sampling design.

Importance is association: shares of the R² of a weighted linear regression. What a rise would bring is in `gains`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analysis.design import FloatArray
from analysis.drivers.moments import Moments, UnfitDrivers, moments
from analysis.drivers.shares_of_r2 import MOST_DRIVERS, REPEATED, SHARES
from analysis.survey_data import SurveyData

Method = Literal["lmg", "johnson"]


@dataclass(frozen=True, kw_only=True)
class Importance:
    """Arrays have one value a driver. `importance` adds up to `r_squared`; `correlation` is with the outcome.

    `inflation` is the variance inflation factor 1/(1 - R² on the other drivers), infinite for a driver that repeats
    others; `condition` the root of the ratio of the correlations' extreme eigenvalues (Belsley 1991: above 30 is
    harmful). Where these are high, single coefficients mean little; LMG and Johnson share what drivers have in common.
    """

    drivers: tuple[str, ...]
    outcome: str
    method: Method
    n: int
    r_squared: float
    importance: FloatArray
    correlation: FloatArray
    inflation: FloatArray
    condition: float

    def table(self) -> pd.DataFrame:
        return pd.DataFrame(
            {
                "driver": self.drivers,
                "importance": self.importance,
                "share": self.importance / self.r_squared,
                "correlation": self.correlation,
                "inflation": self.inflation,
            }
        )


@dataclass(frozen=True, kw_only=True)
class Ranks:
    """How sure an order is: `probability` (drivers, ranks) of each rank over replicates, rank 1 the most important.

    `low` and `high` are percentile limits of the importance.
    """

    drivers: tuple[str, ...]
    importance: FloatArray
    low: FloatArray
    high: FloatArray
    probability: FloatArray
    replicates: int

    def table(self) -> pd.DataFrame:
        table = pd.DataFrame(
            {"driver": self.drivers, "importance": self.importance, "low": self.low, "high": self.high}
        )
        ranks = [f"rank {i + 1}" for i in range(len(self.drivers))]
        return pd.concat([table, pd.DataFrame(self.probability, columns=ranks)], axis=1)


def importance(data: SurveyData, *, outcome: str, drivers: Sequence[str], method: Method = "lmg") -> Importance:
    """Shares of the weighted R²: "lmg" over all subsets of up to 16 drivers, "johnson" for any number.

    Of respondents with the outcome and every driver. Raises UnfitDrivers.
    """
    found = _moments(data, outcome, drivers, method)
    correlations = found.correlations()
    shares = SHARES[method](correlations)[0]
    inflation, condition = _collinearity(correlations[0, :-1, :-1])
    return Importance(
        drivers=found.drivers,
        outcome=outcome,
        method=method,
        n=found.n,
        r_squared=float(shares.sum()),
        importance=shares,
        correlation=correlations[0, :-1, -1],
        inflation=inflation,
        condition=condition,
    )


def rank_probabilities(
    data: SurveyData,
    *,
    outcome: str,
    drivers: Sequence[str],
    method: Method = "lmg",
    count: int = 1000,
    seed: int = 1,
    level: float = 0.95,
) -> Ranks:
    """Ranks over `count` replicates of Rao & Wu's rescaled bootstrap of PSUs within strata.

    The weights are taken as given: what calibration adds is not in it. Raises UnfitDrivers, LonelyPSU.
    """
    found = _moments(data, outcome, drivers, method)
    draws = SHARES[method](found.correlations(found.bootstrap(count, seed)))
    ranks = np.argsort(np.argsort(-draws, axis=1, kind="stable"), axis=1, kind="stable")
    tail = (1.0 - level) / 2.0
    low, high = np.quantile(draws, [tail, 1.0 - tail], axis=0)
    return Ranks(
        drivers=found.drivers,
        importance=SHARES[method](found.correlations())[0],
        low=low,
        high=high,
        probability=(ranks[:, :, None] == np.arange(len(found.drivers))).mean(axis=0),
        replicates=count,
    )


def _moments(data: SurveyData, outcome: str, drivers: Sequence[str], method: Method) -> Moments:
    if method == "lmg" and len(drivers) > MOST_DRIVERS:
        raise UnfitDrivers(f"LMG takes up to {MOST_DRIVERS} drivers; take factors, or Johnson's weights")
    return moments(data, outcome, drivers)


def _collinearity(between: FloatArray) -> tuple[FloatArray, float]:
    """The diagonal of the inverse, and the condition; beyond what double precision can tell both are infinite."""
    values, vectors = np.linalg.eigh(between)
    values = np.maximum(values, REPEATED)
    inflation = (vectors**2 / values).sum(axis=1)
    condition = np.sqrt(values[-1] / values[0])
    repeated = values[0] == REPEATED
    return np.where(inflation > 0.01 / REPEATED, np.inf, inflation), float(np.inf if repeated else condition)
