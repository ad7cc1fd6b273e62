"""Rows with a design: any DataFrame whose strata, PSUs (over stages), weights and populations are known.

What is estimated from it is left to `estimators`, how sums of units become a variance to `variance`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, get_args

import numpy as np
import pandas as pd
from scipy import sparse

from analysis.columns import NotNumbers, numbers
from analysis.design import BoolArray, FloatArray, Lonely, LonelyPSU, Strata
from analysis.tally import IntArray
from analysis.variance import deviations

Columns = str | Sequence[str] | None
Block = FloatArray | sparse.csc_array  # Some columns of scores.
Refit = Callable[[FloatArray], FloatArray]  # From weights (rows,) to estimates (k,).
CERTAIN = 1e-7  # A stratum of which less than this was not sampled represents itself (R survey's onestrat).


class BadDesign(ValueError):
    """The columns that should hold the design cannot: the sentence says which and why."""


class Calibration(Protocol):
    """What weighting leaves behind for variances: scores minus what the auxiliaries already know of them."""

    def residuals(self, scores: FloatArray) -> FloatArray: ...


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage of sampling: the unit of every row, the stratum of every unit; units in the order of their strata."""

    unit_of: IntArray
    order: IntArray
    starts: IntArray
    stratum_of: IntArray
    strata: Strata

    def sums(self, scores: Block) -> FloatArray:
        """(rows, k) → (units, k)"""
        belongs = np.ones(len(self.order)), self.order, np.append(self.starts, len(self.order))
        found = sparse.csr_array(belongs, shape=(len(self.starts), len(self.order))) @ scores
        return np.asarray(found.toarray() if sparse.issparse(found) else found)

    def deviations(self, sums: FloatArray, present: BoolArray) -> FloatArray:
        """Of `sums` (units, k), as far as a row of the unit is `present` (rows,). LonelyPSU where the rule is fail."""
        kept = np.add.reduceat(present[self.order].astype(np.int64), self.starts) > 0
        stratum_of = self.stratum_of[kept]
        if self.strata.lonely == "fail":
            alone = np.unique(stratum_of[self.strata.alone[stratum_of]])
            if len(alone):
                raise LonelyPSU([self.strata.codes[i] for i in alone])
        return deviations(sums[kept], stratum_of, self.strata)


@dataclass(frozen=True, kw_only=True)
class SurveyData:
    """Any DataFrame with the design it was drawn by. Never cut rows out of it: a domain is a `subset`.

    A PSU of a stratum that has no row in a domain counts as zero in a variance, so its rows must stay.
    """

    frame: pd.DataFrame
    weights: FloatArray
    stages: tuple[Stage, ...]
    calibration: Calibration | None = None

    @classmethod
    def of(
        cls,
        frame: pd.DataFrame,
        *,
        strata: Columns = None,
        psu: Columns = None,
        weight: str | None = None,
        fpc: Columns = None,
        sampled: str | None = None,
        lonely: Lonely = "fail",
        domain_lonely: bool = False,
    ) -> "SurveyData":
        """The design by column names; several names are one a stage (R survey's svydesign, nest = TRUE).

        `psu`: without it every row is a PSU. `fpc`: units in the population, or the sampled fraction (all values up to
        1), of the stratum at each stage; a stage without one was sampled completely, without any the PSUs were drawn
        with replacement. A stratum whose population equals its sample is a certainty stratum and adds no variance.
        `weight`: without it the inverse of the sampled fractions, else 1. `sampled`: PSUs sampled in the stratum where
        some have no row at all. `lonely`, `domain_lonely`: see `Strata`. Raises BadDesign; LonelyPSU only when a
        variance is asked for.
        """
        named = [*_names(strata), *_names(psu), *_names(fpc), *filter(None, (weight, sampled))]
        if faults := list(_faults(frame, named, lonely)):
            raise BadDesign("; ".join(faults))
        columns = _Columns(strata=_names(strata), psu=_names(psu), fpc=_names(fpc), sampled=sampled)
        stages, fractions = _stages(frame, columns, lonely, domain_lonely)
        weights = _numbers(frame, weight) if weight else 1.0 / np.where(fractions > 0, fractions, 1.0)
        if (weights < 0).any():
            raise BadDesign(f"column {weight} holds negative weights")
        return cls(frame=frame, weights=weights, stages=stages)

    def covariance(self, scores: FloatArray) -> FloatArray:
        """Design-based covariance (k, k) of the column totals of `scores` (rows, k), which contain the weights.

        Rows of weight 0 are outside the domain. Raises LonelyPSU where the rule is fail.
        """
        return self.covariance_of([scores])

    def covariance_of_fit(self, scores: FloatArray, refit: Refit) -> FloatArray:
        """Of estimates whose linearised scores are known; `refit` is what replicate weights would need."""
        return self.covariance(scores)

    def covariance_of(self, blocks: Iterable[Block]) -> FloatArray:
        """As `covariance`, of scores that come some columns at a time."""
        total: FloatArray = np.sum([rows.T @ rows for rows in self._deviations(blocks)], axis=0)
        return total

    def variance_of(self, blocks: Iterable[Block]) -> FloatArray:
        """The diagonal of `covariance_of` (k,)."""
        total: FloatArray = np.sum([np.sum(rows**2, axis=0) for rows in self._deviations(blocks)], axis=0)
        return total

    def _deviations(self, blocks: Iterable[Block]) -> list[FloatArray]:
        """By stage."""
        present = self.weights > 0
        if self.calibration is not None:
            # The auxiliaries tie rows outside the domain to those inside: every sampled row has a residual.
            blocks = (self.calibration.residuals(_dense(scores)) for scores in blocks)
            present = np.ones(len(self.weights), dtype=bool)
        sums = [[stage.sums(scores) for stage in self.stages] for scores in blocks]
        parts = zip(self.stages, zip(*sums, strict=True), strict=True)
        return [stage.deviations(np.concatenate(part, axis=1), present) for stage, part in parts]

    @property
    def depends_on_domain(self) -> bool:
        """Whether a rule for lonely units makes a variance depend on which rows count as the domain."""
        return any(stage.strata.alone.any() or stage.strata.domain_lonely for stage in self.stages)

    def degrees_of_freedom(self, mask: BoolArray | None = None) -> int:
        """PSUs minus strata that have a row of positive weight (R survey's degf), within `mask` (rows,)."""
        chosen = np.ones(len(self.weights)) if mask is None else np.asarray(mask, dtype=np.float64)
        return int(self.degrees_of_freedom_of(sparse.csc_array(chosen[:, None]))[0])

    def degrees_of_freedom_of(self, present: sparse.csc_array) -> IntArray:
        """As `degrees_of_freedom`, of several domains: `present` (rows, k) is positive where a row is in one."""
        stage = self.stages[0]
        counted = np.where(self.weights > 0, 1.0, 0.0)
        units = sparse.csr_array((counted, (stage.unit_of, np.arange(len(counted)))))
        held = sparse.csr_array((np.ones(len(stage.stratum_of)), (stage.stratum_of, np.arange(len(stage.stratum_of)))))
        reached = sparse.csr_array(units @ present > 0)
        psus, strata = (np.asarray(seen.sum(axis=0)) for seen in (reached, sparse.csr_array(held @ reached > 0)))
        return (psus - strata).astype(np.int64)

    def subset(self, mask: BoolArray) -> "SurveyData":
        """A domain: weight 0 outside, the design as it was."""
        return replace(self, weights=np.where(np.asarray(mask, dtype=bool), self.weights, 0.0))

    def with_weights(self, weights: FloatArray, *, calibration: Calibration | None = None) -> "SurveyData":
        """The same design with other weights; variances then use the residuals of `calibration`."""
        return replace(self, weights=np.asarray(weights, dtype=np.float64), calibration=calibration)


def _dense(scores: Block) -> FloatArray:
    return scores if isinstance(scores, np.ndarray) else scores.toarray()


def _names(columns: Columns) -> list[str]:
    return [] if columns is None else [columns] if isinstance(columns, str) else list(columns)


def _faults(frame: pd.DataFrame, columns: Sequence[str], lonely: Lonely) -> Iterable[str]:
    if missing := [column for column in columns if column not in frame.columns]:
        yield f"the table has no column {', '.join(missing)}"
    if not len(frame):
        yield "the table has no rows"
    if lonely not in get_args(Lonely):
        yield f"the rule for lonely PSUs is one of {', '.join(get_args(Lonely))}, not {lonely} (R: adjust is centre)"


def _numbers(frame: pd.DataFrame, column: str) -> FloatArray:
    try:
        found = numbers(frame, column)
    except NotNumbers as error:
        raise BadDesign(str(error)) from error
    if not np.isfinite(found).all():
        raise BadDesign(f"column {column} has missing or infinite values")
    return found


@dataclass(frozen=True, kw_only=True)
class _Columns:
    strata: list[str]
    psu: list[str]
    fpc: list[str]
    sampled: str | None


def _stages(
    frame: pd.DataFrame, columns: _Columns, lonely: Lonely, domain_lonely: bool
) -> tuple[tuple[Stage, ...], FloatArray]:
    """All stages that add variance, and each row's sampled fraction over them."""
    fraction, unit, stages = np.ones(len(frame)), np.zeros(len(frame), dtype=np.int64), []
    for i in range(max(len(columns.fpc), 1)):
        stratum = _groups(frame, unit, columns.strata[i : i + 1])
        parent, unit = unit, _groups(frame, stratum, columns.psu[i : i + 1] if columns.psu else None)
        order = np.argsort(unit, kind="stable")
        starts = np.flatnonzero(np.diff(unit[order], prepend=-1))
        stratum_of, at = stratum[order[starts]], np.unique(stratum, return_index=True)[1]
        seen = np.bincount(stratum_of).astype(np.float64)
        sampled = _sampled(frame, columns.sampled, stratum, seen) if columns.sampled and i == 0 else seen
        share = _fraction(frame, columns.fpc[i], stratum, sampled) if columns.fpc else np.zeros(len(seen))
        free = (1.0 - share) * fraction[at]
        strata = Strata(
            codes=tuple(_label(frame, columns.strata[: i + 1] + columns.psu[:i], row) for row in at),
            sampled=sampled,
            free=free,
            alone=(sampled == 1) & (free > CERTAIN),
            lonely=lonely,
            domain_lonely=domain_lonely,
            parents=parent[at],
        )
        stages.append(Stage(unit_of=unit, order=order, starts=starts, stratum_of=stratum_of, strata=strata))
        fraction = fraction * share[stratum]
    return tuple(stages), fraction


def _sampled(frame: pd.DataFrame, column: str, stratum: IntArray, seen: FloatArray) -> FloatArray:
    sampled = _one_each(frame, column, stratum)
    if (sampled < seen).any():
        raise BadDesign(f"column {column} counts fewer sampled PSUs than there are")
    return sampled


def _groups(frame: pd.DataFrame, within: IntArray, columns: list[str] | None) -> IntArray:
    """Numbers from 0 in the order of `within`, then of the column; None makes every row a group of its own."""
    if columns is None:
        rank = np.empty(len(within), dtype=np.int64)
        rank[np.argsort(within, kind="stable")] = np.arange(len(within))
        return rank
    if not columns:
        return within
    keys = frame[columns[0]]
    if keys.isna().any():
        raise BadDesign(f"column {columns[0]} has missing values")
    groups = pd.DataFrame({"within": within, "key": keys.to_numpy()}).groupby(["within", "key"], sort=True)
    return np.asarray(groups.ngroup(), dtype=np.int64)


def _one_each(frame: pd.DataFrame, column: str, stratum: IntArray) -> FloatArray:
    """The column's value by stratum, which must be one."""
    values = _numbers(frame, column)
    low, high = np.full(stratum.max() + 1, np.inf), np.full(stratum.max() + 1, -np.inf)
    np.minimum.at(low, stratum, values)
    np.maximum.at(high, stratum, values)
    if not np.array_equal(low, high):
        raise BadDesign(f"column {column} differs within a stratum")
    return low


def _fraction(frame: pd.DataFrame, column: str, stratum: IntArray, sampled: FloatArray) -> FloatArray:
    """The share of the population that was sampled, by stratum."""
    population = _one_each(frame, column, stratum)
    if (population <= 0).any() or ((population > 1).any() and (population < 1).any()):
        raise BadDesign(f"column {column} must hold either population counts or fractions above 0")
    share = sampled / population if (population > 1).any() else population
    if (share > 1 + 1e-12).any():
        raise BadDesign(f"column {column} says that more units were sampled than there are")
    return share


def _label(frame: pd.DataFrame, columns: list[str], row: np.intp) -> str:
    return " / ".join(str(frame[column].iloc[row]) for column in columns)
