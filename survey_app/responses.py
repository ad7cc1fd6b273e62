"""Keeping responses: each once, whatever is repeated. Checking answers is left to `questionnaires.checking`."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from questionnaires.answers import Answers
from survey_app import paradata as facts
from survey_app import waves
from survey_app.clock import local_day
from survey_app.models import Response, ResponseChange, ResponseConflict, Wave
from survey_app.points import letters

# A late one that a manager accepted counts like any other; a void one never does, whatever its state.
COUNTED = ("accepted", "late_accepted")
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True)
class Stored:
    receipt: str
    new: bool  # False: the same answers had been kept before, under the same id.
    state: str


class ResponseConflictError(Exception):
    """The id was taken with other answers: the first stay, these are kept as a conflict (the view commits it)."""


class CaseTaken(Exception):
    """Another response has already been kept for the case."""


def counted(of: Any = Response) -> sa.ColumnElement[bool]:
    """Whether a response enters figures; `of`: the table under another name."""
    found: sa.ColumnElement[bool] = of.state.in_(COUNTED) & ~of.void
    return found


def receipt(token_key: str, response_id: UUID, content_hash: str) -> str:
    """The code that proves a response was kept; equal for every repeat of it."""
    digest = hmac.digest(token_key.encode(), b"receipt" + response_id.bytes + content_hash.encode(), hashlib.sha256)
    code = letters(int.from_bytes(digest), 12)[::-1]
    return "-".join(code[start : start + 4] for start in (0, 4, 8))


def store(
    session: Session,
    *,
    token_key: str,
    response_id: UUID,
    wave: Wave,
    unit_id: int,
    point_id: int | None,
    case_id: int | None,
    mode: str,
    batch_id: int | None = None,
    language: str,
    answers: Answers,
    begun: datetime,
    sent: datetime,
    item_order: int | None = None,
    paradata: Mapping[str, Any] | None = None,
    day: date | None = None,
    state: str = "",
) -> Stored:
    """Keeps the response, or finds that it was kept; the session must be `database.writing`. The view commits.

    `day`, `state`: where it was filled in away from us. Of `paradata` is kept what `survey_app.paradata` allows.
    """
    content_hash = answers.content_hash()
    row = {
        "id": response_id,
        "wave_id": wave.id,
        "instrument_version_id": wave.instrument_version_id,
        **{"unit_id": unit_id, "point_id": point_id, "case_id": case_id, "batch_id": batch_id},
        **{"mode": mode, "language": language, "item_order": item_order},
        "local_day": day or local_day(sent),
        "state": state or waves.state_of_response(wave, begun, sent),
        **{"content_hash": content_hash, "answers": answers.canonical_json()},
        "paradata": facts.kept(mode, paradata),
    }
    new = _insert_if_free(session, Response, row)
    state = str(row["state"]) if new else _kept_state(session, row)
    return Stored(receipt(token_key, response_id, content_hash), new, state)


def _insert_if_free(session: Session, model: type[Response | ResponseConflict], row: dict[str, Any]) -> bool:
    # Of clients that send the same id at once the database lets one in; the others wait for it, then get False.
    insert = _insert(session.get_bind().dialect.name, model)
    return session.connection().execute(insert, row).scalar_one_or_none() is not None


@cache
def _insert(dialect: str, model: type[Response | ResponseConflict]) -> Any:
    return _INSERT[dialect](model).on_conflict_do_nothing().returning(model.id)


def _kept_state(session: Session, row: dict[str, Any]) -> str:
    """The state of the response that was kept first; raises when it says something else."""
    query = sa.select(Response.content_hash, Response.state).where(Response.id == row["id"])
    kept = session.execute(query).one_or_none()
    if kept is None:
        raise CaseTaken
    if kept.content_hash != row["content_hash"] and not _was_content(session, row):
        conflict = {"response_id": row["id"]} | {name: row[name] for name in ("content_hash", "answers", "local_day")}
        _insert_if_free(session, ResponseConflict, conflict)
        raise ResponseConflictError
    return str(kept.state)


def _was_content(session: Session, row: dict[str, Any]) -> bool:
    """Whether the response said this before staff corrected it: sent again, it is still the same response."""
    same = (ResponseChange.response_id == row["id"]) & (ResponseChange.content_hash == row["content_hash"])
    return session.scalar(sa.select(ResponseChange.id).where(same).limit(1)) is not None
