"""What a report prints beside figures.csv, by its id: figures of earlier years, changes since, and drivers.

Ids are `earlier/SURVEY/FIGURE`, `change/FROM/TO/FIGURE`, `driver/WAVE/SERIES/LEVEL/CODE`. Texts are the analysis' own.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from survey_app.publishing.tracing import NOTHING, Text
from survey_app.releases import Release

SAID = {
    "earlier": _l("A figure of an earlier survey, as its own release or publication has it."),
    "change": _l("The difference between two surveys; their samples were drawn independently of each other."),
    "driver": _l("What goes with the satisfaction of a respondent."),
}
NAMED_BY = ("wave", "series", "level", "code")
LABELS = {
    "n": _l("Respondents"),
    "base": _l("Answers (base)"),
    "estimate": _l("Figure"),
    "change": _l("Difference in percentage points"),
    "low": _l("Lower limit of the interval"),
    "high": _l("Upper limit of the interval"),
    "from": _l("From the survey"),
    "to": _l("To the survey"),
    "slug": _l("Survey"),
    "release_hash": _l("Release"),
}


@dataclass(frozen=True)
class Beside:
    """`file` of the release holds it; each row is a label (None: `name` says it), the name and the value."""

    id: str
    file: str
    said: Any
    reading: Text
    rows: tuple[tuple[Any, str, str], ...]


def find(release: Release, id: str, language: str) -> Beside | None:
    kind, _, rest = id.partition("/")
    if kind == "driver":
        return _driver(release, id, rest, language)
    if kind not in ("earlier", "change"):
        return None
    found = next((one for place, one in _of_years(release, language) if place == id), None)
    if found is None:
        return None
    rows = tuple((LABELS[name], name, found[name]) for name in LABELS if found.get(name))
    return Beside(id, "earlier.json", SAID[kind], NOTHING, rows)


def _of_years(release: Release, language: str) -> Iterator[tuple[str, dict[str, str]]]:
    path = release.folder / "earlier.json"
    found = json.loads(path.read_text("utf-8")) if path.exists() else {"periods": (), "changes": ()}
    for period in found["periods"]:
        about = {name: str(period.get(name) or "") for name in ("slug", "release_hash")}
        for figure, one in period["figures"].items():
            yield f"earlier/{period['slug']}/{figure}", _cells(one, language) | about
    for one in found["changes"]:
        about = {name: one[name] for name in ("from", "to")}
        yield f"change/{one['from']}/{one['to']}/{one['id']}", _cells(one, language) | about


def _cells(one: Mapping[str, Any], language: str) -> dict[str, str]:
    texts = {name: text[language] for name, text in one.get("texts", {}).items()}
    return {name: str(one[name]) for name in ("n", "base") if one.get(name) is not None} | texts


def _driver(release: Release, id: str, rest: str, language: str) -> Beside | None:
    about = release.context.get("drivers")
    if not about:
        return None
    with (release.folder / "drivers.csv").open(encoding="utf-8", newline="") as lines:
        named = {"/".join(row[part] for part in NAMED_BY): row for row in csv.DictReader(lines)}
    row = named.get(rest)
    if row is None:
        return None
    words = about["columns"]["drivers.csv"]
    rows = tuple((words.get(name, {}).get(language), name, value) for name, value in row.items() if value)
    return Beside(id, "drivers.csv", SAID["driver"], about["reading"], rows)
