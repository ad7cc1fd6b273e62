"""Shares of R² that each driver deserves, from correlations: Shapley (LMG) and Johnson. Arrays in and out.

Correlations are (replicates, k + 1, k + 1) with the outcome last, so that a bootstrap is solved as one stack.
"""

from collections.abc import Callable, Mapping
from math import factorial

import numpy as np

from analysis.design import FloatArray

MOST_DRIVERS = 16  # All subsets of more would take minutes.
REPEATED = 1e-10  # A driver whose variance the others explain down to this adds nothing.


def lmg(correlations: FloatArray) -> FloatArray:
    """(replicates, drivers): each driver's gain in R², averaged over all orders (Lindeman, Merenda & Gold 1980).

    It is Shapley's value of R², as R relaimpo's "lmg"; the shares add up to R².
    """
    drivers = correlations.shape[1] - 1
    block = max(1, 4_000_000 >> drivers)
    parts = [correlations[start : start + block] for start in range(0, len(correlations), block)]
    weights = _orders(drivers)
    return np.concatenate([(weights @ _all_subsets(part)).T for part in parts])


def johnson(correlations: FloatArray) -> FloatArray:
    """(replicates, drivers): relative weights (Johnson 2000), through the nearest uncorrelated drivers; sum to R²."""
    between, with_outcome = correlations[:, :-1, :-1], correlations[:, :-1, -1]
    values, vectors = np.linalg.eigh(between)
    root = np.sqrt(np.maximum(values, 0.0))
    back = np.where(root > np.sqrt(REPEATED), 1.0 / np.maximum(root, REPEATED), 0.0)
    turned = np.einsum("rij,rj,rkj->rik", vectors, root, vectors)
    slopes = np.einsum("rij,rj,rkj,rk->ri", vectors, back, vectors, with_outcome)
    shares: FloatArray = np.einsum("rij,rj->ri", turned**2, slopes**2)
    return shares


SHARES: Mapping[str, Callable[[FloatArray], FloatArray]] = {"lmg": lmg, "johnson": johnson}


def _all_subsets(correlations: FloatArray) -> FloatArray:
    """(2^k, replicates): R² of every subset of drivers, numbered by its bits.

    A subset grows from one without its last driver by sweeping that driver out of the later ones and the outcome.
    """
    drivers = correlations.shape[1] - 1
    explained = np.zeros((1 << drivers, len(correlations)))

    def grow(subset: int, first: int, left: FloatArray) -> None:
        for driver in range(first, drivers):
            at = driver - first
            own, others = left[:, at, at], left[:, at, at + 1 :]
            inverse = np.where(own > REPEATED, 1.0 / np.maximum(own, REPEATED), 0.0)
            larger = subset | 1 << driver
            explained[larger] = explained[subset] + others[:, -1] ** 2 * inverse
            if driver + 1 < drivers:
                swept = others[:, :, None] * others[:, None, :] * inverse[:, None, None]
                grow(larger, driver + 1, left[:, at + 1 :, at + 1 :] - swept)

    grow(0, 0, correlations)
    return explained


def _orders(drivers: int) -> FloatArray:
    """(drivers, 2^k): how often a subset's R² is added, or subtracted, when a driver joins in a random order."""
    subsets = np.arange(1 << drivers)
    inside = (subsets >> np.arange(drivers)[:, None]) & 1 == 1
    size = inside.sum(axis=0)
    chance = [factorial(s) * factorial(drivers - s - 1) / factorial(drivers) for s in range(drivers)]
    joined: FloatArray = np.array([0.0, *chance])[size]
    left: FloatArray = np.array([*chance, 0.0])[size]
    return np.where(inside, joined, -left)
