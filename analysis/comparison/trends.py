"""Changes over time: within one table with the covariance of PSUs kept in both periods, or between released figures.

No change crosses a break of method or of units without its note (`footing`); two intervals that overlap are no test.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise as neighbours

import numpy as np
import pandas as pd

from analysis import estimators
from analysis.comparison.footing import (
    Break,
    Footing,
    Notes,
    SeriesBreak,
    breaks_between,
    remarks_between,
    require_notes,
)
from analysis.comparison.test_results import TestResult, t_test_of
from analysis.contrasts import combined
from analysis.estimands import Data
from analysis.linear import Estimate
from questionnaires.changes import INDEX
from questionnaires.changes import Change as InstrumentChange

__all__ = ["Break", "Change", "Footing", "Released", "SeriesBreak", "change", "changes", "segments", "trend"]


@dataclass(frozen=True, kw_only=True)
class Released:
    """A figure as it was published, with what it stands on. `series`: "" for the index, else the code (`changes`)."""

    period: str
    value: float
    se: float
    df: float
    footing: Footing
    series: str = INDEX


@dataclass(frozen=True, kw_only=True)
class Change:
    """After minus before; where it crosses breaks, the note that was stated for it.

    `remarks`: what changed in the instrument that has to be said beside the difference, though nothing breaks.
    """

    periods: tuple[str, str]
    before: float
    after: float
    test: TestResult
    breaks: tuple[Break, ...] = ()
    note: str = ""
    remarks: tuple[InstrumentChange, ...] = ()
    domain: Mapping[str, object] = field(default_factory=dict)

    def row(self) -> dict[str, object]:
        t = self.test
        return {
            **self.domain,
            **{"from": self.periods[0], "to": self.periods[1], "before": self.before, "after": self.after},
            **{"change": t.estimate, "se": t.se, "df": t.df, "low": t.low, "high": t.high, "p": t.p},
            **{"breaks": "; ".join(map(str, self.breaks)), "note": self.note},
            "remarks": "; ".join(map(str, self.remarks)),
        }

    def table(self) -> pd.DataFrame:
        return pd.DataFrame([self.row()])


@dataclass(frozen=True, kw_only=True)
class Trend:
    """Changes in the order of their periods."""

    changes: tuple[Change, ...]

    def table(self) -> pd.DataFrame:
        return pd.DataFrame([one.row() for one in self.changes])


def change(
    before: Released, after: Released, *, note: str = "", covariance: float = 0.0, level: float = 0.95
) -> Change:
    """Between two released figures; `covariance` is 0 when their samples share no PSU.

    Degrees of freedom after Satterthwaite (1946). Raises SeriesBreak across a break without a note.
    """
    periods = (before.period, after.period)
    if before.series != after.series:
        raise ValueError(f"{before.series or 'the index'} and {after.series or 'the index'} are two series")
    footing = {before.period: before.footing, after.period: after.footing}
    breaks = require_notes(footing, [periods], {periods: note}, after.series)
    parts = (before.se**2, after.se**2)
    df = sum(parts) ** 2 / (parts[0] ** 2 / before.df + parts[1] ** 2 / after.df) if sum(parts) > 0 else np.nan
    se = float(np.sqrt(max(sum(parts) - 2.0 * covariance, 0.0)))
    return Change(
        periods=periods,
        before=before.value,
        after=after.value,
        test=t_test_of("t test of a change", after.value - before.value, se, df, level=level),
        breaks=breaks[periods],
        note=note,
        remarks=remarks_between(before.footing, after.footing, after.series),
    )


def trend(figures: Sequence[Released], *, notes: Notes | None = None, level: float = 0.95) -> Trend:
    """Each released figure against the one before it; `notes` by pair of periods. Raises SeriesBreak."""
    stated = notes or {}
    pairs = [(a.period, b.period) for a, b in neighbours(figures)]
    series = figures[0].series if figures else INDEX
    require_notes({one.period: one.footing for one in figures}, pairs, stated, series)
    return Trend(
        changes=tuple(
            change(a, b, note=stated.get((a.period, b.period), ""), level=level) for a, b in neighbours(figures)
        )
    )


def segments(figures: Sequence[Released]) -> tuple[tuple[Released, ...], ...]:
    """The series cut at its breaks: what a chart may join by a line."""
    parts: list[tuple[Released, ...]] = []
    for one in figures:
        last = parts[-1][-1] if parts else None
        if last is not None and not breaks_between((last.period, one.period), last.footing, one.footing, one.series):
            parts[-1] = (*parts[-1], one)
        else:
            parts.append((one,))
    return tuple(parts)


def changes(
    data: Data,
    *,
    value: str,
    period: str,
    footing: Mapping[str, Footing],
    by: str | None = None,
    notes: Notes | None = None,
    level: float = 0.95,
    series: str = INDEX,
) -> Trend:
    """Changes of a mean between neighbouring periods of one stacked table, by domain of `by`.

    A PSU with the same code in both periods is one PSU, so what it keeps counts in the covariance. `footing` names
    every period, in order; `series` says which breaks count. Degrees of freedom: those of the domain over both
    periods. Raises SeriesBreak.
    """
    pairs, stated = list(neighbours(footing)), notes or {}
    breaks = require_notes(footing, pairs, stated, series)
    means = estimators.mean(data, value, by=[period, *([by] if by else [])])
    found = []
    for pair, place, before, after in _neighbouring(means, pairs, period, by):
        weights = np.zeros((len(means.codes), 1))
        weights[before], weights[after] = -1.0, 1.0
        moved = combined(means, weights, ["change"])
        test = t_test_of("t test of a change", float(moved.value[0]), float(moved.se[0]), int(moved.df[0]), level=level)
        found.append(
            Change(
                periods=pair,
                before=float(means.value[before]),
                after=float(means.value[after]),
                test=test,
                breaks=breaks[pair],
                note=stated.get(pair, ""),
                remarks=remarks_between(footing[pair[0]], footing[pair[1]], series),
                domain={by: place} if by else {},
            )
        )
    return Trend(changes=tuple(found))


def _neighbouring(
    means: Estimate, pairs: Sequence[tuple[str, str]], period: str, by: str | None
) -> Iterator[tuple[tuple[str, str], object, int, int]]:
    """Pairs of periods in each domain that has both, with the positions of their means."""
    if means.domains is None:
        return
    times = [str(time) for time in means.domains[period]]
    places = list(means.domains[by]) if by else [None] * len(times)
    at = {key: i for i, key in enumerate(zip(times, places, strict=True))}
    for pair in pairs:
        for place in dict.fromkeys(places):
            before, after = at.get((pair[0], place)), at.get((pair[1], place))
            if before is not None and after is not None:
                yield pair, place, before, after
