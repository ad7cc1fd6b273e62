"""The register's entries: made of comments or of a petition, answered, published, closed. The view commits.

An entry speaks in the office's own words: what names somebody, and the very words of a comment, are refused.
"""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import Session, contains_eager, joinedload
from sqlalchemy.sql.base import ExecutableOption

from survey_app import reasons, words
from survey_app.comments import reading, scrubbing
from survey_app.comments.coding import Key
from survey_app.models import RegisterComment, RegisterEntry, Response, Unit, User, alphabet
from survey_app.models.alphabet import plain

LIVE = ("open", "answered")
OWN_WORDS = 5  # So many words in a row of a comment are a quotation.
LONGEST = 4000


@dataclass(frozen=True)
class Asked:
    """Which entries of the list; empty for all. `q` and `unit` are words to look for."""

    q: str = ""
    state: str = ""
    kind: str = ""
    unit: str = ""
    owner: str = ""
    late: str = ""


def is_late(entry: RegisterEntry, today: date) -> bool:
    return entry.state in LIVE and entry.due_on < today


WAITING_FIRST = (
    sa.case((RegisterEntry.state.in_(LIVE), 0), else_=1),
    RegisterEntry.due_on,
    RegisterEntry.id,
)


def found(asked: Asked, today: date) -> sa.Select[RegisterEntry]:
    """In no order."""
    query = sa.select(RegisterEntry).join(Unit).where(alphabet.holds(asked.unit, Unit.code, Unit.type, Unit.name))
    query = query.where(alphabet.holds(asked.q, RegisterEntry.summary, RegisterEntry.reference))
    for column, value in ((RegisterEntry.state, asked.state), (RegisterEntry.kind, asked.kind)):
        query = query.where(column == value) if value else query
    if asked.owner:
        query = query.where(RegisterEntry.owner_id == int(asked.owner))
    if asked.late:
        query = query.where(RegisterEntry.state.in_(LIVE), RegisterEntry.due_on < today)
    return query


def loaded() -> tuple[ExecutableOption, ...]:
    return joinedload(RegisterEntry.unit), joinedload(RegisterEntry.owner), joinedload(RegisterEntry.wave)


def listed(session: Session, asked: Asked, today: date) -> list[RegisterEntry]:
    """All that are asked for, those that wait first, by their day."""
    return list(session.scalars(found(asked, today).order_by(*WAITING_FIRST).options(*loaded())))


def owners(session: Session) -> list[User]:
    """Who takes care of entries, by name."""
    query = sa.select(User).where(User.id.in_(sa.select(RegisterEntry.owner_id)))
    return list(session.scalars(query.order_by(alphabet.Order(User.name), User.email)))


def add(session: Session, fields: Mapping[str, Any], comments: Sequence[Key], by: int, today: date) -> RegisterEntry:
    """A new entry. Raises ValueError where its words name somebody or quote a comment."""
    entry = RegisterEntry(**fields, made_by_id=by, made_on=today)
    entry.summary = _in_own_words(session, entry.summary, comments)
    session.add(entry)
    session.flush()
    session.add_all(
        RegisterComment(response_id=key[0], question=key[1], entry_id=entry.id) for key in texts_of(session, comments)
    )
    session.flush()
    return entry


def change(session: Session, entry: RegisterEntry, fields: Mapping[str, Any]) -> None:
    """Who does what until when, and the summary. Raises ValueError; what is published is taken back first."""
    _refuse_public(entry)
    summary = _in_own_words(session, str(fields["summary"]), comments_of(session, entry))
    for name, value in {**fields, "summary": summary}.items():
        setattr(entry, name, value)
    session.flush()


def give(entry: RegisterEntry, owner_id: int) -> None:
    """To another person. Raises ValueError."""
    _refuse_public(entry)
    entry.owner_id = owner_id


def put_off(entry: RegisterEntry, day: date) -> None:
    """To another day. Raises ValueError."""
    _refuse_public(entry)
    if day < entry.received_on:
        raise ValueError(_("This day is before the day on which it was received."))
    entry.due_on = day


def _refuse_public(entry: RegisterEntry) -> None:
    if entry.state == "published":
        raise ValueError(_("This entry is public: take it back first."))


def answer(session: Session, entry: RegisterEntry, text: str, by: int, today: date) -> None:
    """What was done. Raises ValueError."""
    if entry.state not in LIVE:
        raise ValueError(_("Only an entry that is open or answered gets an answer."))
    entry.answer = _in_own_words(session, text, comments_of(session, entry))
    entry.state, entry.answered_by_id, entry.answered_on = "answered", by, today
    session.flush()


def publish(session: Session, entry: RegisterEntry, by: int, today: date) -> None:
    """Shows summary and answer to everybody. Raises ValueError."""
    if entry.state != "answered":
        raise ValueError(_("Only what was answered is published."))
    for text in (entry.summary, entry.answer):  # A name of an account may be new since.
        _in_own_words(session, text, comments_of(session, entry))
    entry.state, entry.published_by_id, entry.published_on = "published", by, today
    session.flush()


def take_back(session: Session, entry: RegisterEntry) -> None:
    """Of the public again, or closed by mistake."""
    if entry.state not in ("published", "closed"):
        raise ValueError(_("This entry is neither public nor closed."))
    entry.state, entry.published_on, entry.remark = "answered" if entry.answer else "open", None, ""
    session.flush()


def close(session: Session, entry: RegisterEntry, reason: str) -> None:
    """Ends it without publication. Raises ValueError."""
    if entry.state not in LIVE:
        raise ValueError(_("Only an entry that is open or answered is closed."))
    entry.remark, entry.state = reasons.given(reason), "closed"
    session.flush()


def comments_of(session: Session, entry: RegisterEntry) -> list[Key]:
    query = sa.select(RegisterComment.response_id, RegisterComment.question)
    query = query.where(RegisterComment.entry_id == entry.id).order_by(RegisterComment.response_id)
    return [(response, question) for response, question in session.execute(query)]


def texts_of(session: Session, keys: Collection[Key]) -> dict[Key, str]:
    """What the comments say, as written."""
    query = sa.select(Response.id, Response.answers).where(Response.id.in_({key[0] for key in keys}))
    answers = {row.id: row.answers for row in session.execute(query)}
    found = {key: reading.texts(answers[key[0]], [key[1]]).get(key[1], "") for key in keys if key[0] in answers}
    return {key: text for key, text in found.items() if text}


def _in_own_words(session: Session, text: str, comments: Sequence[Key]) -> str:
    """The text. Raises ValueError that says what must go."""
    text = unicodedata.normalize("NFC", text).strip()
    if not text:
        raise ValueError(_("Write it in your own words first."))
    if len(text) > LONGEST:
        raise ValueError(_("At most %(max)d characters.", max=LONGEST))
    told = [piece for piece in scrubbing.pieces(text, reading.staff_names(session)) if piece.kind]
    if told:
        named = "; ".join(f"“{piece.text}” ({words.SCRUBBED[piece.kind]})" for piece in told)
        raise ValueError(_("This is read by everybody. Take out what names somebody: %(what)s.", what=named))
    for comment in texts_of(session, comments).values():
        if quoted := _quoted(text, comment):
            raise ValueError(_("This quotes the comment: “%(what)s”. Say it in your own words.", what=quoted))
    return text


def _quoted(text: str, comment: str) -> str:
    said, flat = comment.split(), f" {' '.join(_bare(text))} "
    for start in range(len(said) - OWN_WORDS + 1):
        quoted = " ".join(said[start : start + OWN_WORDS])
        if f" {' '.join(_bare(quoted))} " in flat:
            return quoted
    return ""


def _bare(text: str) -> list[str]:
    return [word for word in (plain(part).strip(".,;:!?()“”\"'") for part in text.split()) if word]


@dataclass(frozen=True)
class Office:
    unit: Unit
    entries: tuple[RegisterEntry, ...]


def published(session: Session, code: str = "") -> list[Office]:
    """Offices with what is public of them, the newest first; `code`: of the units of that code alone."""
    query = sa.select(RegisterEntry).join(Unit).options(contains_eager(RegisterEntry.unit))
    query = query.where(RegisterEntry.state == "published")
    if code:
        query = query.where(Unit.code == code)
    found: dict[Unit, list[RegisterEntry]] = {}
    for entry in session.scalars(query.order_by(Unit.name, Unit.code, RegisterEntry.published_on.desc())):
        found.setdefault(entry.unit, []).append(entry)
    return [Office(unit, tuple(entries)) for unit, entries in found.items()]


def counts(session: Session) -> list[tuple[Unit, int]]:
    """Offices with something public, by name, and how much it is."""
    public = RegisterEntry.state == "published"
    counted = sa.select(RegisterEntry.unit_id, sa.func.count().label("count")).where(public)
    by_unit = counted.group_by(RegisterEntry.unit_id).subquery()
    query = sa.select(Unit, by_unit.c.count).join(by_unit, by_unit.c.unit_id == Unit.id)
    return [(unit, count) for unit, count in session.execute(query.order_by(alphabet.Order(Unit.name), Unit.code))]


def newest_unit(session: Session, code: str) -> Unit | None:
    """Of units that had the code one after the other, the last."""
    return session.scalar(sa.select(Unit).where(Unit.code == code).order_by(Unit.valid_from.desc()).limit(1))
