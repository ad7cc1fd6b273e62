"""Questionnaire versions: publishing one, once and for good. What an instrument is, `questionnaires` says."""

import json
import re
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from questionnaires import loader
from questionnaires.model import Questionnaire
from survey_app.models import InstrumentVersion, User, Wave

_LAST_NUMBER = re.compile(r"(.*?)([0-9]+)([^0-9]*)")


def publish(
    session: Session,
    instrument: Questionnaire,
    at: datetime,
    *,
    author_id: int | None = None,
    approver_id: int | None = None,
) -> InstrumentVersion:
    """The published version of this content; a repeat returns the same. Raises ValueError where that cannot be.

    Of what is published in the console it is known who wrote and who approved it: two people.
    """
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
        found.author_id, found.approver_id = author_id, approver_id
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


def free_version(session: Session, code: str, version: str, *, breaks: bool = False) -> str:
    """This version, or the first one after it that no stored version of the code has.

    Counts 1.0, 1.1, 1.2 …; where the series breaks, 2.0, 3.0 ….
    """
    taken = set(session.scalars(sa.select(InstrumentVersion.version).where(InstrumentVersion.code == code)))
    if breaks:
        version = _next_whole(version)
    while version in taken:
        version = _next_whole(version) if breaks else _next_last(version)
    return version


def _next_last(version: str) -> str:
    found = _LAST_NUMBER.fullmatch(version)
    if found is None:
        return f"{version}.1"
    # A whole number gets its first part: 1 → 1.1.
    if found[1] == "" and found[3] == "":
        return f"{version}.1"
    return f"{found[1]}{int(found[2]) + 1}{found[3]}"


def _next_whole(version: str) -> str:
    found = re.match(r"([^0-9]*)([0-9]+)", version)
    return f"{found[1]}{int(found[2]) + 1}.0" if found else f"{version}.2.0"


def retire(session: Session, version: InstrumentVersion) -> InstrumentVersion:
    """No new wave takes it and nobody begins it any more; what was begun in time is accepted (see `waves`)."""
    if version.state == "draft":
        raise ValueError(f"{version.code} {version.version} is not published: there is nothing to retire.")
    version.state = "retired"
    session.flush()
    return version


@dataclass(frozen=True)
class Listed:
    """A version with the people who made it (empty where it came by command) and the waves that use it."""

    version: InstrumentVersion
    author: str
    approver: str
    waves: tuple[Wave, ...]


def listed(session: Session) -> list[Listed]:
    """All stored versions, those published last first."""
    newest_first = sa.select(InstrumentVersion).order_by(
        InstrumentVersion.published_at.desc(), InstrumentVersion.id.desc()
    )
    people = {account.id: account.name or account.email for account in session.scalars(sa.select(User))}
    waves: dict[int, list[Wave]] = {}
    for wave in session.scalars(sa.select(Wave).order_by(Wave.opens_on, Wave.slug)):
        waves.setdefault(wave.instrument_version_id, []).append(wave)
    return [
        Listed(
            version,
            people.get(version.author_id or 0, ""),
            people.get(version.approver_id or 0, ""),
            tuple(waves.get(version.id, ())),
        )
        for version in session.scalars(newest_first)
    ]


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


def fitting(session: Session, index_code: str) -> int | None:
    """The newest published version that ends in this index."""
    ids = [one.id for one in published(session) if json.loads(one.content).get("index", {}).get("code") == index_code]
    return max(ids, default=None)


def title(version: InstrumentVersion, language: str) -> str:
    return str(json.loads(version.content)["short_title"][language])
