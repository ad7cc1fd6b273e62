"""The ledger of slips by stratum beside cases and answers, for the extract, the report and the console: never one slip.

Whoever makes slips, hands them to himself and answers leaves a trace here: more answers than the draw has cases.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey_app.casework.progress import in_use, sample_answers
from survey_app.models import Case, SlipBatch, Wave
from survey_app.proofs import slip_ledger
from survey_app.proofs.slip_ledger import Line

COLUMNS = (*slip_ledger.COUNTED, SlipBatch.stratum, SlipBatch.remark)


@dataclass(frozen=True)
class Stratum:
    """`cases` are those in use: the sample, and reserves that took a place. `printed`: slips on paper, each print of a
    batch anew. `code` is empty for slips and answers that stand in no stratum.
    """

    code: str
    cases: int
    answers: int
    printed: int
    line: Line

    @property
    def exceeds(self) -> bool:
        """More answered than were drawn: some of the answers are of other people."""
        return bool(self.code) and self.answers > self.cases

    def as_json(self) -> dict[str, Any]:
        line = self.line
        taken_out = {"returned": line.returned, "spoiled": line.spoiled, "replaced": line.replaced}
        slips = {"made": line.made, "printed": self.printed, "used": line.spent, **taken_out}
        return {"stratum": self.code, "cases": self.cases, "answers": self.answers, **slips}


def of_wave(session: Session, wave: Wave) -> list[Stratum]:
    """In the order of their codes."""
    return _together(session, wave, _cases(session, wave), sample_answers(session, wave).by_stratum)


def exceeding(session: Session, wave: Wave, answers: Mapping[str, int]) -> list[Stratum]:
    """The strata with more answers than cases, as `of_wave` has them; the ledger is read only where there is one."""
    cases = _cases(session, wave)
    if not any(Stratum(code, cases.get(code, 0), count, 0, Line()).exceeds for code, count in answers.items()):
        return []
    return [one for one in _together(session, wave, cases, answers) if one.exceeds]


def _together(session: Session, wave: Wave, cases: Mapping[str, int], answers: Mapping[str, int]) -> list[Stratum]:
    lines, printed = defaultdict[str, list[Line]](list), defaultdict[str, int](int)
    for batch in session.execute(sa.select(*COLUMNS).where(SlipBatch.wave_id == wave.id)):
        lines[batch.stratum or ""].append(slip_ledger.line(batch))
        printed[batch.stratum or ""] += batch.size * slip_ledger.prints(batch)
    return [
        Stratum(code, cases.get(code, 0), answers.get(code, 0), printed[code], slip_ledger.together(lines[code]))
        for code in sorted({*cases, *answers, *lines})
    ]


def _cases(session: Session, wave: Wave) -> dict[str, int]:
    query = sa.select(Case.stratum, sa.func.count()).where(Case.wave_id == wave.id, in_use()).group_by(Case.stratum)
    return {stratum: count for stratum, count in session.execute(query)}


def for_extract(session: Session, wave: Wave) -> list[dict[str, Any]]:
    """Nothing where the wave has no slips and nowhere more answers than cases."""
    found = of_wave(session, wave)
    return [one.as_json() for one in found] if _is_worth_telling(found) else []


def _is_worth_telling(found: Sequence[Stratum]) -> bool:
    return any(one.line.made or one.exceeds for one in found)
