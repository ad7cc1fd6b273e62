"""Figures of earlier years beside those of a release, from the release folders that those years left behind.

A difference is only stated where nothing broke between the two (`comparison.footing`); otherwise the break is named and
the figures stand apart. What is said about it is left to `report.earlier`.
"""

import csv
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from analysis import display
from analysis.comparison import Change, Footing, Released, SeriesBreak, change
from analysis.figures import VERDICT_SERIES, Figure
from analysis.indices import HEADLINE
from analysis.old_data import published
from analysis.release import FORMAT, release_hash
from questionnaires.changes import INDEX

LEVELS = ("overall", "factor")
PARTS = ("estimate", "low", "high", "se")
RECOMPUTED = "the computation"  # Of results that were only published: whether the same rules gave them cannot be known.


class EarlierFault(Exception):
    """A folder that cannot be compared with; the message says what to do."""


@dataclass(frozen=True)
class Period:
    """One release: what it is about, and its figures that are compared, by id."""

    context: Mapping[str, Any]
    release_hash: str
    target: float
    figures: Mapping[str, Mapping[str, Any]]

    @property
    def slug(self) -> str:
        return str(self.context["survey"]["slug"])

    def released(self, figure: str) -> Released:
        one, (_, level, code, *_) = self.figures[figure], figure.split("/")
        return Released(
            period=self.slug,
            value=one["estimate"],
            se=one["se"],
            df=one["df"],
            footing=Footing.of_context(self.context),
            series=INDEX if level == "overall" else code,
        )


def read(folder: Path) -> Period:
    """Raises EarlierFault where the folder is no release, or its figures are not those of its manifest."""
    if (folder / published.FILE).exists():
        return _published(folder)
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        context = json.loads((folder / "context.json").read_text("utf-8"))
        with (folder / "figures.csv").open(encoding="utf-8", newline="") as file:
            figures = {row["id"]: _read(row) for row in csv.DictReader(file) if _is_compared(row) and row["se"]}
    except (OSError, ValueError) as error:
        raise EarlierFault(f"{folder} is no release of an earlier year ({error}); name its folder") from error
    if manifest.get("format") != FORMAT or manifest["release_hash"] != release_hash(folder):
        raise EarlierFault(f"the figures in {folder} are not those of its manifest; name the folder as it was released")
    return Period(context, manifest["release_hash"], float(context["method"]["target"]), figures)


def _published(folder: Path) -> Period:
    """Results that were taken in as they were published: nothing but values and numbers of people."""
    try:
        found = published.read(folder)
    except (OSError, ValueError) as error:
        raise EarlierFault(f"{folder} cannot be read ({error}); take the table in again") from error
    survey = found["survey"]
    about = {**survey, "period": {"from": survey["first_day"], "to": survey["last_day"]}}
    unknown = dict.fromkeys(("se", "low", "high", "df"), math.nan)
    figures = {
        f"{found['series']}/{'overall' if one['code'] == published.INDEX else 'factor'}/{one['code']}/all/all": {
            **unknown,
            "estimate": one["value"],
            "n": one["n"],
            "base": None,
            "verdict": "",
        }
        for one in found["results"]
        if not one["unit"]
    }
    return Period({"survey": about}, found["hash"], math.nan, figures)


def compared(
    folders: Sequence[Path], figures: Sequence[Figure], context: Mapping[str, Any], target: float
) -> Mapping[str, Any]:
    """earlier.json: every period, the oldest first, and each change to the next one. Raises EarlierFault."""
    own = {one.id: asdict(one) for one in figures if _is_compared(asdict(one)) and one.se == one.se}
    periods = [*map(read, folders), Period(context, "", target, own)]
    periods.sort(key=lambda one: str(one.context["survey"]["period"]["to"]))
    slugs = [one.slug for one in periods]
    if twice := next((slug for slug in slugs if slugs.count(slug) > 1), ""):
        raise EarlierFault(f"{twice} is named twice; name one release of each earlier survey")
    if any(one.context["survey"]["index"] != context["survey"]["index"] for one in periods):
        raise EarlierFault("an earlier release is of another index; name releases of the same index")
    return {
        "periods": [_period(one) for one in periods],
        "changes": [found for before, after in pairwise(periods) for found in _changes(before, after)],
    }


def _is_compared(row: Mapping[str, Any]) -> bool:
    whole = (row["domain_type"], row["domain"]) == ("all", "all") and row["series"] in VERDICT_SERIES
    return whole and row["level"] in LEVELS and (row["level"] != "overall" or row["code"] == HEADLINE)


def _read(row: Mapping[str, str]) -> Mapping[str, Any]:
    numbers = {name: float(row[name]) for name in ("estimate", "se", "low", "high", "df")}
    return {**row, **numbers, "n": int(row["n"]), "base": int(row["base"])}


def _period(one: Period) -> Mapping[str, Any]:
    survey = one.context["survey"]
    return {
        **{name: survey[name] for name in ("slug", "name", "period", "units_on")},
        "release_hash": one.release_hash,
        "figures": {
            name: {
                **{key: figure[key] for key in ("n", "base", "verdict")},
                **{part: figure[part] for part in PARTS[:3] if math.isfinite(figure[part])},
                "texts": {
                    part: display.number(figure[part], None if math.isnan(one.target) else one.target)
                    for part in PARTS[:3]
                    if math.isfinite(figure[part])
                },
            }
            for name, figure in one.figures.items()
        },
    }


def _changes(before: Period, after: Period) -> Iterator[Mapping[str, Any]]:
    for name in after.figures:
        if name in before.figures:
            yield {"id": name, "from": before.slug, "to": after.slug, **_change(before, after, name)}


def _change(before: Period, after: Period, name: str) -> Mapping[str, Any]:
    if math.isnan(before.target) or math.isnan(after.target):
        return {"breaks": [{"what": RECOMPUTED, "before": "", "after": ""}]}
    try:
        found = change(before.released(name), after.released(name))
    except SeriesBreak as broken:
        return {"breaks": [{"what": one.what, "before": one.before, "after": one.after} for one in broken.breaks]}
    return {"breaks": [], "remarks": [one.rule.words for one in found.remarks], **_numbers(found)}


def _numbers(found: Change) -> Mapping[str, Any]:
    """Without limits where everybody answered alike in both."""
    test = found.test
    values = {"change": test.estimate, "low": test.low, "high": test.high}
    rounded = {name: display.rounded(float(value)) for name, value in values.items() if math.isfinite(value)}
    return {**rounded, "texts": {name: display.number(value, 0.0) for name, value in rounded.items()}}
