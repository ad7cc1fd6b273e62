"""Comments by theme: how many of those who wrote one spoke of what, as persons coded it. Never what they wrote.

Counted without weights: who writes a comment stands for nobody else. A release of an extract without codes has none.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.display import rounded
from analysis.engine import Engine
from analysis.extract import CounterWave, Extract, ExtractFault, Wave
from analysis.figures import Figure, Place, in_order
from analysis.series import MODES, name, wave_rows
from questionnaires.kinds import LongText

TABLE, NAMES = "comment_themes.csv", "themes.json"
LEVEL, METHOD = "theme", "share of those whose comments were coded"


@dataclass(frozen=True)
class Spoken:
    """Figures of the survey, and what context.json says of them; both empty without codes."""

    figures: tuple[Figure, ...] = ()
    context: Mapping[str, Any] = field(default_factory=dict)


def spoken(engine: Engine, extract: Extract, folder: Path, others: Sequence[Figure]) -> Spoken:
    """`others`: the figures beside, which know how many people are in a domain.

    Raises ExtractFault where codes are of no comment of the extract, or of no theme that it names.
    """
    if TABLE not in extract.manifest["files"]:
        return Spoken()
    names = json.loads((folder / NAMES).read_text("utf-8"))
    codes = [one["code"] for one in names["themes"]]
    given, figures, counts = _given(folder / TABLE, codes), list[Figure](), list[Mapping[str, Any]]()
    people = {(one.series, one.domain_type, one.domain): one.n for one in others if one.level != "item"}
    for wave in extract.all_waves:
        domain_type, domain = _domain(extract, wave)
        for series, wrote in _wrote(engine, extract, wave).items():
            read = [given.pop(one) for one in wrote if one in given]
            said = [themes for one in read if (themes := one.difference(names["nothing"]))]
            place = Place(
                series=series,
                domain_type=domain_type,
                domain=domain,
                respondents=people.get((series, domain_type, domain), 0),
                drawn=False,  # A theme is held against no target.
            )
            figures += _figures(said, codes, place)
            counts.append(_counts(wave.slug, series, len(wrote), read, said, codes))
    if given:
        raise ExtractFault(f"{TABLE} names {len(given)} responses without a comment; write the extract again")
    return Spoken(tuple(in_order(figures)), {"themes": {"names": names["themes"], "counts": counts}})


def _given(table: Path, codes: Sequence[str]) -> dict[str, set[str]]:
    """The themes of each response, of all its comments together."""
    found: dict[str, set[str]] = defaultdict(set)
    with table.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["theme"] not in codes:
                raise ExtractFault(
                    f"{NAMES} does not name the theme {row['theme']} of {TABLE}; write the extract again"
                )
            found[row["id"]].add(row["theme"])
    return found


def _wrote(engine: Engine, extract: Extract, wave: Wave | CounterWave) -> Mapping[str, Sequence[str]]:
    """By series the responses with something written."""
    asked = [question.code for question in wave.instrument.questions() if isinstance(question, LongText)]
    if not asked:
        return {}
    written = " OR ".join(f"{name(code + '__state')} = 0" for code in asked)
    planned = isinstance(wave, Wave) and wave.plan is not None
    rows = engine.table(
        "SELECT CAST(id AS STRING) AS id, series FROM "  # noqa: S608
        f"{wave_rows(engine.parquet(extract.parquet), wave.slug, planned, outside=True)} AS responses WHERE {written}"
    ).to_pylist()
    found = {series: [row["id"] for row in rows if row["series"] == series] for series in MODES}
    return {series: ids for series, ids in found.items() if ids}


def _domain(extract: Extract, wave: Wave | CounterWave) -> tuple[str, str]:
    alone = isinstance(wave, Wave) and len(extract.waves) == 1
    return ("all", "all") if alone else ("wave", wave.slug)


def _figures(said: Sequence[set[str]], codes: Sequence[str], place: Place) -> Iterator[Figure]:
    """A figure a theme that somebody spoke of."""
    for code in codes:
        count = sum(code in one for one in said)
        if count:
            yield Figure(
                series=place.series,
                level=LEVEL,
                code=code,
                domain_type=place.domain_type,
                domain=place.domain,
                n=place.respondents,
                base=len(said),
                estimate=rounded(100.0 * count / len(said)),
                method=METHOD,
            )


def _counts(
    wave: str, series: str, wrote: int, read: Sequence[set[str]], said: Sequence[set[str]], codes: Sequence[str]
) -> Mapping[str, Any]:
    """How many people wrote, were read, said something, and spoke of each theme."""
    people = {code: number for code in codes if (number := sum(code in one for one in said))}
    return {"wave": wave, "series": series, "wrote": wrote, "coded": len(read), "said": len(said), "people": people}
