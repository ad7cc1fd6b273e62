"""What precision the field will reach if it goes on as it does: the question is made here, of counts; the analysis
answers it through the door of sizes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey_app import units
from survey_app.accounts.branches import is_limited
from survey_app.casework.progress import PROBABILITY
from survey_app.fieldwork import counting
from survey_app.fieldwork.counting import Line
from survey_app.models import Response, SlipBatch, Wave
from survey_app.planning.bench import PlanFiles
from survey_app.planning.process import PlanningFault, worker
from survey_app.responses import counted


@dataclass(frozen=True)
class Outlook:
    """`rows`: as `analysis.planning.expected` answers them, each with its `name`; `fault`: why there are none."""

    rows: list[Mapping[str, Any]]
    silent: list[str]
    fault: str = ""

    @property
    def lagging(self) -> set[str]:
        """Codes of the units that miss their promise."""
        return {row["code"] for row in self.rows if row["level"] == "unit" and row["missed"]}


def question(session: Session, wave: Wave, on: date, files: PlanFiles) -> dict[str, Any] | None:
    """As the field stands on a day. None where nothing was sealed, so nothing was promised, and within one branch, of
    which only its own counts are known.
    """
    if is_limited(session):
        return None
    try:
        sealed = json.loads((files.sealed / "plan.json").read_text(encoding="utf-8"))
    except OSError:
        return None
    by_slip, strata = _slips(session, wave), counting.strata_of(session, wave, on)
    return {
        "strata": sealed["strata"],
        "counted": [_counted(code, strata.get(code, Line()), by_slip.get(code, 0)) for code in _codes(sealed)],
        "assumptions": sealed["plan"]["assumptions"],
        "finite": sealed["plan"]["stages"][0]["method"] in ("random", "all"),
        "ended": on > wave.closes_on or wave.closed_at is not None,
    }


def _codes(sealed: Mapping[str, Any]) -> list[str]:
    return [stratum["code"] for stratum in sealed["strata"]]


def _counted(code: str, line: Line, by_slip: int) -> dict[str, Any]:
    """Whoever answered by a slip was not visited, but is finished. Today's cases are not late before the evening."""
    closed = min(line.closed + by_slip, line.in_use)
    answers = min(line.answered + by_slip, line.in_use)
    return {"code": code, "cases": line.in_use, "due": line.due_before, "closed": closed, "answers": answers}


def _slips(session: Session, wave: Wave) -> dict[str, int]:
    query = sa.select(SlipBatch.stratum, sa.func.count()).join(Response, Response.batch_id == SlipBatch.id)
    query = query.where(Response.wave_id == wave.id, counted(), Response.mode.in_(PROBABILITY)).group_by(
        SlipBatch.stratum
    )
    return {stratum: count for stratum, count in session.execute(query) if stratum}


def reckoned(session: Session, wave: Wave, on: date, files: PlanFiles) -> Outlook:
    """Waits for the analysis, and lets go of the database meanwhile."""
    asked = question(session, wave, on, files)
    if asked is None:
        session.rollback()
        return Outlook([], [])
    names = {unit.code: unit.full_name for unit in units.valid_on(session, wave.survey.units_on)}
    session.rollback()
    try:
        said = worker.ask(asked)
    except PlanningFault as fault:
        return Outlook([], [], str(fault))
    return Outlook([{**row, "name": names.get(row["code"], row["code"])} for row in said["rows"]], said["silent"])
