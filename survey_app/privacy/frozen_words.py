"""Erases words and paradata of a wave from extracts that were frozen. No figure depends on them, so releases stay
reproducible: the extract keeps its name, and its manifest says which file was erased from which (`erased_from`).
"""

import hashlib
import json
import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from survey_app.extract.responses import PARADATA

ROWS, MANIFEST = "responses.parquet", "manifest.json"


@dataclass(frozen=True)
class Erased:
    """`before` and `after`: what the file of the responses hashed to."""

    extract: str
    extract_hash: str
    cells: int
    before: str
    after: str


def of_survey(extracts: Path, survey: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """The folders of extracts, with their manifests."""
    for path in sorted(extracts.glob(f"*/{MANIFEST}")):
        manifest = json.loads(path.read_text(encoding="utf-8"))
        if manifest.get("survey", {}).get("slug") == survey and ROWS in manifest.get("files", {}):
            yield path.parent, manifest


def erase(folder: Path, manifest: dict[str, Any], wave: str, texts: Collection[str], paradata: bool) -> Erased | None:
    """None where nothing was there. Cut short and run again, it ends as if it had run once."""
    names = {*texts} | ({name for name, _type in PARADATA} if paradata else set())
    for left in folder.glob(f".{ROWS}.*"):  # Of a run that was killed: with the words in it.
        left.unlink()
    draft = folder / f".{ROWS}.{os.getpid()}"
    cells = _rewrite(folder / ROWS, draft, wave, names, set(texts))
    entry = manifest["files"][ROWS]
    if not cells and _sha256(folder / ROWS) == entry["sha256"]:
        draft.unlink()
        return None
    before, after = entry["sha256"], _sha256(draft)
    entry |= {"sha256": after, "bytes": draft.stat().st_size, "erased_from": entry.get("erased_from", before)}
    told = folder / f".{MANIFEST}.{os.getpid()}"
    told.write_text(json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    draft.replace(folder / ROWS)
    told.replace(folder / MANIFEST)
    return Erased(folder.name, manifest["extract_hash"], cells, before, after)


def _rewrite(path: Path, draft: Path, wave: str, names: Collection[str], texts: Collection[str]) -> int:
    """A row group at a time, so that memory does not grow with the survey. How many cells were emptied."""
    cells = 0
    with pq.ParquetFile(path) as source, pq.ParquetWriter(draft, source.schema_arrow, compression="zstd") as target:
        for number in range(source.num_row_groups):
            table = source.read_row_group(number)
            mine = pc.equal(table["wave"], wave)
            for name in [name for name in table.column_names if name in names]:
                held = pc.and_(mine, pc.is_valid(table[name]))
                if name in texts:
                    held = pc.and_(held, pc.not_equal(pc.fill_null(table[name], ""), ""))
                cells += pc.sum(held).as_py() or 0
                table = _with_emptied(table, name, held, "" if name in texts else None)
            target.write_table(table)
    return cells


def _with_emptied(table: pa.Table, name: str, held: Any, instead: str | None) -> pa.Table:
    kind = table.schema.field(name).type
    if pa.types.is_map(kind):  # Arrow has no `if_else` for maps.
        pairs = zip(held.to_pylist(), table[name].to_pylist(), strict=True)
        column: Any = pa.array([None if gone else value for gone, value in pairs], kind)
    else:
        column = pc.if_else(held, pa.scalar(instead, kind), table[name])
    return table.set_column(table.column_names.index(name), table.schema.field(name), column)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
