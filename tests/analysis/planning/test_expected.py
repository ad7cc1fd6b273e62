"""Half-widths to be expected at the end of a field: those of its plan where it goes as planned, and what helps else."""

import json
from dataclasses import asdict, replace
from typing import Any

import pytest
from click.testing import CliRunner

from analysis.planning.__main__ import main
from analysis.planning.expected import Counted, Counts, answered
from analysis.planning.sizes import promised_sizes
from analysis.planning.spec import Assumptions, Effort
from analysis.planning.strata import PlannedStratum

BELIEVED = Assumptions(response=0.8, correlation=0.05)
# Two communes in PSUs, one drawn case by case.
STRATA = (
    PlannedStratum("a", "a", "", 4000, 40, 12, 10.0, 120),
    PlannedStratum("b", "b", "", 6000, 60, 12, 10.0, 120),
    PlannedStratum("c", "c", "", 500, 500, 100, 1.0, 100),
)


def counts(*counted: tuple[str, int, int, int, int], **changed: Any) -> Counts:
    found = [Counted(code=code, cases=cases, due=due, closed=closed, answers=answers)
             for code, cases, due, closed, answers in counted]  # fmt: skip
    return Counts(**{"strata": STRATA, "counted": found, "assumptions": BELIEVED, "finite": True} | changed)


def rows(asked: Counts) -> dict[str, Any]:
    return {row["code"]: row for row in answered(asked)["rows"]}


def test_before_the_first_visit_the_expected_is_the_promised() -> None:
    found = rows(counts())
    promised = promised_sizes(STRATA, BELIEVED, Effort(), finite=True)

    assert {row.code: row.half_width for row in promised.rows} == {code: row["promised"] for code, row in found.items()}
    assert all(row["expected"] == pytest.approx(row["promised"], rel=1e-12) for row in found.values())
    assert not any(row["missed"] or row["more"] for row in found.values())


def test_a_field_that_goes_as_believed_keeps_its_promise_half_way() -> None:
    found = rows(counts(("a", 120, 60, 60, 48), ("b", 120, 60, 60, 48), ("c", 100, 50, 50, 40)))

    assert all(row["expected"] == pytest.approx(row["promised"], rel=1e-12) for row in found.values())


def test_at_the_end_the_expected_is_that_of_a_plan_with_the_rate_that_was_reached() -> None:
    ended = counts(("a", 120, 120, 120, 60), ("b", 120, 120, 120, 60), ("c", 100, 100, 100, 50), ended=True)
    reached = promised_sizes(STRATA, BELIEVED.model_copy(update={"response": 0.5}), Effort(), finite=True)

    assert {row.code: row.half_width for row in reached.rows} == pytest.approx(
        {code: row["expected"] for code, row in rows(ended).items()}, rel=1e-12
    )


def test_a_commune_that_lags_comes_first_after_the_whole_and_is_told_what_helps() -> None:
    asked = counts(("a", 120, 60, 60, 48), ("b", 120, 60, 60, 18), ("c", 100, 50, 50, 40))
    found = answered(asked)["rows"]
    lagging = next(row for row in found if row["code"] == "b")
    helped = promised_sizes(
        [replace(STRATA[1], cases=round((lagging["answers"] + lagging["more"]) / 0.3))],
        BELIEVED.model_copy(update={"response": 0.3}),
        Effort(),
        finite=True,
    )

    assert [row["code"] for row in found] == ["", "b", "a", "c"]
    assert lagging["answers"] == pytest.approx(0.3 * 120)
    assert lagging["missed"]
    assert lagging["more"] > 20
    assert round(helped.overall.half_width or 0, 1) <= round(lagging["promised"], 1)


def test_cases_that_are_due_and_not_visited_are_not_counted_on() -> None:
    slow = rows(counts(("a", 120, 100, 50, 40), ("b", 120, 0, 0, 0), ("c", 100, 0, 0, 0)))

    assert slow["a"]["answers"] == pytest.approx(0.8 * 60)
    assert slow["a"]["expected"] > slow["a"]["promised"]


def test_a_stratum_without_any_answer_is_named_and_has_no_figure() -> None:
    found = answered(counts(("a", 120, 120, 120, 0), ("b", 120, 120, 120, 96), ("c", 100, 100, 100, 80), ended=True))
    by_code = {row["code"]: row for row in found["rows"]}

    assert found["silent"] == ["a"]
    assert by_code["a"]["expected"] is None
    assert (by_code["a"]["missed"], by_code["a"]["more"]) == (True, 96)
    assert by_code[""]["expected"] is not None


def test_where_everybody_was_asked_nobody_is_left_to_help() -> None:
    strata = (PlannedStratum("a", "a", "", 120, 12, 12, 10.0, 120),)
    ended = counts(("a", 120, 120, 120, 60), strata=strata, ended=True, finite=False)
    row = rows(ended)[""]

    assert (row["missed"], row["more"]) == (True, None)


def test_the_door_of_sizes_answers_it_too_and_names_what_is_wrong() -> None:
    asked = counts(("a", 120, 60, 60, 48))
    good = json.dumps(json.loads(asked.model_dump_json()) | {"strata": [asdict(one) for one in STRATA]})
    said = CliRunner().invoke(main, ["size", "--stream"], input=f"{good}\n{json.dumps({'counted': 3})}\n")
    first, second = (json.loads(line) for line in said.stdout.splitlines())

    assert first == json.loads(json.dumps(answered(asked)))
    assert "counted" in second["error"]
    assert "assumptions" in second["error"]
