"""Responses that wait for a manager: late ones, decided by day and count alone, and conflicts. Answers are not read."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey_app import wave_life
from survey_app.models import Response, ResponseConflict, Unit, Wave
from survey_app.reasons import given
from survey_app.wave_life import By


def waiting(session: Session, wave: Wave) -> list[tuple[date, str, int]]:
    """On which days, of which units, how many late responses came that nobody has decided about."""
    query = (
        sa.select(Response.local_day, Unit, sa.func.count(Response.id))
        .join(Unit, Response.unit_id == Unit.id)
        .where(*_undecided(wave))
        .group_by(Response.local_day, Unit.id)
        .order_by(Response.local_day, Unit.code, Unit.id)
    )
    return [(day, unit.full_name, count) for day, unit, count in session.execute(query)]


def _undecided(wave: Wave) -> tuple[sa.ColumnElement[bool], ...]:
    return Response.wave_id == wave.id, Response.state == "late", ~Response.void


def decide(session: Session, wave: Wave, accept: bool, by: By, reason: str, day: date | None = None) -> int:
    """Accepts or refuses all late responses of a day, or of all days; returns how many. None is thrown away.

    Never about some of a day. Raises ValueError with what to do.
    """
    reason = given(reason)
    which = (*_undecided(wave), Response.local_day == day if day else sa.true())
    days = sa.select(sa.func.min(Response.local_day), sa.func.max(Response.local_day)).where(*which)
    first, last = session.execute(days).one()
    if first is None:
        raise ValueError(_("No late responses wait for a decision: the list may have changed, look at it again."))
    state = "late_accepted" if accept else "late_refused"
    change = sa.update(Response).where(*which).values(state=state).execution_options(synchronize_session=False)
    result: sa.CursorResult[Any] = session.connection().execute(change)
    span = f"{first}" if first == last else f"{first} – {last}"
    wave_life.record(session, wave, state, by, reason, f"{span}: {result.rowcount}")
    return result.rowcount


def conflicts(session: Session, wave: Wave) -> int:
    """How often other answers came under the id of a response that was kept."""
    query = sa.select(sa.func.count()).select_from(ResponseConflict).join(Response)
    return session.scalar(query.where(Response.wave_id == wave.id)) or 0
