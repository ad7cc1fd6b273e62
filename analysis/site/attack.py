"""What a stranger can work out from the published cells: for every cell kept back, the least and the most it can be.

Linear programming over all sums that hold between the cells, with nothing but what is published on the right-hand
side. It is the test of `disclosure` and shares only the sums with it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from analysis.design import FloatArray
from analysis.report.source import Release
from analysis.site.cells import Key, is_level
from analysis.site.disclosure import SIDES, Opened, components, is_ours
from analysis.site.relations import Sum, respondents_key, structure_of, sums_of_counts, sums_of_rates

UNBOUNDED = 3  # As linprog says it.
ROUNDING = 1e-6


@dataclass(frozen=True)
class Range:
    low: float
    high: float

    @property
    def width(self) -> float:
        return self.high - self.low


def ranges_of_counts(release: Release, public: Opened) -> Mapping[Key, Range]:
    """The base of every cell kept back, and the respondents of every place that shows nothing (question "")."""
    truth = {key: float(cell.base) for key, cell in public.cells.items()}
    truth |= {respondents_key(key): float(cell.respondents) for key, cell in public.cells.items() if not is_level(key)}
    sums = sums_of_counts(public.cells, structure_of(release))
    for one in sums:
        sides = [key for key in one if key.level in SIDES]
        truth |= {key: sum(truth[level] for level in one if level != key) for key in sides}
    truth = _with_wholes(sums, truth)
    shown = _shown(public)
    places = {key.place for key in shown}
    known = {
        key: value
        for key, value in truth.items()
        if key in shown or key.level in SIDES or (not key.question and key.place in places)
    }
    return _ranges([one for one in sums if _holds(one, truth)], known, math.inf, public)


def ranges_of_rates(release: Release, public: Opened) -> Mapping[Key, Range]:
    """The rate of every cell with one figure that is kept back, from 0 to 100."""
    single = {key: cell for key, cell in public.cells.items() if len(cell.figures) == 1}
    truth = {key: cell.figures[0].estimate for key, cell in single.items()}
    values = {key: value for key, value in truth.items() if value is not None}
    shown = _shown(public)
    sums = sums_of_rates({key: single[key] for key in values}, structure_of(release))
    values = _with_wholes(sums, values)
    known = {key: value for key, value in values.items() if key in shown}
    return _ranges([one for one in sums if _holds(one, values)], known, 100.0, public)


def _shown(public: Opened) -> frozenset[Key]:
    return frozenset(public.cells) - public.hidden


def _with_wholes(sums: Sequence[Sum], truth: Mapping[Key, float]) -> dict[Key, float]:
    """Several waves have no figure of their whole: it is what the waves add up to."""
    found = dict(truth)
    for one in sums:
        missing = [key for key in one if key not in truth]
        if len(missing) == 1 and any(key.domain_type == "wave" for key in one):
            found[missing[0]] = (
                sum(factor * truth[key] for key, factor in one.items() if key in truth) / -one[missing[0]]
            )
    return found


def _holds(one: Sum, truth: Mapping[Key, float]) -> bool:
    """Whether a sum is true of this survey: the stranger is taken to know which are, as of what has no figure."""
    if any(key not in truth for key in one):
        return True
    terms = [factor * truth[key] for key, factor in one.items()]
    return abs(sum(terms)) <= ROUNDING * max(map(abs, terms), default=1.0)


def _ranges(sums: Sequence[Sum], known: Mapping[Key, float], most: float, public: Opened) -> Mapping[Key, Range]:
    rows, right = [], {}
    for one in sums:
        left = {key: factor for key, factor in one.items() if key not in known}
        if left:
            right[id(left)] = -sum(factor * known[key] for key, factor in one.items() if key not in left)
            rows.append(left)
    found: dict[Key, Range] = {}
    for columns, part in components(rows):
        matrix = np.zeros((len(part), len(columns)))
        for i, row in enumerate(part):
            for key, factor in row.items():
                matrix[i, columns[key]] = factor
        sides = np.array([right[id(row)] for row in part])
        mine = [key for key in columns if is_ours(key, public.cells)]
        found |= {key: _range(matrix, sides, columns[key], most) for key in mine}
    return found


def _range(matrix: FloatArray, right: FloatArray, column: int, most: float) -> Range:
    goal = np.zeros(matrix.shape[1])
    bounds = (0.0, None if math.isinf(most) else most)
    ends = []
    for sign in (1.0, -1.0):
        goal[column] = sign
        found = linprog(goal, A_eq=matrix, b_eq=right, bounds=bounds)
        if found.status not in (0, UNBOUNDED):
            raise ArithmeticError(f"what is published contradicts itself: {found.message}")
        ends.append(math.inf if found.fun is None else sign * float(found.fun))
    return Range(*ends)
