"""What people are told of a wave before they answer, and what stands of it in the register of processing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from survey_app.instruments.read_once import instrument_of
from survey_app.models import Deletion, Retention, Wave
from survey_app.privacy import retention

STUDENTS = "student"  # The respondent type of an instrument that students fill in themselves.


@dataclass(frozen=True)
class Told:
    survey: str
    owner: str
    purpose: str
    contact: str
    days: Mapping[str, date]
    students: bool


@dataclass(frozen=True)
class Entry:
    """One processing activity: a wave."""

    wave: Wave
    told: Told
    deletions: Sequence[Deletion]


def of_wave(session: Session, wave: Wave, language: str) -> Told:
    """The purpose is the manager's, else the questionnaire's; the contact the manager's, else the owner."""
    return _told(wave, session.get(Retention, wave.id), language)


def _told(wave: Wave, kept: Retention | None, language: str) -> Told:
    row = kept or retention.usual(wave)
    instrument, survey = instrument_of(wave.instrument_version), wave.survey
    owner = getattr(survey, f"owner_{language}")
    return Told(
        survey=f"{getattr(survey, f'name_{language}')} – {getattr(wave, f'name_{language}')}",
        owner=owner,
        purpose=getattr(row, f"purpose_{language}") or instrument.notice.purpose[language],
        contact=getattr(row, f"contact_{language}") or owner,
        days=retention.due_on(wave, row),
        students=any(one.code == STUDENTS for one in instrument.respondent_types),
    )


def register(session: Session, language: str) -> list[Entry]:
    """Of all waves but rehearsals, the newest first."""
    query = sa.select(Wave).where(~Wave.practice).order_by(Wave.opens_on.desc(), Wave.slug)
    query = query.options(joinedload(Wave.survey), joinedload(Wave.instrument_version))
    found, made = session.scalars(query).all(), defaultdict(list)
    for one in session.scalars(sa.select(Deletion).order_by(Deletion.id)):
        made[one.wave_id].append(one)
    kept = {one.wave_id: one for one in session.scalars(sa.select(Retention))}
    return [Entry(wave, _told(wave, kept.get(wave.id), language), made[wave.id]) for wave in found]
