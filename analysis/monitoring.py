"""Watching a share or a bounded mean while the field is open: limits that hold on every day at once.

Who looks at an ordinary 95 % interval every day and stops when it pleases is wrong far more often than one time in
twenty. A confidence sequence is wrong on any day at all in at most one of twenty surveys. It supposes that answers come
one by one from the same source; limits that cross say that the source has changed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from itertools import pairwise
from typing import Any, Literal, Protocol

import numpy as np
import pandas as pd
from scipy import special

from analysis.design import FloatArray

Kind = Literal["share", "mean"]
PRIOR = 0.5
HALVINGS = 60
GRID = np.arange(1, 1000) / 1000.0  # Means that the betting sequence keeps an account of.
TRUNCATION = 0.5
CHUNK = 256


class MonitoringFault(ValueError):
    """These values cannot be watched; the message says why."""


class ConfidenceSequence(Protocol):
    """What has been seen so far, in a few numbers: tomorrow's answers are added without yesterday's."""

    @property
    def n(self) -> int: ...

    @property
    def estimate(self) -> float: ...

    @property
    def limits(self) -> tuple[float, float]: ...

    def after(self, values: FloatArray) -> "ConfidenceSequence": ...


def share_limits(hits: FloatArray, n: FloatArray, *, level: float = 0.95) -> tuple[FloatArray, FloatArray]:
    """Limits of shares (any shape) from hits among n answers, valid for all n together.

    The mixture of Robbins (1970, Annals of Mathematical Statistics 41, 1397–1409), here Beta(½, ½) over the bets: a
    share m is left out once betting against it has made 1 into 1/(1 - level) (Ville 1939). Values between 0 and 1 with
    mean m win at most what a yes or no would, so `hits` may be any sum of them (Howard and others 2021, Annals of
    Statistics 49, 1055–1080).
    """
    hits, n = np.asarray(hits, dtype=np.float64), np.asarray(n, dtype=np.float64)
    mean = hits / np.where(n > 0, n, 1.0)
    won = special.betaln(hits + PRIOR, n - hits + PRIOR) - special.betaln(PRIOR, PRIOR) + np.log1p(-level)
    sides = []
    for end in (0.0, 1.0):
        inside, outside = mean, np.full_like(mean, end)
        for _ in range(HALVINGS):
            middle = (inside + outside) / 2.0
            kept = won - special.xlogy(hits, middle) - special.xlog1py(n - hits, -middle) < 0.0
            inside, outside = np.where(kept, middle, inside), np.where(kept, outside, middle)
        sides.append(np.where(n > 0, outside, end))
    return sides[0], sides[1]


@dataclass(frozen=True, kw_only=True)
class ShareSequence:
    """A share: all it needs to know is how many answered and how many of them are satisfied."""

    level: float = 0.95
    n: int = 0
    hits: float = 0.0

    @property
    def estimate(self) -> float:
        return self.hits / self.n if self.n else float("nan")

    @property
    def limits(self) -> tuple[float, float]:
        low, high = share_limits(np.array([self.hits]), np.array([self.n]), level=self.level)
        return float(low[0]), float(high[0])

    def after(self, values: FloatArray) -> "ShareSequence":
        return replace(self, n=self.n + len(values), hits=self.hits + float(values.sum()))


@dataclass(frozen=True, kw_only=True)
class MeanSequence:
    """A mean of values from 0 to 1 (a respondent's own share of satisfied answers), by betting.

    Hedged capital with predictable plug-in bets, truncated at ½: Waudby-Smith & Ramdas (2023), Estimating means of
    bounded random variables by betting, JRSS B 86, 1–27. Uses how little the values vary, so it is narrower than
    `share_limits` for an index. Accounts are kept for means in steps of 0.001, and limits lie on the outer step. Bets
    follow the order of the values, which must not depend on the values themselves.
    """

    level: float = 0.95
    n: int = 0
    total: float = 0.0
    squares: float = 0.0  # Of each value's distance to the mean expected before it.
    rise: FloatArray  # (999,) log capital of bets that the mean is greater.
    fall: FloatArray

    @classmethod
    def start(cls, *, level: float = 0.95) -> "MeanSequence":
        return cls(level=level, rise=np.zeros(len(GRID)), fall=np.zeros(len(GRID)))

    @property
    def estimate(self) -> float:
        return self.total / self.n if self.n else float("nan")

    @property
    def limits(self) -> tuple[float, float]:
        """Half of the capital bets on either side; a mean is kept while neither half has won enough.

        (1, 0) where none is left: these values do not have one mean.
        """
        kept = np.flatnonzero(np.maximum(self.rise, self.fall) < np.log(2.0 / (1.0 - self.level)))
        if not len(kept):
            return 1.0, 0.0
        steps = np.concatenate([[0.0], GRID, [1.0]])
        return float(steps[kept[0]]), float(steps[kept[-1] + 2])

    def after(self, values: FloatArray) -> "MeanSequence":
        found = self
        for start in range(0, len(values), CHUNK):
            found = found._after(values[start : start + CHUNK])
        return found

    def _after(self, values: FloatArray) -> "MeanSequence":
        t = self.n + np.arange(1, len(values) + 1)
        totals = self.total + np.cumsum(values)
        squares = self.squares + np.cumsum((values - (0.5 + totals) / (t + 1)) ** 2)
        before = (0.25 + np.concatenate([[self.squares], squares[:-1]])) / t
        bets = np.sqrt(2.0 * np.log(2.0 / (1.0 - self.level)) / (before * t * np.log1p(t)))[:, None]
        away = values[:, None] - GRID
        return replace(
            self,
            n=self.n + len(values),
            total=float(totals[-1]),
            squares=float(squares[-1]),
            rise=self.rise + np.log1p(np.minimum(bets, TRUNCATION / GRID) * away).sum(axis=0),
            fall=self.fall + np.log1p(-np.minimum(bets, TRUNCATION / (1.0 - GRID)) * away).sum(axis=0),
        )


def started(kind: Kind, *, level: float = 0.95) -> ConfidenceSequence:
    return ShareSequence(level=level) if kind == "share" else MeanSequence.start(level=level)


def saved(sequence: ShareSequence | MeanSequence) -> Mapping[str, Any]:
    """The sequence as plain numbers and lists, to be kept until tomorrow."""
    values = {field.name: getattr(sequence, field.name) for field in fields(sequence)}
    return {name: value.tolist() if isinstance(value, np.ndarray) else value for name, value in values.items()}


def restored(kept: Mapping[str, Any]) -> ShareSequence | MeanSequence:
    if "rise" not in kept:
        return ShareSequence(**kept)
    return MeanSequence(**{**kept, "rise": np.array(kept["rise"]), "fall": np.array(kept["fall"])})


@dataclass(frozen=True, kw_only=True)
class Watch:
    """The daily limits of every unit; they hold on all days at once, and with `jointly` in all units at once."""

    rows: pd.DataFrame
    level: float
    jointly: bool

    def table(self) -> pd.DataFrame:
        """One row a unit and day: n and estimate so far, low and high so far (never wider than the day before).

        `changed`: the limits have crossed, so the answers of later days do not come from the source of earlier ones,
        and no limits are left to show.
        """
        return self.rows


def watch(
    data: pd.DataFrame,
    *,
    day: str,
    value: str,
    by: str | None = None,
    kind: Kind = "share",
    bounds: tuple[float, float] = (0.0, 1.0),
    level: float = 0.95,
    jointly: bool = False,
) -> Watch:
    """Follow the column `value` over the days of column `day`, for each unit of column `by`.

    `kind` "share" for yes and no, "mean" for values between `bounds`. Rows without a value do not count; within a day
    they are taken in the order given. `jointly` shares the error among the units. Raises MonitoringFault.
    """
    rows = data.dropna(subset=[value]).sort_values(day, kind="stable")
    low, high = bounds
    if not rows[value].between(low, high).all():
        raise MonitoringFault(f"column {value} has values outside {low:g} to {high:g}; state its bounds")
    groups = list(rows.groupby(by)) if by else [("all", rows)]
    each = 1.0 - (1.0 - level) / len(groups) if jointly and groups else level
    found = [
        {"unit": str(unit), **one}
        for unit, part in groups
        for one in _days(part[day], (part[value].to_numpy(dtype=np.float64) - low) / (high - low), kind, each)
    ]
    table = pd.DataFrame(found, columns=["unit", "day", "n", "estimate", "low", "high", "changed"])
    table[["estimate", "low", "high"]] = low + (high - low) * table[["estimate", "low", "high"]]
    return Watch(rows=table, level=level, jointly=jointly)


def _days(days: "pd.Series[Any]", values: FloatArray, kind: Kind, level: float) -> Iterator[dict[str, Any]]:
    sequence, low, high = started(kind, level=level), 0.0, 1.0
    bounds = np.flatnonzero(np.append(days.ne(days.shift()).to_numpy(), True))
    for start, end in pairwise(bounds):
        sequence = sequence.after(values[start:end])
        today = sequence.limits
        low, high = max(low, today[0]), min(high, today[1])
        changed = low > high
        shown = (np.nan, np.nan) if changed else (low, high)
        yield {
            "day": days.iloc[start],
            "n": sequence.n,
            "estimate": sequence.estimate,
            "low": shown[0],
            "high": shown[1],
            "changed": changed,
        }
