"""The gap between an open series and a probability sample, unit by unit: open minus probability, with its limits.

Who chose to answer differs from who was drawn; this says where, and by how much. Nothing is adjusted here.
"""

from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd
from scipy import optimize

from analysis import multiplicity
from analysis.design import BoolArray, FloatArray
from analysis.intervals import INTERVALS
from analysis.linear import Estimate
from analysis.tally import IntArray
from analysis.two_sources.faults import TwoSourcesFault

SURE, LEAST = 1.0 - 1e-12, 0.01  # Levels between which a p-value is looked for; above 0.99 it counts as 1.


@dataclass(frozen=True, kw_only=True)
class Gaps:
    """One entry a unit, in the shares' own unit (0 to 1); missing where a series is too small for an interval.

    `p` tests that the gap is 0 and agrees with the limits; `p_adjusted` controls the share of false claims among all
    units named.
    """

    units: tuple[str, ...]
    probability: FloatArray
    open_series: FloatArray
    gap: FloatArray
    low: FloatArray
    high: FloatArray
    p: FloatArray
    p_adjusted: FloatArray
    n_probability: IntArray
    n_open: IntArray
    level: float
    false_discovery: float
    correction: str

    @property
    def differs(self) -> BoolArray:
        """The units named as different: among them at most `false_discovery` are expected not to be."""
        return np.nan_to_num(self.p_adjusted, nan=1.0) <= self.false_discovery

    def table(self) -> pd.DataFrame:
        """One row a unit."""
        columns = ("probability", "open_series", "gap", "low", "high", "p", "p_adjusted", "n_probability", "n_open")
        values = {name: getattr(self, name) for name in columns}
        return pd.DataFrame({"unit": self.units} | values | {"differs": self.differs})


def gaps(
    probability: Estimate,
    open_series: Estimate,
    *,
    units: tuple[str, ...] | None = None,
    interval: str = "korn_graubard_capped",
    level: float = 0.95,
    false_discovery: float = 0.05,
    correction: multiplicity.Method = "BH",
) -> Gaps:
    """Gaps between two independent sets of shares, one estimate a unit.

    Without `units` (aligned codes of both), the estimates' own domains are matched and only units in both are shown.
    The limits of each share are joined by the method of variance estimates recovery (Zou & Donner 2008, Statistics in
    Medicine 27, 1693–1702), so that they agree with what is printed beside each share and hold near 100 %; `p` is one
    minus the highest level at which they exclude 0. Raises TwoSourcesFault where no unit is in both.
    """
    if units is None:
        units, probability, open_series = _matched(probability, open_series)
    if not len(units) == len(probability.value) == len(open_series.value):
        raise TwoSourcesFault("both series need one estimate for every unit")
    gap = open_series.value - probability.value
    low, high = _limits(probability, open_series, interval, level)
    pairs = [(_one(probability, [i]), _one(open_series, [i])) for i in range(len(units))]
    p = np.array([_p_value(*pair, interval) for pair in pairs])
    return Gaps(
        units=units,
        probability=probability.value,
        open_series=open_series.value,
        gap=np.where(np.isnan(low), np.nan, gap),
        low=low,
        high=high,
        p=p,
        p_adjusted=multiplicity.adjusted(p, method=correction),
        n_probability=probability.n,
        n_open=open_series.n,
        level=level,
        false_discovery=false_discovery,
        correction=correction,
    )


def _limits(first: Estimate, second: Estimate, interval: str, level: float) -> tuple[FloatArray, FloatArray]:
    """Of second minus first."""
    (low_1, high_1), (low_2, high_2) = (INTERVALS[interval](_certain(one), level) for one in (first, second))
    gap = second.value - first.value
    low = gap - np.hypot(second.value - low_2, high_1 - first.value)
    high = gap + np.hypot(high_2 - second.value, first.value - low_1)
    return low, high


def _certain(of: Estimate) -> Estimate:
    """Without degrees of freedom there is no interval."""
    return replace(of, value=np.where(of.df > 0, of.value, np.nan))


def _p_value(first: Estimate, second: Estimate, interval: str) -> float:
    """One minus the level at which 0 is the limit on the side of the gap."""

    def nearest(level: float) -> float:
        low, high = _limits(first, second, interval, level)
        return float(low[0] if second.value[0] > first.value[0] else -high[0])

    at_once = nearest(LEAST)
    if np.isnan(at_once):
        return float("nan")
    if at_once <= 0.0:
        return 1.0
    return 1.0 - SURE if nearest(SURE) > 0.0 else 1.0 - float(optimize.brentq(nearest, LEAST, SURE, xtol=1e-13))


def _matched(first: Estimate, second: Estimate) -> tuple[tuple[str, ...], Estimate, Estimate]:
    """The units that are a domain of both."""
    names = [_domains(of) for of in (first, second)]
    shared = [unit for unit in names[0] if unit in names[1]]
    if not shared:
        raise TwoSourcesFault("no unit has answers in both series; check that they name units alike")
    rows = [[known.index(unit) for unit in shared] for known in names]
    return tuple(shared), _one(first, rows[0]), _one(second, rows[1])


def _domains(of: Estimate) -> list[str]:
    if of.domains is None:
        raise TwoSourcesFault("these estimates have no domains; estimate by unit, or name the units")
    names = [" / ".join(map(str, row)) for row in of.domains.itertuples(index=False)]
    if len(set(names)) < len(names):
        raise TwoSourcesFault("gaps are of one share by unit; take one item or one index")
    return names


def _one(of: Estimate, rows: list[int]) -> Estimate:
    """The chosen estimates, without what they could be combined by."""
    arrays = {field.name: getattr(of, field.name) for field in fields(of)}
    cut = {name: values[rows] for name, values in arrays.items() if isinstance(values, np.ndarray)}
    return replace(of, codes=tuple(of.codes[row] for row in rows), domains=None, doubt=None, **cut)
