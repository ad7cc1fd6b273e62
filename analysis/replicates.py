"""Replicate weights: given as columns, or built from a design (jackknife 1 and n, BRR, Fay, bootstrap).

Formulas: R survey's svrepdesign, as.svrepdesign and svrVar; Wolter, Introduction to Variance Estimation (2007), 3–5;
bootstrap: Rao & Wu (1988). What is estimated is left to `estimators`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

import numpy as np
import pandas as pd
from scipy.linalg import hadamard

from analysis.columns import NotNumbers, UnknownTerms, matrix, numbers
from analysis.design import BoolArray, FloatArray, LonelyPSU
from analysis.survey_data import BadDesign, Refit, Stage, SurveyData
from analysis.tally import IntArray

Kind = Literal["JK1", "JKn", "BRR", "Fay", "bootstrap", "other"]
RANK_TOLERANCE = 1e-5  # R survey's degf.


class Weights(Protocol):
    """Whatever has weights (rows,): a design, or the result of a weighting step."""

    @property
    def weights(self) -> FloatArray: ...


@dataclass(frozen=True, kw_only=True)
class ReplicateData:
    """Rows with their weights and `replicates` (rows, R) of them, which replace the design in variances.

    Variance = scale × sum over replicates of rscales × (estimate of the replicate − centre)²; the centre is the
    estimate itself with `mse`, else the mean of the replicates.
    """

    frame: pd.DataFrame
    weights: FloatArray
    replicates: FloatArray
    scale: float
    rscales: FloatArray
    mse: bool

    @classmethod
    def of(
        cls,
        frame: pd.DataFrame,
        *,
        weight: str,
        replicates: Sequence[str],
        kind: Kind,
        combined: bool = True,
        rho: float = 0.0,
        scale: float | None = None,
        rscales: Sequence[float] | None = None,
        mse: bool = False,
    ) -> "ReplicateData":
        """Weights that came with the data. `combined`: they contain the sampling weight, else they multiply it.

        `scale` and `rscales` are known for BRR (1/R), Fay (1/(R (1 − rho)²)) and bootstrap (1/(R − 1)); the makers of
        jackknife and other weights state them. Raises BadDesign.
        """
        try:
            weights, given = numbers(frame, weight), matrix(frame, replicates)
        except (UnknownTerms, NotNumbers) as error:
            raise BadDesign(str(error)) from error
        count, scales = given.shape[1], None if rscales is None else np.asarray(rscales, dtype=np.float64)
        if not count or (scales is not None and len(scales) != count):
            raise BadDesign(f"{count} replicate weights, {0 if scales is None else len(scales)} rscales; one for each")
        usual = {"BRR": 1.0 / count, "Fay": 1.0 / (count * (1.0 - rho) ** 2), "bootstrap": 1.0 / max(count - 1, 1)}
        if scale is None and rscales is None and kind not in usual:
            raise BadDesign(f"replicate weights of kind {kind} need the scale or rscales that their makers state")
        if not np.isfinite(given).all() or not np.isfinite(weights).all():
            raise BadDesign("replicate weights have missing or infinite values")
        return cls(
            frame=frame,
            weights=weights,
            replicates=given if combined else given * weights[:, None],
            scale=usual.get(kind, 1.0) if scale is None else scale,
            rscales=np.ones(count) if scales is None else scales,
            mse=mse,
        )

    def covariance(self, replicates: FloatArray, values: FloatArray) -> FloatArray:
        """Covariance (k, k) of estimates `values` (k,) from what each replicate makes of them (R, k)."""
        centre = values if self.mse else replicates[self.rscales > 0].mean(axis=0)
        deviations = (replicates - centre) * np.sqrt(self.rscales)[:, None]
        found: FloatArray = self.scale * (deviations.T @ deviations)
        return found

    def covariance_of_fit(self, scores: FloatArray, refit: Refit) -> FloatArray:
        """Of estimates fitted again with every replicate's weights; their linearised scores are not needed."""
        return self.covariance(np.stack([refit(weights) for weights in self.replicates.T]), refit(self.weights))

    def degrees_of_freedom(self, mask: BoolArray | None = None) -> int:
        """The rank of the replicate weights minus one (R survey's degf), within `mask` (rows,)."""
        chosen = self.weights > 0 if mask is None else (self.weights > 0) & mask
        ratios = self.replicates[chosen] / self.weights[chosen, None]
        if not len(ratios):
            return 0
        return int(np.linalg.matrix_rank(np.unique(ratios, axis=0), rtol=RANK_TOLERANCE)) - 1

    def subset(self, mask: BoolArray) -> "ReplicateData":
        """A domain: weight 0 outside, in every replicate."""
        inside = np.asarray(mask, dtype=bool)
        return replace(
            self,
            weights=np.where(inside, self.weights, 0.0),
            replicates=np.where(inside[:, None], self.replicates, 0.0),
        )

    def reweighted(self, weigh: Callable[[SurveyData], Weights]) -> "ReplicateData":
        """Every replicate weighed anew (raked, calibrated …) as the sample is, so that variances know about it.

        `weigh` is a step of `weighting`: lambda data: rake(data, margins=margins).
        """
        plain = SurveyData.of(self.frame)
        columns = [weigh(plain.with_weights(column)).weights for column in (self.weights, *self.replicates.T)]
        return replace(self, weights=columns[0], replicates=np.stack(columns[1:], axis=1))


def replicates_of(
    data: SurveyData, kind: Kind, *, rho: float = 0.0, count: int = 500, seed: int = 1, mse: bool = False
) -> ReplicateData:
    """Replicate weights built from the first stage of a design.

    JK1: without strata. JKn: with them, by the design's rule for lonely PSUs. BRR and Fay (`rho`): two PSUs a stratum,
    without fpc. bootstrap: `count` draws of m − 1 of the m PSUs of each stratum with replacement. Raises BadDesign,
    LonelyPSU.
    """
    if kind not in _BUILDERS:
        raise BadDesign(f"replicate weights can be built as {', '.join(_BUILDERS)}, not {kind}")
    stage = data.stages[0]
    factors, scale, rscales = _BUILDERS[kind](stage, rho, count, seed)
    return ReplicateData(
        frame=data.frame,
        weights=data.weights,
        replicates=data.weights[:, None] * factors[stage.unit_of],
        scale=scale,
        rscales=rscales,
        mse=mse,
    )


Built = tuple[FloatArray, float, FloatArray]


def _jackknife_1(stage: Stage, *_: object) -> Built:
    if len(stage.strata.codes) > 1:
        raise BadDesign("JK1 is for a design without strata; JKn has them")
    count = len(stage.stratum_of)
    factors = (1.0 - np.eye(count)) * count / (count - 1)
    return factors, float(stage.strata.free[0] * (count - 1) / count), np.ones(count)


def _jackknife_n(stage: Stage, *_: object) -> Built:
    """R survey's jknweights: a replicate without each PSU, its stratum's others weighing more."""
    strata = stage.strata
    alone = strata.alone[stage.stratum_of]
    if strata.lonely == "fail" and alone.any():
        raise LonelyPSU([strata.codes[i] for i in np.flatnonzero(strata.alone)])
    left_out = (strata.free[stage.stratum_of] > 0) & ~(alone & (strata.lonely != "centre"))
    sampled = strata.sampled[stage.stratum_of]
    same = stage.stratum_of[:, None] == stage.stratum_of[None, :]
    factors = np.where(same, sampled / np.maximum(sampled - 1, 1), 1.0)
    rscales = strata.free[stage.stratum_of] * (sampled - 1) / sampled
    if alone.any() and strata.lonely == "centre":
        others = len(strata.codes) / (len(strata.codes) - 1)
        factors = np.where(alone[None, :], others, factors)
        rscales = np.where(alone, 1.0 / others, rscales)
    np.fill_diagonal(factors, 0.0)
    scale = len(alone) / left_out.sum() if strata.lonely == "average" and alone.any() else 1.0
    return factors[:, left_out], float(scale), rscales[left_out]


def _halves(stage: Stage) -> tuple[IntArray, FloatArray]:
    """Which half of its stratum each PSU is (0, 1), and a Hadamard matrix with a row a stratum beside the first."""
    count = len(stage.strata.codes)
    if (np.bincount(stage.stratum_of, minlength=count) != 2).any():
        raise BadDesign("balanced repeated replication needs exactly two PSUs in every stratum")
    half = np.arange(len(stage.stratum_of), dtype=np.int64) % 2
    return half, hadamard(2 ** int(np.ceil(np.log2(count + 1)))).astype(np.float64)


def _balanced(stage: Stage, rho: float, *_: object) -> Built:
    """Half samples that are orthogonal over strata; Fay keeps `rho` of the other half."""
    half, balance = _halves(stage)
    chosen = (balance[1 + stage.stratum_of] > 0) == (half == 0)[:, None]
    replicates = balance.shape[1]
    return np.where(chosen, 2.0 - rho, rho), 1.0 / (replicates * (1.0 - rho) ** 2), np.ones(replicates)


def _brr(stage: Stage, rho: float, *_: object) -> Built:
    return _balanced(stage, 0.0)


def _bootstrap(stage: Stage, rho: float, count: int, seed: int) -> Built:
    """Rao & Wu's rescaling: m − 1 draws of m PSUs, weights times m/(m − 1) times the number of draws.

    A lonely PSU that counts as certain stays as it is; the other rules have no bootstrap.
    """
    if stage.strata.lonely != "certainty" and stage.strata.alone.any():
        raise LonelyPSU([stage.strata.codes[i] for i in np.flatnonzero(stage.strata.alone)])
    draw = np.random.default_rng(seed)
    factors = np.ones((len(stage.stratum_of), count))
    for stratum in range(len(stage.strata.codes)):
        units = np.flatnonzero(stage.stratum_of == stratum)
        if len(units) > 1:
            drawn = draw.multinomial(len(units) - 1, np.full(len(units), 1.0 / len(units)), size=count).T
            # With a fpc the draws keep part of the PSU as it is (Rao & Wu 1988, section 4).
            keep = np.sqrt(stage.strata.free[stratum])
            factors[units] = 1.0 - keep + keep * drawn * len(units) / (len(units) - 1)
    return factors, 1.0 / count, np.ones(count)


_BUILDERS: dict[str, Callable[[Stage, float, int, int], Built]] = {
    "JK1": _jackknife_1,
    "JKn": _jackknife_n,
    "BRR": _brr,
    "Fay": _balanced,
    "bootstrap": _bootstrap,
}
