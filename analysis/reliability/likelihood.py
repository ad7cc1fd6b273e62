"""Maximum likelihood of normal scores with missing values: any structure of covariances, means free.

Rows that miss the same items are one pattern, known by its count, mean and scatter; complete answers are one pattern
only. What the structure means is left to `confirmatory`.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import linalg

from analysis.design import FloatArray
from analysis.reliability.answers import Answers, UnfitAnswers
from analysis.reliability.structure import Structure

STEPS, SETTLED = 500, 1e-12


@dataclass(frozen=True, kw_only=True)
class Patterns:
    """One entry a pattern: `seen` (patterns, items), `count`, `mean` and `scatter`, which are 0 where nothing is seen.

    `of_row` gives the pattern of each respondent.
    """

    seen: npt.NDArray[np.bool_]
    of_row: npt.NDArray[np.intp]
    count: FloatArray
    mean: FloatArray
    scatter: FloatArray


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """`information` is the expected one of the parameters, for all respondents together."""

    parameters: FloatArray
    mean: FloatArray
    covariance: FloatArray
    slopes: FloatArray
    precision: FloatArray
    log_likelihood: float
    information: FloatArray


@dataclass(frozen=True, kw_only=True)
class _Point:
    """A candidate: where it is, how likely, and its precision by pattern (0 where nothing is seen)."""

    parameters: FloatArray
    mean: FloatArray
    covariance: FloatArray
    slopes: FloatArray
    precision: FloatArray
    log_likelihood: float


def patterns_of(chosen: Answers) -> Patterns:
    """Weights are scaled to add up to the number of respondents."""
    seen, which = np.unique(~np.isnan(chosen.values), axis=0, return_inverse=True)
    which = which.ravel()
    weights = chosen.weights * chosen.n / chosen.weights.sum()
    values = np.nan_to_num(chosen.values)
    count = np.bincount(which, weights=weights, minlength=len(seen)).astype(np.float64)
    mean, scatter = np.zeros(seen.shape), np.zeros((*seen.shape, seen.shape[1]))
    np.add.at(mean, which, values * weights[:, None])
    mean /= count[:, None]
    centred = (values - mean[which]) * np.sqrt(weights)[:, None]
    order = np.argsort(which, kind="stable")
    for pattern, rows in enumerate(np.split(order, np.searchsorted(which[order], np.arange(1, len(seen))))):
        scatter[pattern] = centred[rows].T @ centred[rows] / count[pattern]
    return Patterns(seen=seen, of_row=which, count=count, mean=mean, scatter=scatter)


def fit(patterns: Patterns, structure: Structure) -> Fitted:
    """Fisher scoring with halved steps. Raises UnfitAnswers when the likelihood has no maximum inside."""
    mean, variances = _start(patterns)
    point = _point(patterns, structure, structure.start(variances), mean)
    for _ in range(STEPS):
        score, information = _score(patterns, point)
        step, (mean_score, moved) = _solved(information, score), _mean_step(patterns, point)
        if score @ step + mean_score @ moved < SETTLED * patterns.count.sum():
            return Fitted(**vars(point), information=information)
        point = _better(patterns, structure, point, step, moved)
    raise UnfitAnswers(f"the model did not settle in {STEPS} steps")


def _start(patterns: Patterns) -> tuple[FloatArray, FloatArray]:
    """Each item's own mean and variance."""
    weights = patterns.seen * patterns.count[:, None]
    mean = (weights * patterns.mean).sum(axis=0) / weights.sum(axis=0)
    spread = np.einsum("pii->pi", patterns.scatter) + (patterns.mean - mean) ** 2
    return mean, (weights * spread).sum(axis=0) / weights.sum(axis=0)


def _point(patterns: Patterns, structure: Structure, parameters: FloatArray, mean: FloatArray) -> _Point:
    covariance, slopes = structure.implied(parameters)
    both = patterns.seen[:, :, None] & patterns.seen[:, None, :]
    filled = np.where(both, covariance, np.eye(len(covariance)))
    possible = np.linalg.eigvalsh(covariance)[0] > 0
    likelihood, precision = -np.inf, np.zeros_like(filled)
    if possible:
        precision = np.where(both, np.linalg.inv(filled), 0.0)
        apart = _centred(patterns, mean)
        spread = patterns.scatter + apart[:, :, None] * apart[:, None, :]
        own = patterns.seen.sum(axis=1) * np.log(2.0 * np.pi) + np.linalg.slogdet(filled)[1]
        likelihood = -0.5 * float(patterns.count @ (own + np.einsum("pij,pij->p", precision, spread)))
    return _Point(
        parameters=parameters,
        mean=mean,
        covariance=covariance,
        slopes=slopes,
        precision=precision,
        log_likelihood=likelihood,
    )


def _centred(patterns: Patterns, mean: FloatArray) -> FloatArray:
    return np.where(patterns.seen, patterns.mean - mean, 0.0)


def _score(patterns: Patterns, point: _Point) -> tuple[FloatArray, FloatArray]:
    """Slope of the log-likelihood by the parameters, and its expected curvature given what was seen."""
    apart = _centred(patterns, point.mean)
    spread = patterns.scatter + apart[:, :, None] * apart[:, None, :]
    pull = point.precision @ spread @ point.precision - point.precision
    total = np.einsum("p,pij->ij", patterns.count, pull)
    items, slopes = len(total), point.slopes.reshape(len(point.slopes), -1)
    flat = point.precision.reshape(len(point.precision), -1)
    crossed = ((flat * patterns.count[:, None]).T @ flat).reshape(items, items, items, items)
    weight = crossed.transpose(1, 2, 0, 3).reshape(items * items, items * items)
    return 0.5 * slopes @ total.ravel(), 0.5 * slopes @ weight @ slopes.T


def _solved(information: FloatArray, score: FloatArray) -> FloatArray:
    try:
        return np.asarray(linalg.cho_solve(linalg.cho_factor(information), score), dtype=np.float64)
    except linalg.LinAlgError as error:
        raise UnfitAnswers("the answers do not determine the model's parameters") from error


def _mean_step(patterns: Patterns, point: _Point) -> tuple[FloatArray, FloatArray]:
    weighed = point.precision * patterns.count[:, None, None]
    score = np.einsum("pij,pj->i", weighed, _centred(patterns, point.mean))
    return score, _solved(weighed.sum(axis=0), score)


def _better(patterns: Patterns, structure: Structure, point: _Point, step: FloatArray, moved: FloatArray) -> _Point:
    for share in 0.5 ** np.arange(30):
        tried = _point(patterns, structure, point.parameters + share * step, point.mean + share * moved)
        if tried.log_likelihood >= point.log_likelihood:
            return tried
    return tried


def observed_covariance(patterns: Patterns, structure: Structure, fitted: Fitted) -> FloatArray:
    """Covariance of the parameters from the likelihood's own curvature, means included.

    Where answers are missing at random, but not completely so, the expected information is not the right one (Kenward
    & Molenberghs 1998, Statistical Science 13, 236–247). Slopes by central differences.
    """
    size, at = len(fitted.parameters), np.concatenate([fitted.parameters, fitted.mean])

    def slope(moved: FloatArray) -> FloatArray:
        point = _point(patterns, structure, moved[:size], moved[size:])
        return np.concatenate([_score(patterns, point)[0], _mean_step(patterns, point)[0]])

    steps = np.diag(1e-5 * np.maximum(np.abs(at), 1.0))
    curvature = np.array([(slope(at - step) - slope(at + step)) / (2.0 * step.sum()) for step in steps])
    return np.asarray(np.linalg.inv((curvature + curvature.T) / 2.0)[:size, :size], dtype=np.float64)


def row_scores(chosen: Answers, patterns: Patterns, fitted: Fitted) -> FloatArray:
    """(respondents, parameters): how the log-likelihood of each respondent, unweighted, rises with each parameter."""
    apart = np.where(patterns.seen[patterns.of_row], chosen.values - fitted.mean, 0.0)
    pull = np.einsum("nij,nj->ni", fitted.precision[patterns.of_row], apart)
    bent = np.stack([((pull @ slope) * pull).sum(axis=1) for slope in fitted.slopes], axis=1)
    flat = fitted.precision.reshape(len(fitted.precision), -1)
    expected = flat @ fitted.slopes.reshape(len(fitted.slopes), -1).T
    scores: FloatArray = 0.5 * (bent - expected[patterns.of_row])
    return scores
