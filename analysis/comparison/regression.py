"""Regression with a design: weighted least squares and logistic, with the linearised covariance of the coefficients.

Binder (1983), International Statistical Review 51, 279–292; equal to R survey's svyglm. Which terms become which
columns is left to `model_columns`, ordered outcomes to `ordinal`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from scipy import special

from analysis.columns import UnknownTerms, numbers
from analysis.comparison.test_results import TestResult, wald_test
from analysis.design import BoolArray, FloatArray
from analysis.estimands import Data
from analysis.intervals import t_quantile
from analysis.model_columns import ModelColumns, model_columns
from analysis.significance import t_p_values
from analysis.survey_data import Refit

ROUNDS = 50
CONVERGED = 1e-8  # Of the deviance, as R's glm.
FURTHEST = 30.0  # A linear predictor beyond this means chances of 0 and 1: the data separate.
STILL = 0.05  # Where the deviance stands still and a linear predictor moves more, only its end at infinity is missing.


class NotFitted(ValueError):
    """The model has no solution in these data; the sentence says why."""


@dataclass(frozen=True, kw_only=True)
class Coefficients:
    """Coefficients (p,) with their design-based covariance (p, p); `df` = design degrees of freedom + 1 - p."""

    names: tuple[str, ...]
    term_of: tuple[str, ...]
    value: FloatArray
    covariance: FloatArray
    df: int
    n: int

    @property
    def se(self) -> FloatArray:
        """(p,)"""
        se: FloatArray = np.sqrt(np.diag(self.covariance))
        return se

    def table(self, *, level: float = 0.95) -> pd.DataFrame:
        """One row a coefficient: estimate, se, t, df, p, low, high."""
        se, df = self.se, np.full(len(self.value), float(self.df))
        t, reach = self.value / se, t_quantile(df, level) * se
        return pd.DataFrame(
            {"coefficient": self.names, "estimate": self.value, "se": se, "t": t, "df": self.df}
            | {"p": t_p_values(t, df), "low": self.value - reach, "high": self.value + reach}
        )

    def test(self, *terms: str) -> TestResult:
        """Wald's test that all coefficients of `terms` are 0. Raises UnknownTerms."""
        if unknown := [term for term in terms if term not in self.term_of]:
            raise UnknownTerms(unknown)
        at = [i for i, term in enumerate(self.term_of) if term in terms]
        return wald_test(f"Wald test of {', '.join(terms)}", self.value[at], self.covariance[np.ix_(at, at)], self.df)


@dataclass(frozen=True, kw_only=True)
class Regression(Coefficients):
    """`fitted` (rows,): means or chances, missing outside the model's rows; deviances with weights of mean 1."""

    family: Literal["gaussian", "binomial"]
    fitted: FloatArray
    deviance: float
    null_deviance: float

    @property
    def r_squared(self) -> float:
        """Share of the weighted deviance explained; of a linear regression the weighted R²."""
        return 1.0 - self.deviance / self.null_deviance

    @property
    def cox_snell(self) -> float:
        """Lumley (2017), Australian & NZ Journal of Statistics 59, 281–287 (R survey's psrsq)."""
        return 1.0 - float(np.exp((self.deviance - self.null_deviance) / self.n))

    @property
    def nagelkerke(self) -> float:
        return self.cox_snell / (1.0 - float(np.exp(-self.null_deviance / self.n)))


@dataclass(frozen=True, kw_only=True)
class Modelled:
    """The rows of a model: outcome (rows,), columns, and the data cut to rows where nothing is missing."""

    data: Data
    outcome: FloatArray
    columns: ModelColumns
    used: BoolArray

    @property
    def weights(self) -> FloatArray:
        """(rows,) of mean 1 over the rows that are used, 0 elsewhere"""
        return self.scaled(self.data.weights)

    def scaled(self, weights: FloatArray) -> FloatArray:
        """Other weights (rows,), of a replicate, in the scale of `weights`."""
        return weights / float(self.data.weights[self.used].mean())

    @property
    def df(self) -> int:
        return self.data.degrees_of_freedom() + 1 - len(self.columns.names)

    def solved(self, information: FloatArray, right: FloatArray) -> FloatArray:
        """Raises NotFitted where columns repeat each other."""
        scale = np.sqrt(np.diag(information).astype(np.float64))
        if (scale == 0).any() or np.linalg.cond(information / np.outer(scale, scale)) > 1e12:
            raise NotFitted(f"some of {', '.join(self.columns.names)} say the same; leave one out")
        return np.asarray(np.linalg.solve(information, right), dtype=np.float64)

    def sandwich(self, scores: FloatArray, information: FloatArray, refit: Refit) -> FloatArray:
        """Covariance of the coefficients from weighted scores (rows, p) and minus the Hessian (p, p).

        Replicate weights `refit` them instead: weights (rows,) → coefficients (p,).
        """
        return self.data.covariance_of_fit(self.solved(information, scores.T).T, refit)


def modelled(
    data: Data, outcome: str, terms: Sequence[str], categorical: Sequence[str], intercept: bool = True
) -> Modelled:
    """Raises UnknownTerms, NotNumbers; NotFitted without a row."""
    values = numbers(data.frame, outcome)
    columns = model_columns(data.frame, terms, categorical=categorical, intercept=intercept)
    used: BoolArray = columns.complete & ~np.isnan(values) & (data.weights > 0)
    if not used.any():
        raise NotFitted(f"no row has a weight, {outcome} and every term")
    return Modelled(data=data.subset(used), outcome=np.where(used, values, 0.0), columns=columns, used=used)


def linear(
    data: Data,
    *,
    outcome: str,
    terms: Sequence[str],
    categorical: Sequence[str] = (),
    intercept: bool = True,
) -> Regression:
    """Weighted least squares of a numeric column on `terms` (svyglm, gaussian). Raises UnknownTerms, NotFitted."""
    model = modelled(data, outcome, terms, categorical, intercept)
    x, y, w = model.columns.matrix, model.outcome, model.weights
    information = x.T @ (w[:, None] * x)

    def fit(weights: FloatArray) -> FloatArray:
        return model.solved(x.T @ (weights[:, None] * x), x.T @ (weights * y))

    value = fit(w)
    residuals = y - x @ value
    centre = (w @ y) / w.sum() if intercept else 0.0
    return _regression(
        model, "gaussian", value, residuals, information, x @ value, fit,
        deviance=float(w @ residuals**2), null_deviance=float(w @ (y - centre) ** 2),
    )  # fmt: skip


def logistic(data: Data, *, outcome: str, terms: Sequence[str], categorical: Sequence[str] = ()) -> Regression:
    """Survey-weighted logistic regression of a column of 0 and 1 (svyglm, quasibinomial).

    Fitted by iteratively reweighted least squares. Raises UnknownTerms; NotFitted also where the terms separate the
    outcome and coefficients grow without end.
    """
    model = modelled(data, outcome, terms, categorical)
    x, y, w = model.columns.matrix, model.outcome, model.weights
    if not np.isin(y[model.used], (0.0, 1.0)).all() or len(np.unique(y[model.used])) < 2:
        raise NotFitted(f"{outcome} must hold 0 and 1, and both must occur")
    value, working = _reweighted(model, w)
    chance = special.expit(x @ value)
    share = np.full(len(y), (w @ y) / w.sum())
    residuals = (y - chance) * working / (w * chance * (1.0 - chance) + (w == 0))
    return _regression(
        model, "binomial", value, residuals, x.T @ (working[:, None] * x), chance,
        lambda weights: _reweighted(model, model.scaled(weights))[0],
        deviance=_deviance(w, y, chance), null_deviance=_deviance(w, y, share),
    )  # fmt: skip


def _reweighted(model: Modelled, w: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Coefficients by iteratively reweighted least squares, and the working weights (rows,) of the last step.

    R's glm starts here, stops here and keeps the working weights of the step before it stopped: they are in its
    standard errors, whose seventh digit would differ at the exact maximum.
    """
    x, y = model.columns.matrix, model.outcome
    chance, last = (w * y + 0.5) / (w + 1.0), np.inf
    eta = special.logit(chance)
    for _ in range(ROUNDS):
        working = w * chance * (1.0 - chance)
        value = model.solved(x.T @ (working[:, None] * x), x.T @ (working * eta + w * (y - chance)))
        before, eta = eta, x @ value
        if np.abs(eta[model.used]).max() > FURTHEST:
            break
        chance = special.expit(eta)
        deviance = _deviance(w, y, chance)
        if abs(deviance - last) < CONVERGED * (deviance + 0.1):
            if np.abs(eta - before)[model.used].max() > STILL:
                break
            return value, working
        last = deviance
    raise NotFitted(
        "the terms separate the outcome: some chances are estimated as 0 or 1; merge groups or leave one out"
    )


def _deviance(w: FloatArray, y: FloatArray, chance: FloatArray) -> float:
    return float(-2.0 * w @ (special.xlogy(y, chance) + special.xlog1py(1.0 - y, -chance)))


def _regression(
    model: Modelled,
    family: Literal["gaussian", "binomial"],
    value: FloatArray,
    residuals: FloatArray,
    information: FloatArray,
    fitted: FloatArray,
    refit: Refit,
    *,
    deviance: float,
    null_deviance: float,
) -> Regression:
    scores = (model.weights * residuals)[:, None] * model.columns.matrix
    return Regression(
        names=model.columns.names,
        term_of=model.columns.term_of,
        value=value,
        covariance=model.sandwich(scores, information, refit),
        df=model.df,
        n=int(model.used.sum()),
        family=family,
        fitted=np.where(model.used, fitted, np.nan),
        deviance=deviance,
        null_deviance=null_deviance,
    )


def standardised(data: Data, *, outcome: str, terms: Sequence[str]) -> Regression:
    """Linear regression of columns centred and divided by their weighted standard deviations (R's svyvar).

    Over the rows where nothing is missing; the means and deviations count as known. Raises as `linear`.
    """
    used = modelled(data, outcome, terms, ()).used
    frame = data.frame.copy()
    w = data.weights[used]
    for column in (outcome, *terms):
        values = numbers(frame, column)
        mean = np.average(values[used], weights=w)
        variance = np.average((values[used] - mean) ** 2, weights=w) * len(w) / (len(w) - 1)
        frame[column] = (values - mean) / np.sqrt(variance)
    return linear(replace(data, frame=frame), outcome=outcome, terms=terms)
