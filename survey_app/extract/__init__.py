"""Writes the extract of a survey: a frozen folder of files with a manifest of hashes, the analysis' only source.

Which column a question becomes is left to `columns`; what the figures mean, to the analysis.
"""

import csv
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey_app import background, wave_life
from survey_app.casework import reinterviews
from survey_app.clock import LOCAL
from survey_app.extract import cases, changes, responses, themes, units, withdrawals
from survey_app.journal import overview
from survey_app.models import CollectionPoint, Survey, Wave
from survey_app.proofs import slip_totals
from survey_app.responses import COUNTED
from survey_app.unit_changes import days

FORMAT = "hailong-extract/1"
LATE = ("late_accepted", "late_refused", "late")  # The last: nobody has decided yet.
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Extract:
    """What was written: where, how many responses, and the hash that names this content."""

    folder: Path
    responses: int
    hash: str


def write(
    session: Session, survey: Survey, folder: Path, at: datetime, progress: Progress = lambda _count: None
) -> Extract:
    """Writes `survey` into `folder`, which appears only when it is complete. Raises ValueError with what to do."""
    _check(survey, folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = folder.with_name(f".{folder.name}.draft-{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    try:
        with background.held(draft):
            found = units.of_survey(session, survey)
            written = _write_files(session, survey, found, draft, progress)
        manifest = _manifest(session, survey, written, draft, at) | found.told()
        _write_json(draft / "manifest.json", manifest)
        draft.rename(folder)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return Extract(folder, manifest["responses"], manifest["extract_hash"])


def _check(survey: Survey, folder: Path) -> None:
    if not survey.counted_waves:
        raise ValueError(f"The survey {survey.slug} has no wave yet: there is nothing to extract.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f"{folder} exists and is not empty. An extract is never overwritten: name a new folder.")


def _write_files(
    session: Session, survey: Survey, found: units.Units, draft: Path, progress: Progress
) -> responses.Written:
    """Everything but the manifest."""
    (draft / "instruments").mkdir()
    for wave in survey.counted_waves:
        version = wave.instrument_version
        (draft / "instruments" / f"{version.content_hash[:12]}.json").write_bytes(version.content.encode())
    plans = {wave.slug: json.loads(wave.plan_json) for wave in survey.counted_waves if wave.plan_json}
    if plans:
        _write_json(draft / "plan.json", {"waves": plans})
    fieldwork = {wave.slug: cases.of_wave(session, wave, found.codes) for wave in survey.counted_waves}
    if any(fieldwork.values()):
        _write_json(draft / "cases.json", {"waves": {slug: one for slug, one in fieldwork.items() if one}})
    again = {wave.slug: reinterviews.answered_twice(session, wave) for wave in survey.counted_waves}
    if any(again.values()):
        _write_json(draft / "reinterviews.json", {"waves": {slug: found for slug, found in again.items() if found}})
    ledger = {wave.slug: slip_totals.for_extract(session, wave) for wave in survey.counted_waves}
    if any(ledger.values()):
        _write_json(draft / "slips.json", {"waves": {slug: strata for slug, strata in ledger.items() if strata}})
    if taken_back := withdrawals.of_survey(session, survey, found):
        _write_json(draft / withdrawals.FILE, taken_back)
    if changed := changes.of_survey(session, survey, found):
        _write_json(draft / changes.FILE, {"changes": changed})
    units.write(found, draft / "units.csv")
    _write_points(session, survey, found, draft / "points.csv")
    themes.write(session, survey, draft)
    return responses.write(session, survey, found, draft / "responses.parquet", progress)


def _write_points(session: Session, survey: Survey, units_of: units.Units, path: Path) -> None:
    """What the codes in the column `point` stand for, with the unit on the last day of the wave; no file where the
    survey has no points.
    """
    of_survey = CollectionPoint.wave_id.in_([wave.id for wave in survey.counted_waves])
    found = session.scalars(sa.select(CollectionPoint).where(of_survey).order_by(CollectionPoint.code)).all()
    if found:
        moved = days.moved_after_the_end(session)
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("code", "wave", "unit", "kind", "mode", "label_vi", "label_en"))
            for one in found:
                unit = units_of.codes.get(moved.get(one.id, one.unit_id), one.unit.code)
                place = (one.code, one.wave.slug, unit, one.kind, one.mode)
                writer.writerow([*place, one.label_vi, one.label_en])


def _manifest(
    session: Session, survey: Survey, written: responses.Written, draft: Path, at: datetime
) -> dict[str, Any]:
    counted = written.states
    files = {str(path.relative_to(draft)): _fingerprint(path) for path in draft.rglob("*") if path.is_file()}
    lines = "".join(f"{name} {files[name]['sha256']}\n" for name in sorted(files))
    excluded = [{"reason": reason, "count": counted[state]} for state, reason in responses.EXCLUDED.items()]
    excluded += [
        {"reason": f"device_{state}", "count": count} for state, count in overview.left_out(session, survey).items()
    ]
    return {
        "format": FORMAT,
        "created_at": at.astimezone(LOCAL).isoformat(timespec="seconds"),
        "survey": _survey(survey),
        "waves": [_wave(wave) | {"steps": _steps(session, wave)} for wave in survey.counted_waves],
        "simulated": any(wave.simulated for wave in survey.counted_waves),
        "responses": sum(counted[state] for state in COUNTED),
        "excluded": [entry for entry in excluded if entry["count"]],
        "late": {state: counted[state] for state in LATE},
        "corrected": responses.corrected(session, survey),
        "rows": written.rows,
        "files": files,
        "extract_hash": hashlib.sha256(lines.encode()).hexdigest(),
    }


def _survey(survey: Survey) -> dict[str, Any]:
    weights = {wave.slug: wave.combining_weight for wave in survey.counted_waves if wave.combining_weight is not None}
    return {
        "slug": survey.slug,
        "name": {"vi": survey.name_vi, "en": survey.name_en},
        "index": survey.index_code,
        "period": {"from": survey.period_from.isoformat(), "to": survey.period_to.isoformat()},
        "owner": {"vi": survey.owner_vi, "en": survey.owner_en},
        "method": {"vi": survey.method_vi, "en": survey.method_en},
        "target": survey.target,
        "units_on": survey.units_on.isoformat(),
        "combination": {"rule": survey.combination, "weights": weights if survey.combination == "weighted" else {}},
    }


def _wave(wave: Wave) -> dict[str, Any]:
    version = wave.instrument_version
    return {
        "slug": wave.slug,
        "name": {"vi": wave.name_vi, "en": wave.name_en},
        "instrument": version.code,
        "version": version.version,
        "content_hash": version.content_hash,
        "opens_on": wave.opens_on.isoformat(),
        "closes_on": wave.closes_on.isoformat(),
        "has_plan": bool(wave.plan_json),
        "simulated": wave.simulated,
    }


def _steps(session: Session, wave: Wave) -> list[dict[str, Any]]:
    """What was done to the wave, by whom and why, and what had been seen by then: the report prints it."""
    return [
        {
            "kind": step.kind,
            "at": step.at.astimezone(LOCAL).isoformat(timespec="minutes"),
            "by": who,
            "reason": step.reason,
            "detail": step.detail,
            **({} if step.releases is None else {"releases": step.releases, "snapshots": step.snapshots}),
        }
        for step, who in wave_life.steps(session, wave)
    ]


def _fingerprint(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {"sha256": hashlib.file_digest(file, "sha256").hexdigest(), "bytes": path.stat().st_size}


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
