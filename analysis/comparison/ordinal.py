"""Ordered outcomes: the cumulative logit or probit model, weighted, with the linearised covariance of coefficients.

P(outcome ≤ k) = F(θ_k - x'β) (McCullagh 1980, JRSS B 42, 109–142); pseudo-maximum likelihood with Binder's (1983)
covariance, equal to R survey's svyolr up to where its optimiser stops.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise as neighbours
from typing import Literal

import numpy as np
from scipy import special

from analysis.columns import require
from analysis.comparison.regression import STILL, Coefficients, Modelled, NotFitted, modelled
from analysis.design import FloatArray
from analysis.estimands import Data
from analysis.model_columns import levels
from analysis.tally import IntArray

Link = Literal["logit", "probit"]
ROUNDS = 100
CONVERGED = 1e-12
END = 1e4  # The thresholds before the first and after the last level: F is 0 and 1 there.


@dataclass(frozen=True, kw_only=True)
class Ordinal(Coefficients):
    """Slopes, then thresholds named "1|2"; a positive slope moves answers up the scale."""

    levels: tuple[str, ...]
    link: Link
    log_likelihood: float


def _logistic(x: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    p = special.expit(x)
    f = p * special.expit(-x)
    return p, f, f * (1.0 - 2.0 * p)


def _normal(x: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    f = np.exp(-0.5 * x**2) / np.sqrt(2.0 * np.pi)
    return special.ndtr(x), f, -x * f


_LINKS: Mapping[Link, Callable[[FloatArray], tuple[FloatArray, FloatArray, FloatArray]]] = {
    "logit": _logistic,
    "probit": _normal,
}
_QUANTILES: Mapping[Link, Callable[[FloatArray], FloatArray]] = {"logit": special.logit, "probit": special.ndtri}


def ordinal(
    data: Data,
    *,
    outcome: str,
    terms: Sequence[str],
    categorical: Sequence[str] = (),
    link: Link = "logit",
) -> Ordinal:
    """Regression of an ordered column (numbers, or a pandas category with its order) on `terms`.

    Degrees of freedom: design's + 1 - number of coefficients, thresholds included. Raises UnknownTerms, NotFitted.
    """
    require(data.frame, [outcome])
    used = data.frame[outcome].notna().to_numpy(dtype=bool) & (data.weights > 0)
    codes, labels = levels(data.frame[outcome].where(used))
    if len(labels) < 3:
        raise NotFitted(f"{outcome} must show three levels or more; use a logistic regression for two")
    ordered = replace(data, frame=data.frame.assign(**{outcome: np.where(codes >= 0, codes, np.nan)}))
    model = modelled(ordered, outcome, terms, categorical, intercept=False)
    if len(np.unique(model.outcome[model.used])) < len(labels):
        raise NotFitted(f"a level of {outcome} occurs only in rows that lack a term; merge levels")
    return _fitted(model, labels, link)


@dataclass(frozen=True, kw_only=True)
class _Likelihood:
    """The weighted log-likelihood over the rows in use: `x` (rows, p), `level` (rows,), `w` (rows,)."""

    x: FloatArray
    level: IntArray
    w: FloatArray
    link: Link
    thresholds: int

    def at(self, value: FloatArray) -> tuple[float, FloatArray, FloatArray]:
        """Log-likelihood, scores by row (rows, p + thresholds), and minus the Hessian. -inf where out of order."""
        p = self.x.shape[1]
        ends = np.concatenate([[-END], value[p:], [END]])
        eta = self.x @ value[:p]
        upper, f_upper, d_upper = _LINKS[self.link](ends[self.level + 1] - eta)
        lower, f_lower, d_lower = _LINKS[self.link](ends[self.level] - eta)
        chance = upper - lower
        if not (np.diff(value[p:]) > 0).all() or not (chance > 0).all():
            return -np.inf, np.zeros((len(eta), len(value))), np.eye(len(value))
        above, below = self._directions(self.level), self._directions(self.level - 1)
        scores = (f_upper / chance)[:, None] * above - (f_lower / chance)[:, None] * below
        curvature = (
            (above * (self.w * d_upper / chance)[:, None]).T @ above
            - (below * (self.w * d_lower / chance)[:, None]).T @ below
            - (scores * self.w[:, None]).T @ scores
        )
        return float(self.w @ np.log(chance)), scores, -curvature

    def _directions(self, threshold: IntArray) -> FloatArray:
        """How θ - x'β moves with the coefficients, for the threshold of every row (none at either end)."""
        chosen = (threshold[:, None] == np.arange(self.thresholds)).astype(np.float64)
        return np.hstack([-self.x, chosen])

    def start(self) -> FloatArray:
        shares = np.bincount(self.level, weights=self.w, minlength=self.thresholds + 1)
        cumulated = np.cumsum(shares)[:-1] / shares.sum()
        return np.concatenate([np.zeros(self.x.shape[1]), _QUANTILES[self.link](cumulated)])


def _fitted(model: Modelled, labels: tuple[str, ...], link: Link) -> Ordinal:
    used = model.used
    centre = model.columns.matrix[used].mean(axis=0)
    likelihood = _Likelihood(
        x=model.columns.matrix[used] - centre,
        level=model.outcome[used].astype(np.int64),
        w=model.weights[used],
        link=link,
        thresholds=len(labels) - 1,
    )
    value, information = _maximised(likelihood, model)
    total, scores, _ = likelihood.at(value)
    rows = np.zeros((len(used), len(value)))
    rows[used] = likelihood.w[:, None] * scores

    def refit(weights: FloatArray) -> FloatArray:
        return _maximised(replace(likelihood, w=model.scaled(weights)[used]), model)[0]

    return _uncentred(model, labels, link, value, model.sandwich(rows, information, refit), centre, total)


def _maximised(likelihood: _Likelihood, model: Modelled) -> tuple[FloatArray, FloatArray]:
    """Newton's method on a concave likelihood; a step that overshoots is halved."""
    value = likelihood.start()
    best, scores, information = likelihood.at(value)
    for _ in range(ROUNDS):
        gradient = likelihood.w @ scores
        step = model.solved(information, gradient)
        fraction = 1.0
        while fraction > CONVERGED and likelihood.at(value + fraction * step)[0] < best:
            fraction /= 2.0
        value = value + fraction * step
        best, scores, information = likelihood.at(value)
        if gradient @ step < CONVERGED * (abs(best) + 1.0):
            if np.abs(likelihood.x @ step[: likelihood.x.shape[1]]).max() > STILL:
                raise NotFitted("the terms separate the levels: some chances are estimated as 0 or 1; merge groups")
            return value, information
    raise NotFitted("the ordered regression did not converge; the terms may separate the levels")


def _uncentred(
    model: Modelled,
    labels: tuple[str, ...],
    link: Link,
    value: FloatArray,
    covariance: FloatArray,
    centre: FloatArray,
    total: float,
) -> Ordinal:
    """Thresholds for columns as they are: θ + centre'β; the fit was made with centred columns, which condition well."""
    p = len(centre)
    turn = np.eye(len(value))
    turn[p:, :p] = centre
    names = tuple(f"{a}|{b}" for a, b in neighbours(labels))
    return Ordinal(
        names=(*model.columns.names, *names),
        term_of=(*model.columns.term_of, *names),
        value=turn @ value,
        covariance=turn @ covariance @ turn.T,
        df=model.df - len(names),
        n=int(model.used.sum()),
        levels=labels,
        link=link,
        log_likelihood=total,
    )
