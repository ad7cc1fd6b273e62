"""Questionnaire versions: publishing one, once and for good. What an instrument is, `questionnaires` says."""

import json
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from questionnaires import loader
from questionnaires.model import Questionnaire
from survey_app.models import InstrumentVersion, Wave


def publish(session: Session, instrument: Questionnaire, at: datetime) -> InstrumentVersion:
    """The published version of this content; a repeat returns the same. Raises ValueError where that cannot be."""
    content_hash = loader.content_hash(instrument)
    found = find(session, instrument.code, instrument.version)
    if found is None:
        found = InstrumentVersion(
            code=instrument.code,
            version=instrument.version,
            content_hash=content_hash,
            content=loader.to_json(instrument),
        )
        session.add(found)
    if found.content_hash != content_hash:
        raise ValueError(
            f"{instrument.code} {instrument.version} is already there with another content. "
            "A version never changes: give the changed instrument a new version."
        )
    if found.state == "retired":
        raise ValueError(f"{instrument.code} {instrument.version} is retired: give the instrument a new version.")
    if found.state != "published":
        found.state, found.published_at = "published", at
    session.flush()
    return found


def publish_builtin(session: Session, at: datetime) -> None:
    """Every built-in instrument that this database has not seen yet; what an office retired stays retired."""
    for code in loader.builtin_codes():
        instrument = loader.load_builtin(code)
        if find(session, instrument.code, instrument.version) is None:
            publish(session, instrument, at)


def find(session: Session, code: str, version: str | None = None) -> InstrumentVersion | None:
    """The named version, or without a name the one published last."""
    query = sa.select(InstrumentVersion).where(InstrumentVersion.code == code)
    if version is not None:
        return session.scalar(query.where(InstrumentVersion.version == version))
    return session.scalar(query.order_by(InstrumentVersion.published_at.desc(), InstrumentVersion.id.desc()).limit(1))


def published(session: Session) -> list[InstrumentVersion]:
    """What a new wave may use."""
    query = sa.select(InstrumentVersion).where(InstrumentVersion.state == "published")
    return list(session.scalars(query.order_by(InstrumentVersion.code, InstrumentVersion.published_at.desc())))


def choices(session: Session, language: str, wave: Wave | None) -> list[tuple[int, str]]:
    """What a wave may choose from: the published versions, and the one that it already has."""
    versions = published(session)
    if wave is not None and wave.instrument_version not in versions:
        versions = [wave.instrument_version, *versions]
    return [(version.id, f"{title(version, language)} · {version.code} {version.version}") for version in versions]


def title(version: InstrumentVersion, language: str) -> str:
    return str(json.loads(version.content)["short_title"][language])
