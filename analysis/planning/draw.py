"""The draw: from a frame, a plan and a seed to cases with stratum, PSU, inclusion probability, weight and reserves.

The same frame, plan and seed give the same cases, whatever the order of the rows and the machine. How chance is made is
left to `chance`, how it is sealed to `seal`. `verify.py` does the same again without this package: change both.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from typing import Any

from analysis.planning.chance import Chance, probabilities
from analysis.planning.rows import Row, by_stratum, count, parts
from analysis.planning.spec import CODE, PERSON, SamplePlan, Stage
from analysis.planning.strata import PlannedStratum


@dataclass(frozen=True, kw_only=True)
class Case:
    """One drawn unit. `reserve` counts from 1 in the order in which reserves are used, `reserve_psu` likewise for cases
    of a PSU that stands in for another; 0 in both is a case of the sample.
    """

    code: str = ""
    unit: str = ""
    stratum: str
    psu: str = ""
    respondent_type: str = ""
    probability: float = 1.0
    reserve_psu: int = 0
    reserve: int = 0
    reinterview: bool = False

    @property
    def weight(self) -> float:
        return 1.0 / self.probability

    @property
    def in_sample(self) -> bool:
        return not (self.reserve or self.reserve_psu)


COLUMNS = (*(field.name for field in fields(Case)), "weight")


@dataclass(frozen=True)
class DrawnStratum:
    """A planned stratum with its sampled PSUs: what could be drawn in each, and the cases drawn."""

    planned: PlannedStratum
    population: Mapping[str, int]
    drawn: Mapping[str, int]
    names: Mapping[str, str]


@dataclass(frozen=True)
class Draw:
    cases: tuple[Case, ...]
    strata: tuple[DrawnStratum, ...]

    @property
    def sample(self) -> tuple[Case, ...]:
        """Without the reserves."""
        return tuple(case for case in self.cases if case.in_sample)

    def table(self) -> list[list[str]]:
        """One row a case, in the order of COLUMNS; numbers with all their digits."""
        return [[_text(value) for value in (*astuple(case), case.weight)] for case in self.cases]


def _text(value: Any) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def draw(rows: Sequence[Row], plan: SamplePlan, strata: Sequence[PlannedStratum], seed: str) -> Draw:
    """`strata`: what `planned_strata` made of the same rows and plan, and the seal has fixed."""
    chance, groups = Chance(seed), by_stratum(rows, plan)
    cases: list[Case] = []
    found = []
    for planned in strata:
        stages = (plan.stages[0].model_copy(update={"number": planned.units}), *plan.stages[1:])
        drawn = list(_stage(chance, Case(stratum=planned.code), planned.code, groups[planned.code], stages))
        found.append(_drawn(planned, groups[planned.code], plan, drawn))
        cases += drawn
    return Draw(_with_reinterviews(chance, cases, plan.reinterview), tuple(found))


def _stage(chance: Chance, so_far: Case, label: str, rows: Sequence[Row], stages: Sequence[Stage]) -> Iterator[Case]:
    stage, rest = stages[0], stages[1:]
    units = parts(rows, stage)
    chosen, reserves, found = _choose(chance, label, units, stage)
    for place, unit in [*((0, unit) for unit in chosen), *enumerate(reserves, start=1)]:
        here = replace(so_far, psu=so_far.psu or unit, probability=so_far.probability * found[unit])
        if rest:
            here = here if so_far.psu else replace(here, reserve_psu=place)
            yield from _stage(chance, here, f"{label}|{unit}", units[unit], rest)
        else:
            row = units[unit][0]
            asked = row.get("respondent_type", "")
            yield replace(here, code=unit, unit=row["unit"], respondent_type=asked, reserve=place)


def _choose(
    chance: Chance, label: str, units: Mapping[str, Sequence[Row]], stage: Stage
) -> tuple[list[str], list[str], Mapping[str, float]]:
    """The units drawn, their reserves in order, and the probability of each unit."""
    codes = list(units)
    number = len(codes) if stage.method == "all" or stage.number is None else min(stage.number, len(codes))
    sizes = {code: _size(rows, stage) for code, rows in units.items()}
    found = probabilities(sizes, number)
    in_order = chance.shuffled(label, codes)
    if stage.method == "proportional":
        chosen = chance.proportional(label, sizes, number)
    elif stage.method == "systematic":
        chosen = chance.systematic(label, codes, number)
    else:
        chosen = in_order[:number]
    taken = set(chosen)
    return chosen, [code for code in in_order if code not in taken][: stage.reserves], found


def _size(rows: Sequence[Row], stage: Stage) -> float:
    if stage.method != "proportional":
        return 1.0
    return float(sum(int(row[stage.size]) if stage.size else 1 for row in rows))


def _drawn(planned: PlannedStratum, rows: Sequence[Row], plan: SamplePlan, cases: Sequence[Case]) -> DrawnStratum:
    drawn = Counter(case.psu for case in cases if case.in_sample)
    first = plan.stages[0].unit
    if first in (CODE, PERSON) and len(plan.stages) == 1:
        return DrawnStratum(planned, dict.fromkeys(drawn, 1), drawn, {})
    units = {psu: part for psu, part in parts(rows, plan.stages[0]).items() if psu in drawn}
    names = {psu: part[0].get(f"{first}_name", "") for psu, part in units.items()}
    return DrawnStratum(planned, {psu: count(part, plan) for psu, part in units.items()}, drawn, names)


def _with_reinterviews(chance: Chance, cases: Sequence[Case], share: float) -> tuple[Case, ...]:
    """A share of the sample, spread over strata and PSUs, is asked again by somebody else."""
    ordered = sorted(cases, key=lambda case: (case.stratum, case.reserve_psu, case.psu, case.reserve, case.code))
    sample = [case.code for case in ordered if case.in_sample]
    again = set(chance.systematic("reinterview", sample, round(share * len(sample))))
    return tuple(replace(case, reinterview=case.in_sample and case.code in again) for case in ordered)
