"""What a field that goes on as it does will promise at its end, beside what its plan promised: from counts alone.

Never from answers: the share is the one believed before the data arrived, so that nobody peeks while the field runs.
The half-widths are those of `sizes`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from pydantic import Field

from analysis.planning.sizes import Level, Promise, half_width, promised_sizes
from analysis.planning.spec import Assumptions, Effort, Frozen
from analysis.planning.strata import PlannedStratum

ENOUGH = 10  # Fewer finished (or due) cases of a stratum say less about it than all strata together.


class Counted(Frozen):
    """Cases in use of one stratum: all, those due by now, those finished, those that answered."""

    code: str = Field(max_length=60)
    cases: int = Field(ge=0)
    due: int = Field(ge=0)
    closed: int = Field(ge=0)
    answers: int = Field(ge=0)


class Counts(Frozen):
    """`strata`: as sealed; `counted`: what the field has reached; `ended`: nobody is visited any more."""

    strata: tuple[PlannedStratum, ...] = Field(min_length=1)
    counted: tuple[Counted, ...]
    assumptions: Assumptions
    finite: bool
    ended: bool = False


@dataclass(frozen=True)
class Outlook:
    """One domain: promised and expected half-width, in percentage points; `more`: the fewest further answers, beside
    the expected ones, that keep the promise; None where it is kept, or no number of answers in these PSUs keeps it.
    """

    level: Level
    code: str
    cases: int
    promised_answers: float
    answers: float
    promised: float | None
    expected: float | None
    missed: bool
    more: int | None


def answered(counts: Counts) -> dict[str, Any]:
    """All of it as JSON: those that miss first, the whole before all. `silent`: strata from which no answer is
    expected; they are left out of what is expected, and no figure of them is.
    """
    projected = _projected(counts)
    heard = {code for code, (_, answers) in projected.items() if answers > 0}
    strata = [_grown(stratum, projected[stratum.code][0]) for stratum in counts.strata if stratum.code in heard]
    rates = {code: _rate(*projected[code]) for code in heard}
    plan = promised_sizes(counts.strata, counts.assumptions, Effort(), finite=counts.finite).rows
    rows = [_outlook(row, counts, strata, rates) for row in plan]
    rows.sort(key=lambda row: (row.level != "overall", not row.missed))
    return {
        "rows": [asdict(row) for row in rows],
        "silent": [stratum.code for stratum in counts.strata if stratum.code not in heard],
        "assumptions": counts.assumptions.model_dump(mode="json"),
    }


def _projected(counts: Counts) -> Mapping[str, tuple[int, float]]:
    """By stratum its cases in use, and the answers at the end if the rest is visited and answers as it did so far."""
    by_code = {one.code: one for one in counts.counted}
    none = [Counted(code=one.code, cases=one.cases, due=0, closed=0, answers=0) for one in counts.strata]
    found = [by_code.get(one.code, one) for one in none]
    closed, due = sum(one.closed for one in found), sum(one.due for one in found)
    usual = sum(one.answers for one in found) / closed if closed >= ENOUGH else counts.assumptions.response
    usual_pace = min(closed / due, 1.0) if due >= ENOUGH else 1.0
    return {one.code: (one.cases, _answers(one, usual, usual_pace, counts.ended)) for one in found}


def _answers(one: Counted, usual: float, usual_pace: float, ended: bool) -> float:
    if ended:
        return float(one.answers)
    rate = one.answers / one.closed if one.closed >= ENOUGH else usual
    pace = min(one.closed / one.due, 1.0) if one.due >= ENOUGH else usual_pace
    finished = max(float(one.closed), pace * one.cases)
    return one.answers + min(rate, 1.0) * (finished - one.closed)


def _grown(stratum: PlannedStratum, cases: int) -> PlannedStratum:
    """With the reserves that were put to use."""
    return replace(stratum, cases=min(max(cases, 1), stratum.size))


def _rate(cases: int, answers: float) -> float:
    return min(answers / max(cases, 1), 1.0)


def _outlook(row: Promise, counts: Counts, strata: Sequence[PlannedStratum], rates: Mapping[str, float]) -> Outlook:
    group = [stratum for stratum in strata if _belongs(stratum, row)]
    answers = sum(stratum.cases * rates[stratum.code] for stratum in group)
    believed, finite = counts.assumptions, counts.finite
    expected = half_width(group, believed, finite=finite, response=rates) if group else None
    missed = row.half_width is not None and (expected is None or round(expected, 1) > round(row.half_width, 1))
    more = _needed(group, rates, row.half_width, counts) if missed and row.half_width is not None and group else None
    if missed and not group:
        more = math.ceil(row.answers)
    return Outlook(row.level, row.code, row.cases, row.answers, answers, row.half_width, expected, missed, more)


def _belongs(stratum: PlannedStratum, row: Promise) -> bool:
    name = {"unit": "unit", "respondent_type": "respondent_type", "stratum": "code"}.get(row.level)
    return name is None or getattr(stratum, name) == row.code


def _needed(group: Sequence[PlannedStratum], rates: Mapping[str, float], promised: float, counts: Counts) -> int | None:
    """The fewest further answers, spread over the strata in proportion to their cases."""
    before = sum(stratum.cases * rates[stratum.code] for stratum in group)

    def with_more(factor: float) -> tuple[float, bool]:
        grown = [replace(one, cases=min(math.ceil(one.cases * factor), one.size)) for one in group]
        found = half_width(grown, counts.assumptions, finite=counts.finite, response=rates)
        answers = sum(one.cases * rates[one.code] for one in grown)
        return answers, found is not None and round(found, 1) <= round(promised, 1)

    most = max(one.size / one.cases for one in group)
    if not with_more(most)[1]:
        return None
    least = 1.0
    while (most - least) * before > 0.5:
        middle = (least + most) / 2.0
        least, most = (least, middle) if with_more(middle)[1] else (middle, most)
    return max(math.ceil(with_more(most)[0] - before - 1e-9), 1)
