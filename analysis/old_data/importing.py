"""Makes an extract of a foreign file and its mapping: all faults at once, and nothing written while there is one."""

import csv
import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pyarrow as pa
import pyarrow.parquet as pq

from analysis.extract import FORMAT, sha256
from analysis.old_data import mapping, table, units
from analysis.old_data.mapping import STATES, Dataset, OldDataFaults
from analysis.old_data.table import Table
from analysis.release import OccupiedFolder, appearing
from questionnaires import loader
from questionnaires.kinds import Day, MultipleChoice, Number, Percentage, Ranking
from questionnaires.model import GeneralRating, Instrument, RatedItem

SHOWN = 50  # Faults that are told one by one.
NAMESPACE = UUID("6f1ae0b8-5a0e-4f0c-9a60-0a2f3c6d7e11")
TYPES = {MultipleChoice: pa.list_(pa.string()), Ranking: pa.list_(pa.string()), Day: pa.date32()} | dict.fromkeys(
    (Number, Percentage), pa.int32()
)


@dataclass(frozen=True)
class Job:
    """`units_on`: the day whose map the units are rolled up to; the survey's own last day if it is None."""

    file: Path
    mapping: Path
    units: Path
    units_on: date | None = None


def import_file(job: Job, out: Path) -> int:
    """Writes the extract; returns how many responses it holds. Raises OldDataFaults, OccupiedFolder, OSError."""
    if out.exists():
        raise OccupiedFolder(f"{out} exists; an extract is never overwritten, name a new folder")
    dataset = mapping.read(job.mapping)
    instrument = _instrument(dataset)
    type_column = [dataset.respondent_type.column] if dataset.respondent_type else []
    found = table.read(job.file, [*dict.fromkeys([dataset.unit.column, *type_column, *dataset.columns])])
    known = units.read(job.units)
    to = job.units_on or dataset.survey.last_day
    rows = _rows(dataset, instrument, found, known, to)
    with appearing(out) as draft:
        _write(draft, job, dataset, instrument, rows, list(units.valid(known, to).values()), to)
    return len(rows)


def _instrument(dataset: Dataset) -> Instrument:
    try:
        instrument = loader.load_builtin(dataset.instrument)
    except (OSError, KeyError, ValueError, loader.InstrumentFaults) as error:
        raise OldDataFaults([f"instrument: there is no built-in questionnaire {dataset.instrument}"]) from error
    if not isinstance(instrument, Instrument):
        raise OldDataFaults([f"instrument: {dataset.instrument} has no index"])
    items = {item.code for item in instrument.items}
    faults = [
        f"columns.{head}: {code} is no item of {instrument.code}"
        for head, code in dataset.columns.items()
        if code not in items
    ]
    codes = list(dataset.columns.values())
    faults += [f"columns: two columns are {code}" for code in sorted({code for code in codes if codes.count(code) > 1})]
    if faults:
        raise OldDataFaults(faults)
    return instrument


def _rows(
    dataset: Dataset, instrument: Instrument, found: Table, known: Sequence[units.Unit], to: date
) -> list[dict[str, Any]]:
    faults: list[str] = []

    def wrong(number: int, heading: str, text: str, why: str) -> None:
        faults.append(f"row {number}, column {found.places[heading]} ({heading}): {text!r} {why}")

    kinds = {one.code for one in instrument.respondent_types}
    successors: dict[str, str | None] = {}
    rows = []
    for number, cells in found.rows:
        row: dict[str, Any] = {}
        told = cells[dataset.unit.column]
        code = dataset.unit.codes.get(told, "" if dataset.unit.codes else told)
        if code not in successors:
            successors[code] = units.successor(known, code, dataset.survey.last_day, to)
        row["unit"] = successors[code]
        if row["unit"] is None:
            wrong(
                number, dataset.unit.column, told, f"is no unit of {dataset.survey.last_day} with a successor on {to}"
            )
        if kind := dataset.respondent_type:
            row["respondent_type"] = kind.codes.get(cells[kind.column], cells[kind.column])
            if row["respondent_type"] not in kinds:
                wrong(number, kind.column, cells[kind.column], f"is none of {', '.join(sorted(kinds))}")
        for heading, item in dataset.columns.items():
            row[item] = dataset.level(cells[heading])
            if row[item] is None:
                wrong(number, heading, cells[heading], "has no meaning in [levels]")
        rows.append(row)
    if faults:
        more = [f"and {len(faults) - SHOWN} more"] if len(faults) > SHOWN else []
        raise OldDataFaults([*faults[:SHOWN], *more])
    return rows


def _schema(instrument: Instrument) -> pa.Schema:
    texts = ("id", "wave", "unit", "point", "mode", "language")
    fields: list[tuple[str, pa.DataType]] = [(name, pa.string()) for name in texts]
    fields += [("local_day", pa.date32()), *((name, pa.string()) for name in ("respondent_type", "stratum", "psu"))]
    fields += [("case", pa.int32()), ("weight", pa.float64())]
    for one in instrument.questions():
        if isinstance(one, RatedItem | GeneralRating):
            fields.append((one.code, pa.int8()))
            continue
        if one.code != "respondent_type":
            fields.append((one.code, TYPES.get(type(one), pa.string())))
        fields.append((f"{one.code}__state", pa.int8()))
    return pa.schema(fields)


def _write(
    draft: Path,
    job: Job,
    dataset: Dataset,
    instrument: Instrument,
    rows: Sequence[Mapping[str, Any]],
    places: Sequence[units.Unit],
    to: date,
) -> None:
    schema, wave, source = _schema(instrument), f"{dataset.survey.slug}-nhap", sha256(job.file)
    rated = [one.code for one in instrument.questions() if isinstance(one, RatedItem | GeneralRating)]
    states = [name for name in schema.names if name.endswith("__state")]
    nothing = dict.fromkeys([*rated, *states], STATES["not_asked"])
    fixed = {"wave": wave, "mode": dataset.mode, "language": "vi", "local_day": dataset.survey.last_day}
    filled = [
        {**nothing, **fixed, **row, "id": str(uuid5(NAMESPACE, f"{source} {number}"))}
        for number, row in enumerate(rows)
    ]
    filled.sort(key=lambda row: str(row["id"]))
    pq.write_table(pa.Table.from_pylist(filled, schema), draft / "responses.parquet", compression="zstd")
    content = loader.content_hash(instrument)
    (draft / "instruments").mkdir()
    (draft / "instruments" / f"{content[:12]}.json").write_text(loader.to_json(instrument), "utf-8")
    with (draft / "units.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, units.FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(places)
    shutil.copyfile(job.mapping, draft / "mapping.toml")
    manifest = _manifest(dataset, instrument, wave, content, to) | {
        "responses": len(rows),
        "imported": {"sha256": source},
    }
    files = {
        str(path.relative_to(draft)): {"sha256": sha256(path), "bytes": path.stat().st_size}
        for path in sorted(draft.rglob("*"))
        if path.is_file()
    }
    lines = "".join(f"{name} {files[name]['sha256']}\n" for name in sorted(files))
    manifest |= {"files": files, "extract_hash": hashlib.sha256(lines.encode()).hexdigest()}
    (draft / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True), "utf-8")


def _manifest(dataset: Dataset, instrument: Instrument, wave: str, content: str, to: date) -> dict[str, Any]:
    about = dataset.survey
    period = {"from": about.first_day.isoformat(), "to": about.last_day.isoformat()}
    return {
        "format": FORMAT,
        "created_at": f"{about.last_day}T00:00:00+07:00",
        "survey": {
            "slug": about.slug,
            "name": about.name.model_dump(),
            "index": instrument.index.code,
            "period": period,
            "owner": about.owner.model_dump(),
            "method": about.method.model_dump(),
            "target": instrument.index.target,
            "units_on": to.isoformat(),
            "combination": {"rule": "single", "weights": {}},
        },
        "waves": [
            {
                "slug": wave,
                "name": about.name.model_dump(),
                "instrument": instrument.code,
                "version": instrument.version,
                "content_hash": content,
                "opens_on": period["from"],
                "closes_on": period["to"],
                "has_plan": False,
                "simulated": False,
            }
        ],
        "simulated": False,
        "excluded": [],
    }
