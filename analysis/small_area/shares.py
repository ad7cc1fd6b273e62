"""Modelled shares of areas: Fay–Herriot on a transformed scale, back to shares, benchmarked, error by bootstrap.

The limits never leave 0 to 1. The model itself is left to `fay_herriot`, the scales to `transforms`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from analysis.columns import numbers
from analysis.design import BoolArray, FloatArray
from analysis.small_area.benchmarking import logit_shift, shifted
from analysis.small_area.fay_herriot import Prediction, basis, columns_of, predict
from analysis.small_area.fitting import Method, SmallAreaFault
from analysis.small_area.transforms import TRANSFORMS, Transform

REPLICATES = 400
SEED = 2017


@dataclass(frozen=True, kw_only=True)
class ModelledShares:
    """What the model says of the share of every area. All of it is modelled, nothing a direct estimate."""

    areas: tuple[str, ...]
    direct: FloatArray
    prediction: Prediction  # On the transformed scale.
    estimate: FloatArray
    mse: FloatArray
    low: FloatArray
    high: FloatArray
    shift: float  # What the benchmark added on the logit scale; 0 without one.
    transform: str
    method: Method
    covariates: tuple[str, ...]

    def table(self) -> pd.DataFrame:
        """One row an area; `basis` says that the estimate is modelled, and whether the area has answers of its own."""
        return pd.DataFrame(
            {
                "area": self.areas,
                "basis": basis(self.direct),
                "direct": self.direct,
                "gamma": self.prediction.gamma,
                "estimate": self.estimate,
                "mse": self.mse,
                "se": np.sqrt(self.mse),
                "low": self.low,
                "high": self.high,
            }
        )


@dataclass(frozen=True, kw_only=True)
class _Model:
    """What stays the same from replicate to replicate."""

    transform: Transform
    x: FloatArray
    sampling: FloatArray
    seen: BoolArray
    weights: FloatArray | None
    method: Method

    def predict(self, values: FloatArray) -> Prediction:
        return predict(values, self.x, self.sampling, method=self.method)

    def fitted(self, shares: FloatArray, sizes: FloatArray) -> Prediction:
        return self.predict(np.where(self.seen, self.transform.forward(shares, sizes), np.nan))

    def unadjusted(self, found: Prediction) -> FloatArray:
        return np.clip(self.transform.mean(found.estimate, found.conditional), 0.0, 1.0)

    def limits(self, found: Prediction, level: float) -> tuple[FloatArray, FloatArray]:
        reach = special.ndtri(0.5 + level / 2.0) * np.sqrt(found.mse)
        return self.transform.back(found.estimate - reach), self.transform.back(found.estimate + reach)

    def shift(self, shares: FloatArray, total: float | None) -> float:
        return 0.0 if self.weights is None or total is None else logit_shift(shares, self.weights, total)

    def total(self, values: FloatArray) -> float | None:
        """The district's figure as the areas' direct estimates make it."""
        if self.weights is None:
            return None
        weights = self.weights[self.seen]
        return float(weights @ self.transform.back(values[self.seen]) / weights.sum())


def modelled_shares(
    data: pd.DataFrame,
    *,
    estimate: str,
    size: str,
    area: str | None = None,
    covariates: Sequence[str] = (),
    transform: str = "arcsine",
    method: Method = "REML",
    weight: str | None = None,
    total: float | None = None,
    level: float = 0.95,
    replicates: int = REPLICATES,
    seed: int = SEED,
) -> ModelledShares:
    """Shares (0 to 1) of areas, one row of `data` each; a missing `estimate` asks for the model's word alone.

    `size` names the effective sizes (answers over design effect, see `smoothed_variances`). With `weight` (any scale)
    and `total` all move alike on the logit scale until they add up to `total`. Error: a parametric bootstrap
    (González-Manteiga and others 2008); limits: Prasad–Rao's, transformed. Raises SmallAreaFault and UnknownTerms.
    """
    columns, weights = columns_of(data, covariates), _weights(data, weight, total)
    shares, sizes = (numbers(data, name) for name in (estimate, size))
    model = _model(shares, sizes, columns.matrix, TRANSFORMS[transform], method, weights)
    found = model.fitted(shares, sizes)
    shift = model.shift(model.unadjusted(found), total)
    moved = [shifted(one, shift) for one in (model.unadjusted(found), *model.limits(found, level))]
    return ModelledShares(
        areas=tuple(map(str, data[area] if area else data.index)),
        direct=shares,
        prediction=found,
        estimate=moved[0],
        mse=_bootstrap(model, found, replicates, np.random.default_rng(seed)),
        low=moved[1],
        high=moved[2],
        shift=shift,
        transform=transform,
        method=method,
        covariates=columns.names,
    )


def _model(
    shares: FloatArray,
    sizes: FloatArray,
    x: FloatArray,
    transform: Transform,
    method: Method,
    weights: FloatArray | None,
) -> _Model:
    seen = ~np.isnan(shares)
    if np.any((shares[seen] < 0) | (shares[seen] > 1)) or not np.all(sizes[seen] > 0):
        raise SmallAreaFault("shares must lie between 0 and 1 and have an effective size above 0")
    counted = np.where(seen, sizes, 0.0)
    overall = float(counted @ np.where(seen, shares, 0.0) / counted.sum()) if seen.any() else np.nan
    if not 0.0 < overall < 1.0:
        raise SmallAreaFault("all areas agree completely; a model has nothing to add to them")
    sampling = np.where(seen, transform.variance(overall, np.where(seen, sizes, 1.0)), np.nan)
    return _Model(transform=transform, x=x, sampling=sampling, seen=seen, weights=weights, method=method)


def _weights(data: pd.DataFrame, weight: str | None, total: float | None) -> FloatArray | None:
    if (weight is None) != (total is None):
        raise SmallAreaFault("a benchmark needs both the areas' weights and the total")
    if weight is None:
        return None
    weights = numbers(data, weight)
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def _bootstrap(model: _Model, found: Prediction, replicates: int, draw: np.random.Generator) -> FloatArray:
    """Mean squared error of the shares: truths and answers drawn from the fitted model, everything fitted again."""
    spread, noise = np.sqrt(found.fitted.between), np.sqrt(np.where(model.seen, model.sampling, 0.0))
    squares = np.zeros(len(model.seen))
    for _ in range(replicates):
        truth = found.synthetic + spread * draw.standard_normal(len(squares))
        values = np.where(model.seen, truth + noise * draw.standard_normal(len(squares)), np.nan)
        shares = model.unadjusted(model.predict(values))
        shares = shifted(shares, model.shift(shares, model.total(values)))
        squares += (shares - model.transform.back(truth)) ** 2
    return squares / replicates
