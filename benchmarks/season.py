"""Many seasons in a district whose truth is known: weights that sum to the frame, an index without bias, honest errors.

    python -m benchmarks.season [--seasons 2000]

Each season seals nothing and writes nothing: the real draw, who answers by chance alone within a commune, reserves in
their order, and the report's estimator in a few lines. tests/test_season.py takes one season through all of the real
code and compares this estimator with the figures. A line that is not held ends with exit code 1.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis import estimators
from analysis.__main__ import DEFAULT_INTERVAL
from analysis.design import FloatArray
from analysis.intervals import INTERVALS
from analysis.planning import seal
from analysis.planning.draw import Case, draw
from analysis.planning.spec import SamplePlan
from analysis.planning.strata import PlannedStratum, planned_strata
from analysis.survey_data import SurveyData
from tests import season
from tests.season import District

LINE = 3.5  # Monte-Carlo standard errors: beyond it lies one of two thousand.
# The index is a ratio of random sums, so it has a bias of the order of one over the number of hamlets (Cochran 1977,
# chapter 6): beyond its chance error it may be off by this share of its own standard error.
OF_RATIO = 0.05
COVERAGE = 0.93
EVERY = 5  # Of the seasons one is estimated by the package, with its standard error.


@dataclass(frozen=True)
class Judged:
    """`total`, `strata`: sums of the drawn weights against the frame, of the whole and of the worst commune, in
    Monte-Carlo standard errors. Of the index, in percentage points: its bias with the report's weights and with those
    of the draw alone, the Monte-Carlo error of both, and the spread of one season. `variance`: the mean variance that
    the package estimates over the true one; `coverage`: how often the published interval holds the truth.
    """

    seasons: int
    answers: float
    total: float
    strata: float
    bias: float
    bias_of_drawn: float
    error: float
    spread: float
    variance: float
    coverage: float

    @property
    def held(self) -> dict[str, bool]:
        return {
            "weights sum to the frame": max(self.total, self.strata) <= LINE,
            "the index is unbiased": abs(self.bias) <= LINE * self.error + OF_RATIO * self.spread,
            "its interval holds the truth": self.coverage >= COVERAGE,
        }


def judged(place: District, seasons: int, plan: Mapping[str, Any] = season.DESIGN) -> Judged:
    made = SamplePlan.model_validate(plan)
    strata = planned_strata(place.rows, made)
    said = {code: place.answers(code) for code in place.people}
    sums, raised, drawn_only, estimated = [], [], [], []
    for number in range(seasons):
        drawn = draw(place.rows, made, strata, seal.sha256(f"season {number}".encode())).cases
        sums.append(_sums([case for case in drawn if case.in_sample], strata))
        cases = list(answering(drawn, place, number))
        weights, answers = [case.weight for case in cases], np.array([said[case.code] for case in cases])
        final = season.raised(weights, [case.stratum for case in cases], place.sizes)
        drawn_only.append(season.index(weights, answers))
        raised.append(season.index(final, answers))
        if number % EVERY == 0:
            estimated.append((*_by_package(cases, final, answers, strata, place), len(cases)))
    found, frame = np.array(sums), np.array([stratum.size for stratum in strata])
    variance, low, high, count = np.array(estimated).T
    return Judged(
        seasons=seasons,
        answers=float(count.mean()),
        total=_away(found.sum(axis=1), frame.sum()),
        strata=max(_away(found[:, i], frame[i]) for i in range(len(frame))),
        bias=float(np.mean(raised)) - place.index,
        bias_of_drawn=float(np.mean(drawn_only)) - place.index,
        error=float(np.std(raised) / seasons**0.5),
        spread=float(np.std(raised)),
        variance=float(variance.mean() / np.var(raised)),
        coverage=float(((low <= place.index) & (place.index <= high)).mean()),
    )


def answering(drawn: Sequence[Case], place: District, number: int) -> Iterator[Case]:
    """Of each hamlet of the sample who answers, and the reserves that take the place of those who do not."""
    for cases in season.by_psu([case for case in drawn if not case.reserve_psu]).values():
        reserves = iter(sorted((case for case in cases if case.reserve), key=lambda case: case.reserve))
        for case in (case for case in cases if not case.reserve):
            asked: Case | None = case
            while asked is not None and season.outcome(number, place, asked.code) != "complete":
                asked = next(reserves, None)
            if asked is not None:
                yield asked


def _sums(sample: Sequence[Case], strata: Sequence[PlannedStratum]) -> list[float]:
    totals = dict.fromkeys((stratum.code for stratum in strata), 0.0)
    for case in sample:
        totals[case.stratum] += case.weight
    return list(totals.values())


def _away(found: FloatArray, truth: float) -> float:
    error = float(np.std(found) / len(found) ** 0.5)
    return abs(float(np.mean(found)) - truth) / error


def _by_package(
    cases: Sequence[Case],
    weights: Sequence[float],
    answers: FloatArray,
    strata: Sequence[PlannedStratum],
    place: District,
) -> tuple[float, float, float]:
    """Variance and limits of the index as the report has them: hamlets and households without replacement."""
    items = [f"i{place}" for place in range(answers.shape[1])]
    frame = pd.DataFrame(np.where(np.isnan(answers), np.nan, 1 + 4 * answers), columns=items)
    frame["w"], frame["stratum"], frame["psu"], frame["code"] = zip(
        *((weight, case.stratum, case.psu, case.code) for weight, case in zip(weights, cases, strict=True)), strict=True
    )
    frame["psus"] = frame["stratum"].map({stratum.code: stratum.psus for stratum in strata})
    frame["people"] = frame["psu"].map(place.hamlets)
    design = {"strata": "stratum", "psu": ["psu", "code"], "weight": "w", "fpc": ["psus", "people"]}
    data = SurveyData.of(frame, **design, lonely="certainty")  # A hamlet where one household answered, once in years.
    found = estimators.index(data, items)
    low, high = INTERVALS[DEFAULT_INTERVAL](found, 0.95)
    return float(100**2 * found.se[0] ** 2), float(100 * low[0]), float(100 * high[0])


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seasons", type=int, default=2000)
    start, place = time.perf_counter(), season.district()
    found = judged(place, arguments.parse_args().seasons)
    print(f"{len(place.rows)} households, index {place.index:.4f} %")
    for name, value in asdict(found).items():
        print(f"{name:14} {value:10.4f}")
    for line, held in found.held.items():
        print(f"{'held' if held else 'NOT HELD'}: {line}")
    print(f"{time.perf_counter() - start:.0f} s")
    return 0 if all(found.held.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
