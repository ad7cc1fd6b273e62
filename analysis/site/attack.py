"""What a stranger can work out from the published cells: for every cell kept back, the least and the most it can be.

Linear programming over all sums that hold between the cells, with nothing but what is published on the right-hand
side. It is the test of `disclosure` and shares only the sums with it.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog

from analysis.design import FloatArray
from analysis.report.source import Release
from analysis.site.cells import Cell, Key, is_level
from analysis.site.disclosure import Opened, components
from analysis.site.relations import Sum, structure_of, sums_of_counts, sums_of_rates

UNBOUNDED = 3  # As linprog says it.
Known = Callable[[Key], float | None]


@dataclass(frozen=True)
class Range:
    low: float
    high: float

    @property
    def width(self) -> float:
        return self.high - self.low


def ranges_of_counts(release: Release, public: Opened) -> Mapping[Key, Range]:
    """The base of every cell kept back, and the respondents of every place that shows nothing (question "")."""
    shown = {key: cell for key, cell in public.cells.items() if key not in public.hidden}
    respondents = {cell.key.place: _respondents(cell) for cell in shown.values() if not is_level(cell.key)}

    def known(key: Key) -> float | None:
        if not key.question:
            return respondents.get(key.place)
        return float(shown[key].base) if key in shown else None

    sums = sums_of_counts(public.cells, structure_of(release))
    return _ranges(sums, known, math.inf, public)


def ranges_of_rates(release: Release, public: Opened) -> Mapping[Key, Range]:
    """The rate of every cell with one figure that is kept back, from 0 to 100."""
    shown = {key: cell for key, cell in public.cells.items() if key not in public.hidden}

    def known(key: Key) -> float | None:
        return shown[key].figures[0].estimate if key in shown else None

    single = {key: cell for key, cell in public.cells.items() if len(cell.figures) == 1}
    structure = structure_of(release)
    # Rates of a sample with weights do not add up over its domains: such sums would refuse the truth.
    sums = [one for one in sums_of_rates(single, structure) if len({key.domain for key in one}) == 1]
    return _ranges(sums, known, 100.0, public)


def _respondents(cell: Cell) -> float:
    return float(cell.respondents)


def _ranges(sums: Sequence[Sum], known: Known, most: float, public: Opened) -> Mapping[Key, Range]:
    rows, right = [], {}
    for one in sums:
        left = {key: factor for key, factor in one.items() if known(key) is None}
        if left:
            right[id(left)] = -sum(factor * (known(key) or 0.0) for key, factor in one.items() if key not in left)
            rows.append(left)
    found: dict[Key, Range] = {}
    for columns, part in components(rows):
        matrix = np.zeros((len(part), len(columns)))
        for i, row in enumerate(part):
            for key, factor in row.items():
                matrix[i, columns[key]] = factor
        sides = np.array([right[id(row)] for row in part])
        mine = [key for key in columns if not key.question or key in public.cells]
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
