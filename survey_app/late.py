"""Responses that wait for a manager: late ones, decided by day and count alone, and conflicts. Answers are not read."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey_app.models import Response, ResponseConflict, Wave


def waiting(session: Session, wave: Wave) -> list[tuple[date, int]]:
    """On which days how many late responses came that nobody has decided about."""
    query = (
        sa.select(Response.local_day, sa.func.count())
        .where(Response.wave_id == wave.id, Response.state == "late", ~Response.void)
        .group_by(Response.local_day)
        .order_by(Response.local_day)
    )
    return [(day, count) for day, count in session.execute(query)]


def decide(session: Session, wave: Wave, day: date, accept: bool) -> int:
    """Accepts or refuses all late responses of a day; returns how many. None is thrown away."""
    change = (
        sa.update(Response)
        .where(Response.wave_id == wave.id, Response.state == "late", Response.local_day == day)
        .values(state="late_accepted" if accept else "late_refused")
        .execution_options(synchronize_session=False)
    )
    result: sa.CursorResult[Any] = session.connection().execute(change)
    return result.rowcount


def conflicts(session: Session, wave: Wave) -> int:
    """How often other answers came under the id of a response that was kept."""
    query = sa.select(sa.func.count()).select_from(ResponseConflict).join(Response)
    return session.scalar(query.where(Response.wave_id == wave.id)) or 0
