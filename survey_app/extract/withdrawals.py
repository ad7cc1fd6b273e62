"""How many answers were taken back, by channel and unit: whoever collects receipts to remove bad answers leaves a mark.

A unit stands here only where several people did so, or it would be told that somebody did. What is far above the rest
is left to the analysis.
"""

from collections import Counter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey_app.corrections import ENTERED_BY_STAFF
from survey_app.extract.units import Units
from survey_app.models import Response, Survey, Unit, Wave

FILE = "withdrawals.json"
FEWEST = 5  # Of a unit.


def of_survey(session: Session, survey: Survey, units: Units) -> dict[str, Any]:
    """`received`: what citizens sent themselves, whatever became of it; empty where nothing was taken back."""
    taken_back = sa.func.sum(sa.case((Response.withdrawn, 1), else_=0))
    query = sa.select(Response.mode, Response.unit_id, Unit.code, sa.func.count(), taken_back)
    query = query.join(Wave, Response.wave_id == Wave.id).join(Unit, Response.unit_id == Unit.id)
    query = query.where(Wave.survey_id == survey.id, ~Wave.practice, Response.mode.not_in(ENTERED_BY_STAFF))
    by_mode, by_unit = Counter[str](), Counter[str]()
    received = {"mode": Counter[str](), "unit": Counter[str]()}
    for mode, unit_id, code, sent, withdrawn in session.execute(
        query.group_by(Response.mode, Response.unit_id, Unit.code)
    ):
        unit = units.codes.get(unit_id, code)
        received["mode"][mode] += sent
        received["unit"][unit] += sent
        by_mode[mode] += withdrawn
        by_unit[unit] += withdrawn
    if not by_mode.total():
        return {}
    return {
        "received": received["mode"].total(),
        "withdrawn": by_mode.total(),
        "by_mode": [_row("mode", mode, received["mode"], by_mode) for mode in sorted(+by_mode)],
        "by_unit": [_row("unit", one, received["unit"], by_unit) for one in sorted(by_unit) if by_unit[one] >= FEWEST],
    }


def _row(name: str, key: str, received: Counter[str], withdrawn: Counter[str]) -> dict[str, Any]:
    return {name: key, "received": received[key], "withdrawn": withdrawn[key]}
