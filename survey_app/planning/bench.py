"""A plan's files, and the work that the analysis does on them: in a folder beside, which takes its place when kept.

Whoever asks keeps no transaction open meanwhile: a process of the analysis takes seconds.
"""

import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from survey_app.planning import process


@dataclass(frozen=True)
class PlanFiles:
    """`root` belongs to one wave: the frame with hidden codes, the office's own codes, and the sealed plan folder."""

    root: Path

    @property
    def frame(self) -> Path:
        return self.root / "frame.csv"

    @property
    def codes(self) -> Path:
        return self.root / "codes.csv"

    @property
    def check(self) -> Path:
        return self.root / "check.json"

    @property
    def sealed(self) -> Path:
        return self.root / "sealed"

    def checked(self) -> dict[str, Any]:
        """What the check of the frame found."""
        found: dict[str, Any] = json.loads(self.check.read_text(encoding="utf-8"))
        return found

    def promise(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.sealed / "promise.json").read_text(encoding="utf-8"))
        return found

    @contextmanager
    def bench(self) -> Iterator[Path]:
        """An empty folder on the same disk; what is left in it is thrown away."""
        self.root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".bench-", dir=self.root) as folder:
            yield Path(folder)

    def keep(self, made: Path, place: Path) -> None:
        """`made` takes its place; an earlier folder goes."""
        if place.is_dir():
            shutil.rmtree(place)
        made.replace(place)

    def set_aside(self, commitment: str) -> None:
        """A seal that was withdrawn stays to be looked at."""
        if self.sealed.is_dir():
            self.keep(self.sealed, self.root / f"withdrawn-{commitment[:12]}")


@dataclass(frozen=True)
class Known:
    """What a frame is compared with."""

    units: tuple[str, ...]
    first_day: date
    last_day: date
    last_year: Path | None = None


def check_frame(bench: Path, kind: str, content: IO[bytes], known: Known) -> dict[str, Any]:
    """Leaves frame.csv, codes.csv and check.json in `bench`. Raises PlanningFault with the file's faults."""
    upload, units = bench / "upload", bench / "units.csv"
    with upload.open("wb") as file:
        shutil.copyfileobj(content, file)
    units.write_text("\n".join(("code", *known.units)) + "\n", encoding="utf-8")
    days = ("--first-day", known.first_day.isoformat(), "--last-day", known.last_day.isoformat())
    before = ("--last-year", str(known.last_year)) if known.last_year else ()
    out = ("--out", str(bench / "frame.csv"), "--codes", str(bench / "codes.csv"))
    found = process.run("check", str(upload), "--kind", kind, *out, "--units", str(units), *days, *before)
    (bench / "check.json").write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    return found


def keep_frame(files: PlanFiles, bench: Path) -> None:
    for place in (files.frame, files.codes, files.check):
        files.keep(bench / place.name, place)


def seal(files: PlanFiles, bench: Path, spec: str, at: datetime) -> dict[str, Any]:
    """Writes the plan folder `bench`/sealed; returns what its seal says. Raises PlanningFault."""
    plan = bench / "spec.json"
    plan.write_text(spec, encoding="utf-8")
    out = bench / "sealed"
    process.run("seal", str(files.frame), "--plan", str(plan), "--out", str(out), "--at", at.isoformat())
    found: dict[str, Any] = json.loads((out / "seal.json").read_text(encoding="utf-8"))
    return found


def draw(files: PlanFiles, bench: Path, number: str, at: datetime) -> Path:
    """Draws in a copy of the sealed folder; returns it. Raises PlanningFault."""
    out = bench / "sealed"
    shutil.copytree(files.sealed, out)
    process.run("draw", str(out), "--number", number, "--at", at.isoformat())
    return out


def document(files: PlanFiles, bench: Path, about: str) -> list[Path]:
    """The document made of the sealed folder. Raises PlanningFault."""
    said = bench / "about.json"
    said.write_text(about, encoding="utf-8")
    found = process.run("document", str(files.sealed), "--about", str(said), "--out", str(bench))
    return [Path(file) for file in found["files"]]


def folder_zip(files: PlanFiles, name: str) -> bytes:
    """The plan folder with the script that checks it, under one folder `name`."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(files.sealed.iterdir()):
            archive.write(file, f"{name}/{file.name}")
    return out.getvalue()
