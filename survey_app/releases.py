"""Reads release folders for the pages. Figures are printed as the analysis wrote them; nothing is computed here."""

import csv
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from survey_app.models.units import full_name

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
# The series that may carry the headline, best first; open answers never do.
HEADLINE_SERIES = ("combined", "probability")
CHARTS = ("overall", "trend", "items", "forest", "tiles", "priorities", "funnel")
# Where the index of a wave stands; what the analysis writes instead of a verdict without a plan, and what we call it.
SAMPLE, NO_PLAN, UNDRAWN = "probability/overall/index", "no verdict: no sealed plan", "undrawn"
KEPT_BACK = "kept_back.json"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# The bulletin is read aloud, in Vietnamese only.
SHORT_FORMS = ("bulletin", *(name + of for name in ("brief", "period_report", "board") for of in ("", ".en")))
# What may be taken home, in the order of the page. Everything else of a release stays on the server.
DOWNLOADS = {
    "report.docx": WORD,
    "report.pdf": "application/pdf",
    "report.html": "text/html",
    "report.en.docx": WORD,
    "report.en.pdf": "application/pdf",
    "report.en.html": "text/html",
    "report.xlsx": SHEET,
    **{f"short/{name}.docx": WORD for name in SHORT_FORMS},
    **{f"short/{name}.pdf": "application/pdf" for name in SHORT_FORMS},
    "short/bulletin.txt": "text/plain",
    "short/par_component.csv": "text/csv",
    "short/par_component.xlsx": SHEET,
    "short/par_component.en.csv": "text/csv",
    "short/par_component.en.xlsx": SHEET,
    "figures.csv": "text/csv",
    "multiplicity.csv": "text/csv",
    "files/responses.sav": "application/x-spss-sav",
    "files/responses.dta": "application/x-stata-dta",
    "files/responses.csv": "text/csv",
    "files/responses.parquet": "application/vnd.apache.parquet",
    "files/counters.xlsx": SHEET,
    "files/field.xlsx": SHEET,
    "files/codebook.html": "text/html",
    "files/codebook.csv": "text/csv",
    "files/ddi.xml": "application/xml",
    "files/replication.zip": "application/zip",
}
TO_READ = (".docx", ".pdf", ".html", ".txt")
Row = Mapping[str, str]


@dataclass(frozen=True)
class Release:
    name: str
    folder: Path
    manifest: Mapping[str, Any]

    @cached_property
    def context(self) -> Mapping[str, Any]:
        return _json(self.folder / "context.json")

    @cached_property
    def display(self) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
        return _json(self.folder / "display.json")

    @cached_property
    def figures(self) -> Mapping[str, Row]:
        return _table(self.folder / "figures.csv")

    @cached_property
    def kept_back(self) -> frozenset[str] | None:
        """The figures that nobody outside may see, as the analysis decided; None before it has."""
        try:
            found = _json(self.folder / KEPT_BACK)
        except FileNotFoundError:
            return None
        is_of_these = found["release_hash"] == self.manifest["release_hash"]
        return frozenset(found["kept_back"]) if is_of_these else None

    def may_be_seen(self, row: Row) -> bool:
        """By somebody outside: as on the public site."""
        return self.kept_back is not None and row["id"] not in self.kept_back

    @cached_property
    def many_units(self) -> Mapping[str, Row]:
        """Verdicts corrected for the length of their list; releases made before there were any have none."""
        path = self.folder / "multiplicity.csv"
        return _table(path) if path.exists() else {}

    @cached_property
    def alt(self) -> Mapping[str, str]:
        """What each chart shows, in words."""
        return _json(self.folder / "charts" / "alt.json")

    def chart(self, name: str, language: str) -> tuple[Path, str, str]:
        """Its file, what it shows and the language of both; English where it was drawn in it, too."""
        charts = self.folder / "charts"
        english = charts / "en" / f"{name}.svg"
        if language == "en" and english.exists():
            return english, _json(charts / "alt.en.json").get(name, ""), "en"
        return charts / f"{name}.svg", self.alt.get(name, ""), "vi"

    @cached_property
    def series(self) -> str:
        present = {row["series"] for row in self.figures.values()}
        return next((series for series in HEADLINE_SERIES if series in present), "probability")

    @property
    def frozen_at(self) -> datetime:
        """When the responses were frozen; older releases only know when they were computed."""
        return datetime.fromisoformat(self.manifest.get("frozen_at") or self.manifest["created_at"])

    @property
    def simulated(self) -> bool:
        return bool(self.manifest["simulated"])

    def figure(self, level: str, code: str, domain: str = "all/all", series: str = "") -> Row | None:
        return self.figures.get(f"{series or self.series}/{level}/{code}/{domain}")

    def shown(self, row: Row | None, part: str, language: str) -> str:
        """The only text that this number has; empty when there is no number."""
        return self.display.get(row["id"], {}).get(part, {}).get(language, "") if row else ""

    def by_unit(self) -> list[tuple[Mapping[str, str], Row]]:
        """The index of each unit, by code."""
        places = self.context["units"]
        found = [(place, self.figure("overall", "index", f"unit/{place['code']}")) for place in places]
        return [(place, row) for place, row in found if row is not None]

    def unit_name(self, place: Mapping[str, str]) -> str:
        return full_name(place["type"], place["name"])

    def is_imprecise(self, row: Row) -> bool:
        """Whether the analysis warns of this figure: few degrees of freedom, or a very wide interval."""
        return "imprecise" in row["method"]

    @cached_property
    def undrawn(self) -> bool:
        """Whether no plan drew those who answered in a wave of the index; told of older releases too."""
        forms, found = self.context["instruments"], set(self.figures)
        return any(
            "formula" in forms[wave["content_hash"][:12]]
            and not wave.get("has_plan")
            and {f"{SAMPLE}/all/all", f"{SAMPLE}/wave/{wave['slug']}"} & found
            for wave in self.context["waves"]
        )

    def kind(self, row: Row) -> str:
        """The verdict, or that it was withheld because no plan drew those who answered."""
        return UNDRAWN if NO_PLAN in row["method"] else row["verdict"]

    def series_of(self, row: Row) -> str:
        """The series, or that nobody drew it."""
        return UNDRAWN if row["series"] == "probability" and self.undrawn else row["series"]

    def omitted(self) -> list[str]:
        """The units of the items that the base rule left out of a unit's index, one entry an item."""
        here = (self.series, "unit")
        found = self.context["omissions"]
        return [entry["domain"] for entry in found if (entry["series"], entry["domain_type"]) == here]

    def verdicts(self, row: Row) -> Mapping[str, str]:
        """A unit's own verdict, and beside it the one corrected for the list of units where the release has such."""
        own, corrected = {"verdict": self.kind(row)}, self.many_units.get(row["id"], {})
        return own | {"verdict_holm": corrected.get("verdict_holm", "")} if self.corrects_units else own

    @cached_property
    def corrects_units(self) -> bool:
        return any(row["id"] in self.many_units for _, row in self.by_unit())

    def factors(self) -> list[tuple[Mapping[str, Any], Row]]:
        """The factors of the headline instrument with their figures."""
        first = self.context["waves"][0]["content_hash"][:12]
        parts = [part for part in self.context["instruments"][first]["parts"] if part["kind"] == "factor"]
        found = [(part, self.figure("factor", part["code"])) for part in parts]
        return [(part, row) for part, row in found if row is not None]

    def changed_files(self) -> list[str]:
        """Files that are missing or are no longer those of the manifest."""
        return sorted(
            name for name, kept in self.manifest["files"].items() if _digest(self.folder / name) != kept["sha256"]
        )

    def charts(self) -> list[str]:
        return [name for name in CHARTS if f"charts/{name}.svg" in self.manifest["files"]]

    def documents(self, *, english: bool = False) -> list[tuple[str, int]]:
        """What is to be read, with its size in bytes: in Vietnamese, or in English."""
        return [found for found in self._of_whole(to_read=True) if (".en." in found[0]) == english]

    def tables(self) -> list[tuple[str, int]]:
        """Figures for analysts, without single responses."""
        return self._of_whole(to_read=False)

    def _of_whole(self, *, to_read: bool) -> list[tuple[str, int]]:
        found = [one for one in self.downloads() if not one[0].startswith("files/")]
        return [one for one in found if one[0].endswith(TO_READ) == to_read]

    def analysts_files(self) -> list[tuple[str, int]]:
        """Files with one row a response, and what explains and checks them. Older releases have none."""
        return [found for found in self.downloads() if found[0].startswith("files/")]

    def downloads(self) -> list[tuple[str, int]]:
        files = self.manifest["files"]
        return [(name, files[name]["bytes"]) for name in DOWNLOADS if name in files]


def all_releases(folder: Path) -> list[Release]:
    """Every release in the folder, the newest first; what is no release is passed over."""
    found = list(_releases(folder))
    return sorted(found, key=lambda release: (str(release.manifest["created_at"]), release.name), reverse=True)


def newest(found: Iterable[Release]) -> dict[str, Release]:
    """The newest release of each survey, by the survey's slug; `found` is in the order of `all_releases`."""
    return {release.context["survey"]["slug"]: release for release in reversed(list(found))}


def _releases(folder: Path) -> Iterator[Release]:
    for path in folder.iterdir() if folder.is_dir() else ():
        release = find(folder, path.name)
        if release is not None:
            yield release


def find(folder: Path, name: str) -> Release | None:
    """The release of that name; a name that could lead elsewhere is no name."""
    if not NAME.fullmatch(name):
        return None
    try:
        manifest = _json(folder / name / "manifest.json")
    except (OSError, ValueError):
        return None
    return Release(name, folder / name, manifest) if manifest.get("format") == "hailong-release/1" else None


def _json(path: Path) -> Mapping[str, Any]:
    return _read_json(path, _stamp(path))


def _table(path: Path) -> Mapping[str, Row]:
    return _read_table(path, _stamp(path))


def _digest(path: Path) -> str:
    try:
        return _read_digest(path, _stamp(path))
    except OSError:
        return ""


def _stamp(path: Path) -> tuple[int, ...]:
    """Another whenever the file is written anew; the time of its last change cannot be set by hand."""
    stat = path.stat()
    return stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns


# A release does not change, so what was read once is kept; the stamp notices where one did.
@lru_cache(maxsize=40)
def _read_json(path: Path, _stamp: tuple[int, ...]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=10)
def _read_table(path: Path, _stamp: tuple[int, ...]) -> Mapping[str, Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


@lru_cache(maxsize=1000)
def _read_digest(path: Path, _stamp: tuple[int, ...]) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
