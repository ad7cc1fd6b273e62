"""What a sample promises: half-widths, chances of a verdict, cost and days; one computation behind page and command.

Fast enough for a slider: nothing is simulated. The model of power is in `power`, its words in `size_words`.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from analysis.design import FloatArray
from analysis.intervals import korn_graubard
from analysis.planning.power import needed_size, power, widening
from analysis.planning.spec import Assumptions, Effort
from analysis.planning.strata import PlannedStratum
from analysis.targets import MINIMUM_RESPONDENTS

Level = Literal["overall", "unit", "respondent_type", "stratum"]
Outlook = Literal["impossible", "weak", "possible", "sound"]
# A unit whose truth is as good as this should have some chance of the verdict it deserves.
GOOD = 0.90
SOME, EVEN = 1 / 6, 1 / 2


@dataclass(frozen=True)
class Promise:
    """What may be expected of one domain. Rates in percent; `power` by truth in percent, of showing "above the target".

    `outlook`: the chance at a truth of 90 %: impossible (none), weak (under 1 in 6), possible, sound (1 in 2 and more).
    """

    level: Level
    code: str
    population: int
    cases: int
    answers: float
    psus: int
    df: float
    deff: float
    half_width: float | None
    low: float | None
    high: float | None
    power: Mapping[str, float]
    power_if_good: float
    outlook: Outlook


@dataclass(frozen=True)
class Steps:
    """PSUs of one unit, so many cases in each: fewer than `some` show no verdict, from `even` on one is likelier than
    none at a truth of 90 %; None where not even 60 do (300 cases that are drawn one by one). `impossible`: the most
    PSUs with which there can be none at all.
    """

    take: float
    impossible: int
    some: int | None
    even: int | None


@dataclass(frozen=True)
class Work:
    """`days`: working days of all officers together, side by side."""

    cases: int
    psus: int
    cost: int
    days: int


@dataclass(frozen=True)
class Sizes:
    official: int
    rows: tuple[Promise, ...]
    steps: Steps
    work: Work

    @property
    def overall(self) -> Promise:
        return self.rows[0]

    def of(self, level: Level) -> tuple[Promise, ...]:
        return tuple(row for row in self.rows if row.level == level)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def official_size(population: int, margin: float) -> int:
    """n = N / (1 + N e²), rounded up; exact, so that no rounding of e decides."""
    e = Fraction(str(margin))
    return math.ceil(population / (1 + population * e**2))


def promised_sizes(
    strata: Sequence[PlannedStratum],
    believed: Assumptions,
    effort: Effort,
    *,
    finite: bool,
    response: Mapping[str, float] = MappingProxyType({}),
) -> Sizes:
    """Of the whole, of every unit and respondent type, or of every stratum where strata are neither.

    `finite`: drawn without replacement, and counted so. `response`: by stratum, where another is known than believed.
    The interval's effective size never exceeds the answers, so a simple sample gains nothing by `finite` in width.
    """
    domains = list(_domains(strata))
    sums = np.array([_sums(group, believed, finite, response) for _, _, group in domains])
    rows = _promises(domains, sums, believed)
    population = sum(stratum.size for stratum in strata)
    psus = sum(stratum.units for stratum in strata)
    return Sizes(
        official=official_size(population, believed.margin),
        rows=rows,
        steps=verdict_steps(sum(stratum.cases for stratum in strata) / psus, believed),
        work=_work(sum(stratum.cases for stratum in strata), psus, effort),
    )


def _domains(strata: Sequence[PlannedStratum]) -> Iterable[tuple[Level, str, Sequence[PlannedStratum]]]:
    yield "overall", "", strata
    units, types = _grouped(strata, "unit"), _grouped(strata, "respondent_type")
    yield from (("unit", code, group) for code, group in units.items())
    yield from (("respondent_type", code, group) for code, group in types.items())
    if not units and not types:
        yield from (("stratum", code, group) for code, group in _grouped(strata, "code").items())


def _grouped(strata: Sequence[PlannedStratum], name: str) -> dict[str, list[PlannedStratum]]:
    """Nothing where all strata are of one group: it would be the whole again."""
    groups: dict[str, list[PlannedStratum]] = {}
    for stratum in strata:
        groups.setdefault(getattr(stratum, name), []).append(stratum)
    return {code: groups[code] for code in sorted(groups) if code} if len(groups) > 1 else {}


def half_width(
    strata: Sequence[PlannedStratum], believed: Assumptions, *, finite: bool, response: Mapping[str, float]
) -> float | None:
    """Of the strata together; for who asks it often."""
    answers, _, df, variance = np.array([_sums(strata, believed, finite, response)]).T
    spread = np.maximum(variance, 1e-12) * index_factor(believed)
    low, high = _limits(believed, spread, df, answers * believed.items)
    return _number((high[0] - low[0]) / 2.0)


def _sums(
    strata: Sequence[PlannedStratum], believed: Assumptions, finite: bool, response: Mapping[str, float]
) -> tuple[float, ...]:
    """Answers, PSUs that answer, degrees of freedom, and the variance as a multiple of that of one answer.

    Two answers from a PSU share ρ of the variance: between PSUs ρ / m, within them (1 - ρ) / n, each with its own
    finite population correction (Cochran 1977, chapter 10).
    """
    population = sum(stratum.size for stratum in strata)
    answers = heard = variance = 0.0
    for stratum in strata:
        answering = response.get(stratum.code, believed.response)
        n = stratum.cases * answering
        m = stratum.units * (1.0 - (1.0 - answering) ** (stratum.cases / stratum.units))
        between = 1.0 - stratum.units / stratum.psus if finite else 1.0
        within = 1.0 - stratum.cases / stratum.size if finite else 1.0
        rho = believed.correlation
        share = stratum.size / population
        variance += share**2 * (rho * between / m + (1.0 - rho) * within / n)
        answers, heard = answers + n, heard + m
    return answers, heard, round(heard - len(strata), 6), variance


def index_factor(believed: Assumptions) -> float:
    """The variance of a person's mean over the items against that of one answer."""
    return (1.0 + (believed.items - 1) * believed.item_correlation) / believed.items


def _promises(
    domains: Sequence[tuple[Level, str, Sequence[PlannedStratum]]], sums: FloatArray, believed: Assumptions
) -> tuple[Promise, ...]:
    answers, _, df, variance = sums.T
    cap = answers * believed.items
    spread = np.maximum(variance, 1e-12) * index_factor(believed)
    low, high = _limits(believed, spread, df, cap)
    truths = np.array([*believed.truths, GOOD])
    chances = power(truths, 1.0 / spread, df, answers, cap, target=believed.target, level=believed.level)
    hopeless = cap * widening(np.maximum(df, 1e-9), cap, believed.level) < needed_size(believed.target, believed.level)
    return tuple(
        Promise(
            level=level,
            code=code,
            population=sum(stratum.size for stratum in strata),
            cases=sum(stratum.cases for stratum in strata),
            answers=float(answers[i]),
            psus=sum(stratum.units for stratum in strata),
            df=float(df[i]),
            deff=float(variance[i] * answers[i]),
            half_width=_number((high[i] - low[i]) / 2.0),
            low=_number(low[i]),
            high=_number(high[i]),
            power={f"{100 * truth:g}": float(chances[i, j]) for j, truth in enumerate(believed.truths)},
            power_if_good=float(chances[i, -1]),
            outlook=_outlook(float(chances[i, -1]), bool(hopeless[i]), float(df[i]), float(answers[i])),
        )
        for i, (level, code, strata) in enumerate(domains)
    )


def _limits(
    believed: Assumptions, spread: FloatArray, df: FloatArray, cap: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """The interval of a survey that finds the expected share, in percent; nan without degrees of freedom."""
    share = np.full(len(df), believed.share)
    se = np.sqrt(share * (1.0 - share) * spread)
    freedom = np.where(df >= 1.0, df, 0.0)
    low, high = korn_graubard(share, se, freedom, np.maximum(cap, 2.0), level=believed.level, cap=cap)
    return 100.0 * low, 100.0 * high


def _outlook(chance: float, hopeless: bool, df: float, answers: float) -> Outlook:
    if hopeless or df < 1.0 or answers < MINIMUM_RESPONDENTS:
        return "impossible"
    return "weak" if chance < SOME else "possible" if chance < EVEN else "sound"


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def verdict_steps(take: float, believed: Assumptions) -> Steps:
    """How many PSUs a single unit needs before it is worth asking whether it is above the target."""
    psus = np.arange(2.0, 61.0) if take > 1.0 else np.r_[2.0:61.0, 65.0:301.0:5.0]
    heard = psus * (1.0 - (1.0 - believed.response) ** take)
    answers = psus * take * believed.response
    variance = believed.correlation / heard + (1.0 - believed.correlation) / answers
    spread = variance * index_factor(believed)
    cap = answers * believed.items
    chance = power(
        np.array([GOOD]), 1.0 / spread, heard - 1.0, answers, cap, target=believed.target, level=believed.level
    )[:, 0]  # fmt: skip
    return Steps(
        take=take,
        impossible=int(psus[chance == 0.0].max(initial=1.0)),
        some=_first(psus, chance, SOME),
        even=_first(psus, chance, EVEN),
    )


def _first(psus: FloatArray, chance: FloatArray, least: float) -> int | None:
    enough = psus[chance >= least]
    return int(enough[0]) if len(enough) else None


def _work(cases: int, psus: int, effort: Effort) -> Work:
    days = math.ceil(cases / (effort.officers * effort.cases_per_day) - 1e-9)
    return Work(cases, psus, effort.fixed + effort.per_case * cases + effort.per_psu * psus, days)
