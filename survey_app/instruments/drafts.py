"""Questionnaires in the making, changed by several people at once; how one is published is left to `draft_review`.

How a questionnaire is changed is `questionnaires.editing`'s. Sessions must be `database.writing`; the caller commits,
also after an `EditConflict`, because what could not be taken in has been kept aside.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from questionnaires import loader, outline
from survey_app.instruments import instrument_versions
from survey_app.models import Draft, DraftRevision, InstrumentVersion, User

Plain = dict[str, Any]
Change = Callable[[Plain], Plain]


class NoDraft(LookupError):
    """There is no such draft or revision."""


class DraftRefused(ValueError):
    """`kind` says why, for the page to say it: see the sentences below."""

    SENTENCES = {  # noqa: RUF012  (a table of words that nobody changes)
        "not_open": "the draft is {state}: it cannot be changed any more",
        "faults": "the questionnaire still has faults",
        "version_taken": "version {version} is stored already: give the draft another version",
        "not_submitted": "the draft has not been submitted",
        "own_work": "somebody who changed or submitted the draft cannot approve it: ask another person",
        "changed": "the draft was changed since you looked at it: look again",
    }

    def __init__(self, kind: str, **details: str) -> None:
        super().__init__(self.SENTENCES[kind].format(**details))
        self.kind, self.details = kind, details


class EditConflict(Exception):
    """Somebody changed the same place since the editor saw it. What the editor wrote is kept aside as a revision.

    `base`, `theirs` and `mine` are what stood at the place when the editor looked, what stands there now, and what the
    editor wanted there; None: nothing. `mine` is None, too, when the change could not be applied to the old content.
    """

    def __init__(self, place: str, base: Any, theirs: Any, mine: Any, *, by: int, kept_as: int | None) -> None:
        super().__init__(f"{place or 'the head'} was changed by somebody else")
        self.place, self.base, self.theirs, self.mine = place, base, theirs, mine
        self.by, self.kept_as = by, kept_as  # The account that changed it; the number of the revision kept aside.


@dataclass(frozen=True)
class Entry:
    """One line of a draft's history."""

    number: int
    kind: str
    place: str
    at: datetime
    editor_id: int
    editor: str  # The name, or the address of an account without a name.


def content(draft: Draft | DraftRevision) -> Plain:
    found: Plain = json.loads(draft.content)
    return found


def faults(draft: Draft) -> tuple[loader.Fault, ...]:
    """What keeps the draft from being submitted."""
    try:
        loader.read(content(draft))
    except loader.InstrumentFaults as found:
        return found.faults
    return ()


def listed(session: Session, *, states: Sequence[str] = ("editing", "submitted")) -> list[Draft]:
    return list(session.scalars(sa.select(Draft).where(Draft.state.in_(states)).order_by(Draft.id.desc())))


def find(session: Session, draft_id: int) -> Draft:
    found = session.get(Draft, draft_id)
    if found is None:
        raise NoDraft
    return found


def revision(session: Session, draft_id: int, number: int) -> DraftRevision:
    query = sa.select(DraftRevision).where(DraftRevision.draft_id == draft_id, DraftRevision.number == number)
    found = session.scalar(query)
    if found is None:
        raise NoDraft
    return found


def history(session: Session, draft_id: int) -> list[Entry]:
    """Who changed what and when, the newest first; what the revisions say is left in the database."""
    columns = (DraftRevision.number, DraftRevision.kind, DraftRevision.place, DraftRevision.at, DraftRevision.editor_id)
    query = sa.select(*columns, User.name, User.email).join(User, User.id == DraftRevision.editor_id)
    rows = session.execute(query.where(DraftRevision.draft_id == draft_id).order_by(DraftRevision.number.desc()))
    return [Entry(*row[:5], row.name or row.email) for row in rows]


def start(
    session: Session, editor_id: int, data: Plain, at: datetime, *, base: InstrumentVersion | None = None
) -> Draft:
    """A draft of this content (of a file, or begun anew). Its version is the next free one where its own is taken."""
    code = str(data.get("code", ""))[:40]
    data = {**data, "version": instrument_versions.free_version(session, code, str(data.get("version", "")) or "1.0")}
    draft = Draft(code=code, base=base or instrument_versions.find(session, code), content=_text(data))
    session.add(draft)
    session.flush()
    return _add_revision(session, draft, data, editor_id, at, kind="start")


def start_from_version(session: Session, editor_id: int, base: InstrumentVersion, at: datetime) -> Draft:
    return start(session, editor_id, json.loads(base.content), at, base=base)


def start_from_builtin(session: Session, editor_id: int, code: str, at: datetime) -> Draft:
    return start(session, editor_id, json.loads(loader.to_json(loader.load_builtin(code))), at)


def change(
    session: Session, draft_id: int, editor_id: int, place: str, seen_hash: str, apply: Change, at: datetime
) -> Draft:
    """Applies a change to the newest revision when the place is still what the editor saw; else raises EditConflict.

    `place` and `seen_hash` are those of `outline.place_hash`. A submitted draft is being edited again after a change.
    """
    draft = open_for_change(session, draft_id)
    now = content(draft)
    if outline.place_hash(now, place) != seen_hash:
        raise _conflict(session, draft, editor_id, place, seen_hash, apply, at)
    changed = apply(now)
    if changed == now:
        return draft
    return _add_revision(session, draft, changed, editor_id, at, place=place)


def restore(session: Session, draft_id: int, editor_id: int, number: int, seen_revision: int, at: datetime) -> Draft:
    """Makes an earlier revision, or one kept aside, the current one; what was current stays a revision."""
    draft = open_for_change(session, draft_id)
    if draft.revision != seen_revision:
        raise DraftRefused("changed")
    earlier = content(revision(session, draft_id, number))
    return _add_revision(session, draft, earlier, editor_id, at, place=str(number), kind="restore")


def drop(session: Session, draft_id: int) -> Draft:
    """Ends a draft that will not be published; it stays to be read."""
    draft = open_for_change(session, draft_id)
    draft.state = "dropped"
    session.flush()
    return draft


def locked(session: Session, draft_id: int) -> Draft:
    # PostgreSQL lets one editor after the other in by the row; SQLite has one writer at a time anyway.
    found = session.get(Draft, draft_id, with_for_update={"of": Draft}, populate_existing=True)
    if found is None:
        raise NoDraft
    return found


def open_for_change(session: Session, draft_id: int) -> Draft:
    draft = locked(session, draft_id)
    if draft.state not in ("editing", "submitted"):
        raise DraftRefused("not_open", state=draft.state)
    return draft


def _add_revision(
    session: Session, draft: Draft, data: Plain, editor_id: int, at: datetime, *, place: str = "", kind: str = "change"
) -> Draft:
    number = _keep(session, draft, data, editor_id, at, place, kind)
    draft.content, draft.revision, draft.code = _text(data), number, str(data.get("code", ""))[:40]
    if draft.state == "submitted":
        draft.state, draft.submitted_by_id = "editing", None
    session.flush()
    return draft


def _keep(session: Session, draft: Draft, data: Plain, editor_id: int, at: datetime, place: str, kind: str) -> int:
    last = session.scalar(sa.select(sa.func.max(DraftRevision.number)).where(DraftRevision.draft_id == draft.id))
    kept = DraftRevision(
        draft=draft, number=(last or 0) + 1, content=_text(data), editor_id=editor_id, at=at, place=place, kind=kind
    )
    session.add(kept)
    session.flush()
    return kept.number


def _conflict(
    session: Session, draft: Draft, editor_id: int, place: str, seen_hash: str, apply: Change, at: datetime
) -> EditConflict:
    """What the editor saw is looked up in the revisions, so that the change can be applied to it and kept."""
    earlier = _newest_first(session, draft)
    seen = next((one for one in earlier if outline.place_hash(content(one), place) == seen_hash), None)
    by = _changed_by(_newest_first(session, draft), place, content(draft))
    theirs = outline.at_place(content(draft), place)
    if seen is None:
        return EditConflict(place, None, theirs, None, by=by, kept_as=None)
    mine = apply(content(seen))
    kept_as = _keep(session, draft, mine, editor_id, at, place, "aside")
    base = outline.at_place(content(seen), place)
    return EditConflict(place, base, theirs, outline.at_place(mine, place), by=by, kept_as=kept_as)


def _newest_first(session: Session, draft: Draft) -> Iterator[DraftRevision]:
    """What the draft has been, one revision at a time: who is late is seldom late by many."""
    for number in range(draft.revision, 0, -1):
        found = revision(session, draft.id, number)
        if found.kind != "aside":
            yield found


def _changed_by(newest_first: Iterable[DraftRevision], place: str, now: Plain) -> int:
    """Who brought the place to what it says now."""
    editor, wanted = 0, outline.place_hash(now, place)
    for one in newest_first:
        if outline.place_hash(content(one), place) != wanted:
            break
        editor = one.editor_id
    return editor


def _text(data: Plain) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
