"""Figures: every published number of a survey as one row with its base, its doubt, its verdict and its method.

What is estimated is left to `indices` and `estimation`, how rows become files to `release`.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from analysis import indices, intervals, targets
from analysis.display import rounded
from analysis.further import further_responses
from analysis.linear import Estimate, Linear
from analysis.measures import FIELDS
from analysis.significance import Side, listed_p_values, share_p_values

SERIES = ("combined", "probability", "open", "counter_3", "modelled")
VERDICT_SERIES = SERIES[:2]  # Who chose to answer speaks for nobody else, so the other series prove nothing.
LEVELS = ("overall", "block", "factor", "item", "assessment", "expectation", "profile", "theme")
DOMAIN_TYPES = ("all", "wave", "respondent_type", *FIELDS, "mode", "unit", "unit_end", "point")
COLUMNS = (
    *("id", "series", "level", "code", "domain_type", "domain", "n", "base", "estimate", "se", "df"),
    *("low", "high", "deff", "verdict", "method"),
)
MISSING = math.nan
SIDES: tuple[Side, Side] = ("greater", "less")  # Of the target: met, not met.


@dataclass(frozen=True)
class Tested:
    """What control over many units needs of a verdict: p-values of "met" and "not met" dual to its interval.

    `listed_…` are the same as members of a list, before it is corrected for its length. `further` counts the responses
    that would decide it, missing where no number is known to.
    """

    p_met: float
    p_not_met: float
    listed_met: float
    listed_not_met: float
    further: float


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One row of figures.csv. Rates in percent; nan and None are empty cells; `tested` is kept where there may be a
    verdict, for a file of its own.
    """

    series: str
    level: str
    code: str
    domain_type: str
    domain: str
    n: int
    base: int
    estimate: float
    se: float = MISSING
    df: int | None = None
    low: float = MISSING
    high: float = MISSING
    deff: float = MISSING
    verdict: str = ""
    method: str = ""
    tested: Tested | None = None

    @property
    def id(self) -> str:
        return "/".join((self.series, self.level, self.code, self.domain_type, self.domain))

    @property
    def place(self) -> tuple[int, int, int, str]:
        """Order in the file; within a level codes keep the order of the instrument."""
        return (
            SERIES.index(self.series),
            LEVELS.index(self.level),
            DOMAIN_TYPES.index(self.domain_type),
            self.domain,
        )


@dataclass(frozen=True, kw_only=True)
class Method:
    """What was fixed before the data arrived: the interval, its level, the target, and the domain's place."""

    interval: str
    level: float
    target: float


@dataclass(frozen=True, kw_only=True)
class Place:
    """Which domain of which series a figure is about, and how many respondents are in it.

    `drawn`: whether a plan chose by chance who is asked. Else an office may have handed the forms to whom it liked.
    """

    series: str
    domain_type: str
    domain: str
    respondents: int
    drawn: bool


@dataclass(frozen=True)
class Shown:
    """Estimates of one level in one domain.

    `means` holds the codes that are not shares, with the factor of their unit; `formula` names the headline's formula
    where a verdict is asked for.
    """

    level: str
    linear: Linear
    means: Mapping[str, float] = field(default_factory=dict)
    formula: str = ""


def figures_of(shown: Shown, place: Place, method: Method) -> Iterator[Figure]:
    """One figure an estimate, shares in percent."""
    found = shown.linear.estimate()
    is_mean = np.array([code in shown.means for code in found.codes], dtype=bool)
    shares = replace(found, value=np.where(is_mean, np.nan, found.value))
    share_limits = intervals.INTERVALS[method.interval](shares, method.level)
    low, high = (
        np.where(is_mean, *both) for both in zip(intervals.of_means(found, method.level), share_limits, strict=True)
    )
    for i in range(len(found.codes)):
        yield _figure(shown, place, method, found, i, (float(low[i]), float(high[i])))


def _figure(shown: Shown, place: Place, method: Method, found: Estimate, i: int, limits: tuple[float, float]) -> Figure:
    code = found.codes[i]
    unit = shown.means.get(code, 100.0)
    known = not math.isnan(found.value[i])
    certain = known and found.df[i] >= targets.MINIMUM_DF
    low, high = (rounded(unit * limit) if certain else MISSING for limit in limits)
    estimate = rounded(unit * float(found.value[i]))
    decided, method_text, tested = "", "t" if code in shown.means else method.interval, None
    if shown.formula and code == indices.HEADLINE:
        decided, reason = _decide(found, i, low, high, place, method.target)
        tested = _tested(found, i, method, unit, code in shown.means) if decided else None
        method_text = "; ".join(filter(None, (shown.formula, method.interval, f"{method.level:g}", reason)))
    return Figure(
        series=place.series,
        level=shown.level,
        code=code,
        domain_type=place.domain_type,
        domain=place.domain,
        n=place.respondents,
        base=int(found.base[i]),
        estimate=estimate,
        se=rounded(unit * float(found.se[i])) if certain else MISSING,
        df=int(found.df[i]) if known else None,
        low=low,
        high=high,
        deff=rounded(float(found.deff[i])) if certain and code not in shown.means else MISSING,
        verdict=decided,
        method=method_text,
        tested=tested,
    )


def _decide(found: Estimate, i: int, low: float, high: float, place: Place, target: float) -> tuple[str, str]:
    """The verdict from the limits as published, and what the reader must know: why none, or that it is imprecise."""
    n, df = int(found.n[i]), int(found.df[i])
    if reason := _no_verdict(n, df, float(found.value[i]), low, place):
        return "", f"no verdict: {reason}"
    caution = targets.imprecision(df, low, high)
    return targets.verdict(low, high, target), f"imprecise: {caution}" if caution else ""


def _tested(found: Estimate, i: int, method: Method, unit: float, is_mean: bool) -> Tested:
    one, target = found.only(i), method.target / unit
    name = "wald" if is_mean else method.interval
    p_met, p_not_met, listed_met, listed_not_met = (
        float(p_values(one, target, side=side, method=name, level=method.level)[0])
        for p_values in (share_p_values, listed_p_values)
        for side in SIDES
    )
    return Tested(
        p_met,
        p_not_met,
        listed_met,
        listed_not_met,
        float(further_responses(one, target, method=name, level=method.level)[0]),
    )


def _no_verdict(n: int, df: int, value: float, low: float, place: Place) -> str:
    if place.series not in VERDICT_SERIES:
        return "not a probability sample"
    if n and math.isnan(value):
        return "no criterion with a sufficient base"
    if not place.drawn:
        return targets.NO_PLAN
    return targets.obstacle(n, df, low)


def in_order(figures: Sequence[Figure]) -> list[Figure]:
    return sorted(figures, key=lambda figure: figure.place)
