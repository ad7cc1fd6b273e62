"""Takes a snapshot of an extract: reads who answered, advances the ledger, says what the numbers are about.

A snapshot a day at most: its time is not chosen by whoever looks.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from analysis.dashboard import folder as files
from analysis.dashboard.ladder import Cell, steps_up
from analysis.dashboard.ledger import MINIMUM, Answer, advance
from analysis.engine import DuckDB
from analysis.extract import Extract, Wave
from analysis.series import SERIES_OF_MODE, name, text


def take(extract: Extract, folder: Path) -> dict[str, Any]:
    """The snapshot, which is also written. Raises DashboardFault where the day already has one."""
    with files.locked(folder):
        ledger = files.read_ledger(folder)
        at = str(extract.manifest["created_at"])
        if ledger.taken_at[:10] >= at[:10]:
            raise files.DashboardFault(f"the day {ledger.taken_at[:10]} has its snapshot; the next is due tomorrow")
        ledger.taken_at = at
        over = {one["slug"] for one in extract.manifest["waves"] if one["closes_on"] < at[:10]}
        answers = (one for wave in extract.waves for one in _answers(extract, wave) if one.id not in ledger.counted)
        advance(ledger, answers, steps_up(extract.units), over)
        snapshot = files.snapshot_of(ledger, _about(extract, over))
        files.write(folder, ledger, snapshot)
        return snapshot


def _answers(extract: Extract, wave: Wave) -> Iterator[Answer]:
    """Rehearsals and second interviews are not in an extract; answers of other kinds than rated items are not read."""
    engine, positive = DuckDB(), wave.instrument.formula.positive
    items = [item.code for item in wave.instrument.items]
    modes = ", ".join(text(mode) for mode, series in SERIES_OF_MODE.items() if series != "counter_3")
    found = engine.table(
        "SELECT CAST(id AS VARCHAR) AS id, unit, coalesce(respondent_type, '') AS kind, mode,"  # noqa: S608
        f" {', '.join(map(name, items))} FROM {engine.parquet(extract.parquet)}"
        f" WHERE wave = {text(wave.slug)} AND mode IN ({modes})"
    )
    for batch in found.to_batches():
        for row in batch.to_pylist():
            cell = Cell(wave.slug, SERIES_OF_MODE[row["mode"]], row["unit"], row["kind"], row["mode"])
            yield Answer(row["id"], cell, {code: row[code] in positive for code in items if (row[code] or 0) >= 1})


def _about(extract: Extract, over: set[str]) -> dict[str, Any]:
    manifest = extract.manifest
    said = {entry["slug"]: entry for entry in manifest["waves"]}
    return {
        "taken_at": manifest["created_at"],
        "extract_hash": manifest["extract_hash"],
        "minimum": MINIMUM,
        "simulated": manifest["simulated"],
        "survey": {key: manifest["survey"][key] for key in ("slug", "name", "index", "target")},
        "units": [{key: unit[key] for key in ("code", "name", "type")} for unit in extract.units],
        "waves": [_wave(wave, said[wave.slug]) | {"over": wave.slug in over} for wave in extract.waves],
    }


def _wave(wave: Wave, said: dict[str, Any]) -> dict[str, Any]:
    instrument = wave.instrument
    formula = instrument.formula
    return {
        **{key: said[key] for key in ("slug", "name", "instrument", "version", "content_hash", "closes_on")},
        "types": [{"code": one.code, "name": one.text.model_dump()} for one in instrument.respondent_types],
        "formula": {
            "name": formula.name,
            "base_minimum": formula.base_minimum,
            "reading": formula.reading.model_dump(),
        },
        "factors": [
            {
                "code": factor.code,
                "name": factor.title.model_dump(),
                "items": [{"code": item.code, "name": item.criterion.model_dump()} for item in factor.items],
            }
            for factor in instrument.factors
        ],
    }
