"""Estimates from the tally's sums: ratios, pooled ratios and totals of a domain of a sample.

Formulas: Taylor linearisation, equal to R survey's svymean, svyratio and svytotal by domain. Variances are left to
`linear`, the meaning of an index to `indices`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from analysis.design import Design, FloatArray, Strata
from analysis.linear import Linear
from analysis.sampling import Drawn, Level, Sampling
from analysis.tally import IntArray, Tally


@dataclass(frozen=True, kw_only=True)
class Domain:
    """The sums of a domain by PSU; PSUs without a row in it are absent here and count as zero in a variance."""

    tally: Tally  # One cell a PSU; a respondent, where there is a second stage.
    sampling: Sampling

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
            sampling=self.sampling,
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
            sampling=self.sampling,
        )


@dataclass(frozen=True, kw_only=True)
class Sample:
    """All cells of one series with its strata: what the domains are cut from.

    `psu_of` and `within` are there where respondents were drawn within PSUs that were drawn without replacement.
    """

    tally: Tally
    stratum_of: IntArray
    strata: Strata
    psu_of: IntArray | None = None
    within: Strata | None = None

    @classmethod
    def of(cls, tally: Tally, design: Design) -> "Sample":
        """Raises LonelyPSU where the design says so."""
        codes, stratum_of = np.unique(tally.keys["stratum"], return_inverse=True)
        starts = _starts(tally)
        seen = np.bincount(stratum_of[starts], minlength=len(codes))
        strata = design.strata(list(map(str, codes)), [int(count) for count in seen])
        sample = cls(tally=tally, stratum_of=stratum_of.astype(np.int64), strata=strata)
        return replace(sample, **_within(sample, starts, design)) if design.respondent and len(starts) else sample

    def domain(self, **keys: str) -> Domain:
        """The domain whose keys have the given values; without keys, everybody."""
        chosen = self.tally.matching(**keys)
        cells = self.tally.where(**keys)
        starts = _starts(cells)
        stratum_of = self.stratum_of[chosen][starts]
        if self.within is None or self.psu_of is None:
            psus = Level(starts=np.arange(len(starts)), stratum_of=stratum_of, strata=self.strata)
            return Domain(tally=_merged(cells, starts), sampling=Sampling((Drawn(len(starts), (psus,)),)))
        psus = Level(starts=starts, stratum_of=stratum_of, strata=self.strata)
        people = Level(starts=np.arange(len(cells.rows)), stratum_of=self.psu_of[chosen], strata=self.within)
        return Domain(tally=cells, sampling=Sampling((Drawn(len(cells.rows), (psus, people)),)))


def _within(sample: Sample, starts: IntArray, design: Design) -> dict[str, Any]:
    """The second stage: the PSU of every cell, and the PSUs as strata of their respondents."""
    keys, count = sample.tally.keys, len(sample.stratum_of)
    psus = [(str(keys["stratum"][i]), str(keys["psu"][i])) for i in starts]
    respondents = np.add.reduceat(sample.tally.rows, starts).astype(np.float64)
    return {
        "psu_of": np.repeat(np.arange(len(starts)), np.diff(starts, append=count)),
        "within": design.within(psus, respondents, sample.strata.free[sample.stratum_of[starts]]),
    }


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
