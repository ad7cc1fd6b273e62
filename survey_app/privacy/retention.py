"""The clock of a wave: what may be kept how long after its last day, and what is due. `deletion` deletes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from survey_app import waves
from survey_app.clock import local_day
from survey_app.config import Settings
from survey_app.models import Retention, Wave
from survey_app.privacy import stock

# Luật 91/2025/QH15, Điều 14, has personal data deleted when its purpose is done: which dossier or household a case is
# serves second interviews, so it goes first. The rest serves checks of the work, and replies.
DEFAULT_DAYS = {"contacts": 60, "paradata": 180, "devices": 180, "comments": 365}
MOST_DAYS = 3650


@dataclass(frozen=True)
class Due:
    """One kind of data of a wave: until when it may stay, and how much of it is there."""

    kind: str
    on: date
    count: int
    is_due: bool


def of_wave(session: Session, wave: Wave) -> Retention:
    """As it was set; else with the defaults, and not kept."""
    return session.get(Retention, wave.id) or usual(wave)


def usual(wave: Wave) -> Retention:
    texts = dict.fromkeys(("purpose_vi", "purpose_en", "contact_vi", "contact_en"), "")
    return Retention(wave_id=wave.id, **{f"{kind}_days": days for kind, days in DEFAULT_DAYS.items()}, **texts)


def keep(session: Session, wave: Wave, fields: Mapping[str, Any]) -> None:
    """Raises ValueError with what to do. The view commits."""
    if any(not 0 <= int(fields[f"{kind}_days"]) <= MOST_DAYS for kind in DEFAULT_DAYS):
        raise ValueError(_("Give from 0 to %(most)d days.", most=MOST_DAYS))
    row = of_wave(session, wave)
    for name, value in fields.items():
        setattr(row, name, value)
    session.add(row)
    session.flush()


def due_on(wave: Wave, row: Retention) -> dict[str, date]:
    end = waves.last_day(wave)
    return {kind: end + timedelta(days=int(getattr(row, f"{kind}_days"))) for kind in DEFAULT_DAYS}


def overview(session: Session, settings: Settings, wave: Wave, at: datetime) -> list[Due]:
    """Of everything, whether it is due or not. On its last day data may still be there."""
    today, days = local_day(at), due_on(wave, of_wave(session, wave))
    counts = {kind: stock.COUNT[kind](session, settings, wave) for kind in days}
    return [Due(kind, on, counts[kind], today > on and counts[kind] > 0) for kind, on in days.items()]


def overdue(session: Session, settings: Settings, at: datetime) -> list[tuple[Wave, list[Due]]]:
    """All waves with something that should be gone. Of those with no day passed nothing is counted."""
    found, kept = [], {one.wave_id: one for one in session.scalars(sa.select(Retention))}
    may_hold = stock.may_hold(session, settings)
    for wave in session.scalars(sa.select(Wave).order_by(Wave.opens_on, Wave.slug)):
        if may_hold(wave) and local_day(at) > min(due_on(wave, kept.get(wave.id) or usual(wave)).values()):
            found.append((wave, [one for one in overview(session, settings, wave, at) if one.is_due]))
    return [(wave, late) for wave, late in found if late]
