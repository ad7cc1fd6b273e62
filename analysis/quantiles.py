"""Quantiles of a variable under a design, with Woodruff's interval or that of the score test.

Intervals are those of R survey's svyquantile (interval.type): Woodruff (1952), Francisco & Fuller (1991). Rules are in
`quantile_rules`; the share below a value, and its doubt, come from `estimands`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis import intervals
from analysis.columns import numbers
from analysis.design import BoolArray, FloatArray
from analysis.estimands import Data, Estimands, Part, domains_of
from analysis.linear import Estimate
from analysis.quantile_rules import RULES, Ordered
from analysis.replicates import ReplicateData
from analysis.tally import IntArray


class UnknownRule(ValueError):
    """No such rule for quantiles or type of interval."""


@dataclass(frozen=True, kw_only=True)
class Quantiles:
    """One row a domain and probability; value and limits in the variable's unit, nan where they are unknown.

    `se` is the width of the interval over twice the t quantile, as R has it.
    """

    codes: tuple[str, ...]
    probability: FloatArray
    value: FloatArray
    low: FloatArray
    high: FloatArray
    se: FloatArray
    df: FloatArray
    n: IntArray
    domains: pd.DataFrame | None = field(default=None)

    def table(self) -> pd.DataFrame:
        columns = ("probability", "value", "low", "high", "se", "df", "n")
        keys = [] if self.domains is None else [self.domains.reset_index(drop=True)]
        values = pd.DataFrame({name: getattr(self, name) for name in columns})
        return pd.concat([pd.DataFrame({"code": self.codes}), *keys, values], axis=1)


@dataclass(frozen=True, kw_only=True)
class _Ask:
    """What is asked of every domain."""

    rule: Callable[["Ordered", float], float]
    interval: str
    level: float
    df: float | None


def quantile(
    data: Data,
    variable: str,
    probabilities: float | Sequence[float] = 0.5,
    *,
    by: str | Sequence[str] = (),
    rule: str = "math",
    interval: str = "mean",
    level: float = 0.95,
    df: float | None = None,
) -> Quantiles:
    """Quantiles of a numeric variable at `probabilities` (0 to 1), with limits at `level`.

    `rule`: one of RULES. `interval`: mean, beta, xlogit, asin (Woodruff: the limits of the share up to the quantile,
    inverted), score, or for replicate weights quantile (value ± t se of the replicates' own quantiles). score_r repeats
    R's score, which inverts an unweighted share; with equal weights both agree. `df` in the place of the design's.
    Raises UnknownRule, LonelyPSU.
    """
    asked = _asked(probabilities, rule, interval)
    ask = _Ask(rule=RULES[rule], interval=interval, level=level, df=df)
    domain_of, keys = domains_of(data, [by] if isinstance(by, str) else list(by))
    values = numbers(data.frame, variable)
    count = 1 if keys is None else len(keys)
    cells = [_domain(data, values, (domain_of == i) & ~np.isnan(values), asked, ask) for i in range(count)]
    names = [""] if keys is None else [f"[{', '.join(map(str, key))}]" for key in keys.itertuples(index=False)]
    rows = np.array([row for cell in cells for row in cell], dtype=np.float64).reshape(-1, 6)
    return Quantiles(
        codes=tuple(f"{variable}{name}" for name in names for _ in asked),
        probability=np.tile(np.array(asked, dtype=np.float64), count),
        value=rows[:, 0],
        low=rows[:, 1],
        high=rows[:, 2],
        se=rows[:, 3],
        df=rows[:, 4],
        n=rows[:, 5].astype(np.int64),
        domains=None if keys is None else keys.loc[keys.index.repeat(len(asked))],
    )


def _asked(probabilities: float | Sequence[float], rule: str, interval: str) -> list[float]:
    if rule not in RULES or interval not in INTERVALS:
        raise UnknownRule(f"rules are {', '.join(RULES)}; types of interval are {', '.join(INTERVALS)}")
    asked = [probabilities] if isinstance(probabilities, float | int) else list(probabilities)
    if not all(0.0 <= p <= 1.0 for p in asked):
        raise ValueError("probabilities lie between 0 and 1")
    return asked


def _domain(
    data: Data, values: FloatArray, inside: BoolArray, asked: Sequence[float], ask: _Ask
) -> list[tuple[float, ...]]:
    """value, low, high, se, df, n for each probability."""
    part = data.subset(inside)
    kept = part.weights > 0
    if not kept.any():
        return [(np.nan, np.nan, np.nan, np.nan, 0.0, 0.0)] * len(asked)
    known = np.where(kept, values, np.nan)
    ordered = Ordered.of(values[kept], part.weights[kept])
    df = float(part.degrees_of_freedom()) if ask.df is None else ask.df
    t = float(intervals.t_quantile(np.array([df]), ask.level)[0])
    rows: list[tuple[float, ...]] = []
    for p in asked:
        value = ask.rule(ordered, p)
        low, high = INTERVALS[ask.interval](part, known, ordered, value, p, ask)
        rows.append((value, low, high, (high - low) / (2.0 * t), df, float(kept.sum())))
    return rows


Limiting = Callable[[Data, FloatArray, Ordered, float, float, _Ask], tuple[float, float]]


def _share_up_to(data: Data, values: FloatArray, at: float) -> Estimate:
    up_to = np.where(np.isnan(values), np.nan, values <= at)
    return Estimands.of(data, [Part("share", up_to, np.ones(len(values)))], ()).ratios(data)


def _woodruff(method: str) -> Limiting:
    def interval(
        data: Data, values: FloatArray, ordered: Ordered, value: float, p: float, ask: _Ask
    ) -> tuple[float, float]:
        low, high = intervals.limits(_share_up_to(data, values, value), method=method, level=ask.level, df=ask.df)
        return _inverted(ask, ordered, float(low[0])), _inverted(ask, ordered, float(high[0]))

    return interval


def _inverted(ask: _Ask, ordered: Ordered, p: float) -> float:
    """Limits of a share outside 0 to 1 (Wald's) have no quantile."""
    return ask.rule(ordered, p) if 0.0 <= p <= 1.0 else np.nan


def _score(*, weighted: bool) -> Limiting:
    def interval(
        data: Data, values: FloatArray, ordered: Ordered, value: float, p: float, ask: _Ask
    ) -> tuple[float, float]:
        """Values θ that the test of "p of the population lies up to θ" does not reject.

        The statistic is a step function of θ. It falls through the critical value at an observation; of the shares
        before and after it the one whose statistic is nearer is taken, as a root finder would.
        """
        df = np.array([float(data.degrees_of_freedom()) if ask.df is None else ask.df])
        t = float(intervals.t_quantile(df, ask.level)[0])

        def statistic(at: float) -> float:
            share = _share_up_to(data, values, at)
            left = float(p - share.value[0])
            return left / float(share.se[0]) if share.se[0] > 0 else float(np.copysign(np.inf, left))

        counted = (ordered if weighted else Ordered(x=ordered.x, w=np.ones(len(ordered.x)))).distinct()
        shares = np.cumsum(counted.w) / counted.w.sum()
        low, high = (ask.rule(ordered, float(shares[_crossing(counted.x, statistic, limit)])) for limit in (t, -t))
        return low, high

    return interval


def _crossing(values: FloatArray, statistic: Callable[[float], float], limit: float) -> int:
    """The observation before or after the statistic falls below `limit`, whichever is nearer to it."""
    first, last = 0, len(values) - 1
    while first < last:
        middle = (first + last) // 2
        first, last = (first, middle) if statistic(values[middle]) < limit else (middle + 1, last)
    if first == 0:
        return 0
    after, before = abs(statistic(values[first]) - limit), abs(statistic(values[first - 1]) - limit)
    return first if after <= before else first - 1


def _of_replicates(
    data: Data, values: FloatArray, ordered: Ordered, value: float, p: float, ask: _Ask
) -> tuple[float, float]:
    """value ± t se, the quantile taken again with every replicate's weights."""
    if not isinstance(data, ReplicateData):
        raise UnknownRule("the interval quantile needs replicate weights; a design has mean, beta, xlogit, asin, score")
    kept = data.weights > 0
    each = [ask.rule(Ordered.of(values[kept & (w > 0)], w[kept & (w > 0)]), p) for w in data.replicates.T]
    se = np.sqrt(data.covariance(np.array(each)[:, None], np.array([value]))[0])
    df = np.array([float(data.degrees_of_freedom()) if ask.df is None else ask.df])
    low, high = intervals.student_t(np.array([value]), se, df, level=ask.level)
    return float(low[0]), float(high[0])


INTERVALS: Mapping[str, Limiting] = {
    "mean": _woodruff("wald"),
    "beta": _woodruff("korn_graubard"),
    "xlogit": _woodruff("logit"),
    "asin": _woodruff("asin"),
    "score": _score(weighted=True),
    "score_r": _score(weighted=False),
    "quantile": _of_replicates,
}
