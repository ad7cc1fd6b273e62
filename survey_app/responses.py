"""Keeping responses: each once, whatever is repeated. Checking answers is left to `questionnaires.checking`."""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from questionnaires.answers import NOT_ASKED, Answers
from questionnaires.model import Questionnaire
from survey_app import paradata as facts
from survey_app import waves
from survey_app.clock import local_day
from survey_app.instruments.read_once import instrument_of
from survey_app.models import Response, ResponseChange, ResponseConflict, Wave
from survey_app.points import ALPHABET, letters, normal_code, number_of

# A late one that a manager accepted counts like any other; a void one never does, whatever its state.
COUNTED = ("accepted", "late_accepted")
RECEIPT_LENGTH = 12
# Of the ratings that were asked: AAPOR's own example calls a form complete above 80 %, and broken off below 50 %.
COMPLETE, PARTIAL = 0.8, 0.5
_INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True)
class Stored:
    receipt: str
    new: bool  # False: the same answers had been kept before, under the same id.
    state: str


class ResponseConflictError(Exception):
    """The id was taken with other answers: the first stay, these are kept as a conflict (the view commits it)."""


class AnswerWithdrawn(ResponseConflictError):
    """The answers under this id were taken back by their respondent: these others are not kept."""


class CaseTaken(Exception):
    """Another response has already been kept for the case."""


def counted(of: Any = Response) -> sa.ColumnElement[bool]:
    """Whether a response enters figures; `of`: the table under another name."""
    found: sa.ColumnElement[bool] = of.state.in_(COUNTED) & ~of.void
    return found


def receipt(token_key: str, response_id: UUID, content_hash: str) -> str:
    """The code that proves a response was kept; equal for every repeat of it."""
    code = letters(_number(token_key.encode(), response_id, content_hash), RECEIPT_LENGTH)[::-1]
    return "-".join(code[start : start + 4] for start in (0, 4, 8))


def _number(token_key: bytes, response_id: UUID, content_hash: str) -> int:
    said = b"receipt" + response_id.bytes + content_hash.encode()
    return int.from_bytes(hmac.digest(token_key, said, hashlib.sha256))


def seal(token_key: str, receipt_code: str) -> str:
    """Takes the place of `content_hash` where content was erased: it recognises the response that is sent again, and
    says nothing to whoever guesses what was erased.
    """
    return hmac.digest(token_key.encode(), b"sealed" + normal_code(receipt_code).encode(), hashlib.sha256).hex()


def has_receipt(token_key: str, typed: str) -> Callable[[UUID, str], bool]:
    """Whether a response (its id, its `content_hash`) is the one of a receipt. Receipts are stored nowhere."""
    code, key = normal_code(typed), token_key.encode()
    if len(code) != RECEIPT_LENGTH or not set(code) <= set(ALPHABET):
        return lambda _response_id, _content_hash: False
    wanted, sealed, turn = number_of(code[::-1]), seal(token_key, code), len(ALPHABET) ** RECEIPT_LENGTH
    return lambda response_id, kept: kept == sealed or _number(key, response_id, kept) % turn == wanted


def store(
    connection: sa.Connection,
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
    """Keeps the response, or finds that it was kept; over `database.writing` or `writing_once`. The view commits.

    `day`, `state`: where it was filled in away from us. Of `paradata` is kept what `survey_app.paradata` allows.
    """
    content_hash = answers.content_hash()
    row = {
        "id": response_id,
        "wave_id": wave.id,
        "instrument_version_id": wave.instrument_version_id,
        **{"unit_id": unit_id, "point_id": point_id, "case_id": case_id, "batch_id": batch_id},
        **{"mode": mode, "language": language, "item_order": item_order, "local_day": day or local_day(sent)},
        "state": state or waves.state_of_response(wave, begun, sent),
        **{"content_hash": content_hash, "answers": answers.canonical_json()},
        "completeness": completeness(answers, instrument_of(wave.instrument_version)) if case_id else None,
        "paradata": facts.kept(mode, paradata),
    }
    new = _insert_if_free(connection, Response, row)
    code = receipt(token_key, response_id, content_hash)
    state = str(row["state"]) if new else _kept_state(connection, row, seal(token_key, code))
    return Stored(code, new, state)


def completeness(answers: Answers, instrument: Questionnaire) -> str:
    """How much of a form was answered: of the ratings that were asked, so many have an answer."""
    asked = [code for code in instrument.ratings if answers.states.get(code) != NOT_ASKED]
    share = sum(code in answers.values for code in asked) / len(asked) if asked else 0.0
    return "complete" if share > COMPLETE else "partial" if share >= PARTIAL else "broken_off"


def _insert_if_free(connection: sa.Connection, model: type[Response | ResponseConflict], row: dict[str, Any]) -> bool:
    # Of clients that send the same id at once the database lets one in; the others wait for it, then get False.
    insert = _insert(connection.dialect.name, model)
    return connection.execute(insert, row).scalar_one_or_none() is not None


@cache
def _insert(dialect: str, model: type[Response | ResponseConflict]) -> Any:
    return _INSERT[dialect](model).on_conflict_do_nothing().returning(model.id)


def _kept_state(connection: sa.Connection, row: dict[str, Any], sealed: str) -> str:
    """The state of the response that was kept first; raises when it says something else."""
    query = sa.select(Response.content_hash, Response.state, Response.withdrawn).where(Response.id == row["id"])
    kept = connection.execute(query).one_or_none()
    if kept is None:
        raise CaseTaken
    same = (row["content_hash"], sealed)
    if kept.content_hash not in same and not _was_content(connection, row["id"], same):
        if kept.withdrawn:
            raise AnswerWithdrawn
        conflict = {"response_id": row["id"]} | {name: row[name] for name in ("content_hash", "answers", "local_day")}
        _insert_if_free(connection, ResponseConflict, conflict)
        raise ResponseConflictError
    return "withdrawn" if kept.withdrawn else str(kept.state)


def _was_content(connection: sa.Connection, response_id: UUID, same: tuple[str, ...]) -> bool:
    """Whether the response said this before staff corrected it: sent again, it is still the same response."""
    found = (ResponseChange.response_id == response_id) & ResponseChange.content_hash.in_(same)
    return connection.scalar(sa.select(ResponseChange.id).where(found).limit(1)) is not None
