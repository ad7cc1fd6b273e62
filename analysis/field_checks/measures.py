"""What interviews show of how they were done, added up by who did them or where; one text of SQL for either engine.

What of it is a sign is left to `rules`. A form's time of day is kept nowhere, so there is no busiest hour here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analysis.engine import Engine
from analysis.series import name

FEWEST = 5  # Interviews of a group; smaller ones are put together, under no name.
LEAST_RATED = 8  # Ratings of a form before its being all alike, or like another, says anything.
QUICK = 0.5  # Of the median of all.
TOGETHER = ""  # The name of the small groups together.


@dataclass(frozen=True, kw_only=True)
class Measures:
    """Of one group. `timed`: interviews of known length, `quick` of them took less than `QUICK` of the median of all;
    `long`: forms with at least `LEAST_RATED` ratings, of which `same` give one value to all, and `alike` is the largest
    set with the very same answers, those with one value left out; `rated`: ratings, of which `fives` are the best.
    """

    group: str
    interviews: int
    timed: int
    quick: int
    seconds: float | None
    long: int
    same: int
    alike: int
    rated: int
    fives: int


def measured(engine: Engine, relation: str, ratings: Sequence[str]) -> list[Measures]:
    """Of the interviews in `relation`: one row each with `who`, `seconds` and the ratings; the small groups last."""
    rows = features(relation, ratings)
    whole = engine.table(f"SELECT median(seconds) AS middle FROM {rows} AS every").to_pylist()[0]["middle"]  # noqa: S608
    limit = QUICK * float(whole or 0)
    sums = engine.table(
        "SELECT who, count(*) AS interviews, count(seconds) AS timed, median(seconds) AS middle,"  # noqa: S608
        f" sum(CASE WHEN seconds < {limit!r} THEN 1 ELSE 0 END) AS quick,"
        f" sum(CASE WHEN rated >= {LEAST_RATED} THEN 1 ELSE 0 END) AS long_forms,"
        " sum(CASE WHEN same THEN 1 ELSE 0 END) AS same, sum(rated) AS rated, sum(fives) AS fives"
        f" FROM {rows} AS every GROUP BY who ORDER BY who"
    )
    alike = _largest_sets(engine, rows)
    found = [_measures(row, alike) for row in sums.to_pylist()]
    return sorted(found, key=lambda one: (one.group == TOGETHER, one.group))


def _largest_sets(engine: Engine, rows: str) -> Mapping[str, int]:
    sets = f"SELECT who, count(*) AS copies FROM {rows} AS every WHERE {IS_OWN} GROUP BY who, vector"  # noqa: S608
    found = engine.table(f"SELECT who, max(copies) AS copies FROM ({sets}) AS sets GROUP BY who")  # noqa: S608
    return {row["who"]: int(row["copies"]) for row in found.to_pylist()}


def _measures(row: Mapping[str, float], alike: Mapping[str, int]) -> Measures:
    who = str(row["who"])
    return Measures(
        group=who,
        interviews=int(row["interviews"]),
        timed=int(row["timed"]),
        quick=int(row["quick"]),
        seconds=None if row["middle"] is None else float(row["middle"]),
        long=int(row["long_forms"]),
        same=int(row["same"]),
        alike=alike.get(who, 0),
        rated=int(row["rated"]),
        fives=int(row["fives"]),
    )


# Forms whose answers are a pattern of their own: long enough, and not one value throughout.
IS_OWN = f"rated >= {LEAST_RATED} AND NOT same"


def features(relation: str, ratings: Sequence[str], keys: Sequence[str] = ("who", "seconds")) -> str:
    """One row an interview, with the `keys`; who did fewer than `FEWEST` is nobody by name."""
    answers = [f"CASE WHEN {name(code)} BETWEEN 1 AND 5 THEN {name(code)} END" for code in ratings]
    both = ", ".join([*answers, answers[0]])  # Two at least, which is the fewest that Spark compares.
    rated = " + ".join(f"(CASE WHEN {answer} IS NULL THEN 0 ELSE 1 END)" for answer in answers)
    fives = " + ".join(f"(CASE WHEN {name(code)} = 5 THEN 1 ELSE 0 END)" for code in ratings)
    vector = ", ".join(f"coalesce(CAST({name(code)} AS STRING), '')" for code in ratings)
    others = "".join(f", {key}" for key in keys if key != "who")
    few = f"count(*) OVER (PARTITION BY interviews.who) < {FEWEST}"
    who = f"CASE WHEN {few} THEN '{TOGETHER}' ELSE interviews.who END AS who"
    return (
        f"(SELECT *, rated >= {LEAST_RATED} AND lowest = highest AS same FROM"  # noqa: S608  (quoted by `name`)
        f" (SELECT {who}{others}, {rated} AS rated, {fives} AS fives, least({both}) AS lowest,"
        f" greatest({both}) AS highest, concat_ws(',', {vector}) AS vector FROM {relation} AS interviews) AS answered)"
    )
