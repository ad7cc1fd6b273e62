"""Reads a published figure back from its release folder, with what it stands on; comparing is left to `trends`."""

import csv
import json
from pathlib import Path

from analysis.comparison.footing import Footing
from analysis.comparison.trends import Released
from analysis.indices import HEADLINE
from questionnaires.changes import INDEX


def released(folder: Path, figure: str, period: str) -> Released:
    """`figure` is an id of figures.csv: series/level/code/domain type/domain."""
    with (folder / "figures.csv").open(encoding="utf-8", newline="") as file:
        row = next((row for row in csv.DictReader(file) if row["id"] == figure), None)
    if row is None or not row["se"]:
        raise ValueError(f"{folder} has no figure {figure} with a standard error: see its figures.csv")
    context = json.loads((folder / "context.json").read_text("utf-8"))
    return Released(
        period=period,
        value=float(row["estimate"]),
        se=float(row["se"]),
        df=float(row["df"]),
        footing=Footing.of_context(context),
        series=_series(row["level"], row["code"]),
    )


def _series(level: str, code: str) -> str:
    """As `changes` names it."""
    if level == "overall":
        return INDEX if code == HEADLINE else f"beside:{code}"
    return f"block:{code}" if level == "block" else code
