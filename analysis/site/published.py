"""Finds the published releases, and lets through of each only what the public may see.

Which cells that is `disclosure` decides; how they look is left to `pages` and `open_data`.
"""

import csv
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from analysis.report import publication, source
from analysis.report.publication import Person
from analysis.report.source import Figure, Release
from analysis.report.words import PLACE
from analysis.site.cells import is_published_at_all, weighted_series
from analysis.site.disclosure import Opened, opened
from questionnaires.model import Instrument, Language
from questionnaires.texts import substituted

FORMAT = "hailong-publication/1"
STATES = ("published", "replaced")
PLACES: Mapping[Language, dict[str, str]] = {
    "vi": PLACE,
    "en": {
        "office": "the office",
        "unit": "the place",
        "survey": "the survey",
        "owner": "the surveying office",
        "procedure": "the procedure",
    },
}


class UnusableRelease(ValueError):
    """A release that cannot be published as it lies there."""


@dataclass(frozen=True)
class Publication:
    """One published release: `release` holds the public figures only, `rows` all rows of figures.csv as they stand."""

    record: Mapping[str, Any]
    release: Release
    rows: Mapping[str, Mapping[str, str]]
    opened: Opened

    @property
    def survey(self) -> str:
        return str(self.record["survey"])

    @property
    def number(self) -> int:
        return int(self.record["number"])

    @property
    def published_at(self) -> str:
        return str(self.record["published_at"])

    @property
    def replies_until(self) -> str:
        """The last day for replies, or the day of publishing where all offices had answered before."""
        until = str(self.record["reply_until"] or "")[:10]
        return min(until, self.published_at[:10])

    @cached_property
    def people(self) -> tuple[Person, ...]:
        return publication.people(self.record)

    @property
    def index_code(self) -> str:
        return str(self.release.survey["index"])

    @property
    def is_replaced(self) -> bool:
        return str(self.record["state"]) == "replaced"

    @cached_property
    def kept_back(self) -> Sequence[str]:
        """The figures that exist and are not shown, in the order of the file."""
        weighted = weighted_series(self.release)
        figures = (Figure.from_row(row) for row in self.rows.values())
        return [one.id for one in figures if is_published_at_all(one, weighted) and one.id not in self.release.figures]

    @cached_property
    def asked_units(self) -> Sequence[Mapping[str, str]]:
        """Units in which anybody answered, whether or not their figures are shown."""
        codes = {row["domain"] for row in self.rows.values() if row["domain_type"] == "unit"}
        return [unit for unit in self.release.context["units"] if unit["code"] in codes]

    def instrument(self, language: Language) -> Instrument:
        named = (self.release.context["instruments"][wave["content_hash"][:12]] for wave in self.waves)
        content = json.dumps(next(one for one in named if "formula" in one))
        return Instrument.model_validate(json.loads(substituted(content, PLACES[language])))

    @property
    def waves(self) -> Sequence[Mapping[str, Any]]:
        found: Sequence[Mapping[str, Any]] = self.release.context["waves"]
        return found


def publications(folder: Path) -> list[Publication]:
    """All published releases in `folder` and one level below, by survey and number. Raises UnusableRelease."""
    by_survey: dict[str, list[tuple[Path, Mapping[str, Any]]]] = {}
    for place, record in sorted(_records(folder), key=lambda found: (found[1]["survey"], found[1]["number"])):
        by_survey.setdefault(record["survey"], []).append((place, record))
    return [one for found in by_survey.values() for one in _of_survey(found)]


def _records(folder: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for file in (*folder.glob("*/publication.json"), *folder.glob("*/*/publication.json")):
        try:
            record = json.loads(file.read_text("utf-8"))
        except ValueError as error:
            raise UnusableRelease(f"{file} cannot be read; write it again from the console") from error
        if record.get("format") != FORMAT:
            raise UnusableRelease(f"{file} is of another format than {FORMAT}; write it again from the console")
        if record["state"] in STATES:
            yield file.parent, record


def _of_survey(found: Sequence[tuple[Path, Mapping[str, Any]]]) -> Iterator[Publication]:
    """In the order of their numbers, for each must keep back what an earlier one did."""
    numbers = [record["number"] for _, record in found]
    if len(set(numbers)) != len(numbers):
        raise UnusableRelease(f"two releases of {found[0][1]['survey']} have the same number; remove one of them")
    earlier: list[Opened] = []
    for place, record in found:
        try:
            release = source.read(place)
        except source.ReleaseDoesNotMatch as fault:
            raise UnusableRelease(str(fault)) from fault
        if release.release_hash != record["release_hash"]:
            raise UnusableRelease(
                f"{place} holds other figures than were approved; approve them, or restore the folder"
            )
        public = opened(release, earlier)
        earlier.append(public)
        yield Publication(record, _only_public(release, public), _rows(place / "figures.csv"), public)


def _only_public(release: Release, public: Opened) -> Release:
    shown = public.shown
    figures = {id: one for id, one in release.figures.items() if id in shown}
    return replace(
        release,
        figures=figures,
        display={id: texts for id, texts in release.display.items() if id in figures},
        many_units={id: row for id, row in release.many_units.items() if id in figures},
    )


def _rows(file: Path) -> Mapping[str, Mapping[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        return {row["id"]: row for row in csv.DictReader(lines)}


def changed_figures(publication: Publication, before: Publication | None) -> list[tuple[Figure, Figure]]:
    """What a correction names as changed, old and new, as far as both are public."""
    named = [one["id"] for one in (publication.record.get("corrects") or {}).get("changes", [])]
    old, new = before.release.figures if before else {}, publication.release.figures
    return [(old[id], new[id]) for id in named if id in old and id in new]
