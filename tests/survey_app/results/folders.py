"""A release folder for the pages, figures invented, manifest true."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analysis.dashboard import taking
from analysis.extract import read_extract
from analysis.release import write_manifest
from survey_app.releases import DOWNLOADS
from tests.analysis.extracts import make_extract, make_instrument, make_row
from tests.analysis.release_fixture import make_release

ANALYSTS_FILES = tuple(name for name in DOWNLOADS if name.startswith("files/"))
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10" role="img"><title>Biểu đồ</title></svg>\n'


def make_release_folder(folder: Path, at: datetime = datetime(2026, 11, 1, tzinfo=UTC), **release: Any) -> Path:
    make_release(folder, **release)
    (folder / "charts").mkdir()
    for name in ("overall", "forest"):
        (folder / "charts" / f"{name}.svg").write_text(SVG, "utf-8")
    (folder / "charts" / "alt.json").write_text('{"overall": "Chỉ số chung", "forest": "Theo đơn vị"}', "utf-8")
    for name in DOWNLOADS:
        if not name.startswith("report."):
            continue
        (folder / name).write_bytes(b"a document")
    (folder / "files").mkdir()
    for name in ANALYSTS_FILES:
        (folder / name).write_bytes(b"one row a response")
    found = write_manifest(folder, {"extract_hash": "e" * 64, "simulated": release.get("simulated", True)}, at)
    (folder / "kept_back.json").write_text(json.dumps({"release_hash": found, "kept_back": []}), "utf-8")
    return folder


def make_snapshot(dashboard: Path, bench: Path) -> None:
    """A snapshot of two waves in two units, taken on 1 December 2017, when both had ended."""
    rows = [
        make_row(unit=unit, wave=wave, mode=mode, B1=2 if number % 4 == 0 else 5)
        for unit in ("001", "002")
        for wave in ("w1", "w2")
        for mode in ("tablet", "qr_open")
        for number in range(33)
    ]
    rows += [make_row(mode="phone") for _ in range(3)] + [make_row(mode="paper_self") for _ in range(2)]
    extract = make_extract(bench, rows, instrument=make_instrument(base_minimum=30), waves=("w1", "w2"))
    taking.take(read_extract(extract), dashboard)
