"""Chance from a seed: equal everywhere, with the probabilities that it states."""

import itertools
from collections import Counter

import numpy as np
import pytest

from analysis.planning.chance import CannotDraw, Chance, joint_probabilities, probabilities

SIZES = dict(zip("abcdef", range(1, 7), strict=True))
DRAWS = 4000


def test_probabilities_are_proportional_until_one_is_certain() -> None:
    assert probabilities({"a": 1, "b": 1, "c": 2}, 2) == {"a": 0.5, "b": 0.5, "c": 1.0}
    assert probabilities({"a": 1, "b": 1, "c": 98}, 2) == {"a": 0.5, "b": 0.5, "c": 1.0}
    assert sum(probabilities(SIZES, 3).values()) == pytest.approx(3)


def test_joint_probabilities_are_those_of_every_sample_counted_out() -> None:
    """Sampford's design by its definition, over all 20 samples of 3 out of 6."""
    chances = np.array(list(probabilities(SIZES, 3).values()))
    odds, expected, whole = chances / (1 - chances), np.zeros((6, 6)), 0.0
    for sample in itertools.combinations(range(6), 3):
        weight = sum(chances[one] * np.prod([odds[other] for other in sample if other != one]) for one in sample)
        whole += weight
        for pair in itertools.product(sample, repeat=2):
            expected[pair] += weight

    assert joint_probabilities(chances) == pytest.approx(expected / whole, abs=1e-14)
    assert np.diag(expected / whole) == pytest.approx(chances, abs=1e-14)


def test_draws_have_the_stated_probabilities_also_in_pairs() -> None:
    """4,000 seeds; a share of one of them is within 4 standard errors."""
    found, pairs = Counter[str](), Counter[tuple[str, str]]()
    for number in range(DRAWS):
        sample = Chance(f"{number:064x}").proportional("stage", SIZES, 3)
        found.update(sample)
        pairs.update(itertools.combinations(sample, 2))
    chances = probabilities(SIZES, 3)
    joint = joint_probabilities(np.array(list(chances.values())))

    for code, chance in chances.items():
        assert found[code] / DRAWS == pytest.approx(chance, abs=4 * (chance * (1 - chance) / DRAWS) ** 0.5)
    for (i, one), (j, other) in itertools.combinations(enumerate("abcdef"), 2):
        chance = joint[i, j]
        assert pairs[one, other] / DRAWS == pytest.approx(chance, abs=4 * (chance * (1 - chance) / DRAWS) ** 0.5)


def test_a_large_sample_needs_no_luck() -> None:
    sizes = {f"{number:03}": 1.0 + number % 7 for number in range(600)}
    sample = Chance("ab" * 32).proportional("stage", sizes, 300)

    assert len(set(sample)) == 300
    assert Chance("ab" * 32).proportional("stage", sizes, 600) == sorted(sizes)


def test_systematic_takes_every_nth_from_a_random_start() -> None:
    codes = [f"{number:02}" for number in range(12)]
    starts = {tuple(Chance(f"{seed:064x}").systematic("x", codes, 4)) for seed in range(50)}

    assert starts == {tuple(codes[start::3]) for start in range(3)}


def test_more_than_there_is_cannot_be_drawn() -> None:
    with pytest.raises(CannotDraw, match="7 cannot be drawn out of 6"):
        Chance("00").proportional("stage", SIZES, 7)


def test_numbers_depend_on_seed_and_label_alone() -> None:
    """The digest is that of `printf '%s' abab…ab:stage:code | sha256sum`; the number is its first 53 bits."""
    digest = "8668339a7418849871212264068c040b678685aed4b447f0f6ce6452ac867fbf"

    assert Chance("ab" * 32).number("stage:code") == ((int(digest[:16], 16) >> 11) + 0.5) / 2**53
    assert Chance("ab" * 32).shuffled("s", ["b", "a", "c"]) == Chance("ab" * 32).shuffled("s", ["c", "b", "a"])
