"""Thousands of draws of every kind of plan: stated probabilities, weights, unbiased estimates, honest variances.

Long form of tests/analysis/planning/test_draws.py: python -m benchmarks.draws [--draws 10000]
"""

import argparse
import hashlib
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis import estimators
from analysis.design import FloatArray
from analysis.planning.chance import joint_probabilities, probabilities
from analysis.planning.draw import Case, Draw, draw
from analysis.planning.rows import Row, by_stratum, parts
from analysis.planning.spec import Allocation, SamplePlan, Stage
from analysis.planning.strata import planned_strata
from analysis.survey_data import SurveyData
from tests.analysis.planning.plans import FRAMES, PLANS, classes, plan

DESIGN = ("stratum", "psu", "code")
EVERY = 10  # Of the draws one is estimated by the package, with its standard error.


@dataclass(frozen=True)
class Judged:
    """All in Monte-Carlo standard errors but `variance`: the mean estimated variance over the true one.

    `cases` and `psus`: the worst of all units; among hundreds of them up to 4.5 is chance. `weights`, `total`, `share`:
    sums of weights, Horvitz–Thompson totals and ratio means against the truth.
    """

    kind: str
    units: int
    cases: float
    psus: float
    weights: float
    total: float
    share: float
    variance: float


def satisfied(code: str, psu: str) -> float:
    """Whether a case is, the same always; PSUs differ."""
    return float(_uniform(code) < 0.6 + 0.35 * _uniform(psu))


def _uniform(text: str) -> float:
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) / 16**8


def population(rows: Sequence[Row], made: SamplePlan) -> FloatArray:
    """Of every case that could be drawn, whether it is satisfied."""
    last, first = made.stages[-1], made.stages[0].unit
    found = []
    for group in by_stratum(rows, made).values():
        for code, part in parts(group, last).items():
            found.append(satisfied(code, part[0].get(first, code) if len(made.stages) > 1 else code))
    return np.array(found)


def judged(kind: str, draws: int) -> Judged:
    rows, made = FRAMES[kind], plan(kind)
    strata, truth = planned_strata(rows, made), population(rows, made)
    cases: Counter[str] = Counter()
    psus: Counter[str] = Counter()
    chances: dict[str, float] = {}
    sums, totals, shares, variances = [], [], [], []
    for number in range(draws):
        drawn = draw(rows, made, strata, f"{number:064x}")
        sample = drawn.sample
        cases.update(case.code for case in sample)
        psus.update({f"{case.stratum}|{case.psu}" for case in sample})
        chances |= {case.code: case.probability for case in sample}
        y, w = (np.array([value(case) for case in sample]) for value in (_answer, _weight))
        sums.append(w.sum())
        totals.append(w @ y)
        shares.append(w @ y / w.sum())
        if number % EVERY == 0:
            variances.append(_package_variance(drawn, y, w, made))
    first = _first_stage(rows, made)
    return Judged(
        kind=kind,
        units=len(truth),
        cases=_worst(cases, chances, draws),
        psus=_worst(psus, first, draws) if len(made.stages) > 1 else 0.0,
        weights=_away(sums, float(len(truth))),
        total=_away(totals, float(truth.sum())),
        share=_away(shares, float(truth.mean())),
        variance=float(np.mean(variances) / np.var(shares)),
    )


def _answer(case: Case) -> float:
    return satisfied(case.code, case.psu)


def _weight(case: Case) -> float:
    return case.weight


def _worst(found: Counter[str], chances: dict[str, float], draws: int) -> float:
    """A unit that is certain must come every time: anything else counts as infinitely far off."""
    away = []
    for code, chance in chances.items():
        error = (chance * (1.0 - chance) / draws) ** 0.5
        off = abs(found[code] / draws - chance)
        away.append(off / error if error > 1e-9 else float("inf") if off else 0.0)
    return max(away)


def _first_stage(rows: Sequence[Row], made: SamplePlan) -> dict[str, float]:
    stage, found = made.stages[0], {}
    for code, group in by_stratum(rows, made).items():
        units = parts(group, stage)
        sizes = {unit: _size(part, stage) for unit, part in units.items()}
        found |= {f"{code}|{unit}": chance for unit, chance in probabilities(sizes, stage.number or 1).items()}
    return found


def _size(rows: Sequence[Row], stage: Stage) -> float:
    return float(sum(int(row[stage.size]) for row in rows)) if stage.size else 1.0


def _away(found: Sequence[float], truth: float) -> float:
    error = float(np.std(found) / len(found) ** 0.5)
    return float(abs(np.mean(found) - truth)) / error if error > 1e-9 * abs(truth) else 0.0


def _package_variance(drawn: Draw, y: FloatArray, w: FloatArray, made: SamplePlan) -> float:
    """As the report does it: PSUs with replacement, or without where the plan says so, and cases within them."""
    frame = pd.DataFrame({"y": y, "w": w, **{name: [getattr(case, name) for case in drawn.sample] for name in DESIGN}})
    if not made.finite:
        data = SurveyData.of(frame, strata="stratum", psu="psu", weight="w")
        return float(estimators.mean(data, "y").se[0] ** 2)
    frame["psus"] = frame["stratum"].map({one.planned.code: one.planned.psus for one in drawn.strata})
    within = {(one.planned.code, psu): number for one in drawn.strata for psu, number in one.population.items()}
    frame["people"] = [within[key] for key in zip(frame["stratum"], frame["psu"], strict=True)]
    stages = ["psu", "code"][: len(made.stages)]
    fpc = ["psus", "people"][: len(made.stages)]
    data = SurveyData.of(frame, strata="stratum", psu=stages, weight="w", fpc=fpc)
    return float(estimators.mean(data, "y").se[0] ** 2)


def sen_yates_grundy(draws: int) -> tuple[float, float, float]:
    """Schools by enrolment, all their classes: the variance of the total over many draws, and over it the mean of the
    estimates from joint probabilities (Sen 1953; Yates & Grundy 1953) and of those with replacement.
    """
    rows = [row for row in classes(10) if row["level"] == "mam_non"]
    stages = (Stage(unit="school", method="proportional", size="people", number=4), Stage(unit="code", method="all"))
    made = plan("schools", stages=stages, allocation=Allocation(total=4))
    strata, units = planned_strata(rows, made), parts(rows, stages[0])
    totals = {school: sum(satisfied(row["code"], school) for row in part) for school, part in units.items()}
    chances = probabilities({school: _size(part, stages[0]) for school, part in units.items()}, 4)
    order = sorted(units)
    pi = np.array([chances[school] for school in order])
    joint = joint_probabilities(pi)
    estimates, by_joint, replaced = [], [], []
    for number in range(draws):
        sample = {case.psu for case in draw(rows, made, strata, f"{number:064x}").sample}
        at = [place for place, school in enumerate(order) if school in sample]
        z = np.array([totals[order[place]] for place in at]) / pi[at]
        part = joint[np.ix_(at, at)]
        apart = (np.outer(pi[at], pi[at]) - part) / part
        np.fill_diagonal(apart, 0.0)
        estimates.append(z.sum())
        by_joint.append(0.5 * float((apart * (z[:, None] - z[None, :]) ** 2).sum()))
        replaced.append(len(z) * float(np.var(z, ddof=1)))
    true = float(np.var(estimates))
    return true, float(np.mean(by_joint)) / true, float(np.mean(replaced)) / true


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--draws", type=int, default=10_000)
    draws = arguments.parse_args().draws
    print("kind        units  cases   psus  weights  total  share  variance  seconds")
    for kind in PLANS:
        start = time.perf_counter()
        row = judged(kind, draws)
        print(
            f"{kind:11} {row.units:5} {row.cases:6.2f} {row.psus:6.2f} {row.weights:8.2f} {row.total:6.2f} "
            f"{row.share:6.2f} {row.variance:9.3f} {time.perf_counter() - start:8.1f}",
            flush=True,
        )
    true, joint, replaced = sen_yates_grundy(draws)
    print(f"Sen–Yates–Grundy: true variance {true:.1f}, estimates over it {joint:.3f}; with replacement {replaced:.3f}")


if __name__ == "__main__":
    main()
