"""A release folder for the pages, figures invented, manifest true."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analysis.release import write_manifest
from survey_app.releases import DOWNLOADS
from tests.analysis.release_fixture import make_release

ANALYSTS_FILES = tuple(name for name in DOWNLOADS if name.startswith("files/"))
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10" role="img"><title>Biểu đồ</title></svg>\n'


def make_release_folder(folder: Path, at: datetime = datetime(2026, 11, 1, tzinfo=UTC), **release: Any) -> Path:
    make_release(folder, **release)
    (folder / "charts").mkdir()
    for name in ("overall", "forest"):
        (folder / "charts" / f"{name}.svg").write_text(SVG, "utf-8")
    (folder / "charts" / "alt.json").write_text('{"overall": "Chỉ số chung", "forest": "Theo đơn vị"}', "utf-8")
    for name in ("report.docx", "report.pdf", "report.xlsx"):
        (folder / name).write_bytes(b"a document")
    (folder / "files").mkdir()
    for name in ANALYSTS_FILES:
        (folder / name).write_bytes(b"one row a response")
    write_manifest(folder, {"extract_hash": "e" * 64, "simulated": release.get("simulated", True)}, at)
    return folder
