"""Writes the responses of a survey as one Parquet file, ordered by id, a batch at a time."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa
from sqlalchemy.orm import Session

from questionnaires import loader
from questionnaires.model import Questionnaire
from survey_app import paradata
from survey_app.extract.columns import Batch, Column, cells, columns, fields
from survey_app.extract.units import Units
from survey_app.models import Case, CollectionPoint, Response, ResponseChange, SlipBatch, Survey, Unit, Wave
from survey_app.publishing import frozen_rows
from survey_app.responses import COUNTED, counted

VOID, WITHDRAWN = "voided", "withdrawn"
EXCLUDED = {VOID: VOID, WITHDRAWN: WITHDRAWN, "late": "late_undecided", "late_refused": "late_refused"}
# Rows held in memory at once: enough for speed, and the same for ten responses or ten million.
BATCH = 10_000
FIXED = (
    ("id", pa.string()),
    ("wave", pa.string()),
    ("unit", pa.string()),
    ("point", pa.string()),
    ("mode", pa.string()),
    ("language", pa.string()),
    ("local_day", pa.date32()),
    ("respondent_type", pa.string()),
    ("stratum", pa.string()),
    ("psu", pa.string()),
    ("case", pa.int32()),
    ("weight", pa.float64()),
)
# How staff filled in a form, and what a kiosk noticed; only where the survey has any such note.
PARADATA = (
    ("officer", pa.int32()),
    ("device", pa.string()),
    ("seconds", pa.int32()),
    ("seconds_by_part", pa.map_(pa.string(), pa.int32())),
    ("changes", pa.int32()),
    ("other_type", pa.bool_()),
    ("first_count", pa.int16()),
    ("burst", pa.bool_()),
)
TYPE_QUESTION = "respondent_type"
# Comes last, and only where items rotate: which of their orders the respondent met.
ORDER = ("item_order", pa.int8())
# Only where units changed under way: what the unit of the day is at the end; empty where that is not known.
END = ("unit_end", pa.string())


@dataclass(frozen=True)
class Written:
    states: Counter[str]  # How many responses there are in each state.
    rows: str  # What `frozen_rows` makes of the rows that enter figures.


def write(session: Session, survey: Survey, units: Units, path: Path, progress: Callable[[int], None]) -> Written:
    """Writes the counted responses to `path`."""
    instruments = {wave.slug: loader.from_json(wave.instrument_version.content) for wave in survey.counted_waves}
    only_types = {slug: _only_type(instrument) for slug, instrument in instruments.items()}
    questions = columns(list(instruments.values()))
    rotates = any(factor.rotate for each in instruments.values() for factor in each.factors)
    schema = _schema(questions, rotates, noted=_has_paradata(session, survey), changed=bool(units.steps))
    states, digest = Counter[str](), frozen_rows.Digest()
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in _batches(session, survey):
            states.update(_state(row) for row in batch)
            rows = [row for row in batch if _state(row) in COUNTED]
            for row in rows:
                digest.step(row.trace + row.answers)
            writer.write_batch(_record_batch(rows, units, questions, only_types, schema))
            progress(states.total())
    return Written(states, digest.finalize())


def _state(row: Any) -> str:
    if row.withdrawn:
        return WITHDRAWN
    return VOID if row.void else str(row.state)


def corrected(session: Session, survey: Survey) -> int:
    """How many of the responses that are counted say something else than when they were entered."""
    changed = sa.exists().where(ResponseChange.response_id == Response.id, ResponseChange.kind == "corrected")
    query = sa.select(sa.func.count()).select_from(Response).join(Wave).outerjoin(Case, Response.case_id == Case.id)
    return session.scalar(query.where(counted(), changed, *_of(survey))) or 0


def _of(survey: Survey) -> tuple[sa.ColumnElement[bool], ...]:
    """No rehearsals, and no second interviews."""
    return Wave.survey_id == survey.id, ~Wave.practice, Case.reinterview_of_id.is_(None)


def _has_paradata(session: Session, survey: Survey) -> bool:
    query = sa.select(Response.id).join(Wave).outerjoin(Case, Response.case_id == Case.id)
    return session.scalar(query.where(Response.paradata.is_not(None), *_of(survey)).limit(1)) is not None


def _only_type(instrument: Questionnaire) -> str | None:
    """The respondent type of an instrument that is for one type only, and so does not ask."""
    types = instrument.respondent_types
    return types[0].code if len(types) == 1 else None


def _schema(questions: Sequence[Column], rotates: bool, noted: bool, changed: bool) -> pa.Schema:
    named = [*FIXED, *PARADATA] if noted else list(FIXED)
    for column in questions:
        # The answer to "who are you" stands in the fixed column; only its state is added.
        named += [field for field in fields(column) if field[0] != TYPE_QUESTION]
    return pa.schema([*named, *([ORDER] if rotates else []), *([END] if changed else [])])


def _batches(session: Session, survey: Survey) -> Iterator[Sequence[Any]]:
    query: frozen_rows.Rows = sa.select(
        Response.id,
        Response.state,
        Response.mode,
        Response.language,
        Response.local_day,
        Response.answers,
        Response.item_order,
        Response.paradata,
        Response.void,
        Response.withdrawn,
        Response.unit_id,
        Wave.slug,
        Unit.code.label("unit"),
        CollectionPoint.code.label("point"),
        # An officer's case or the batch of a slip says what the answers stand for.
        sa.func.coalesce(Case.stratum, SlipBatch.stratum).label("stratum"),
        sa.func.coalesce(Case.psu, SlipBatch.psu).label("psu"),
        Case.number,
        # Of a household one grown-up was asked: the answers stand for all of them.
        sa.func.coalesce(Case.weight * sa.func.coalesce(Case.eligible, 1), SlipBatch.weight).label("weight"),
        Case.respondent_type,
        frozen_rows.trace().label("trace"),
    ).order_by(Response.id)
    query = frozen_rows.joined(query, survey)
    yield from session.execute(query.execution_options(yield_per=BATCH)).partitions()


def _record_batch(
    rows: Sequence[Any], units: Units, questions: Sequence[Column], only_types: dict[str, str | None], schema: pa.Schema
) -> pa.RecordBatch:
    answers = Batch.of(row.answers for row in rows)
    data: dict[str, list[Any]] = {
        "id": [str(row.id) for row in rows],
        "wave": [row.slug for row in rows],
        "unit": [units.codes.get(row.unit_id, row.unit) for row in rows],
        "unit_end": [units.ends.get(row.unit_id) for row in rows],
        "point": [row.point for row in rows],
        "mode": [row.mode for row in rows],
        "language": [row.language for row in rows],
        "local_day": [row.local_day for row in rows],
        "stratum": [row.stratum for row in rows],
        "psu": [row.psu for row in rows],
        "case": [row.number for row in rows],
        "weight": [row.weight for row in rows],
        "item_order": [row.item_order for row in rows],
    } | _how([row.paradata for row in rows])
    for column in questions:
        data.update(zip((name for name, _type in fields(column)), cells(column, answers), strict=True))
    # Where the respondent did not say, the frame may know: a case names its type.
    data[TYPE_QUESTION] = [
        values.get(TYPE_QUESTION) or row.respondent_type or only_types[row.slug]
        for row, values in zip(rows, answers.values, strict=True)
    ]
    return pa.record_batch([pa.array(data[field.name], field.type) for field in schema], schema=schema)


def _how(stored: Sequence[str | None]) -> dict[str, list[Any]]:
    found = [paradata.read(text) for text in stored]
    return {
        "officer": [one.officer for one in found],
        "device": [one.device for one in found],
        "seconds": [one.total for one in found],
        "seconds_by_part": [list(one.seconds.items()) or None for one in found],
        "changes": [one.changes for one in found],
        "other_type": [one.other_type for one in found],
        "first_count": [one.first_count for one in found],
        "burst": [one.burst for one in found],
    }
