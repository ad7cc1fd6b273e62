"""Survey A as a sample of ours, and what R says about it (tests/data/survey_a)."""

import csv
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from analysis.design import Design
from analysis.engine import DuckDB
from analysis.estimation import Sample
from analysis.tally import Measure, tally

DATA = Path(__file__).parents[1] / "data" / "survey_a"
DESIGN = Design(stratum="commune", psu="psu", weight="w_nr")
ITEMS = tuple(
    f"{factor}{i}" for factor, count in zip("ABCDE", (4, 4, 5, 5, 4), strict=True) for i in range(1, count + 1)
)
FACTORS: Mapping[str, tuple[str, ...]] = {
    factor: tuple(item for item in ITEMS if item[0] == factor) for factor in "ABCDE"
} | {"T": ITEMS}


def share(item: str) -> Measure:
    return Measure(item, f'"{item}" >= 1', f'"{item}" >= 4')


def score(item: str) -> Measure:
    return Measure(f"{item}~score", f'"{item}" >= 1', f'"{item}"', "score")


def make_sample(
    measures: Sequence[Measure],
    design: Design = DESIGN,
    by: Sequence[str] = ("commune",),
    file: str = "responses_2023.csv",
) -> Sample:
    """Survey A's respondents summed up."""
    connection = duckdb.connect()
    connection.register("survey_a", respondents(file))
    return Sample.of(tally(DuckDB(connection), "survey_a", measures, design=design, by=by), design)


@cache
def respondents(file: str) -> pd.DataFrame:
    table = pd.read_csv(DATA / file)
    return table[table["resp"] == 1] if "resp" in table else table


@cache
def rows_of(file: str) -> list[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def values_of(file: Path) -> dict[str, Any]:
    """R's values by the id of the call; printed numbers of others (`published`) are left out."""
    results = json.loads(file.read_text("utf-8"))["results"]
    return {result["id"]: result["value"] for result in results if "value" in result}
