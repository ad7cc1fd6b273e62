"""Fay–Herriot: each area's direct estimate drawn towards what the model expects, with its mean squared error.

Known sampling variances, or estimated ones whose degrees of freedom are given. Equal to R sae's eblupFH and mseFH.
Shares on a transformed scale are left to `shares`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from analysis.columns import numbers
from analysis.design import FloatArray
from analysis.model_columns import ModelColumns, model_columns
from analysis.small_area.fitting import Gls, Method, SmallAreaFault, fit

__all__ = ["Prediction", "SmallAreaFault", "SmallAreas", "fay_herriot", "predict"]


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """The areas' predictions, one entry an area; those without a direct estimate have `gamma` 0."""

    fitted: Gls
    gamma: FloatArray  # The weight of the direct estimate.
    synthetic: FloatArray
    estimate: FloatArray
    mse: FloatArray
    conditional: FloatArray  # The variance of the area's truth were the model known: g1.


@dataclass(frozen=True, kw_only=True)
class SmallAreas:
    """A fitted Fay–Herriot model and what it says of every area. All of it is modelled, nothing a direct estimate."""

    areas: tuple[str, ...]
    direct: FloatArray
    variance: FloatArray  # Sampling variance of the direct estimate.
    prediction: Prediction
    covariates: tuple[str, ...]
    method: Method
    level: float

    @property
    def between(self) -> float:
        """The variance between areas that the covariates do not explain."""
        return self.prediction.fitted.between

    @property
    def beta_se(self) -> FloatArray:
        return np.sqrt(np.diag(self.prediction.fitted.covariance))

    def table(self) -> pd.DataFrame:
        """One row an area; `basis` says that the estimate is modelled, and whether the area has answers of its own."""
        se = np.sqrt(self.prediction.mse)
        reach = special.ndtri(0.5 + self.level / 2.0) * se
        return pd.DataFrame(
            {
                "area": self.areas,
                "basis": basis(self.direct),
                "direct": self.direct,
                "variance": self.variance,
                "gamma": self.prediction.gamma,
                "synthetic": self.prediction.synthetic,
                "estimate": self.prediction.estimate,
                "mse": self.prediction.mse,
                "se": se,
                "low": self.prediction.estimate - reach,
                "high": self.prediction.estimate + reach,
            }
        )

    def coefficients(self) -> pd.DataFrame:
        fitted = self.prediction.fitted
        return pd.DataFrame({"term": self.covariates, "estimate": fitted.beta, "se": self.beta_se})


def basis(direct: FloatArray) -> list[str]:
    return ["modelled, without answers" if np.isnan(value) else "modelled" for value in direct]


def fay_herriot(
    data: pd.DataFrame,
    *,
    estimate: str,
    variance: str,
    area: str | None = None,
    covariates: Sequence[str] = (),
    method: Method = "REML",
    variance_df: str | None = None,
    level: float = 0.95,
) -> SmallAreas:
    """Empirical best linear unbiased predictions of areas, one row of `data` each, in any unit of measure.

    `estimate` and `variance` name the direct estimates and their sampling variances (> 0); a missing estimate asks for
    the model's prediction alone. `variance_df` names the degrees of freedom of variances that were estimated area by
    area: the mean squared error then includes their doubt. Categories among `covariates` become indicators.
    Raises SmallAreaFault and UnknownTerms.
    """
    direct = numbers(data, estimate)
    sampling = numbers(data, variance)
    columns = columns_of(data, covariates)
    freedom = None if variance_df is None else numbers(data, variance_df)
    found = predict(direct, columns.matrix, sampling, method=method, variance_df=freedom)
    names = data[area] if area else data.index
    return SmallAreas(
        areas=tuple(map(str, names)),
        direct=direct,
        variance=sampling,
        prediction=found,
        covariates=columns.names,
        method=method,
        level=level,
    )


def columns_of(data: pd.DataFrame, covariates: Sequence[str]) -> ModelColumns:
    """An intercept and the covariates; every area must have all of them, also one without answers."""
    columns = model_columns(data, covariates)
    if not columns.complete.all():
        raise SmallAreaFault(f"{int((~columns.complete).sum())} areas lack a covariate; fill it in or leave it out")
    return columns


def predict(
    direct: FloatArray,
    x: FloatArray,
    sampling: FloatArray,
    *,
    method: Method,
    variance_df: FloatArray | None = None,
) -> Prediction:
    """Predictions of all areas from those that have a direct estimate."""
    seen = ~np.isnan(direct)
    if not np.all(sampling[seen] > 0):
        raise SmallAreaFault(
            f"{int(np.sum(~(sampling[seen] > 0)))} areas have a sampling variance of 0 or none; smooth the variances"
        )
    fitted = fit(direct[seen], x[seen], sampling[seen], method)
    between = fitted.between
    known = np.where(seen, sampling, np.inf)
    gamma = between / (between + known)
    synthetic = x @ fitted.beta
    estimate = synthetic + gamma * (np.where(seen, direct, 0.0) - np.where(seen, synthetic, 0.0))
    return Prediction(
        fitted=fitted,
        gamma=gamma,
        synthetic=synthetic,
        estimate=estimate,
        mse=_mse(fitted, x, x[seen], between + known, method) + _unsure_variances(between, known, variance_df),
        conditional=between * (1.0 - gamma),
    )


def _mse(fitted: Gls, x: FloatArray, seen: FloatArray, total: FloatArray, method: Method) -> FloatArray:
    """Second-order unbiased: Prasad & Rao (1990) for REML, Datta & Lahiri (2000) for ML, Datta, Rao & Smith (2005)
    for the moment method: g1 + g2 + 2 g3, less the bias of the estimated variance between areas.

    An area without answers (infinite `total`) has the error of the regression and of its own departure from it.
    """
    drawn = 1.0 - fitted.between / total
    spread, bias = _PRECISION[method](fitted, seen)
    regression = drawn**2 * np.sum((x @ fitted.covariance) * x, axis=1)
    found: FloatArray = fitted.between * drawn + regression + drawn**2 * (2.0 * spread / total - bias)
    return found


def _reml_precision(fitted: Gls, x: FloatArray) -> tuple[float, float]:
    return 2.0 / float(np.sum(fitted.total**-2)), 0.0


def _ml_precision(fitted: Gls, x: FloatArray) -> tuple[float, float]:
    information = float(np.sum(fitted.total**-2))
    lost = np.sum((x @ fitted.covariance) * x / fitted.total[:, None] ** 2)
    return 2.0 / information, -float(lost) / information


def _moment_precision(fitted: Gls, x: FloatArray) -> tuple[float, float]:
    areas, once, twice = len(fitted.total), float(np.sum(1.0 / fitted.total)), float(np.sum(fitted.total**-2))
    return 2.0 * areas / once**2, 2.0 * (areas * twice - once**2) / once**3


# By method: the variance and the bias of the estimated variance between areas.
_PRECISION: Mapping[Method, Callable[[Gls, FloatArray], tuple[float, float]]] = {
    "REML": _reml_precision,
    "ML": _ml_precision,
    "FH": _moment_precision,
}


def _unsure_variances(between: float, sampling: FloatArray, variance_df: FloatArray | None) -> FloatArray:
    """What estimated sampling variances add: 4 A² ψ² / (d (A + ψ)³), ψ being estimated on d degrees of freedom.

    Half of it is the error of the weights, half corrects g1, which is concave in ψ (Rivest & Vandal 2002; Wang &
    Fuller 2003).
    """
    seen = np.isfinite(sampling)
    if variance_df is None:
        return np.zeros(len(sampling))
    if not np.all(variance_df[seen] > 0):
        raise SmallAreaFault("an estimated variance needs at least one degree of freedom; smooth the variances")
    psi, freedom = np.where(seen, sampling, 0.0), np.where(seen, variance_df, 1.0)
    total = np.where(seen, between + psi, 1.0)
    return np.where(seen, 4.0 * between**2 * psi**2 / (freedom * total**3), 0.0)
