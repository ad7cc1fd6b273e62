"""Chance that anyone can check: random numbers from a seed and a label, and the three ways of drawing with them.

A number depends on the seed and on what it is for, not on the order of a list, so a draw is the same on every machine
and the frame may be sorted as one likes. What is drawn, and in how many stages, is left to `draw`.
"""

import hashlib
import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.design import FloatArray


class CannotDraw(Exception):
    """What was asked for cannot be drawn from this list; the message says why."""


@dataclass(frozen=True)
class Chance:
    """Uniform numbers by label. `seed` is 64 hexadecimal digits."""

    seed: str

    def number(self, label: str) -> float:
        """In (0, 1), with the 53 bits that a float holds."""
        digest = hashlib.sha256(f"{self.seed}:{label}".encode()).digest()
        return ((int.from_bytes(digest[:8]) >> 11) + 0.5) / 2**53

    def shuffled(self, label: str, codes: Sequence[str]) -> list[str]:
        """All codes in random order: the first n are a simple random sample, the next ones its reserves in order."""
        return sorted(codes, key=lambda code: (self.number(f"{label}:{code}"), code))

    def systematic(self, label: str, codes: Sequence[str], wanted: int) -> list[str]:
        """Every (N / n)-th of the codes in the order given, from a random start; each has the probability n / N."""
        _check(wanted, len(codes))
        step = len(codes) / wanted if wanted else 0.0
        start = self.number(f"{label}:") * step
        last = len(codes) - 1  # Rounding up may reach beyond it.
        return [codes[min(int(start + place * step), last)] for place in range(wanted)]

    def proportional(self, label: str, sizes: Mapping[str, float], wanted: int) -> list[str]:
        """`wanted` codes with probabilities proportional to size, by the design of Sampford (1967).

        One code is taken with a chance in proportion to its π, every other with its own π; a try counts where that
        gives `wanted` different ones (Bondesson, Traat & Lundqvist 2006). About √(2π Σ π (1 - π)) tries are needed.
        """
        found = dict(sorted(probabilities(sizes, wanted).items()))
        missing = wanted - sum(chance == 1.0 for chance in found.values())
        tries = (self._try(f"{label}:{place}", found, missing) for place in itertools.count())
        return sorted(next(sample for sample in tries if len({*sample}) == len(sample) == wanted))

    def _try(self, label: str, found: Mapping[str, float], missing: int) -> list[str]:
        """`missing` codes are to be left to chance; where it is one or none, only the first draw decides."""
        mark, reached = self.number(f"{label}:") * missing, 0.0
        one: list[str] = []
        for code, chance in found.items():
            reached += chance % 1.0
            if mark < reached:
                one = [code]
                break
        by_chance = missing > 1
        others = (
            code
            for code, chance in found.items()
            if chance == 1.0 or (by_chance and self.number(f"{label}:{code}") < chance)
        )
        return [*one, *others]


def probabilities(sizes: Mapping[str, float], wanted: int) -> dict[str, float]:
    """Inclusion probability of each code, proportional to size; one too large for that is certain (1.0)."""
    _check(wanted, sum(size > 0 for size in sizes.values()))
    certain: set[str] = set()
    while True:
        rest = math.fsum(size for code, size in sizes.items() if code not in certain)
        left = wanted - len(certain)
        found = {code: 1.0 if code in certain else left * size / rest for code, size in sizes.items()}
        # Within rounding of 1 counts as certain: nothing random is left of it.
        more = {code for code, chance in found.items() if chance >= 1.0 - 1e-12} - certain
        if not more:
            return found
        certain |= more


def _check(wanted: int, there: int) -> None:
    if not 0 <= wanted <= there:
        raise CannotDraw(f"{wanted} cannot be drawn out of {there}")


def joint_probabilities(chances: FloatArray) -> FloatArray:
    """π_ij (N, N) of Sampford's design for inclusion probabilities (N,) below 1 that add up to a whole number n.

    A sample s has the probability K Σ_{l ∈ s} π_l Π_{k ∈ s, k ≠ l} λ_k with λ = π / (1 - π) (Sampford 1967); the sums
    over samples that hold i and j are coefficients of polynomials. The diagonal is π_i. Takes N³ n steps.
    """
    n = round(float(chances.sum()))
    if n < 2:
        return np.diag(chances)
    odds = chances / (1.0 - chances)
    _, whole = _coefficients(odds[:, None], chances[:, None], n)
    several = len(chances)
    others = np.ones((several, several, several))
    others[np.arange(several), np.arange(several), :] = 0.0  # Left out of the polynomial: i and
    others[np.arange(several), :, np.arange(several)] = 0.0  # j.
    plain, marked = _coefficients(odds[:, None, None] * others, chances[:, None, None] * others, n - 2)
    one = np.outer(chances, odds)
    joint: FloatArray = ((one + one.T) * plain[n - 2] + np.outer(odds, odds) * marked[n - 2]) / whole[n]
    np.fill_diagonal(joint, chances)
    return joint


def _coefficients(odds: FloatArray, chances: FloatArray, degree: int) -> tuple[FloatArray, FloatArray]:
    """Up to z^degree: of Π (1 + λ_k z), and of Σ_l π_l z Π_{k ≠ l} (1 + λ_k z); factors along the first axis."""
    plain = np.zeros((degree + 1, *odds.shape[1:]))
    marked = np.zeros_like(plain)
    plain[0] = 1.0
    for odd, chance in zip(odds, chances, strict=True):
        marked[1:] += odd * marked[:-1] + chance * plain[:-1]
        plain[1:] += odd * plain[:-1]
    return plain, marked
