"""How sure polychoric correlations are: each respondent's influence on them, thresholds estimated as well.

Muthén (1984), as lavaan computes the weight matrix of WLSMV. What is fitted to the correlations is left to others.
"""

import numpy as np
from scipy import special

from analysis.design import FloatArray
from analysis.reliability.polychoric import FAR, Ordered, Pairs


def influence(ordered: Ordered, pairs: Pairs, correlation: FloatArray) -> FloatArray:
    """(respondents, pairs): how much each moves each correlation; their weighted cross-product is its covariance.

    The correlation's own score, less what moves through the thresholds of its two items, over its information.
    """
    probability, slope = pairs.cells(correlation)
    ratio = slope / probability
    own = _at_answers(ordered, pairs, ratio)
    through_first = _slopes_by_cut(pairs.row_cuts, pairs.column_cuts, correlation)
    through_second = _slopes_by_cut(pairs.column_cuts, pairs.row_cuts, correlation)
    crossed = pairs.counts * ratio / probability
    first, second = _by_cut(crossed, through_first), _by_cut(crossed.transpose(0, 2, 1), through_second)
    moved = [_threshold_influence(ordered, i) for i in range(len(ordered.cuts))]
    for pair, (i, j) in enumerate(zip(pairs.first, pairs.second, strict=True)):
        own[:, pair] -= moved[i] @ first[pair] + moved[j] @ second[pair]
    scaled: FloatArray = own / (pairs.counts * ratio**2).sum(axis=(1, 2))
    return scaled


def _at_answers(ordered: Ordered, pairs: Pairs, of_cell: FloatArray) -> FloatArray:
    """(respondents, pairs): the value of the cell that each respondent's two answers fall into."""
    first, second = ordered.chosen.argmax(axis=2)[:, pairs.first], ordered.chosen.argmax(axis=2)[:, pairs.second]
    return np.asarray(of_cell[np.arange(len(pairs.first)), first, second], dtype=np.float64)


def _slopes_by_cut(own: FloatArray, other: FloatArray, correlation: FloatArray) -> FloatArray:
    """(pairs, cuts, other's levels): the derivative of P(below the cut, other's level) by the cut."""
    r = correlation[:, None, None]
    below = special.ndtr((other[:, None, :] - r * own[:, :, None]) / np.sqrt(1.0 - r * r))
    return _density(own)[:, :, None] * np.diff(below, axis=2)


def _by_cut(crossed: FloatArray, slopes: FloatArray) -> FloatArray:
    """(pairs, inner cuts): a cut moves the level below it up and the level above it down."""
    summed: FloatArray = ((crossed[:, :-1] - crossed[:, 1:]) * slopes[:, 1:-1]).sum(axis=2)
    return summed


def _threshold_influence(ordered: Ordered, i: int) -> FloatArray:
    """(respondents, inner cuts): how much each respondent moves the item's thresholds; 0 at cuts it does not have."""
    chosen, cuts = ordered.chosen[:, i], ordered.cuts[i]
    share = np.maximum(np.diff(special.ndtr(cuts)), np.finfo(float).tiny)
    at_levels = chosen / share
    scores = (at_levels[:, :-1] - at_levels[:, 1:]) * _density(cuts)[1:-1]
    has = cuts[1:-1] < FAR
    information = (scores[:, has] * ordered.weights[:, None]).T @ scores[:, has]
    moved: FloatArray = np.zeros(scores.shape)
    moved[:, has] = np.linalg.solve(information, scores[:, has].T).T
    return moved


def _density(x: FloatArray) -> FloatArray:
    density: FloatArray = np.exp(-x * x / 2.0) / np.sqrt(2.0 * np.pi)
    return density
