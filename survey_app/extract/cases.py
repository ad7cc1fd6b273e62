"""What the extract says of a wave's cases: outcomes by AAPOR's codes, reserves, second interviews; in all, and by unit
and officer for whoever looks at how the field was done. Counts only, no row.

The outcome rates are made in `dispositions`; what a plan promised of them stands in plan.json.
"""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey_app.casework import dispositions
from survey_app.models import Case, Wave


def of_wave(session: Session, wave: Wave, codes: Mapping[int, str]) -> dict[str, Any]:
    """Empty where the wave has no cases. `codes`: of the units in this extract, by id."""
    outcomes = dispositions.of_wave(session, wave)
    if not outcomes.counts:
        return {}
    return outcomes.as_json() | _beside(session, wave) | {"groups": _groups(session, wave, codes)}


def _groups(session: Session, wave: Wave, codes: Mapping[int, str]) -> list[dict[str, Any]]:
    """By unit and officer, who is the account's number as in the responses; None where nobody has the cases yet."""
    used = (Case.wave_id == wave.id) & Case.replaces_id.is_not(None) & Case.reinterview_of_id.is_(None)
    query = (
        sa.select(Case.unit_id, Case.officer_id, sa.func.count()).where(used).group_by(Case.unit_id, Case.officer_id)
    )
    reserves = {(unit, officer): count for unit, officer, count in session.execute(query)}
    found = dispositions.by_unit_and_officer(session, wave)
    return [
        {
            "unit": codes.get(unit, ""),
            "officer": officer,
            "outcomes": {word: count for word, count in sorted(outcomes.items()) if count},
            "reserves": reserves.get((unit, officer), 0),
        }
        for (unit, officer), outcomes in sorted(found.items(), key=lambda one: (one[0][0], one[0][1] or 0))
    ]


def _beside(session: Session, wave: Wave) -> dict[str, Any]:
    again = Case.reinterview_of_id.is_not(None)
    spare = (Case.reserve > 0) & ~again

    def number(which: sa.ColumnElement[bool]) -> int:
        return session.scalar(sa.select(sa.func.count(Case.id)).where(Case.wave_id == wave.id, which)) or 0

    return {
        "reserves": {"drawn": number(spare), "used": number(spare & Case.replaces_id.is_not(None))},
        "reinterviews": {"planned": number(again), "done": number(again & (Case.disposition == "complete"))},
    }
