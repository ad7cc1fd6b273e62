"""publication.json: what the analysis is told of a publication, written whole or not at all into the release's folder.

The database knows; the file is written anew from it after each step. It is no part of what the release hashes.
"""

import json
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from survey_app import units
from survey_app.clock import LOCAL
from survey_app.models import Publication, PublicationReply, User
from survey_app.publishing import steps

FORMAT, FILE = "hailong-publication/1", "publication.json"
Changes = Sequence[dict[str, Any]]


def content(session: Session, publication: Publication, matches: bool | None, changes: Changes) -> dict[str, Any]:
    """`matches`: whether the responses are still those that were frozen; None where nobody can tell."""
    approver = session.get(User, publication.approved_by_id) if publication.approved_by_id else None
    later = steps.corrected_by(session, publication)
    return {
        "format": FORMAT,
        "survey": publication.survey.slug,
        "number": publication.number,
        "state": publication.state,
        "release_hash": publication.release_hash,
        "matches": matches,
        "open_until": publication.open_until and publication.open_until.isoformat(),
        "document_number": publication.document_number,
        "document_day": publication.document_day and publication.document_day.isoformat(),
        "approved_by": (approver.name or approver.email) if approver else "",
        "approved_at": _moment(publication.approved_at),
        "people": _people(session, publication),
        "reply_until": publication.reply_until and publication.reply_until.isoformat(),
        "replies": [_reply(reply) for reply in publication.replies if reply.text],
        "silent": sum(not reply.text for reply in publication.replies),  # Offices that have nothing to say.
        "silent_by": _silent_by(session, publication),
        "conclusions": paragraphs(publication.conclusions),
        "published_at": _moment(publication.published_at),
        "corrects": _corrects(session, publication, changes),
        "corrected_by": later.number if later else None,
        "corrected_by_document": later.document_number if later else "",
    }


def paragraphs(text: str) -> list[str]:
    """An empty line parts them; within one, lines run on."""
    return [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]


def write(folder: Path, told: dict[str, Any]) -> None:
    draft = folder / f".{FILE}.{os.getpid()}"
    draft.write_text(json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    draft.replace(folder / FILE)


def read(folder: Path) -> dict[str, Any]:
    """What was written last; empty when nothing was."""
    try:
        found: dict[str, Any] = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def _corrects(session: Session, publication: Publication, changes: Changes) -> dict[str, Any] | None:
    if publication.corrects_id is None:
        return None
    corrected = session.get_one(Publication, publication.corrects_id)
    return {
        "number": corrected.number,
        "document_number": corrected.document_number,
        "published_at": _moment(corrected.published_at),
        "why": publication.correction,
        "changes": list(changes),
    }


def _people(session: Session, publication: Publication) -> list[dict[str, Any]]:
    """Who took which step in which roles of that day; who gave it up concerns nobody outside."""
    roles = {
        "entered": publication.made_as,
        "approved": publication.approved_as,
        "shown": publication.shown_as,
        "published": publication.published_as,
    }
    return [
        {"step": step, "at": _moment(at), **_person(session, account_id, roles[step])}
        for step, account_id, at in steps.taken(publication)
        if step in roles
    ]


def _person(session: Session, account_id: int | None, roles: str) -> dict[str, Any]:
    """By name: an address belongs to nobody who reads a report."""
    user = session.get(User, account_id) if account_id else None
    return {"name": user.name if user else "", "roles": roles.split(",") if roles else []}


def _silent_by(session: Session, publication: Publication) -> list[dict[str, Any]]:
    """Who recorded for how many offices that they have nothing to say, or gave out the links by which they said so."""
    silent = [(reply.by_id, reply.by_as, reply.by_link) for reply in publication.replies if not reply.text]
    return [
        {"offices": silent.count(one), "by_link": one[2], **_person(session, one[0], one[1])}
        for one in dict.fromkeys(silent)
    ]


def _reply(reply: PublicationReply) -> dict[str, Any]:
    return {
        "office": reply.office,
        "unit": units.code_in(reply.unit, reply.publication.survey.units_on) if reply.unit else None,
        "text": reply.text,
        "received_on": reply.received_on.isoformat(),
    }


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(LOCAL).isoformat(timespec="seconds") if at else None
