"""What a machine read on scanned forms, until a person has typed them: in files of a day at the most, in no database.

Pictures are read by `paper.reading_door` and forgotten. What is kept is what was sure, and the crops of what a person
has to look at; both go when the sheet is typed, and after a day when anybody opens a batch.
"""

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from survey_app.paper.readings import PageReading, SheetReading, join

KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Scanned:
    """The reading of one sheet. `crops` are PNG pictures in base64, by the name of the field."""

    fields: Mapping[str, list[str]] = field(default_factory=dict)
    crops: Mapping[str, str] = field(default_factory=dict)
    officer: str = ""
    missing: Sequence[int] = ()

    @property
    def found(self) -> bool:
        return bool(self.fields or self.crops or self.officer)


def keep(folder: Path, wave_id: int, pages: Sequence[PageReading]) -> list[SheetReading]:
    """Keeps the sheets that the pages make up; returns them in order."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    sheets = list(join(pages))
    for sheet in sheets:
        path = _path(folder, wave_id, sheet.serial)
        path.write_text(json.dumps(_content(sheet), ensure_ascii=False), encoding="utf-8")
        path.chmod(0o600)
    return sheets


def _content(sheet: SheetReading) -> dict[str, Any]:
    return {
        "fields": sheet.fields(),
        "crops": {one.name: b64encode(one.crop).decode() for one in sheet.to_look_at() if one.crop},
        "officer": b64encode(sheet.officer).decode(),
        "missing": list(sheet.missing),
    }


def find(folder: Path, wave_id: int, serial: str) -> Scanned:
    """Empty where the sheet was not scanned."""
    try:
        return Scanned(**json.loads(_path(folder, wave_id, serial).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return Scanned()


def drop(folder: Path, wave_id: int, serial: str) -> None:
    _path(folder, wave_id, serial).unlink(missing_ok=True)


def waiting(folder: Path, wave_id: int) -> set[str]:
    """The serials that were scanned."""
    return {path.stem.partition("-")[2] for path in folder.glob(f"{wave_id}-*.json")}


def sweep(folder: Path, at: datetime) -> None:
    """Forgets what nobody typed within a day."""
    for path in folder.glob("*.json"):
        if at.timestamp() - path.stat().st_mtime > KEPT.total_seconds():
            path.unlink(missing_ok=True)


def _path(folder: Path, wave_id: int, serial: str) -> Path:
    return folder / f"{wave_id}-{serial}.json"
