"""What the extract says of a wave's cases: outcomes by AAPOR's codes, reserves, second interviews. Counts only, no row.

The outcome rates are made in `dispositions`; what a plan promised of them stands in plan.json.
"""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey_app.casework import dispositions
from survey_app.models import Case, Wave


def of_wave(session: Session, wave: Wave) -> dict[str, Any]:
    """Empty where the wave has no cases."""
    outcomes = dispositions.of_wave(session, wave)
    return outcomes.as_json() | _beside(session, wave) if outcomes.counts else {}


def _beside(session: Session, wave: Wave) -> dict[str, Any]:
    again = Case.reinterview_of_id.is_not(None)
    spare = (Case.reserve > 0) & ~again

    def number(which: sa.ColumnElement[bool]) -> int:
        return session.scalar(sa.select(sa.func.count(Case.id)).where(Case.wave_id == wave.id, which)) or 0

    return {
        "reserves": {"drawn": number(spare), "used": number(spare & Case.replaces_id.is_not(None))},
        "reinterviews": {"planned": number(again), "done": number(again & (Case.disposition == "complete"))},
    }
