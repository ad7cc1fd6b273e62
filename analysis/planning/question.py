"""A question of sizes as the page and the command ask it: what there is, what is wanted; before any frame exists.

Also the inverse: how many cases a wanted half-width or chance needs.
"""

import math
from dataclasses import asdict
from typing import Any, Literal

from pydantic import Field

from analysis.planning import size_words
from analysis.planning.allocation import CannotAllocate, allocated
from analysis.planning.sizes import Promise, Sizes, promised_sizes
from analysis.planning.spec import Allocation, Assumptions, Effort, Frozen
from analysis.planning.strata import PlannedStratum


class Cell(Frozen):
    """One stratum: how many there are, and in how many PSUs; 0 where the cases themselves are drawn."""

    unit: str = Field(max_length=60)
    respondent_type: str = Field(default="", max_length=40)
    size: int = Field(ge=1, le=100_000_000)
    psus: int = Field(default=0, ge=0)


class Goal(Frozen):
    """What is wanted: of the whole, or of the worst unit (or type)."""

    level: Literal["overall", "unit", "respondent_type", "stratum"] = "overall"
    half_width: float | None = Field(default=None, gt=0, lt=50)  # Percentage points.
    power: float | None = Field(default=None, gt=0, lt=1)  # At `truth`, a share.
    truth: float = Field(default=0.85, gt=0, lt=1)


class Question(Frozen):
    cells: tuple[Cell, ...] = Field(min_length=1, max_length=2000)
    allocation: Allocation
    take: int = Field(default=1, ge=1, le=1000)  # Cases in one PSU.
    finite: bool = True
    assumptions: Assumptions = Assumptions()
    effort: Effort = Effort()
    goal: Goal | None = None


def sizes(question: Question) -> Sizes:
    """Raises CannotAllocate."""
    codes = [f"{cell.unit}/{cell.respondent_type}" for cell in question.cells]
    if len(set(codes)) < len(codes):
        raise CannotAllocate("a unit and respondent type are named twice; give one line for each")
    wanted = allocated(question.allocation, dict(zip(codes, (cell.size for cell in question.cells), strict=True)))
    if none := [code for code in codes if not wanted[code]]:
        raise CannotAllocate(f"{', '.join(none[:5])} would get no case; raise the total or the minimum")
    strata = [
        _planned(code, cell, wanted[code], question.take) for code, cell in zip(codes, question.cells, strict=True)
    ]
    return promised_sizes(strata, question.assumptions, question.effort, finite=question.finite)


def _planned(code: str, cell: Cell, wanted: int, take: int) -> PlannedStratum:
    if not cell.psus:
        return PlannedStratum(code, cell.unit, cell.respondent_type, cell.size, cell.size, wanted, 1.0, wanted)
    units = min(math.ceil(wanted / take), cell.psus)
    each = min(float(take), cell.size / cell.psus)
    cases = min(round(units * each), cell.size)
    return PlannedStratum(code, cell.unit, cell.respondent_type, cell.size, cell.psus, units, each, cases)


def answered(question: Question) -> dict[str, Any]:
    """All of it as JSON: the sizes, sentences in both languages, and what the goal needs."""
    found = sizes(question)
    needed = cases_needed(question, question.goal) if question.goal else None
    return {
        **found.as_json(),
        "finite": question.finite,
        "assumptions": question.assumptions.model_dump(mode="json"),
        "needed": needed,
        "sentences": [asdict(sentence) for sentence in size_words.sentences(found, question.assumptions)],
    }


def cases_needed(question: Question, goal: Goal) -> int | None:
    """The least total that reaches the goal at its level everywhere; None where not even asking everybody does."""
    least, most = len(question.cells) * max(1, question.allocation.minimum) - 1, sum(c.size for c in question.cells)
    if not _reaches(question, most, goal):
        return None
    while most - least > 1:
        middle = (least + most) // 2
        least, most = (least, middle) if _reaches(question, middle, goal) else (middle, most)
    return most


def _reaches(question: Question, total: int, goal: Goal) -> bool:
    believed = question.assumptions.model_copy(update={"truths": (goal.truth,)})
    allocation = question.allocation.model_copy(update={"total": total, "maximum": None})
    asked = question.model_copy(update={"allocation": allocation, "assumptions": believed})
    try:
        rows = sizes(asked).of(goal.level)
    except CannotAllocate:
        return False
    return bool(rows) and all(_good_enough(row, goal) for row in rows)


def _good_enough(row: Promise, goal: Goal) -> bool:
    narrow = goal.half_width is None or (row.half_width is not None and row.half_width <= goal.half_width)
    return narrow and (goal.power is None or min(row.power.values()) >= goal.power)
