"""Surveys and their waves: finding, describing, and what speaks against saving one. When one is open, `waves` says."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session, joinedload, selectinload

from survey_app import waves
from survey_app.models import Response, Survey, Wave

# What the answers were asked for and are measured by: to change it afterwards would move the goal.
FIXED_BY_ANSWERS = ("slug", "index_code", "period_from", "period_to", "target", "units_on", "combination")
ANSWERED = lazy_gettext("Answers have come in: this stays as it was when they were asked for.")
WEIGHT_FIXED = lazy_gettext("People have answered: the weight changes by a step with a reason.")
DAYS_FIXED = lazy_gettext("People have answered, or the wave was closed: its days change by a step with a reason.")
_WITH_WAVES = selectinload(Survey.waves).joinedload(Wave.instrument_version)


def proposed_survey(today: date) -> dict[str, Any]:
    """What the form of a new one begins with: this year, the units of today."""
    first, last = today.replace(month=1, day=1), today.replace(month=12, day=31)
    return {"period_from": first, "period_to": last, "units_on": today}


def proposed_wave(survey: Survey, today: date) -> dict[str, Any]:
    """What the form of its next one begins with: it opens today, for thirty days."""
    number = len(survey.counted_waves) + 1
    names = {"name_vi": f"Đợt {number}", "name_en": f"Wave {number}", "slug": f"{survey.slug}-dot-{number}"}
    return {**names, "opens_on": today, "closes_on": today + timedelta(days=29)}


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
        "practice": wave.practice,
    }


def fixed_of_survey(session: Session, survey: Survey) -> dict[str, str]:
    """The fields that can no longer be changed, each with the sentence why."""
    return dict.fromkeys(FIXED_BY_ANSWERS, str(ANSWERED)) if _is_answered(session, survey) else {}


def has_fixed_weights(session: Session, survey: Survey) -> bool:
    """Whether somebody has answered in any wave of a survey that combines several: with the first results in hand,
    weights could set the index anywhere between those of the waves.
    """
    return survey.combination == "weighted" and _is_answered(session, survey)


def _is_answered(session: Session, survey: Survey) -> bool:
    return any(has_begun(session, wave) for wave in survey.counted_waves)


def fixed_of_wave(session: Session, wave: Wave | None) -> dict[str, str]:
    """The same of a wave; nothing of a new one is fixed."""
    fixed: dict[str, str] = {}
    begun = wave is not None and has_begun(session, wave)
    if begun:
        fixed["instrument_version_id"] = str(ANSWERED)
    if begun or (wave is not None and wave.closed_at is not None):
        fixed |= dict.fromkeys(("opens_on", "closes_on"), str(DAYS_FIXED))
    if wave is not None and not wave.practice and has_fixed_weights(session, wave.survey):
        fixed["combining_weight"] = str(WEIGHT_FIXED)
    return fixed


def faults_of_survey(session: Session, survey: Survey, fields: Mapping[str, Any]) -> dict[str, str]:
    """What speaks against saving `fields` as this survey, by field; empty when nothing does."""
    faults = _changed(survey, fields, fixed_of_survey(session, survey))
    if _taken(session, Survey, survey.id, fields["slug"]):
        faults["slug"] = _("This short name is taken.")
    if fields["combination"] == "single" and len(survey.counted_waves) > 1:
        faults["combination"] = _("The survey has several waves: their weights are needed.")
    return faults


def faults_of_wave(session: Session, survey: Survey, wave: Wave | None, fields: Mapping[str, Any]) -> dict[str, str]:
    """What speaks against saving `fields` as this wave, or as a new one, by field; under "" what no field can mend."""
    faults = _changed(wave, fields, fixed_of_wave(session, wave))
    if _taken(session, Wave, wave.id if wave else None, fields["slug"]):
        faults["slug"] = _("This short name is taken.")
    if wave is None and survey.counted_waves and survey.combination == "single":
        faults[""] = _("This survey is set to one wave. Edit the survey and choose several waves first.")
    counts = wave is None or not wave.practice
    if counts and survey.combination == "weighted" and fields["combining_weight"] is None:
        faults["combining_weight"] = _("This survey combines several waves: state the weight of this one.")
    if wave is None and has_fixed_weights(session, survey) and not (fields.get("reason") or "").strip():
        faults["reason"] = _("People have answered: say why another wave is added with this weight.")
    return faults


def _changed(kept: Survey | Wave | None, fields: Mapping[str, Any], fixed: Mapping[str, str]) -> dict[str, str]:
    return {name: why for name, why in fixed.items() if not _same(getattr(kept, name), fields[name])}


def _same(kept: Any, typed: Any) -> bool:
    # A form reads numbers as decimals: 80.1 typed is the 80.1 that is kept.
    return float(typed) == kept if isinstance(kept, float) and typed is not None else bool(typed == kept)


def has_begun(session: Session, wave: Wave) -> bool:
    """Whether somebody has answered, wherever it was: asked of the table, for an account that is limited to a branch
    finds only the responses of its own units.
    """
    answers = Response.__table__.c
    return session.scalar(sa.select(answers.id).where(answers.wave_id == wave.id).limit(1)) is not None


def _taken(session: Session, model: type[Survey | Wave], own_id: int | None, slug: str) -> bool:
    found = session.scalar(sa.select(model.id).where(model.slug == slug))
    return found is not None and found != own_id
