"""Where a plan says so, who answered stands also for who did not: the weights of a stratum add up to its people."""

from pathlib import Path
from typing import Any

import pytest

from analysis.extract import read_extract
from analysis.files.rows import read
from tests.analysis.extracts import make_extract, make_plan, make_row, read_figures
from tests.analysis.test_command import context_of, release_of, run

PSUS = ("p1", "p2", "p3")
STRATA = {"s1": ("001", PSUS), "s2": ("002", PSUS)}
WHOLE = "probability/overall/index/all/all"


def plan(**changes: Any) -> dict[str, Any]:
    """1,000 people in stratum s1 and 3,000 in s2."""
    made = make_plan(STRATA) | changes
    made["strata"][1]["population"] = 3000
    return made


def rows() -> list[dict[str, Any]]:
    """Everybody is satisfied in s1, where all answered, and nobody in s2, where two of ten did."""
    return [
        make_row(unit=unit, stratum=stratum, psu=psu, weight=weight, **dict.fromkeys(("A1", "A2", "B1"), level))
        for (stratum, (unit, psus)), (level, weight, number) in zip(
            STRATA.items(), ((5, 100 / 3, 10), (1, 100.0, 2)), strict=True
        )
        for psu in psus
        for _ in range(number)
    ]


def figures(folder: Path, **changes: Any) -> dict[str, dict[str, str]]:
    return read_figures(release_of(folder, rows(), plans={"w1": plan(**changes)}))


def test_the_whole_is_the_mean_of_the_strata_by_their_people(tmp_path: Path) -> None:
    raised, plain = figures(tmp_path / "raised", nonresponse="strata"), figures(tmp_path / "plain")

    assert float(raised[WHOLE]["estimate"]) == pytest.approx(25.0, abs=1e-9)
    assert float(plain[WHOLE]["estimate"]) == pytest.approx(100 * 1000 / 1600, abs=1e-6)
    assert (raised[WHOLE]["n"], raised[WHOLE]["base"]) == (plain[WHOLE]["n"], plain[WHOLE]["base"])


def test_a_unit_that_is_a_stratum_keeps_its_figures(tmp_path: Path) -> None:
    mixed = [row | {"A1": 1 + place % 5} for place, row in enumerate(rows())]
    raised, plain = (
        read_figures(release_of(tmp_path / name, mixed, plans={"w1": plan(**stated)}))
        for name, stated in (("raised", {"nonresponse": "strata"}), ("plain", {}))
    )

    for unit in ("001", "002"):
        one, other = (found[f"probability/overall/index/unit/{unit}"] for found in (raised, plain))
        for column in ("estimate", "se", "low", "high"):
            assert float(one[column] or 0) == pytest.approx(float(other[column] or 0), abs=1e-8)


def test_the_release_says_that_weights_were_raised(tmp_path: Path) -> None:
    raised = release_of(tmp_path / "raised", rows(), plans={"w1": plan(nonresponse="strata")})
    plain = release_of(tmp_path / "plain", rows(), plans={"w1": plan()})

    assert "nâng theo một hệ số chung" in context_of(raised)["method"]["design"]["vi"]
    assert "nâng theo một hệ số chung" not in context_of(plain)["method"]["design"]["vi"]


def test_a_plan_that_does_not_know_its_people_is_refused(tmp_path: Path) -> None:
    unknown = plan(nonresponse="strata")
    unknown["strata"][0]["population"] = 0

    nobody = run(make_extract(tmp_path / "a", rows(), plans={"w1": unknown}), tmp_path / "r")
    guess = run(make_extract(tmp_path / "b", rows(), plans={"w1": plan(nonresponse="guess")}), tmp_path / "r")

    assert "how many people stratum s1 has" in nobody.output
    assert "a nonresponse among" in guess.output


def test_the_analysts_files_have_the_weights_that_were_used(tmp_path: Path) -> None:
    extract = read_extract(make_extract(tmp_path / "x", rows(), plans={"w1": plan(nonresponse="strata")}))
    found = read(extract, texts=False).frame().groupby("design_stratum")["design_weight"].sum()

    assert found.to_dict() == pytest.approx({"s1": 1000.0, "s2": 3000.0})
