"""Linearised estimates: how much each cell moves each estimate, and from it variance, degrees of freedom and deff.

Formulas: Taylor linearisation, ultimate clusters. How ratios and totals come from sums is left to
`estimation`, how influences become a variance to `sampling`, intervals to `intervals`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
import pandas as pd

from analysis.design import BoolArray, FloatArray
from analysis.sampling import Sampling
from analysis.tally import IntArray

TINY = 1e-12


class Doubt(Protocol):
    """What an estimate's variance comes from, kept so that estimates may still be added and subtracted."""

    def covariance(self) -> FloatArray: ...

    def variance(self) -> FloatArray: ...

    def respondents(self) -> IntArray: ...

    def degrees_of_freedom(self) -> IntArray: ...

    def combined(self, weights: FloatArray) -> "Doubt": ...


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """One row an estimate; every column an array. Shares and means are in their own unit, not in percent.

    `n` counts the respondents, `base` the answers behind it (equal for one item) and `missing` the respondents without
    one. Where nobody answered, `value` and `se` are missing (nan), never 0. `deff` is the variance against that of
    `base` independent answers (R survey's deff = "replace"), `deff_finite` against a simple sample without replacement
    from as many as the weights add up to (deff = TRUE); they are missing where the variance of one answer is 0 or
    unknown. Estimates from a DataFrame also know their `domains` (one row each) and their `doubt`.
    """

    codes: tuple[str, ...]
    value: FloatArray
    se: FloatArray
    df: IntArray | FloatArray
    n: IntArray
    base: IntArray
    deff: FloatArray
    deff_finite: FloatArray | None = None
    missing: IntArray | None = None
    domains: pd.DataFrame | None = None
    doubt: Doubt | None = field(default=None, repr=False, compare=False)

    @property
    def cv(self) -> FloatArray:
        """Standard error over value; missing where the value is 0."""
        known = self.value != 0
        return np.where(known, self.se / np.where(known, self.value, 1.0), np.nan)

    def only(self, i: int) -> "Estimate":
        """One of the estimates, without its doubt."""
        arrays = {name: getattr(self, name)[i : i + 1] for name in ("codes", "value", "se", "df", "n", "base", "deff")}
        return Estimate(**arrays)

    def covariance(self) -> FloatArray:
        """Between all estimates (k, k)."""
        if self.doubt is None:
            raise ValueError("the covariance of these estimates was not kept; combine them as Linear")
        return self.doubt.covariance()

    def table(self) -> pd.DataFrame:
        columns = ("value", "se", "cv", "df", "n", "base", "missing", "deff", "deff_finite")
        kept = {name: getattr(self, name) for name in columns if getattr(self, name) is not None}
        domains = [] if self.domains is None else [self.domains.reset_index(drop=True)]
        return pd.concat([pd.DataFrame({"code": self.codes}), *domains, pd.DataFrame(kept)], axis=1)


@dataclass(frozen=True, kw_only=True)
class Linear:
    """Estimates that are linear in sums over PSUs, before their variance: they may still be added and subtracted.

    `influence` (cells, estimates) says how much each PSU, or each respondent of a sample in two stages, moves each
    estimate; `present` where it answered at all.
    """

    codes: tuple[str, ...]
    value: FloatArray
    influence: FloatArray
    present: BoolArray
    n: IntArray
    base: IntArray
    sampling: Sampling

    def renamed(self, *codes: str) -> "Linear":
        return replace(self, codes=codes)

    def weighted(self, code: str, weights: FloatArray, columns: Sequence[int], n: int) -> "Linear":
        """One estimate out of several: the sum of the chosen columns times `weights`, covariance included."""
        chosen = list(columns)
        return Linear(
            codes=(code,),
            value=np.array([np.sum(self.value[chosen] * weights)]) if chosen else np.array([np.nan]),
            influence=np.sum(self.influence[:, chosen] * weights, axis=1, keepdims=True),
            present=np.any(self.present[:, chosen], axis=1, keepdims=True),
            n=np.array([n], dtype=np.int64),
            base=np.array([self.base[chosen].sum()], dtype=np.int64),
            sampling=self.sampling,
        )

    def mean_of(self, code: str, columns: Sequence[int], n: int) -> "Linear":
        count = max(len(columns), 1)
        return self.weighted(code, np.full(len(columns), 1.0 / count), columns, n)

    def estimate(self) -> Estimate:
        se = np.sqrt(self.sampling.variance(self.influence))
        se = np.where(np.isnan(self.value), np.nan, se)
        return Estimate(
            codes=self.codes,
            value=self.value,
            se=se,
            df=self.sampling.degrees_of_freedom(self.present, self.n),
            n=self.n,
            base=self.base,
            deff=_design_effect(self.value, se, self.base),
        )


def side_by_side(parts: Sequence[Linear]) -> Linear:
    """Estimates of the same domain as the columns of one table."""
    first = parts[0]
    return Linear(
        codes=tuple(code for part in parts for code in part.codes),
        value=np.concatenate([part.value for part in parts]),
        influence=np.concatenate([part.influence for part in parts], axis=1),
        present=np.concatenate([part.present for part in parts], axis=1),
        n=np.concatenate([part.n for part in parts]),
        base=np.concatenate([part.base for part in parts]),
        sampling=first.sampling,
    )


def combined(parts: Sequence[tuple[float, Linear]]) -> Linear:
    """The weighted sum of the same estimates from independent samples (waves), with the variance of the whole.

    Only codes that every part has are combined; an estimate missing in one part is missing. PSUs of different parts
    are taken as drawn independently.
    """
    first = parts[0][1]
    codes = [code for code in first.codes if all(code in part.codes for _, part in parts)]
    chosen = [(weight, part, [part.codes.index(code) for code in codes]) for weight, part in parts]
    return Linear(
        codes=tuple(codes),
        value=np.sum([weight * part.value[columns] for weight, part, columns in chosen], axis=0),
        influence=np.concatenate([weight * part.influence[:, columns] for weight, part, columns in chosen]),
        present=np.concatenate([part.present[:, columns] for _, part, columns in chosen]),
        n=np.sum([part.n[columns] for _, part, columns in chosen], axis=0),
        base=np.sum([part.base[columns] for _, part, columns in chosen], axis=0),
        sampling=Sampling.together([part.sampling for _, part in parts]),
    )


def _design_effect(value: FloatArray, se: FloatArray, base: IntArray) -> FloatArray:
    """Against simple random sampling with replacement: se² (base - 1) / (p (1 - p)); R's deff = "replace"."""
    spread = value * (1.0 - value)
    known = (spread > TINY) & (base > 1)
    return np.where(known, se**2 * (base - 1) / np.where(known, spread, 1.0), np.nan)
