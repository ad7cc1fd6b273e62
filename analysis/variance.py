"""The variance of sums over sampled units: the one place where strata, fpc and lonely units become a covariance.

Formulas: ultimate clusters, equal to R survey's svyrecvar. What the sums mean is left to `linear` (sums of the tally)
and to `survey_data` (scores of rows, over several stages).
"""

import numpy as np

from analysis.design import BoolArray, FloatArray, Strata
from analysis.tally import IntArray


def variance(influence: FloatArray, stratum_of: IntArray, strata: Strata) -> FloatArray:
    """Variance (estimates,) from influences (units, estimates) whose units stand in the order of their strata."""
    total: FloatArray = np.sum(deviations(influence, stratum_of, strata) ** 2, axis=0)
    return total


def deviations(influence: FloatArray, stratum_of: IntArray, strata: Strata) -> FloatArray:
    """Rows (deviations, estimates) whose squares add up to the variance, and their products to the covariance.

    The squared deviations of a stratum's units from their mean, times (1 - f) m/(m - 1), m being all sampled units of
    the stratum: one without a row in the domain deviates by the mean. R survey's rules for strata of one unit, with
    `strata.domain_lonely` also for strata of which the domain keeps one (options(survey.adjust.domain.lonely)).
    """
    present, starts = np.unique(stratum_of, return_index=True)
    if not len(present):
        return np.zeros((0, influence.shape[1]))
    sampled, row_of = strata.sampled[present], np.searchsorted(present, stratum_of)
    absent = sampled - np.bincount(row_of, minlength=len(present))
    centre = np.add.reduceat(influence, starts, axis=0) / sampled[:, None]
    scale = strata.free[present] * np.where(sampled > 1, sampled / np.maximum(sampled - 1, 1), 1.0)
    alone = strata.alone[present] | (strata.domain_lonely & (sampled - absent == 1) & (sampled > 1))
    if strata.lonely == "average" and alone.any():
        scale = scale * _average(alone, strata.parent[present])
    if strata.lonely == "centre" and alone.any():
        centre = np.where(alone[:, None], _grand_mean(centre, sampled, strata.parent[present]), centre)
    seen = np.sqrt(scale)[row_of, None] * (influence - centre[row_of])
    unseen = np.sqrt(scale * absent)[:, None] * centre
    return np.concatenate([seen, unseen[absent > 0]])


def _average(alone: BoolArray, parent: IntArray) -> FloatArray:
    """Lonely strata count as much as the average of the others; without others there is no variance (nan)."""
    strata, others = np.bincount(parent), np.bincount(parent, weights=~alone)
    factor = np.where(others > 0, strata / np.where(others > 0, others, 1.0), np.nan)[parent]
    return np.where(alone & (others[parent] > 0), 0.0, factor)


def _grand_mean(means: FloatArray, sampled: FloatArray, parent: IntArray) -> FloatArray:
    """The mean over all sampled units of the same parent, by stratum."""
    total = np.zeros((parent.max() + 1, means.shape[1]))
    np.add.at(total, parent, means * sampled[:, None])
    return (total / np.maximum(np.bincount(parent, weights=sampled), 1.0)[:, None])[parent]
