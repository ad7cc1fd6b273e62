"""Small published releases for the tests of the public site."""

import csv
import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from analysis.release import release_hash
from tests.analysis.release_fixture import make_release

Row = dict[str, str]


def make_published(folder: Path, number: int = 1, *, state: str = "published", **release: Any) -> Path:
    """A release with its publication.json; more files of a real one lie beside, which must never be published."""
    record = release.pop("record", {})
    make_release(folder, **release)
    for name in ("files/responses.csv", "files/weights.parquet", "report.docx", "charts/forest.svg"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("SECRET ROW OF A PERSON")
    publish(folder, number, state, **record)
    return folder


def publish(folder: Path, number: int = 1, state: str = "published", **record: Any) -> None:
    survey = json.loads((folder / "context.json").read_text())["survey"]["slug"]
    digest = json.loads((folder / "manifest.json").read_text())["release_hash"]
    written = {
        "format": "hailong-publication/1",
        "survey": survey,
        "number": number,
        "state": state,
        "release_hash": digest,
        "document_number": "",
        "document_day": None,
        "approved_by": "Lê Thị Duyệt",
        "approved_at": "2017-11-01T02:00:00+00:00",
        "reply_until": "2017-11-15T00:00:00+00:00",
        "replies": [],
        "conclusions": [],
        "published_at": f"2017-11-{19 + number}T03:00:00+00:00",
        "corrects": None,
        "corrected_by": None,
    }
    (folder / "publication.json").write_text(json.dumps(written | record, ensure_ascii=False))


def change_rows(folder: Path, change: Callable[[Row], Row | None]) -> None:
    """Changes figures of a release (None: takes them out) and signs it anew."""
    rows = read_rows(folder / "figures.csv")
    kept = [row for row in map(change, map(dict, rows)) if row is not None]
    with (folder / "figures.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)
    _sign(folder)


def change_context(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    context = json.loads((folder / "context.json").read_text())
    change(context)
    (folder / "context.json").write_text(json.dumps(context, ensure_ascii=False))
    _sign(folder)


def _sign(folder: Path) -> None:
    manifest = {
        "release_hash": release_hash(folder),
        "extract_hash": hashlib.sha256(b"extract").hexdigest(),
        "simulated": True,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))


def read_rows(file: Path) -> list[Row]:
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def by_id(file: Path) -> Mapping[str, Row]:
    return {row["id"]: row for row in read_rows(file)}
