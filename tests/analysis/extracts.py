"""`make_…` functions for extract folders: a small instrument, responses as rows, and the manifest over them."""

import csv
import hashlib
import itertools
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from questionnaires import loader
from questionnaires.model import Instrument, Questionnaire

Row = Mapping[str, Any]
ITEMS = ("A1", "A2", "B1")
_numbers = itertools.count()


def _text(text: str) -> dict[str, str]:
    return {"vi": text, "en": text}


def _item(code: str) -> dict[str, Any]:
    return {
        "code": code,
        "kind": "rated",
        "text": _text(code),
        "criterion": _text(code),
        "source": {"decision": "none", "certainty": "proposed"},
    }


def make_instrument(**formula: Any) -> Instrument:
    """Factors A (A1, A2) and B (B1), a choice, several choices, a number, a general rating and a free text."""
    options = [{"code": code, "text": _text(code)} for code in ("yes", "no")]
    source = {"decision": "none", "certainty": "proposed"}
    content = {
        "code": "small",
        "version": "1",
        "title": _text("Small"),
        "short_title": _text("Small"),
        "index": {"code": "sipas", "name": _text("Index"), "target": 80.0},
        "source": source,
        "notice": {"purpose": _text("why"), "respondent": _text("who")},
        "scale": {"levels": [_text(str(level)) for level in range(1, 6)], "not_used": _text("not used")},
        "formula": {
            "name": "O_crit",
            "version": "1",
            "reading": _text("Mean of the criteria's rates."),
            "base_minimum": 0,
            "beside": ["O_pool", "O_fac", "H2", "H3"],
        }
        | formula,
        "respondent_types": [
            {"code": "citizen", "text": _text("citizen")},
            {"code": "business", "text": _text("business")},
        ],
        "parts": [
            {
                "kind": "profile",
                "code": "who",
                "title": _text("Who"),
                "questions": [
                    {
                        "kind": "single",
                        "code": "respondent_type",
                        "text": _text("type"),
                        "options": [{"code": code, "text": _text(code)} for code in ("citizen", "business")],
                    }
                ],
            },
            {"kind": "factor", "code": "A", "title": _text("A"), "items": [_item("A1"), _item("A2")]},
            {"kind": "factor", "code": "B", "title": _text("B"), "items": [_item("B1")]},
            {
                "kind": "assessment",
                "code": "N",
                "title": _text("N"),
                "questions": [
                    {"kind": "single", "code": "N1", "text": _text("N1"), "options": options},
                    {"kind": "number", "code": "trips", "text": _text("trips"), "maximum": 99},
                    {"kind": "general_rating", "code": "G", "text": _text("G")},
                ],
            },
            {
                "kind": "expectation",
                "code": "M",
                "title": _text("M"),
                "questions": [{"kind": "multiple", "code": "M1", "text": _text("M1"), "options": options}],
            },
            {
                "kind": "comment",
                "code": "last",
                "title": _text("Last"),
                "questions": [{"kind": "text", "code": "comment", "text": _text("comment")}],
            },
        ],
    }
    return loader.from_json(json.dumps(content))


def make_row(**fields: Any) -> dict[str, Any]:
    """A citizen of unit 001 who answers 5 everywhere on a tablet, in the wave "w1", with no plan behind it."""
    number = next(_numbers)
    return {
        "id": f"{number:08d}-0000-4000-8000-000000000000",
        "wave": "w1",
        "unit": "001",
        "point": None,
        "mode": "tablet",
        "language": "vi",
        "local_day": date(2017, 6, 1),
        "respondent_type": "citizen",
        "stratum": None,
        "psu": None,
        "case": None,
        "weight": None,
        "A1": 5,
        "A2": 5,
        "B1": 5,
        "respondent_type__state": 0,
        "N1": "yes",
        "N1__state": 0,
        "trips": 1,
        "trips__state": 0,
        "G": 5,
        "M1": ["yes"],
        "M1__state": 0,
        "comment": None,
        "comment__state": -1,
    } | fields


SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("id", "wave", "unit", "point", "mode", "language")),
        ("local_day", pa.date32()),
        *((name, pa.string()) for name in ("respondent_type", "stratum", "psu", "case")),
        ("weight", pa.float64()),
        *((name, pa.int8()) for name in (*ITEMS, "G", "respondent_type__state")),
        ("N1", pa.string()),
        ("N1__state", pa.int8()),
        ("trips", pa.int32()),
        ("trips__state", pa.int8()),
        ("M1", pa.list_(pa.string())),
        ("M1__state", pa.int8()),
        ("comment", pa.string()),
        ("comment__state", pa.int8()),
    ]
)


def make_plan(strata: Mapping[str, tuple[str, Sequence[str]]]) -> dict[str, Any]:
    """A plan from stratum → (unit, its sampled PSUs), ten cases drawn in each."""
    return {
        "frame": _text("frame"),
        "strata": [
            {
                "code": code,
                "unit": unit,
                "population": 1000,
                "psus_in_frame": 50,
                "psus": [{"code": psu, "name": psu, "population": 100, "drawn": 10, "sampled": True} for psu in psus],
            }
            for code, (unit, psus) in strata.items()
        ],
    }


def make_extract(
    folder: Path,
    rows: Sequence[Row],
    *,
    instrument: Instrument | None = None,
    plans: Mapping[str, Any] | None = None,
    cases: Mapping[str, Any] | None = None,
    waves: Sequence[str] = ("w1",),
    weights: Mapping[str, float] | None = None,
    files: int = 1,
    schema: pa.Schema = SCHEMA,
    others: Mapping[str, Questionnaire] | None = None,
    unit_changes: Mapping[str, Any] | None = None,
    slips: Mapping[str, Any] | None = None,
) -> Path:
    """An extract of `rows`, split over `files`, with a manifest that holds. `others`: waves with an instrument of their
    own.
    """
    instrument = instrument or make_instrument()
    asked = {wave: instrument for wave in waves} | dict(others or {})
    (folder / "instruments").mkdir(parents=True)
    hashes = {wave: loader.content_hash(one) for wave, one in asked.items()}
    for wave, one in asked.items():
        (folder / "instruments" / f"{hashes[wave][:12]}.json").write_text(loader.to_json(one), "utf-8")
    size = -(-len(rows) // files) or 1
    for number in range(files):
        part = pa.Table.from_pylist([dict(row) for row in rows[number * size : (number + 1) * size]], schema)
        pq.write_table(part, folder / ("responses.parquet" if files == 1 else f"responses-{number}.parquet"))
    if plans:
        (folder / "plan.json").write_text(json.dumps({"waves": plans}), "utf-8")
    if cases:
        (folder / "cases.json").write_text(json.dumps({"waves": cases}), "utf-8")
    if slips:
        (folder / "slips.json").write_text(json.dumps({"waves": slips}), "utf-8")
    _write_units(folder, sorted({str(row["unit"]) for row in rows}))
    manifest = {
        "format": "hailong-extract/1",
        "created_at": "2017-12-01T00:00:00+07:00",
        "survey": {
            "slug": "survey",
            "name": _text("Survey"),
            "index": "sipas",
            "period": {"from": "2017-01-01", "to": "2017-12-31"},
            "owner": _text("owner"),
            "method": _text("method"),
            "target": 80.0,
            "units_on": "2017-06-01",
            "combination": {"rule": "weighted" if weights else "single", "weights": dict(weights or {})},
        },
        "waves": [
            {
                "slug": wave,
                "name": _text(wave),
                "instrument": one.code,
                "version": one.version,
                "content_hash": hashes[wave],
                "opens_on": "2017-06-01",
                "closes_on": "2017-06-30",
                "has_plan": wave in (plans or {}),
                "simulated": True,
            }
            for wave, one in asked.items()
        ],
        "simulated": True,
        "responses": len(rows),
        "excluded": [],
        **({"unit_changes": unit_changes} if unit_changes else {}),
    }
    write_manifest(folder, manifest)
    return folder


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> None:
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json")
    files = {
        str(path.relative_to(folder)): {
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "bytes": path.stat().st_size,
        }
        for path in paths
    }
    lines = "".join(f"{name} {files[name]['sha256']}\n" for name in sorted(files))
    extract_hash = hashlib.sha256(lines.encode()).hexdigest()
    full = {**manifest, "files": files, "extract_hash": extract_hash}
    (folder / "manifest.json").write_text(json.dumps(full), "utf-8")


def _write_units(folder: Path, codes: Sequence[str]) -> None:
    fields = ("code", "name", "type", "valid_from", "valid_to", "parent_code", "merged_into_code", "certainty")
    with (folder / "units.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(fields)
        writer.writerows([code, f"Xã {code}", "xã", "", "", "", "", ""] for code in codes)


def read_figures(release: Path) -> dict[str, dict[str, str]]:
    """The figures of a release by id."""
    with (release / "figures.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}
