"""A district whose every answer is known, and one season in it: who is drawn, who answers, what the index should be.

The people are those of the simulation; they live as households in hamlets, so that a plan can draw them. What the real
code makes of a season is left to `test_season`, what thousands of draws show to `benchmarks.season`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

import numpy as np

from analysis.design import FloatArray
from analysis.planning.rows import Row
from questionnaires import loader
from questionnaires.model import Instrument, Is
from survey_app.simulation import population, truth
from survey_app.simulation.population import Person, Population, Profile

COMMUNES = ("15520", "15523", "15526", "15529", "15532", "15535")
# Who can be met and is willing, by commune: where people are less content, fewer answer.
WILLING = (0.95, 0.90, 0.85, 0.80, 0.72, 0.65)
FAILURES = ("refused", "not_contacted", "moved")
PUBLIC_NUMBER = {"source": "Xổ số kiến thiết Thanh Hóa, giải đặc biệt", "day": "2026-11-25", "digits": 6}
DESIGN: dict[str, Any] = {
    "kind": "households",
    "strata": ["unit"],
    "stages": [
        {"unit": "hamlet", "method": "random", "reserves": 1},
        {"unit": "code", "number": 8, "reserves": 3},
    ],
    "allocation": {"rule": "equal", "total": 480},
    "reinterview": 0.05,
    "public_number": PUBLIC_NUMBER,
    "simulated": True,
    "assumptions": {"share": 0.82, "correlation": 0.05, "response": 0.85},
    "effort": {"officers": 6, "cases_per_day": 20, "per_case": 50_000},
}


@dataclass(frozen=True)
class District:
    instrument: Instrument
    population: Population

    @cached_property
    def people(self) -> Mapping[str, Person]:
        """By the office's own code of the household."""
        return {row["code"]: person for row, person in self._homes()}

    @cached_property
    def rows(self) -> list[Row]:
        """The frame as the analysis draws from it, its codes not hidden."""
        return [row for row, _person in self._homes()]

    def _homes(self) -> Iterator[tuple[dict[str, str], Person]]:
        for commune in self.population.communes:
            for hamlet in commune.hamlets:
                for number, person in enumerate(hamlet.people):
                    home = {"unit": commune.code, "hamlet": hamlet.code, "hamlet_name": hamlet.name}
                    yield {"code": f"H{hamlet.code}-{number:03}", **home}, person

    @cached_property
    def index(self) -> float:
        """What a census would find, in percent."""
        return truth.mean(truth.of(self.instrument, self.population).overall)

    @cached_property
    def willing(self) -> Mapping[str, float]:
        """The least content communes answer least."""
        communes = truth.of(self.instrument, self.population).communes
        ranked = sorted(communes, key=lambda code: truth.mean(communes[code]), reverse=True)
        return dict(zip(ranked, WILLING, strict=True))

    @cached_property
    def sizes(self) -> Mapping[str, int]:
        return {commune.code: commune.size for commune in self.population.communes}

    @cached_property
    def hamlets(self) -> Mapping[str, int]:
        return {hamlet.code: len(hamlet.people) for commune in self.population.communes for hamlet in commune.hamlets}

    def frame_csv(self) -> bytes:
        """As an office would upload it."""
        lines = [f"{row['code']},{row['unit']},{row['hamlet']},{row['hamlet_name']}" for row in self.rows]
        return "\n".join(["Mã hộ,Mã đơn vị,Mã thôn,Tên thôn", *lines]).encode()

    def answers(self, code: str) -> FloatArray:
        """Satisfied or not, item by item; nan where the item does not apply."""
        person = self.people[code]
        return np.array([_answer(self.instrument, person, place) for place in range(len(self.instrument.items))])


def _answer(instrument: Instrument, person: Person, place: int) -> float:
    gate, rating = instrument.items[place].show_if, person.ratings[place]
    asked = not isinstance(gate, Is) or person.gates[gate.question] in gate.any_of
    return float(rating in instrument.formula.positive) if asked and rating else float("nan")


def district(seed: int = 2026) -> District:
    instrument = loader.load_builtin("sipas2017")
    assert isinstance(instrument, Instrument)
    profile = Profile(seed=seed, gates={code: 0.5 for code in population.gates(instrument)})
    return District(instrument, population.make(instrument, COMMUNES, profile))


def outcome(season: int, place: District, code: str) -> str:
    """How a visit ends: by chance alone within a commune, whatever the household thinks."""
    random = Random(f"{season}/{code}")
    return "complete" if random.random() < place.willing[code[1:6]] else random.choice(FAILURES)


def index(weights: Sequence[float], answers: Sequence[FloatArray] | FloatArray) -> float:
    """The mean of criteria of weighted answers, in percent: the estimator of the report, written down once more."""
    w, y = np.array(weights), np.array(answers)
    known = ~np.isnan(y)
    shares = (w @ np.nan_to_num(y)) / (w @ known)
    return float(100 * shares.mean())


def raised(weights: Sequence[float], strata: Sequence[str], people: Mapping[str, int]) -> list[float]:
    """Who answered stands also for who did not: the weights of a stratum add up to its people."""
    totals: dict[str, float] = defaultdict(float)
    for weight, stratum in zip(weights, strata, strict=True):
        totals[stratum] += weight
    return [weight * people[stratum] / totals[stratum] for weight, stratum in zip(weights, strata, strict=True)]


def by_psu(cases: Sequence[Any]) -> Mapping[tuple[str, str], list[Any]]:
    found: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for case in cases:
        found[case.stratum, case.psu].append(case)
    return found
