"""Makes all files for analysts from an extract and its release, in a folder that is given."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from analysis.extract import Extract, ExtractFault
from analysis.files import codebook, counters, ddi, field, replication, rows, statistical, tables


def make(extract: Extract, release: Path, out: Path, *, texts: bool = False) -> None:
    """Raises ExtractFault where the release was not made from this extract. `texts`: what people wrote, too."""
    manifest, context = _json(release / "manifest.json"), _json(release / "context.json")
    if manifest["extract_hash"] != extract.manifest["extract_hash"]:
        raise ExtractFault(
            f"{release} was made from another extract ({manifest['extract_hash'][:12]}); name the one it was made from"
        )
    out.mkdir(parents=True, exist_ok=True)
    found = rows.read(_as_computed(extract, context), texts=texts)
    tables.write_csv(found, out / "responses.csv")
    tables.write_parquet(found, out / "responses.parquet")
    frame = found.frame()
    statistical.write_sav(frame, found.variables, out / "responses.sav", found.title)
    statistical.write_dta(frame, found.variables, out / "responses.dta", found.title)
    entries = codebook.entries(found.variables, frame)
    codebook.write_csv(entries, out / "codebook.csv")
    trace = f"Bản kết quả {manifest['release_hash'][:12]} · dữ liệu gốc {manifest['extract_hash'][:12]}"
    codebook.write_html(entries, found, out / "codebook.html", trace)
    ddi.write(entries, found, context, out / "ddi.xml")
    replication.write(found, context, release, out, manifest["release_hash"])
    counters.write(release, out)
    field.write(release, out)


def _as_computed(extract: Extract, context: Mapping[str, Any]) -> Extract:
    """PSUs as the release took them to be drawn, whatever the plan says."""
    taken = context["method"].get("first_stage", {})
    waves = tuple(replace(wave, first_stage=taken.get(wave.slug, wave.first_stage)) for wave in extract.waves)
    return replace(extract, waves=waves)


def _json(path: Path) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
