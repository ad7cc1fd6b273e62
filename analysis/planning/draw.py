"""The draw: from a frame, a plan and a seed to cases with stratum, PSU, inclusion probability, weight and reserves.

The same frame, plan and seed give the same cases, whatever the order of the rows and the machine. How chance is made is
left to `chance`, how it is sealed to `seal`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from analysis.planning.allocation import allocated
from analysis.planning.chance import CannotDraw, Chance, probabilities
from analysis.planning.spec import PERSON, SamplePlan, Stage

PEOPLE = "people"  # The column that counts the persons of a row where the last stage draws persons.


@dataclass(frozen=True, kw_only=True)
class Case:
    """One drawn unit. `reserve` counts from 1 in the order in which reserves are used; 0 is a case of the sample."""

    code: str
    stratum: str
    psu: str
    probability: float
    reserve: int = 0
    reinterview: bool = False

    @property
    def weight(self) -> float:
        return 1.0 / self.probability


@dataclass(frozen=True)
class Stratum:
    """A stratum with its units of the first stage: persons or rows in each, and cases drawn in those sampled."""

    code: str
    size: int
    psus: Mapping[str, int]
    drawn: Mapping[str, int]


@dataclass(frozen=True)
class Draw:
    cases: tuple[Case, ...]
    strata: tuple[Stratum, ...]

    @property
    def sample(self) -> tuple[Case, ...]:
        """Without the reserves."""
        return tuple(case for case in self.cases if not case.reserve)

    def table(self) -> pd.DataFrame:
        """One row a case: code, stratum, psu, probability, weight, reserve, reinterview."""
        rows = [vars(case) | {"weight": case.weight} for case in self.cases]
        columns = ["code", "stratum", "psu", "probability", "weight", "reserve", "reinterview"]
        return pd.DataFrame(rows, columns=columns)


def draw(frame: pd.DataFrame, plan: SamplePlan, seed: str) -> Draw:
    """Raises CannotDraw and CannotAllocate with what to change."""
    _check(frame, plan)
    chance = Chance(seed)
    keyed = frame.assign(stratum_=frame[list(plan.strata)].astype(str).agg("/".join, axis=1)).sort_values("code")
    groups = {str(code): rows for code, rows in keyed.groupby("stratum_")}
    sizes = {code: _count(rows, plan) for code, rows in groups.items()}
    wanted = allocated(plan.allocation, sizes)
    cases: list[Case] = []
    strata = []
    for code, rows in groups.items():
        drawn = list(_drawn(chance, code, rows, plan, wanted[code]))
        cases += drawn
        strata.append(_stratum(code, rows, plan, drawn))
    return Draw(_with_reinterviews(chance, cases, plan), tuple(strata))


def _check(frame: pd.DataFrame, plan: SamplePlan) -> None:
    persons = [PEOPLE] if plan.stages[-1].unit == PERSON else []
    named = [stage.unit for stage in plan.stages if stage.unit != PERSON]
    sizes = [stage.size for stage in plan.stages if stage.size]
    wanted = ["code", *plan.strata, *named, *sizes, *persons]
    if missing := [column for column in dict.fromkeys(wanted) if column not in frame.columns]:
        raise CannotDraw(f"the frame lacks the columns {', '.join(missing)}")
    if empty := [column for column in dict.fromkeys(wanted) if frame[column].isna().any()]:
        raise CannotDraw(f"the frame has empty cells in {', '.join(empty)}; fill them or leave the rows out")
    if frame["code"].duplicated().any():
        raise CannotDraw("the frame names a code more than once; every code stands for one dossier, household or class")
    if PERSON in [stage.unit for stage in plan.stages[:-1]]:
        raise CannotDraw("persons can be drawn in the last stage only")


def _count(rows: pd.DataFrame, plan: SamplePlan) -> int:
    return int(rows[PEOPLE].sum()) if plan.stages[-1].unit == PERSON else len(rows)


def _drawn(chance: Chance, stratum: str, rows: pd.DataFrame, plan: SamplePlan, wanted: int) -> Iterator[Case]:
    """The cases of a stratum, stage by stage."""
    first = plan.stages[0]
    units = rows[first.unit].nunique() if first.unit != PERSON else _count(rows, plan)
    number = first.number or -(-wanted // plan.take)
    stages = (first.model_copy(update={"number": min(number, units)}), *plan.stages[1:])
    yield from _stage(chance, Case(code="", stratum=stratum, psu="", probability=1.0), stratum, rows, stages, plan)


def _stage(
    chance: Chance, so_far: Case, label: str, rows: pd.DataFrame, stages: Sequence[Stage], plan: SamplePlan
) -> Iterator[Case]:
    stage, rest = stages[0], stages[1:]
    parts = _parts(rows, stage)
    chosen, reserves, found = _choose(chance, label, parts, stage, 0 if rest else plan.reserves)
    for unit in chosen:
        psu = so_far.psu or unit
        here = replace(so_far, code=unit, psu=psu, probability=so_far.probability * found[unit])
        yield from _stage(chance, here, f"{label}|{unit}", parts[unit], rest, plan) if rest else (here,)
    for place, unit in enumerate(reserves, start=1):
        chances = so_far.probability * found[unit]
        yield replace(so_far, code=unit, psu=so_far.psu or unit, probability=chances, reserve=place)


def _parts(rows: pd.DataFrame, stage: Stage) -> dict[str, pd.DataFrame]:
    """The units of a stage with their rows, in the order of their names; persons are numbered within their row."""
    if stage.unit != PERSON:
        return {str(unit): part for unit, part in rows.groupby(stage.unit)}
    people = [(code, int(number)) for code, number in zip(rows["code"], rows[PEOPLE], strict=True)]
    return {f"{code}#{place:04}": rows for code, number in people for place in range(1, number + 1)}


def _choose(
    chance: Chance, label: str, parts: Mapping[str, pd.DataFrame], stage: Stage, reserves: int
) -> tuple[list[str], list[str], Mapping[str, float]]:
    """The units drawn, their reserves in order, and the probability of each unit."""
    codes = list(parts)
    number = len(codes) if stage.method == "all" else min(stage.number or len(codes), len(codes))
    if stage.method == "proportional":
        sizes = {
            code: float(part[stage.size].sum()) if stage.size else float(len(part)) for code, part in parts.items()
        }
        chosen, found = chance.proportional(label, sizes, number), probabilities(sizes, number)
    else:
        found = dict.fromkeys(codes, number / len(codes))
        in_order = chance.shuffled(label, codes)
        chosen = chance.systematic(label, codes, number) if stage.method == "systematic" else in_order[:number]
    taken = set(chosen)
    return chosen, [code for code in chance.shuffled(label, codes) if code not in taken][:reserves], found


def _stratum(code: str, rows: pd.DataFrame, plan: SamplePlan, drawn: Sequence[Case]) -> Stratum:
    first = plan.stages[0].unit
    if first == PERSON or len(plan.stages) == 1:
        psus = {case.psu: 1 for case in drawn if not case.reserve}
        return Stratum(code, _count(rows, plan), psus, dict.fromkeys(psus, 1))
    psus = {str(unit): _count(part, plan) for unit, part in rows.groupby(first)}
    counts = pd.Series([case.psu for case in drawn if not case.reserve], dtype=str).value_counts()
    return Stratum(code, _count(rows, plan), psus, {str(psu): int(count) for psu, count in sorted(counts.items())})


def _with_reinterviews(chance: Chance, cases: Sequence[Case], plan: SamplePlan) -> tuple[Case, ...]:
    """A share of the sample, spread over strata and PSUs, is asked again by somebody else."""
    ordered = sorted(cases, key=lambda case: (case.stratum, case.psu, case.reserve, case.code))
    sample = [case.code for case in ordered if not case.reserve]
    again = set(chance.systematic("reinterview", sample, round(plan.reinterview * len(sample))))
    return tuple(replace(case, reinterview=case.code in again and not case.reserve) for case in ordered)
