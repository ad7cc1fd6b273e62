"""What staff changed in responses that staff had entered: the report prints it, so that nobody changes in silence.

By unit, channel and day with the reason, scrubbed; without case, person or answer. Counting is left to the report.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey_app.clock import local_day
from survey_app.comments import reading, scrubbing
from survey_app.extract.units import Units
from survey_app.models import AuditEntry, Response, ResponseChange, Survey, Unit, Wave

FILE = "changes.json"
OPENING = "manage.show_correction"  # The deed of whoever opens the answers.


def of_survey(session: Session, survey: Survey, units: Units) -> list[dict[str, Any]]:
    """Of second interviews too: to void one hides what it would have shown. In no order that tells who or which."""
    query = (
        sa.select(ResponseChange, Response.mode, Response.unit_id, Unit.code)
        .join(Response, ResponseChange.response_id == Response.id)
        .join(Unit, Response.unit_id == Unit.id)
        .join(Wave, Response.wave_id == Wave.id)
        .where(Wave.survey_id == survey.id, ~Wave.practice)
    )
    found = session.execute(query).all()
    names = reading.staff_names(session) if found else ()
    opened = _opened(session) if found else {}
    told = [
        {
            "kind": change.kind,
            "unit": units.codes.get(unit_id, code),
            "mode": mode,
            "day": local_day(change.at).isoformat(),
            "reason": scrubbing.scrubbed(change.reason, names),
            "answers_opened": change.kind == "voided" and _is_before(opened.get(str(change.response_id)), change.at),
        }
        for change, mode, unit_id, code in found
    ]
    return sorted(told, key=lambda one: [str(one[name]) for name in ("unit", "day", "kind", "mode", "reason")])


def _opened(session: Session) -> dict[str, datetime]:
    """When the answers of a response were first opened, by the audit: one account may read what another one voids."""
    query = sa.select(AuditEntry.thing, sa.func.min(AuditEntry.at)).where(AuditEntry.deed == OPENING)
    return {thing: at for thing, at in session.execute(query.group_by(AuditEntry.thing))}


def _is_before(opened: datetime | None, at: datetime) -> bool:
    return opened is not None and opened <= at
