"""What people are told of a wave before they answer, and what stands of it in the register of processing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey_app.answer.places import instrument_of
from survey_app.models import Deletion, Retention, Wave
from survey_app.privacy import deletion, retention

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
    row: Retention = retention.of_wave(session, wave)
    instrument, survey = instrument_of(wave.instrument_version), wave.survey
    owner = getattr(survey, f"owner_{language}")
    return Told(
        survey=f"{getattr(survey, f'name_{language}')} – {getattr(wave, f'name_{language}')}",
        owner=owner,
        purpose=getattr(row, f"purpose_{language}") or instrument.notice.purpose[language],
        contact=getattr(row, f"contact_{language}") or owner,
        days=retention.due_on(session, wave),
        students=any(one.code == STUDENTS for one in instrument.respondent_types),
    )


def register(session: Session, language: str) -> list[Entry]:
    """Of all waves but rehearsals, the newest first."""
    query = sa.select(Wave).where(~Wave.practice).order_by(Wave.opens_on.desc(), Wave.slug)
    found = session.scalars(query).all()
    return [Entry(wave, of_wave(session, wave, language), deletion.of_wave(session, wave)) for wave in found]
