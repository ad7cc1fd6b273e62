"""What each stratum is to give: cases by the allocation, and how many units of the first stage bring them.

Fixed before the draw and sealed with the plan, so that who checks the draw need not allocate anew.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.planning.allocation import allocated
from analysis.planning.chance import CannotDraw
from analysis.planning.rows import Row, by_stratum, check, count, parts
from analysis.planning.spec import SamplePlan, Stage


@dataclass(frozen=True)
class PlannedStratum:
    """`size`: cases that could be drawn; `psus`: units of the first stage in the frame; `units`: those to be drawn.

    `take`: cases that one such unit is expected to bring; `cases`: what all of them together are.
    """

    code: str
    unit: str
    respondent_type: str
    size: int
    psus: int
    units: int
    take: float
    cases: int


def planned_strata(rows: Sequence[Row], plan: SamplePlan) -> tuple[PlannedStratum, ...]:
    """Raises CannotDraw and CannotAllocate with what to change."""
    check(rows, plan)
    groups = by_stratum(rows, plan)
    wanted = allocated(plan.allocation, {code: count(group, plan) for code, group in groups.items()})
    return tuple(_planned(code, group, plan, wanted[code]) for code, group in groups.items())


def _planned(code: str, rows: Sequence[Row], plan: SamplePlan, wanted: int) -> PlannedStratum:
    first = plan.stages[0]
    units = parts(rows, first)
    size, take = count(rows, plan), _take(list(units.values()), plan.stages[1:])
    number = len(units) if first.method == "all" else min(first.number or math.ceil(wanted / take - 1e-9), len(units))
    if number < 1:
        raise CannotDraw(f"stratum {code} would get no case; raise the total or the minimum, or merge strata")
    cases = min(round(number * take), size)
    return PlannedStratum(
        code, _unit(rows, plan), _same(rows, "respondent_type"), size, len(units), number, take, cases
    )


def _take(groups: list[list[Row]], stages: Sequence[Stage]) -> float:
    """Cases from one of the groups on average: a stage takes its number, or all there are."""
    if not stages:
        return 1.0
    below = [parts(group, stages[0]) for group in groups]
    number = stages[0].number if stages[0].method != "all" else None
    taken = [min(number or len(units), len(units)) for units in below]
    mean = sum(taken) / len(taken)
    return mean * _take([part for units in below for part in units.values()], stages[1:])


def _unit(rows: Sequence[Row], plan: SamplePlan) -> str:
    return _same(rows, "unit") or plan.area


def _same(rows: Sequence[Row], column: str) -> str:
    """The value that all rows share, or nothing."""
    values = {row.get(column, "") for row in rows}
    return values.pop() if len(values) == 1 else ""
