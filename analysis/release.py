"""Writes a release folder: figures as data, their texts, their context, and the manifest that ties them to the extract.

The folder appears whole or not at all. What the figures are is left to `survey`, documents to `report` and `charts`.
"""

import csv
import hashlib
import json
import math
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import many_units
from analysis.display import number
from analysis.extract import sha256
from analysis.figures import COLUMNS, Figure, Method

FORMAT = "hailong-release/1"
# In the order of their names; tables other than figures and multiplicity only when they were asked for.
DATA_FILES = (
    *("context.json", "dif.csv", "display.json", "drivers.csv", "earlier.json", "figures.csv", "multiplicity.csv"),
    *("reliability.csv", "two_sources.csv", "unit_gaps.csv"),
)
PUBLICATION = "publication.json"  # Written by whoever publishes, after the release: no part of it.
KEPT_BACK = "kept_back.json"  # What the public may not see; an earlier publication changes it, so no part of it.
PARTS = ("estimate", "low", "high", "se")


class OccupiedFolder(Exception):
    """Something other than a release stands where the release should go."""


@contextmanager
def appearing(folder: Path) -> Iterator[Path]:
    """A draft beside `folder` that takes its place when the block ends well, and vanishes when it does not.

    An older release is replaced; anything else that is not empty is left alone (OccupiedFolder).
    """
    _check_free(folder)
    draft = folder.with_name(f".{folder.name}.draft-{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    try:
        yield draft
        _put_in_place(draft, folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _put_in_place(draft: Path, folder: Path) -> None:
    old = folder.with_name(f".{folder.name}.old-{os.getpid()}")
    if folder.exists():
        folder.rename(old)
    draft.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _check_free(folder: Path) -> None:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    try:
        found = json.loads((folder / "manifest.json").read_text(encoding="utf-8")).get("format")
    except (OSError, ValueError, AttributeError):
        found = None
    if found != FORMAT:
        raise OccupiedFolder(f"{folder} exists and is not a release; name another folder")


def write_data(folder: Path, figures: Sequence[Figure], context: Mapping[str, Any], method: Method) -> None:
    """figures.csv, multiplicity.csv, display.json and context.json."""
    cells = ([getattr(figure, column) for column in COLUMNS] for figure in figures)
    _write_csv(folder / "figures.csv", COLUMNS, cells)
    verdicts = ([row[column] for column in many_units.COLUMNS] for row in many_units.rows(figures, method.level))
    _write_csv(folder / "multiplicity.csv", many_units.COLUMNS, verdicts)
    texts = {figure.id: _texts(figure, method.target) for figure in figures}
    _write_json(folder / "display.json", texts)
    _write_json(folder / "context.json", context)


def write_earlier(folder: Path, found: Mapping[str, Any]) -> None:
    """earlier.json, where releases of earlier years were named."""
    _write_json(folder / "earlier.json", found)


def write_tables(folder: Path, tables: Mapping[str, pd.DataFrame]) -> None:
    """Files of their own that were asked for; a missing number is an empty cell."""
    for name, table in tables.items():
        cells = table.astype(object).where(table.notna(), None)
        _write_csv(folder / name, [str(column) for column in table], cells.to_numpy().tolist())


def _write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return repr(value) if isinstance(value, float) else str(value)


def _texts(figure: Figure, target: float) -> dict[str, Mapping[str, str]]:
    """The texts of a figure's numbers; rates are told apart from the target, a standard error has none."""
    values = {part: getattr(figure, part) for part in PARTS}
    return {
        part: number(value, None if part == "se" else target) for part, value in values.items() if not math.isnan(value)
    }


def release_hash(folder: Path) -> str:
    """Names the figures: sha256 over the lines "name sha256" of the data files that are there."""
    lines = "".join(f"{file} {sha256(folder / file)}\n" for file in DATA_FILES if (folder / file).exists())
    return hashlib.sha256(lines.encode()).hexdigest()


def write_manifest(folder: Path, extract: Mapping[str, Any], at: datetime) -> str:
    """manifest.json over all files that are there; returns the release hash.

    Written before the documents, which carry the hash, and again when they are there.
    """
    hash_of_data = release_hash(folder)
    apart = {folder / name for name in ("manifest.json", PUBLICATION, KEPT_BACK)}
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path not in apart)
    manifest = {
        "format": FORMAT,
        "release_hash": hash_of_data,
        "extract_hash": extract["extract_hash"],
        # When the responses were frozen, and what tells whether they still are those of the database.
        "frozen_at": extract.get("frozen_at", extract.get("created_at", "")),
        "rows": extract.get("rows", ""),
        "simulated": bool(extract.get("simulated", False)),
        "created_at": at.astimezone(UTC).isoformat(timespec="seconds"),
        "code_version": _code_version(),
        "files": {
            str(path.relative_to(folder)): {"sha256": sha256(path), "bytes": path.stat().st_size} for path in files
        },
    }
    _write_json(folder / "manifest.json", manifest)
    return hash_of_data


def _code_version() -> str:
    try:
        return metadata.version("hailong")
    except metadata.PackageNotFoundError:
        return "unknown"


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
