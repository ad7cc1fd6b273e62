"""Reads one release folder: its figures, the text of each figure, and what the figures are about.

It computes nothing and turns no number of its own into text; that is `analysis.release`'s work. What is said about the
figures is left to `content`.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from analysis.release import release_hash
from analysis.report.words import PLACE, UNDRAWN, text, unit_name, weight
from analysis.targets import NO_PLAN
from questionnaires.model import Instrument
from questionnaires.texts import substituted

HEADLINE_SERIES = ("combined", "probability")
Part = Literal["estimate", "low", "high", "se"]


class ReleaseDoesNotMatch(ValueError):
    """The figures are not those that the manifest was written for."""


@dataclass(frozen=True)
class Figure:
    """One row of figures.csv."""

    id: str
    series: str
    level: str
    code: str
    domain_type: str
    domain: str
    n: int
    base: int
    estimate: float | None
    se: float | None
    df: float | None
    low: float | None
    high: float | None
    deff: float | None
    verdict: str
    method: str
    kept_back: bool = False  # Has lost its numbers, for they are told to nobody outside: see `printed`.

    @property
    def kind(self) -> str:
        """The verdict, or that it was withheld because no plan drew those who answered, which is not "too few"."""
        return UNDRAWN if NO_PLAN in self.method else self.verdict

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> "Figure":
        texts = {name: row[name] for name in TEXT_COLUMNS}
        counts = {name: int(float(row[name] or 0)) for name in ("n", "base")}
        numbers = {name: float(row[name]) if row[name] else None for name in NUMBER_COLUMNS}
        return cls(**texts, **counts, **numbers)  # type: ignore[arg-type]  # The three tables cover every field.


@dataclass(frozen=True)
class Corrected:
    """What multiplicity.csv adds to a figure; empty where the figure has no verdict or the release no such file."""

    verdict_holm: str = ""
    bh_met: float | None = None
    bh_not_met: float | None = None
    further_responses: int | None = None

    @classmethod
    def from_row(cls, row: Mapping[str, str]) -> "Corrected":
        met, not_met = (float(row[name]) if row[name] else None for name in ("bh_met", "bh_not_met"))
        further = row["further_responses"]
        return cls(row["verdict_holm"], met, not_met, int(further) if further else None)


TEXT_COLUMNS = ("id", "series", "level", "code", "domain_type", "domain", "verdict", "method")
NUMBER_COLUMNS = ("estimate", "se", "df", "low", "high", "deff")


@dataclass(frozen=True)
class Release:
    """A release folder in memory."""

    figures: Mapping[str, Figure]
    many_units: Mapping[str, Corrected]  # By the id of the figure.
    display: Mapping[str, Mapping[str, Mapping[str, str]]]
    context: Mapping[str, Any]
    release_hash: str
    extract_hash: str
    drivers: tuple[Mapping[str, str], ...] = ()  # Rows of drivers.csv, where what to fix first was asked for.
    earlier: Mapping[str, Any] = field(
        default_factory=dict
    )  # earlier.json, where releases of earlier years were named.
    frozen_on: str = ""  # The day of the extract; releases made before it was kept do not know it.

    def find(self, level: str, code: str, domain: tuple[str, str] = ("all", "all"), series: str = "") -> Figure | None:
        return self.figures.get("/".join((series or self.series, level, code, *domain)))

    def shown(self, figure: Figure | None, part: Part = "estimate") -> str:
        """The figure's only text in Vietnamese; empty when there is nothing to show, or it is kept back."""
        texts = self.display.get(figure.id, {}) if figure else {}
        return texts.get(part, {}).get("vi", "")

    def of_domain_type(self, domain_type: str) -> Iterator[Figure]:
        """The index of every domain of one type in the headline series, in the order of the file."""
        for figure in self.figures.values():
            named = (figure.series, figure.level, figure.code, figure.domain_type)
            if named == (self.series, "overall", "index", domain_type):
                yield figure

    def corrected(self, figure: Figure | None) -> Corrected:
        return self.many_units.get(figure.id if figure else "", Corrected())

    @cached_property
    def corrects_units(self) -> bool:
        """Whether units have a second verdict: not in releases made before there was one, nor without verdicts."""
        return any(figure.id in self.many_units for figure in self.of_domain_type("unit"))

    @cached_property
    def series(self) -> str:
        """The series that may carry the headline index: never the open one."""
        present = {figure.series for figure in self.figures.values()}
        return next((series for series in HEADLINE_SERIES if series in present), HEADLINE_SERIES[-1])

    @property
    def index(self) -> Figure | None:
        """The headline: the instrument's own formula over all respondents."""
        return self.find("overall", "index")

    @cached_property
    def instrument(self) -> Instrument:
        """The instrument of the first wave with an index, whose structure the report follows."""
        named = (self.context["instruments"][wave["content_hash"][:12]] for wave in self.context["waves"])
        content = json.dumps(next(content for content in named if "formula" in content))
        return Instrument.model_validate(json.loads(substituted(content, PLACE)))

    @cached_property
    def undrawn(self) -> tuple[str, ...]:
        """Waves whose channels of the sample brought answers though no plan drew anybody; also of older releases."""
        of_whole = "probability/overall/index/all/all"
        return tuple(
            slug
            for slug in self._with_index
            if not self._with_index[slug] and {of_whole, f"probability/overall/index/wave/{slug}"} & self.figures.keys()
        )

    @property
    def all_undrawn(self) -> bool:
        return bool(self.undrawn) and not any(self._with_index.values())

    @cached_property
    def _with_index(self) -> Mapping[str, bool]:
        """By wave with an index whether it has a plan."""
        forms = self.context["instruments"]
        waves = [one for one in self.context["waves"] if "formula" in forms[one["content_hash"][:12]]]
        return {one["slug"]: bool(one.get("has_plan")) for one in waves}

    @property
    def simulated(self) -> bool:
        return bool(self.context["simulated"])

    @property
    def survey(self) -> Mapping[str, Any]:
        survey: Mapping[str, Any] = self.context["survey"]
        return survey

    @property
    def stated_weights(self) -> str:
        """By which the survey combines its waves, each with its name; empty where there is nothing to combine."""
        weights = (self.survey.get("combination") or {}).get("weights") or {}
        named = [(text(wave["name"]), weights.get(wave["slug"])) for wave in self.context["waves"]]
        return "; ".join(f"{name}: {weight(value)}" for name, value in named if value is not None)

    @property
    def target(self) -> float:
        return float(self.context["method"]["target"])

    @cached_property
    def units(self) -> Mapping[str, str]:
        """Code → type and name of the units, in the order of the extract."""
        return {unit["code"]: unit_name(unit) for unit in self.context["units"]}


def read(folder: Path) -> Release:
    """Documents carry the hash, so figures that the manifest does not vouch for are refused."""
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    if manifest["release_hash"] != release_hash(folder):
        raise ReleaseDoesNotMatch(f"{folder}: the figures have changed since the release was written; analyse again")
    many_units, drivers, earlier = (folder / name for name in ("multiplicity.csv", "drivers.csv", "earlier.json"))
    return Release(
        figures={row["id"]: Figure.from_row(row) for row in _rows(folder / "figures.csv")},
        many_units={row["id"]: Corrected.from_row(row) for row in _rows(many_units)} if many_units.exists() else {},
        display=json.loads((folder / "display.json").read_text("utf-8")),
        # The extract's hash names its bytes, the context only their content: so it comes from the manifest.
        context={"extract_hash": manifest.get("extract_hash", "")}
        | json.loads((folder / "context.json").read_text("utf-8")),
        release_hash=manifest["release_hash"],
        extract_hash=manifest["extract_hash"],
        frozen_on=str(manifest.get("frozen_at") or "")[:10],
        drivers=tuple(_rows(drivers)) if drivers.exists() else (),
        earlier=json.loads(earlier.read_text("utf-8")) if earlier.exists() else {},
    )


def _rows(file: Path) -> Iterator[Mapping[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
