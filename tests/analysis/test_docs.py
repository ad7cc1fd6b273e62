"""The guide for analysts runs: its blocks in order in one namespace, and it names no function that is not there."""

import importlib
import re
from pathlib import Path

import pytest

GUIDE = Path(__file__).parents[2] / "docs" / "analysis.md"
ROOMS = ("estimators", "contrasts", "quantiles", "weighting", "comparison", "reliability", "drivers", "small_area")
MORE = ("two_sources", "monitoring", "intervals", "significance", "replicates", "survey_data", "field_checks")


def test_the_guide_runs(capsys: pytest.CaptureFixture[str]) -> None:
    namespace: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), flags=re.DOTALL):
        exec(compile(block, GUIDE.name, "exec"), namespace)

    assert "2023" in capsys.readouterr().out


def test_the_guide_names_what_there_is() -> None:
    asked = GUIDE.read_text(encoding="utf-8").partition("## 1.")[2].partition("## Where the answer")[0]
    rows = [re.split(r"(?<!\\)\|", line) for line in asked.splitlines() if line.startswith("| ")]
    named = {name for row in rows for name in re.findall(r"`(?:\w+\.)*([a-z]\w+)(?=[(`])", row[2])}
    known = {name for room in (*ROOMS, *MORE) for name in dir(importlib.import_module(f"analysis.{room}"))}

    assert len(named) > 40
    assert named - known <= {"deff", "score_r", *ROOMS}


def test_the_map_leads_to_the_guide() -> None:
    assert "(docs/analysis.md)" in (GUIDE.parents[1] / "README.md").read_text(encoding="utf-8")
