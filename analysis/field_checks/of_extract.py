"""What context.json says of the field: by wave its units and officers with their signs, and the open series' own.

Officers are running numbers, by how many interviews they did: an extract knows an account's number, a release does not.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow.parquet as pq

from analysis.display import number, rounded
from analysis.engine import Engine
from analysis.extract import Extract, Wave
from analysis.field_checks import measures
from analysis.field_checks.checks import Checked, added, checked
from analysis.field_checks.rules import Cases
from analysis.series import MODES, OFFICER_MODES, name, text

SHARES = ("quick", "same", "fives", "fives_elsewhere")
REACHED = {"not_reached": ("not_contacted", "being_tried"), "refused": ("refused", "broken_off")}
OUTCOMES = ("refused", "moved", "wrong_data", "not_reached")
FEWEST_ALIKE = 3


def of_extract(engine: Engine, extract: Extract) -> list[dict[str, Any]]:
    """One entry a wave in which officers asked, or people answered at open points; empty where neither."""
    columns = {column for file in extract.parquet for column in pq.read_schema(file).names}
    found = [_of_wave(engine, extract, wave, columns) for wave in extract.waves]
    return [one for one in found if one["units"] or one["open"]]


def _of_wave(engine: Engine, extract: Extract, wave: Wave, columns: set[str]) -> dict[str, Any]:
    groups = extract.cases.get(wave.slug, {}).get("groups", [])
    units = _checked(engine, extract, wave, "unit", columns, _cases(groups, "unit"))
    officers = _checked(engine, extract, wave, "officer", columns, _cases(groups, "officer"))
    return {
        "wave": wave.slug,
        "units": _rows(units) if units else [],
        "officers": _numbered(_rows(officers)) if officers else [],
        "open": _open(engine, extract, wave, columns),
    }


def _checked(
    engine: Engine, extract: Extract, wave: Wave, by: str, columns: set[str], cases: Mapping[str, Cases]
) -> Checked | None:
    """None where nobody asked, or nobody knows who did."""
    if by not in columns:
        return None
    ratings = [item.code for item in wave.instrument.items]
    time = "CAST(seconds AS DOUBLE)" if "seconds" in columns else "CAST(NULL AS DOUBLE)"
    interviews = (
        f"(SELECT CAST({by} AS STRING) AS who, {time} AS seconds, {', '.join(map(name, ratings))}"  # noqa: S608
        f" FROM {engine.parquet(extract.parquet)} AS responses WHERE wave = {text(wave.slug)}"
        f" AND mode IN ({', '.join(map(text, OFFICER_MODES))}) AND {by} IS NOT NULL)"
    )
    found = measures.measured(engine, interviews, ratings)
    return checked(found, cases) if found else None


def _cases(groups: Sequence[Mapping[str, Any]], by: str) -> dict[str, Cases]:
    """What became of the cases, by unit or by officer; those that nobody has yet are left out."""
    found = defaultdict[str, list[Cases]](list)
    for group in groups:
        if group[by] is not None:
            found[str(group[by])].append(Cases(group["outcomes"], group["reserves"]))
    return {who: added(several) for who, several in found.items()}


def _rows(found: Checked) -> list[dict[str, Any]]:
    table = found.table()
    return [_row(one.cases, table.loc[one.own.group], found.signs[one.own.group]) for one in found.groups]


def _row(cases: Cases, row: Any, signs: Sequence[str]) -> dict[str, Any]:
    seconds = None if row["seconds"] is None or row["seconds"] != row["seconds"] else rounded(float(row["seconds"]))
    shares = {name: rounded(float(row[name])) for name in SHARES}
    outcomes = {word: sum(cases.outcomes.get(one, 0) for one in REACHED.get(word, (word,))) for word in OUTCOMES}
    shown = {name: number(value) for name, value in shares.items()}
    return {
        "group": str(row.name),
        "interviews": int(row["interviews"]),
        "seconds": seconds,
        **shares,
        "alike": int(row["alike"]),
        "outcomes": outcomes,
        "reserves": cases.reserves,
        "signs": list(signs),
        "shown": shown if seconds is None else shown | {"minutes": number(rounded(seconds / 60))},
    }


def _numbered(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Running numbers in the place of accounts; the small ones together stay last, without one."""
    named = sorted((row for row in rows if row["group"]), key=lambda row: (-row["interviews"], row["seconds"] or 0))
    numbered = [row | {"group": str(place)} for place, row in enumerate(named, 1)]
    return [*numbered, *(row for row in rows if not row["group"])]


def _open(engine: Engine, extract: Extract, wave: Wave, columns: set[str]) -> dict[str, int]:
    """Of open answers: forms with the very same answers as two others of their point and day, which are not one value
    throughout, and forms that came in a burst, where devices noticed it; and at how many points and days.
    """
    ratings = [item.code for item in wave.instrument.items]
    burst = "burst" if "burst" in columns else "CAST(NULL AS BOOLEAN) AS burst"
    opened = (
        f"(SELECT coalesce(point, '') AS who, point, local_day, {burst}, {', '.join(map(name, ratings))}"  # noqa: S608
        f" FROM {engine.parquet(extract.parquet)} AS responses WHERE wave = {text(wave.slug)}"
        f" AND mode IN ({', '.join(map(text, MODES['open']))}))"
    )
    rows = measures.features(opened, ratings, ("who", "point", "local_day", "burst"))
    forms = engine.table(f"SELECT count(*) AS forms FROM {rows} AS every").to_pylist()[0]["forms"]  # noqa: S608
    if not forms:
        return {}
    alike = f"WHERE {measures.IS_OWN} GROUP BY point, local_day, vector HAVING count(*) >= {FEWEST_ALIKE}"
    found = {"forms": int(forms)} | _places(engine, rows, alike, "alike")
    return found | (
        _places(engine, rows, "WHERE burst GROUP BY point, local_day", "bursts") if "burst" in columns else {}
    )


def _places(engine: Engine, rows: str, which: str, called: str) -> dict[str, int]:
    """How many forms, at how many points and days."""
    sets = f"SELECT point, local_day, count(*) AS copies FROM {rows} AS every {which}"  # noqa: S608
    places = f"SELECT point, local_day, sum(copies) AS copies FROM ({sets}) AS sets GROUP BY point, local_day"  # noqa: S608
    (row,) = engine.table(f"SELECT sum(copies) AS forms, count(*) AS places FROM ({places}) AS found").to_pylist()  # noqa: S608
    return {called: int(row["forms"] or 0), f"{called}_places": int(row["places"])}
