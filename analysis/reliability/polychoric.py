"""Polychoric correlations of ordered answers; how sure they are is left to `polychoric_sampling`.

Two steps (Olsson 1979): thresholds from each item's own shares, then each pair's correlation by maximum likelihood.
All pairs are solved together: everything below works on stacks of contingency tables.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from analysis.design import FloatArray
from analysis.reliability.answers import Answers, IntArray, Missing, answers
from analysis.survey_data import SurveyData

NODES, NODE_WEIGHTS = np.polynomial.legendre.leggauss(32)
FAR = 38.0  # Stands for infinity: the normal density is 0 there in double precision, and products stay finite.
BOUND, STEPS, SETTLED, LEAST = 0.9999, 100, 1e-12, 1e-15


@dataclass(frozen=True, kw_only=True)
class Polychoric:
    """`correlations` (items, items); `thresholds` one array an item, between its levels on the normal's scale."""

    items: tuple[str, ...]
    n: int
    levels: tuple[FloatArray, ...]
    thresholds: tuple[FloatArray, ...]
    correlations: FloatArray

    def table(self) -> pd.DataFrame:
        return pd.DataFrame(self.correlations, index=list(self.items), columns=list(self.items))


@dataclass(frozen=True, kw_only=True)
class Ordered:
    """Answers as levels: `chosen` (respondents, items, levels) is 1 at the level given, `cuts` (items, levels + 1).

    Items with fewer levels than others have cuts at infinity, so that all pairs make one stack.
    """

    levels: tuple[FloatArray, ...]
    chosen: FloatArray
    weights: FloatArray
    cuts: FloatArray

    @property
    def thresholds(self) -> tuple[FloatArray, ...]:
        return tuple(cuts[1 : len(levels)] for cuts, levels in zip(self.cuts, self.levels, strict=True))


@dataclass(frozen=True, kw_only=True)
class Pairs:
    """Every pair of items once, in the order of the lower triangle by columns; `counts` (pairs, levels, levels)."""

    first: IntArray
    second: IntArray
    counts: FloatArray
    row_cuts: FloatArray
    column_cuts: FloatArray

    def cells(self, correlation: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Probability of each cell, and its derivative by the correlation, which is the density at its corners."""
        h, k, r = self.row_cuts[:, :, None], self.column_cuts[:, None, :], correlation[:, None, None]
        probability = np.maximum(rectangles(normal_below(h, k, r)), LEAST)
        return probability, rectangles(normal_density(h, k, r))


def polychoric(
    data: SurveyData, items: Sequence[str], *, missing: Missing = "pairwise", weighted: bool = False
) -> Polychoric:
    """Polychoric correlations of items with few ordered levels; empty cells stay empty (psych: correct = 0).

    As lavaan's lavCor and psych's polychoric. Raises UnfitAnswers.
    """
    chosen = answers(data, items, missing=missing, weighted=weighted)
    ordered = as_levels(chosen)
    pairs = pairs_of(ordered)
    return Polychoric(
        items=chosen.items,
        n=chosen.n,
        levels=ordered.levels,
        thresholds=ordered.thresholds,
        correlations=square(solve(pairs), len(items)),
    )


def as_levels(chosen: Answers) -> Ordered:
    levels = tuple(np.unique(column[~np.isnan(column)]) for column in chosen.values.T)
    most = max(map(len, levels))
    indicator = np.zeros((*chosen.values.shape, most))
    for i, own in enumerate(levels):
        indicator[:, i, : len(own)] = chosen.values[:, i, None] == own
    share = np.einsum("n,nik->ik", chosen.weights, indicator)
    below = np.cumsum(share, axis=1)[:, :-1] / share.sum(axis=1, keepdims=True)
    cuts = np.full((len(levels), most + 1), FAR)
    cuts[:, 0] = -FAR
    inner = np.arange(most - 1) < np.array([[len(own) - 1] for own in levels])
    cuts[:, 1:-1][inner] = special.ndtri(below[inner])
    return Ordered(levels=levels, chosen=indicator, weights=chosen.weights, cuts=cuts)


def pairs_of(ordered: Ordered) -> Pairs:
    items, most = ordered.chosen.shape[1:]
    flat = ordered.chosen.reshape(len(ordered.chosen), -1)
    crossed = ((flat * ordered.weights[:, None]).T @ flat).reshape(items, most, items, most).transpose(0, 2, 1, 3)
    second, first = np.triu_indices(items, 1)
    return Pairs(
        first=first,
        second=second,
        counts=crossed[first, second],
        row_cuts=ordered.cuts[first],
        column_cuts=ordered.cuts[second],
    )


def square(below: FloatArray, items: int) -> FloatArray:
    """The symmetric matrix with ones on its diagonal from the values of its pairs."""
    matrix = np.eye(items)
    second, first = np.triu_indices(items, 1)
    matrix[first, second] = matrix[second, first] = below
    return matrix


def solve(pairs: Pairs) -> FloatArray:
    """Each pair's correlation by Fisher scoring, kept between bounds that the score's sign draws closer."""
    total = pairs.counts.sum(axis=(1, 2))
    correlation, low, high = np.zeros(len(total)), np.full(len(total), -BOUND), np.full(len(total), BOUND)
    for _ in range(STEPS):
        probability, slope = pairs.cells(correlation)
        score = (pairs.counts * slope / probability).sum(axis=(1, 2))
        low, high = np.where(score > 0, correlation, low), np.where(score > 0, high, correlation)
        proposed = correlation + score / (total * (slope**2 / probability).sum(axis=(1, 2)))
        proposed = np.where((proposed > low) & (proposed < high), proposed, (low + high) / 2.0)
        moved = np.abs(proposed - correlation).max()
        correlation = proposed
        if moved < SETTLED:
            break
    return correlation


def normal_below(h: FloatArray, k: FloatArray, r: FloatArray) -> FloatArray:
    """P(X < h, Y < k) of two standard normals with correlation r, to about 1e-15.

    Gauss–Legendre over the angle (Drezner & Wesolowsky 1990; Genz 2004): its integrand is smooth for |r| < 1.
    """
    angle = np.arcsin(r)[..., None]
    sine = np.sin(angle * (NODES + 1.0) / 2.0)
    h, k = np.broadcast_arrays(h, k)
    a, b = h[..., None], k[..., None]
    area = np.exp(-(a * a + b * b - 2.0 * a * b * sine) / (2.0 * (1.0 - sine * sine))) @ NODE_WEIGHTS
    return special.ndtr(h) * special.ndtr(k) + area * angle[..., 0] / (4.0 * np.pi)


def normal_density(h: FloatArray, k: FloatArray, r: FloatArray) -> FloatArray:
    free = 1.0 - r * r
    return np.exp(-(h * h + k * k - 2.0 * h * k * r) / (2.0 * free)) / (2.0 * np.pi * np.sqrt(free))


def rectangles(corners: FloatArray) -> FloatArray:
    return np.diff(np.diff(corners, axis=-1), axis=-2)
