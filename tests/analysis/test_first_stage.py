"""How the command takes the plan's PSUs to be drawn: with replacement, or without, some of them with certainty."""

import copy
from pathlib import Path
from typing import Any

import pytest

from tests.analysis.extracts import make_extract, make_plan, read_figures
from tests.analysis.test_command import context_of, planned_rows, release_of, run

PLAN = make_plan({"S1": ("001", ["P1", "P2", "P3"]), "S2": ("002", ["P4", "P5"])})


def make_whole_plan(**changes: Any) -> dict[str, Any]:
    """All PSUs of the frame were sampled."""
    plan = copy.deepcopy(PLAN) | changes
    for stratum in plan["strata"]:
        stratum["psus_in_frame"] = len(stratum["psus"])
    return plan


def index_of(release: Path) -> dict[str, str]:
    return read_figures(release)["probability/overall/index/all/all"]


def test_without_replacement_the_frame_counts(tmp_path: Path) -> None:
    """3 of 50 and 2 of 50 PSUs were sampled, and people of a PSU agree: the variance falls by 6 % and by 4 %."""
    levels = {"P1": 5, "P2": 1, "P4": 4, "P5": 2}
    rows = [row | dict.fromkeys(("A1", "A2", "B1"), levels[row["psu"]]) for row in planned_rows()]
    plain = {"plans": {"w1": PLAN}}
    usual = index_of(release_of(tmp_path / "usual", rows, **plain))
    finite = index_of(release_of(tmp_path / "finite", rows, "--first-stage", "without-replacement", **plain))

    assert usual["estimate"] == finite["estimate"]
    assert usual["df"] == finite["df"]
    assert 0.94 < (float(finite["se"]) / float(usual["se"])) ** 2 < 0.96


def test_psus_that_were_certain_are_strata_of_their_respondents(tmp_path: Path) -> None:
    rows, plan = planned_rows(), {"w1": make_whole_plan(first_stage="without-replacement")}
    stated = index_of(release_of(tmp_path / "stated", rows, plans=plan))
    usual = index_of(release_of(tmp_path / "usual", rows, "--first-stage", "with-replacement", plans=plan))

    assert float(stated["se"]) > 0.0
    assert stated["se"] != usual["se"]


def test_the_release_says_how_psus_were_taken(tmp_path: Path) -> None:
    rows, plan = planned_rows(), {"w1": make_whole_plan(first_stage="without-replacement")}
    stated = context_of(release_of(tmp_path / "stated", rows, plans=plan))
    usual = context_of(release_of(tmp_path / "usual", rows, "--first-stage", "with-replacement", plans=plan))

    assert "finite population correction" in stated["method"]["design"]["en"]
    assert "as if drawn with replacement" in usual["method"]["design"]["en"]


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        ({"strata": [{**PLAN["strata"][0], "psus_in_frame": 0}, PLAN["strata"][1]]}, "psus_in_frame"),
        ({"first_stage": "systematic"}, "first_stage among with-replacement, without-replacement"),
    ],
)
def test_a_plan_that_does_not_say_enough_is_refused(tmp_path: Path, plan: dict[str, Any], says: str) -> None:
    extract = make_extract(tmp_path / "extract", planned_rows(), plans={"w1": PLAN | plan})
    result = run(extract, tmp_path / "release", "--first-stage", "without-replacement")

    assert result.exit_code == 2
    assert says in result.output


def rows_with_one_of(psu: str) -> list[dict[str, Any]]:
    """One respondent of a PSU is left."""
    rows = planned_rows()
    return [row for row in rows if row["psu"] != psu] + [row for row in rows if row["psu"] == psu][:1]


@pytest.mark.parametrize("rule", ["fail", "average", "centre"])
def test_a_psu_with_one_respondent_needs_the_choice_that_there_is(tmp_path: Path, rule: str) -> None:
    """Within a PSU there is nobody else, so R's average has no variance and R's adjust no mean."""
    extract = make_extract(tmp_path / "extract", rows_with_one_of("P4"), plans={"w1": PLAN})
    how = ("--first-stage", "without-replacement", "--lonely-psu", rule)
    result = run(extract, tmp_path / "release", *how)

    assert result.exit_code == 2
    assert "only one sampled respondent: S2 / P4; choose" in result.output
    assert result.output.endswith("--lonely-psu certainty.\n")


def test_a_psu_with_one_respondent_may_count_as_certain(tmp_path: Path) -> None:
    how = ("--first-stage", "without-replacement", "--lonely-psu", "certainty")
    release = release_of(tmp_path, rows_with_one_of("P4"), *how, plans={"w1": PLAN})

    assert float(index_of(release)["se"]) > 0.0
