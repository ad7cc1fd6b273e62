"""Surveys and their waves: finding and describing them. Whether a wave is open is left to `waves`."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from survey_app import waves
from survey_app.models import Survey, Wave

_WITH_WAVES = selectinload(Survey.waves).joinedload(Wave.instrument_version)


def all_surveys(session: Session) -> list[Survey]:
    """Every survey with its waves, the newest period first."""
    query = sa.select(Survey).options(_WITH_WAVES).order_by(Survey.period_from.desc(), Survey.slug)
    return list(session.scalars(query))


def find_survey(session: Session, slug: str) -> Survey | None:
    return session.scalar(sa.select(Survey).where(Survey.slug == slug).options(_WITH_WAVES))


def find_wave(session: Session, slug: str) -> Wave | None:
    """The wave with its survey and instrument version loaded."""
    query = sa.select(Wave).where(Wave.slug == slug)
    return session.scalar(query.options(joinedload(Wave.survey), joinedload(Wave.instrument_version)))


def describe(survey: Survey, at: datetime) -> dict[str, Any]:
    """The survey as scripts read it (`hailong surveys --json`)."""
    return {
        "slug": survey.slug,
        "name": {"vi": survey.name_vi, "en": survey.name_en},
        "index": survey.index_code,
        "period": {"from": survey.period_from.isoformat(), "to": survey.period_to.isoformat()},
        "target": survey.target,
        "waves": [describe_wave(wave, at) for wave in survey.waves],
    }


def describe_wave(wave: Wave, at: datetime) -> dict[str, Any]:
    return {
        "slug": wave.slug,
        "name": {"vi": wave.name_vi, "en": wave.name_en},
        "instrument": wave.instrument_version.code,
        "version": wave.instrument_version.version,
        "opens_on": wave.opens_on.isoformat(),
        "closes_on": wave.closes_on.isoformat(),
        "state": waves.state(wave, at),
        "simulated": wave.simulated,
    }
