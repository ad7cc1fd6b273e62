"""What became of a release: its number and day as a document, replies of rated offices, conclusions, corrections.

The file is written by the console beside the manifest; without it the release is a draft. Only reading is done here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analysis.release import PUBLICATION

FORMAT = "hailong-publication/1"
# How it was recorded that an office has nothing to say: by its own link, by staff in its place, or nobody knows.
SILENT = {True: "by_link", False: "by_staff", None: "unknown"}


class BadPublication(ValueError):
    """publication.json is not of the form agreed, or speaks of another release."""


@dataclass(frozen=True)
class Reply:
    office: str
    unit: str
    text: str
    received_on: str


@dataclass(frozen=True)
class Changed:
    """One figure that a correction changes, as it was printed and as it is."""

    id: str
    old: str
    new: str


@dataclass(frozen=True)
class Correction:
    """The earlier document that this release corrects, and why."""

    number: str
    published_at: str
    why: str
    changes: tuple[Changed, ...]


@dataclass(frozen=True)
class Person:
    """Somebody who took a step (`what`), in the roles of that day; of older publications not all is known."""

    what: str
    name: str
    roles: tuple[str, ...]
    at: str = ""
    offices: int = 0  # For so many the person recorded that they have nothing to say.


@dataclass(frozen=True)
class Publication:
    document_number: str = ""
    document_day: str | None = None
    approved_by: str = ""
    people: tuple[Person, ...] = ()  # In the order of the steps, then who recorded that offices have nothing to say.
    reply_until: str | None = None  # Or the day of publishing, where all offices had answered before.
    open_until: str | None = None  # Until when people could still answer, where it was approved before.
    replies: tuple[Reply, ...] = ()
    silent: int = 0  # Offices that said that they have nothing to say.
    conclusions: tuple[str, ...] = ()
    corrects: Correction | None = None
    corrected_by: str = ""
    matches: bool | None = None  # Whether the responses are still those that were frozen, as far as anybody knows.


def read(folder: Path, release_hash: str) -> Publication:
    """Raises BadPublication."""
    file = folder / PUBLICATION
    if not file.exists():
        return Publication()
    try:
        found = json.loads(file.read_text("utf-8"))
        if found["format"] != FORMAT:
            raise BadPublication(f"{file} is not of format {FORMAT}; write it again from the console")
        if found["release_hash"] != release_hash:
            raise BadPublication(f"{file} speaks of another release; publish this release from the console")
        return _publication(found)
    except (ValueError, KeyError, TypeError) as error:
        if isinstance(error, BadPublication):
            raise
        raise BadPublication(f"{file} cannot be read ({error!r}); write it again from the console") from error


def _publication(found: dict[str, Any]) -> Publication:
    corrects = found.get("corrects")
    return Publication(
        document_number=str(found.get("document_number") or "").strip(),
        document_day=found.get("document_day") or None,
        approved_by=str(found.get("approved_by") or ""),
        people=people(found),
        reply_until=_replies_until(found),
        open_until=found.get("open_until") or None,
        replies=tuple(
            Reply(*(str(one.get(name) or "") for name in ("office", "unit", "text", "received_on")))
            for one in found.get("replies") or ()
        ),
        silent=int(found.get("silent") or 0),
        conclusions=tuple(text.strip() for text in found.get("conclusions") or () if text.strip()),
        corrects=_correction(corrects) if corrects else None,
        corrected_by=str(found.get("corrected_by_document") or found.get("corrected_by") or ""),
        matches=found.get("matches"),
    )


def people(found: Mapping[str, Any]) -> tuple[Person, ...]:
    """Nobody in files written before it was kept."""
    steps = [_person(one, one["step"]) for one in found.get("people") or ()]
    return (*steps, *(_person(one, SILENT[one["by_link"]]) for one in found.get("silent_by") or ()))


def _person(found: Mapping[str, Any], what: str) -> Person:
    return Person(what, str(found["name"]), tuple(found["roles"]), str(found.get("at") or ""), found.get("offices", 0))


def _replies_until(found: dict[str, Any]) -> str | None:
    days = (str(found.get(name) or "")[:10] for name in ("reply_until", "published_at"))
    return min(filter(None, days), default=None) if found.get("reply_until") else None


def _correction(found: dict[str, Any]) -> Correction:
    return Correction(
        number=str(found.get("document_number") or found["number"]),
        published_at=str(found.get("published_at") or ""),
        why=str(found["why"]),
        changes=tuple(Changed(str(one["id"]), str(one["old"]), str(one["new"])) for one in found.get("changes") or ()),
    )
