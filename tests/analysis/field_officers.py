"""Simulated officers for the checks of the field: honest ones in villages that differ, and those who invent forms.

Invented forms are made in three ways, each by somebody who works less than an honest day: hurried and cheerful, copied
from the few real ones, or one value throughout. Half of the inventors report no refusal and nobody away, either.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.field_checks.rules import Cases

ITEMS = tuple(f"A{number}" for number in range(1, 23))
OFFICERS, CASES, INVENTORS = 12, 48, 2
WAYS = ("hurried", "copied", "one value")
# Between the levels of a rating, on the scale of the mood below.
CUTS = np.array([-2.4, -1.6, -0.7, 0.9])


@dataclass(frozen=True)
class Survey:
    frame: pd.DataFrame
    cases: dict[str, Cases]
    inventors: dict[str, str]  # By officer, in which way.


def survey(seed: int, inventors: int = INVENTORS) -> Survey:
    chance = np.random.default_rng(seed)
    frames, cases, found = [], {}, {}
    for number in range(OFFICERS):
        who, way = f"officer {number}", str(chance.choice(WAYS)) if number < inventors else ""
        failed = (
            0 if way and chance.random() < 0.5 else int(chance.binomial(CASES, 0.2 * np.exp(chance.normal(0, 0.3))))
        )
        ratings, seconds = _honest(chance, CASES - failed)
        if way:
            found[who] = way
            _invent(chance, way, ratings, seconds)
        frames.append(pd.DataFrame(ratings, columns=list(ITEMS)).assign(who=who, seconds=seconds))
        cases[who] = _cases(chance, CASES - failed, failed)
    return Survey(pd.concat(frames, ignore_index=True), cases, found)


def _honest(chance: np.random.Generator, interviews: int) -> tuple[np.ndarray, np.ndarray]:
    """Villages, people and items differ; some people are content with everything; officers are slow or quick."""
    mood = chance.normal(0, 0.25) + chance.normal(0, 0.9, (interviews, 1))
    latent = mood + chance.normal(0, 0.3, (1, len(ITEMS))) + chance.normal(0, 0.8, (interviews, len(ITEMS)))
    ratings = 1 + np.searchsorted(CUTS, latent)
    even = chance.random(interviews) < chance.beta(3, 20)
    ratings[even] = chance.choice((4, 5), (int(even.sum()), 1))
    pace = 540 * np.exp(chance.normal(0, 0.12))
    return ratings, np.rint(pace * np.exp(chance.normal(0, 0.3, interviews))).astype(int)


def _invent(chance: np.random.Generator, way: str, ratings: np.ndarray, seconds: np.ndarray) -> None:
    """From half to nine tenths of the forms, in place."""
    interviews = len(ratings)
    real = max(4, int(interviews * chance.uniform(0.1, 0.5)))
    invented = slice(real, interviews)
    count = interviews - real
    if way == "hurried":
        ratings[invented] = chance.choice((3, 4, 5), (count, len(ITEMS)), p=(0.08, 0.42, 0.5))
        seconds[invented] = np.rint(160 * np.exp(chance.normal(0, 0.3, count)))
    elif way == "copied":
        ratings[invented] = ratings[chance.integers(0, 4, count)]
    else:
        cheerful = chance.choice((4, 5), (count, len(ITEMS)), p=(0.3, 0.7))
        even = chance.random((count, 1)) < 0.8
        ratings[invented] = np.where(even, 5, cheerful)


def _cases(chance: np.random.Generator, answered: int, failed: int) -> Cases:
    refused, moved, wrong, away = chance.multinomial(failed, (0.4, 0.15, 0.05, 0.4))
    failures = {"refused": refused, "moved": moved, "wrong_data": wrong, "not_contacted": away}
    outcomes = {"complete": answered, **{word: int(count) for word, count in failures.items()}}
    return Cases(outcomes, int(min(failed, chance.poisson(3))))
