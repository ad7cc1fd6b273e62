"""Whether any weights within the bounds reach the targets: asked when the search for them fails, to say why.

A linear program over the distinct rows of the auxiliaries (rows that are alike may have the same ratio).
"""

import numpy as np
from scipy import optimize

from analysis.design import FloatArray
from analysis.weighting.distances import Bounds
from analysis.weighting.faults import BoundsNotMet, TargetsDisagree

MOST_CELLS = 20_000  # Beyond that the program takes minutes; the search's own fault must do.


def require_feasible(columns: FloatArray, targets: FloatArray, before: FloatArray, bounds: Bounds) -> None:
    """Raises BoundsNotMet with the narrowest bounds that would do, or TargetsDisagree where no ratios would."""
    has = before > 0
    cells, cell_of = np.unique(columns[has], axis=0, return_inverse=True)
    if len(cells) > MOST_CELLS:
        return
    mass = np.bincount(cell_of.ravel(), weights=before[has], minlength=len(cells))
    totals = (cells * mass[:, None]).T / (1.0 + np.abs(targets))[:, None]
    reach = _narrowest(totals, targets / (1.0 + np.abs(targets)))
    if reach is None:
        raise TargetsDisagree("the totals cannot be reached from this sample, whatever the weights")
    if not _feasible(totals, targets / (1.0 + np.abs(targets)), bounds):
        raise BoundsNotMet(bounds, (1.0 - reach, 1.0 + reach))


def _narrowest(totals: FloatArray, goal: FloatArray) -> float | None:
    """The smallest t with ratios between 1 - t and 1 + t: minimise t over (ratios, t)."""
    cells = totals.shape[1]
    one = np.ones((cells, 1))
    sides = np.vstack([np.hstack([np.eye(cells), -one]), np.hstack([-np.eye(cells), -one])])
    found = optimize.linprog(
        np.append(np.zeros(cells), 1.0),
        A_ub=sides,
        b_ub=np.concatenate([np.ones(cells), -np.ones(cells)]),
        A_eq=np.hstack([totals, np.zeros((len(goal), 1))]),
        b_eq=goal,
        bounds=[(None, None)] * cells + [(0.0, None)],
    )
    return float(found.x[-1]) if found.status == 0 and found.x is not None else None


def _feasible(totals: FloatArray, goal: FloatArray, bounds: Bounds) -> bool:
    low, high = (None if not np.isfinite(bound) else bound for bound in bounds)
    found = optimize.linprog(np.zeros(totals.shape[1]), A_eq=totals, b_eq=goal, bounds=(low, high))
    return bool(found.status == 0)
