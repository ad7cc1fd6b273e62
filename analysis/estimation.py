"""Estimates from the tally's sums: ratios, pooled ratios and totals of a domain of a sample.

Formulas: statistics.md §4, equal to R survey's svymean, svyratio and svytotal by domain. Variances are left to
`linear`, the meaning of an index to `indices`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.design import Design, FloatArray, Strata
from analysis.linear import Linear
from analysis.tally import IntArray, Tally


@dataclass(frozen=True, kw_only=True)
class Domain:
    """The sums of a domain by PSU; PSUs without a row in it are absent here and count as zero in a variance."""

    tally: Tally  # One cell a PSU.
    stratum_of: IntArray
    strata: Strata

    @property
    def respondents(self) -> int:
        return int(self.tally.rows.sum())

    def base(self, columns: Sequence[int]) -> IntArray:
        base: IntArray = self.tally.n[:, self.tally.base_of[list(columns)]].sum(axis=0)
        return base

    def ratios(self, codes: Sequence[str]) -> Linear:
        """The ratio of every measure named: a share, or a mean."""
        columns = self.tally.columns(codes)
        weight = self.tally.weight[:, self.tally.base_of[columns]]
        base = self.base(columns)
        return self._ratio(tuple(codes), self.tally.value[:, columns], weight, base, base)

    def pooled(self, code: str, codes: Sequence[str], n: int) -> Linear:
        """All answers to several measures as one ratio; a person with more answers weighs more."""
        columns = self.tally.columns(codes)
        weight = self.tally.weight[:, self.tally.base_of[columns]].sum(axis=1, keepdims=True)
        value = self.tally.value[:, columns].sum(axis=1, keepdims=True)
        base = np.array([self.base(columns).sum()], dtype=np.int64)
        return self._ratio((code,), value, weight, np.array([n], dtype=np.int64), base)

    def totals(self, codes: Sequence[str]) -> Linear:
        """Weighted totals of the measures' values."""
        columns = self.tally.columns(codes)
        value = self.tally.value[:, columns]
        base = self.base(columns)
        return Linear(
            codes=tuple(codes),
            value=np.where(base > 0, value.sum(axis=0), np.nan),
            influence=value,
            present=self.tally.weight[:, self.tally.base_of[columns]] > 0,
            n=base,
            base=base,
            stratum_of=self.stratum_of,
            strata=self.strata,
        )

    def _ratio(
        self, codes: tuple[str, ...], value: FloatArray, weight: FloatArray, n: IntArray, base: IntArray
    ) -> Linear:
        total = weight.sum(axis=0)
        divisor = np.where(total > 0, total, np.nan)
        ratio = value.sum(axis=0) / divisor
        influence = (value - ratio * weight) / divisor
        return Linear(
            codes=codes,
            value=ratio,
            influence=np.nan_to_num(influence, nan=0.0),
            present=weight > 0,
            n=n,
            base=base,
            stratum_of=self.stratum_of,
            strata=self.strata,
        )


@dataclass(frozen=True, kw_only=True)
class Sample:
    """All cells of one series with its strata: what the domains are cut from."""

    tally: Tally
    stratum_of: IntArray
    strata: Strata

    @classmethod
    def of(cls, tally: Tally, design: Design) -> "Sample":
        """Raises LonelyPSU where the design says so."""
        codes, stratum_of = np.unique(tally.keys["stratum"], return_inverse=True)
        starts = _starts(tally)
        seen = np.bincount(stratum_of[starts], minlength=len(codes))
        strata = design.strata(list(map(str, codes)), [int(count) for count in seen])
        return cls(tally=tally, stratum_of=stratum_of.astype(np.int64), strata=strata)

    def domain(self, **keys: str) -> Domain:
        """The domain whose keys have the given values; without keys, everybody."""
        chosen = np.ones(len(self.tally.rows), dtype=bool)
        for key, value in keys.items():
            chosen &= self.tally.keys[key] == value
        cells = self.tally.where(**keys)
        starts = _starts(cells)
        return Domain(tally=_merged(cells, starts), stratum_of=self.stratum_of[chosen][starts], strata=self.strata)


def _starts(cells: Tally) -> IntArray:
    """Where each PSU begins: cells stand in the order of stratum and PSU."""
    stratum, psu = cells.keys["stratum"], cells.keys["psu"]
    new = np.ones(len(stratum), dtype=bool)
    new[1:] = (stratum[1:] != stratum[:-1]) | (psu[1:] != psu[:-1])
    return np.flatnonzero(new)


def _merged(cells: Tally, starts: IntArray) -> Tally:
    """One cell a PSU."""
    if len(starts) == len(cells.rows):
        return cells
    return Tally(
        measures=cells.measures,
        keys={key: cells.keys[key][starts] for key in ("stratum", "psu")},
        rows=np.add.reduceat(cells.rows, starts),
        n=np.add.reduceat(cells.n, starts, axis=0),
        weight=np.add.reduceat(cells.weight, starts, axis=0),
        value=np.add.reduceat(cells.value, starts, axis=0),
        base_of=cells.base_of,
    )
