"""What there is of each instrument: its versions with their people and waves, and the drafts under way.

Publishing and retiring is left to `instrument_versions`, what happens inside a draft to `drafts`.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey_app.instruments import drafts, instrument_versions
from survey_app.instruments.instrument_versions import Listed
from survey_app.models import Draft, DraftRevision, InstrumentVersion, User

UNDER_WAY = ("editing", "submitted")


@dataclass(frozen=True)
class UnderWay:
    """A draft, and who changed it last."""

    draft: Draft
    editor: str
    at: datetime


@dataclass(frozen=True)
class Shelf:
    """One instrument. The newest version comes first."""

    code: str
    title: Mapping[str, str]
    drafts: tuple[UnderWay, ...]
    versions: tuple[Listed, ...]


def shelves(session: Session) -> list[Shelf]:
    """What somebody works on comes first, then the instruments by code; one with a draft only is there too."""
    versions, under_way = instrument_versions.listed(session), _under_way(session)
    drafted = {one.draft.code for one in under_way}
    codes = {one.version.code for one in versions} | drafted
    return [
        _shelf(
            code,
            [one for one in under_way if one.draft.code == code],
            [one for one in versions if one.version.code == code],
        )
        for code in sorted(codes, key=lambda code: (code not in drafted, code))
    ]


def _shelf(code: str, under_way: list[UnderWay], versions: list[Listed]) -> Shelf:
    content = versions[0].version.content if versions else under_way[0].draft.content
    return Shelf(code, title_in(content), tuple(under_way), tuple(versions))


def title_in(content: str) -> Mapping[str, str]:
    """The short title of a version or a draft, whatever else it holds."""
    found = json.loads(content).get("short_title")
    return {language: str(found.get(language) or "") for language in ("vi", "en")} if isinstance(found, dict) else {}


def _under_way(session: Session) -> list[UnderWay]:
    found = drafts.listed(session, states=UNDER_WAY)
    query = sa.select(DraftRevision.draft_id, DraftRevision.editor_id, DraftRevision.at).join(DraftRevision.draft)
    query = query.where(DraftRevision.number == Draft.revision, Draft.id.in_([draft.id for draft in found]))
    last = {draft_id: (editor_id, at) for draft_id, editor_id, at in session.execute(query)}
    names = people(session, [editor_id for editor_id, _at in last.values()])
    return [UnderWay(draft, names[last[draft.id][0]], last[draft.id][1]) for draft in found]


def listed(session: Session, version: InstrumentVersion) -> Listed:
    """One version with its people and waves."""
    return next(one for one in instrument_versions.listed(session) if one.version is version)


def before(session: Session, version: InstrumentVersion) -> InstrumentVersion | None:
    """The version of the same instrument that was stored before this one."""
    query = sa.select(InstrumentVersion).where(
        InstrumentVersion.code == version.code, InstrumentVersion.id < version.id
    )
    return session.scalar(query.order_by(InstrumentVersion.id.desc()).limit(1))


def people(session: Session, ids: Iterable[int | None]) -> dict[int | None, str]:
    """What the people are called, by their id; nobody has the name ""."""
    query = sa.select(User.id, User.name, User.email).where(User.id.in_({one for one in ids if one is not None}))
    return {None: ""} | {found_id: name or email for found_id, name, email in session.execute(query)}
