"""Calibration: the weights nearest to the old ones that reproduce known totals; raking is calibration to margins.

Deville & Särndal (1992), JASA 87, 376–382; one Newton search for every distance, so that raked weights and their
variance come from the same equations. Distances are in `distances`, what variances need in `projection`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analysis.design import FloatArray
from analysis.model_columns import model_columns
from analysis.survey_data import SurveyData
from analysis.weighting.diagnostics import Margin, Weighted
from analysis.weighting.distances import RATIOS, Bounds, DistanceName, Ratio, checked_bounds
from analysis.weighting.faults import NegativeWeights, NotConverged, TargetsDisagree, WeightingFault
from analysis.weighting.feasibility import require_feasible
from analysis.weighting.projection import Projection, after
from analysis.weighting.targets import matched_margins, matched_totals

Regression = Literal["design", "equal"]
RANK = 1e-10  # Auxiliaries that add less than this to what the others span add nothing.
SMALLEST_STEP = 1e-6


def rake(
    data: SurveyData,
    *,
    margins: Sequence[pd.Series],
    bounds: Bounds | None = None,
    regression: Regression = "design",
    tolerance: float = 1e-10,
    rounds: int = 200,
) -> Weighted:
    """Weights whose sums over each margin are the known counts (Deming & Stephan 1940, as calibration).

    `margins`: one Series of counts a margin, its index named after the column(s). `regression`: the weights of the fit
    behind the standard errors: "design" is GREG, "equal" repeats R survey's rake(). Raises UnmatchedLevels,
    TargetsDisagree, BoundsNotMet, NotConverged.
    """
    cells = matched_margins(data, margins)
    problem = _Problem(
        names=tuple(f"{one.name} = {label}" for one in cells for label in one.labels),
        columns=np.column_stack([one.indicators() for one in cells]),
        targets=np.concatenate([one.targets for one in cells]),
        ratio=RATIOS["raking"],
        bounds=checked_bounds("raking", bounds),
    )
    return _calibrated("rake", data, problem, regression, tolerance, rounds)


def calibrate(
    data: SurveyData,
    *,
    terms: Sequence[str],
    totals: Mapping[str, float],
    categorical: Sequence[str] = (),
    distance: DistanceName = "linear",
    bounds: Bounds | None = None,
    regression: Regression = "design",
    tolerance: float = 1e-10,
    rounds: int = 200,
) -> Weighted:
    """Weights whose totals of the model columns of `terms` are the known `totals`, by column name, intercept included.

    `distance`: "linear" (GREG), "raking", "logit" (needs bounds). `bounds`: limits of new over old weight. As R
    survey's calibrate(), but negative weights are refused. Raises UnknownTerms, UnmatchedLevels, TargetsDisagree,
    BoundsNotMet, NegativeWeights, NotConverged.
    """
    columns = model_columns(data.frame, terms, categorical=categorical)
    if (incomplete := int((~columns.complete & (data.weights > 0)).sum())) > 0:
        raise WeightingFault(
            f"{incomplete} rows have a weight but lack a value of {', '.join(terms)}; fill or leave out"
        )
    problem = _Problem(
        names=columns.names,
        columns=columns.matrix,
        targets=matched_totals(columns, totals),
        ratio=RATIOS[distance],
        bounds=checked_bounds(distance, bounds),
    )
    return _calibrated(f"calibrate ({distance})", data, problem, regression, tolerance, rounds)


@dataclass(frozen=True, kw_only=True)
class _Problem:
    """Targets (p,) for the weighted totals of columns (rows, p)."""

    names: tuple[str, ...]
    columns: FloatArray
    targets: FloatArray
    ratio: Ratio
    bounds: Bounds

    def gaps(self, weights: FloatArray) -> FloatArray:
        return (self.targets - weights @ self.columns) / (1.0 + np.abs(self.targets))


def _calibrated(
    step: str, data: SurveyData, problem: _Problem, regression: Regression, tolerance: float, rounds: int
) -> Weighted:
    before = data.weights
    if not (before > 0).any():
        raise WeightingFault("no row has a weight that could be calibrated")
    g, needed = _search(problem, before, tolerance, rounds)
    weights = before * g
    if (negative := int((weights < 0).sum())) > 0:
        raise NegativeWeights(negative)
    fit = before if regression == "design" else (before > 0).astype(np.float64)
    calibration = Projection(weights=weights, basis=_Basis.of(problem.columns, fit).columns, regression=fit)
    pairs = zip(problem.names, problem.targets, before @ problem.columns, weights @ problem.columns, strict=True)
    return Weighted(
        step=step,
        data=data.with_weights(weights, calibration=after(data.calibration, calibration)),
        before=before,
        margins=tuple(
            Margin(name=name, target=float(target), before=float(had), attained=float(has))
            for name, target, had, has in pairs
        ),
        rounds=needed,
    )


@dataclass(frozen=True, kw_only=True)
class _Basis:
    """Columns (rows, r) with the span of the auxiliaries, orthonormal under `weights`; `turn` (p, r) makes them.

    `left` (p, p - r) are the combinations of auxiliaries that are zero in the sample.
    """

    columns: FloatArray
    turn: FloatArray
    left: FloatArray

    @classmethod
    def of(cls, columns: FloatArray, weights: FloatArray) -> "_Basis":
        size = np.sqrt(weights @ columns**2)
        scale = 1.0 / np.where(size > 0, size, 1.0)
        values, vectors = np.linalg.eigh((columns * scale).T @ (weights[:, None] * columns * scale))
        kept = values > RANK * values.max()
        turn = scale[:, None] * vectors[:, kept] / np.sqrt(values[kept])
        first = columns @ turn
        # Once more: the squares of the first pass lose half the digits of nearly parallel auxiliaries.
        again = np.linalg.inv(np.linalg.cholesky(first.T @ (weights[:, None] * first))).T
        return cls(columns=first @ again, turn=turn @ again, left=scale[:, None] * vectors[:, ~kept])


def _search(problem: _Problem, before: FloatArray, tolerance: float, rounds: int) -> tuple[FloatArray, int]:
    """g (rows,) and the rounds it took: Newton steps on the calibration equations, halved while they overshoot."""
    basis = _Basis.of(problem.columns, before)
    if np.abs(problem.targets @ basis.left).max(initial=0.0) > 1e-6 * np.abs(problem.targets @ basis.turn).max():
        raise TargetsDisagree("the totals contradict each other: no weights of this sample can reach them all")
    goal, u = problem.targets @ basis.turn, np.zeros(len(before))
    for done in range(rounds):
        g, slope = problem.ratio(u, problem.bounds)
        gap = goal - (before * g) @ basis.columns
        if np.abs(problem.gaps(before * g)).max() < tolerance:
            return g, done
        hessian = basis.columns.T @ ((before * slope)[:, None] * basis.columns)
        step = basis.columns @ np.linalg.lstsq(hessian, gap, rcond=None)[0]
        fraction = _fraction(problem, basis, before, goal, u, step)
        if fraction is None:
            break
        u = u + fraction * step
    require_feasible(problem.columns, problem.targets, before, problem.bounds)
    gaps = np.abs(problem.gaps(before * problem.ratio(u, problem.bounds)[0]))
    raise NotConverged(rounds, problem.names[int(gaps.argmax())], float(gaps.max()))


def _fraction(
    problem: _Problem, basis: _Basis, before: FloatArray, goal: FloatArray, u: FloatArray, step: FloatArray
) -> float | None:
    """How much of a step brings the totals nearer; None if none does."""

    def distance(fraction: float) -> float:
        g, _ = problem.ratio(u + fraction * step, problem.bounds)
        return float(np.linalg.norm(goal - (before * g) @ basis.columns))

    start, fraction = distance(0.0), 1.0
    while fraction > SMALLEST_STEP:
        if distance(fraction) < (1.0 - 1e-4 * fraction) * start:
            return fraction
        fraction /= 2.0
    return None
