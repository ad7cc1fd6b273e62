"""The draw of the simulated sample: strata, PSUs, cases with their weights, as a Survey Plan would fix them.

The weight of a case is the inverse of its inclusion probability and nothing else. People who refuse do so at random
within their commune, so shares need no adjustment for them; totals would.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from survey_app.simulation.population import Commune, Hamlet, Person, Population
from survey_app.simulation.scenarios import Sample


@dataclass(frozen=True)
class DrawnCase:
    number: int
    stratum: str
    psu: str
    weight: float
    person: Person
    outcome: str  # The disposition that the fieldwork will end with.


@dataclass(frozen=True)
class Draw:
    cases: Sequence[DrawnCase]
    plan: dict[str, Any]


REFUSING, AWAY = 0.07, 0.05
# Of those who would refuse some are left to visit, so that an officer who looks in finds work.
NOT_YET = 0.0135


def draw(population: Population, seed: int, sample: Sample) -> Draw:
    """In each commune hamlets by simple random sampling, in each of these people likewise."""
    random = Random(seed)  # noqa: S311  (a simulation, not a secret)
    cases: list[DrawnCase] = []
    strata = []
    for commune in population.communes:
        sampled = sorted(random.sample(list(commune.hamlets), sample.psus), key=lambda hamlet: hamlet.code)
        for hamlet in sampled:
            cases += _cases(random, commune, hamlet, len(commune.hamlets) / sample.psus, sample.each, len(cases))
        strata.append(_stratum(commune, sampled, sample.each))
    return Draw(cases, {"frame": {"vi": sample.frame_vi, "en": sample.frame_en}, "strata": strata})


def _cases(random: Random, commune: Commune, hamlet: Hamlet, inverse: float, each: int, before: int) -> list[DrawnCase]:
    drawn = random.sample(list(hamlet.people), each)
    weight = inverse * len(hamlet.people) / each
    return [
        DrawnCase(before + place, commune.code, hamlet.code, weight, person, _outcome(random))
        for place, person in enumerate(drawn, start=1)
    ]


def _outcome(random: Random) -> str:
    chance = random.random()
    if chance < REFUSING:
        return "open" if chance < NOT_YET else "refused"
    return "not_contacted" if chance < REFUSING + AWAY else "complete"


def _stratum(commune: Commune, sampled: Sequence[Hamlet], each: int) -> dict[str, Any]:
    return {
        "code": commune.code,
        "unit": commune.code,
        "population": commune.size,
        "psus_in_frame": len(commune.hamlets),
        "psus": [
            {
                "code": hamlet.code,
                "name": hamlet.name,
                "population": len(hamlet.people),
                "drawn": each,
                "sampled": True,
            }
            for hamlet in sampled
        ],
    }
