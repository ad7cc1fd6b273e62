"""Sizes and powers against tables, R and simulated surveys that the package's own interval and verdict judge."""

import json
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from analysis import targets
from analysis.intervals import korn_graubard
from analysis.planning.__main__ import main
from analysis.planning.allocation import CannotAllocate, allocated
from analysis.planning.question import Cell, Goal, Question, answered, cases_needed, sizes
from analysis.planning.sizes import official_size, promised_sizes, verdict_steps
from analysis.planning.spec import Allocation, Assumptions, Effort
from analysis.planning.strata import planned_strata
from tests.analysis.planning.plans import FRAMES, plan
from tests.quickest import quickest

HUGE = 10**8
# n = N / (1 + N e²) with e = 5 %, rounded up: the method of 2013.
OFFICIAL = {100: 80, 200: 134, 300: 172, 500: 223, 1000: 286, 2000: 334, 3000: 353, 5000: 371, 10000: 385, 20000: 393,
            50000: 397, 159600: 399, 159601: 400}  # fmt: skip


def _question(units: int = 1, **changed: Any) -> Question:
    cells = tuple(
        Cell(unit=str(unit), size=changed.pop("size", HUGE), psus=changed.get("psus", 0)) for unit in range(units)
    )
    changed.pop("psus", None)
    return Question(**{"cells": cells, "allocation": Allocation(total=400, rule="equal"), "finite": False, **changed})


@pytest.mark.parametrize(("population", "cases"), OFFICIAL.items())
def test_the_official_formula_gives_the_official_table(population: int, cases: int) -> None:
    assert official_size(population, 0.05) == cases


def test_half_widths_are_those_of_r() -> None:
    """R 4.2.2: qbeta(.025, m*.85, m*.15+1), qbeta(.975, m*.85+1, m*.15), m the effective size with its t ratio."""
    said = {(6, 10): (65.1445, 95.9812), (12, 10): (74.1703, 92.5503), (30, 10): (79.1423, 89.7386)}
    for (psus, take), limits in said.items():
        asked = _question(psus=5000, take=take, allocation=Allocation(total=psus * take),
                          assumptions=Assumptions(response=1.0))  # fmt: skip
        row = sizes(asked).overall

        assert (row.low, row.high) == pytest.approx(limits, abs=1e-3)
        assert row.deff == pytest.approx(1 + (take - 1) * 0.05)


def test_powers_of_simple_samples_are_the_exact_ones_of_r() -> None:
    """R 4.2.2: sum(dbinom(x, n, p)[qbeta(.025, (n-1)*x/n, (n-1)*(1-x/n)+1) > .8]); counts jump, so within .05."""
    said = {
        (100, 83): 0.0660, (100, 85): 0.1635, (100, 88): 0.4542, (200, 83): 0.1497, (200, 85): 0.3914,
        (200, 88): 0.8368,
        (400, 83): 0.3248, (400, 85): 0.7389, (400, 88): 0.9928, (1000, 83): 0.6505, (1000, 85): 0.9836,
    }  # fmt: skip
    for (n, truth), power in said.items():
        asked = _question(allocation=Allocation(total=n), assumptions=Assumptions(response=1.0, correlation=0.0))

        assert sizes(asked).overall.power[str(truth)] == pytest.approx(power, abs=0.05)


@pytest.mark.parametrize(
    ("psus", "take", "rho", "within"),
    [(3, 10, 0.05, 0.001), (6, 10, 0.05, 0.03), (12, 10, 0.05, 0.03), (30, 10, 0.05, 0.03), (20, 20, 0.05, 0.03),
     (8, 9, 0.02, 0.03), (12, 10, 0.15, 0.08)],
)  # fmt: skip
def test_powers_are_those_of_simulated_surveys(psus: int, take: int, rho: float, within: float) -> None:
    """Beta-binomial PSUs, judged by `analysis.intervals` and `analysis.targets`; at ρ = .15 ours errs low."""
    believed = Assumptions(response=1.0, correlation=rho, truths=(0.8, 0.85, 0.9))
    asked = _question(psus=5000, take=take, allocation=Allocation(total=psus * take), assumptions=believed)
    stated = sizes(asked).overall.power

    for truth in (0.8, 0.85, 0.9):
        assert stated[f"{100 * truth:g}"] == pytest.approx(_simulated(psus, take, rho, truth), abs=within)


def _simulated(psus: int, take: int, rho: float, truth: float, surveys: int = 8000) -> float:
    random = np.random.default_rng(psus * 1000 + take)
    scale = 1.0 / rho - 1.0
    shares = random.beta(truth * scale, (1.0 - truth) * scale, (surveys, psus))
    hits = random.binomial(take, shares)
    n = float(psus * take)
    found = hits.sum(axis=1) / n
    se = np.sqrt(psus / (psus - 1) * (((hits - take * found[:, None]) / n) ** 2).sum(axis=1))
    cap = np.full(surveys, n)
    low, high = korn_graubard(found, se, np.full(surveys, psus - 1.0), cap, cap=cap)
    verdicts = [targets.verdict(a, b, 80.0) for a, b in zip(100 * low, 100 * high, strict=True)]
    return verdicts.count("met") / surveys


def test_three_hamlets_show_nothing_six_are_a_minimum_twelve_sound() -> None:
    """Out of the computation: ten cases in each hamlet, 85 % of them answer."""
    steps = verdict_steps(10, Assumptions())

    assert 3 <= steps.impossible < 6
    assert (steps.some, steps.even) == (6, 12)


@pytest.mark.parametrize(("hamlets", "outlook"), [(3, "impossible"), (5, "weak"), (6, "possible"), (12, "sound")])
def test_a_plan_says_before_money_is_spent_what_it_cannot_show(hamlets: int, outlook: str) -> None:
    asked = _question(units=4, psus=500, take=10, allocation=Allocation(total=40 * hamlets, rule="equal"))
    found = answered(asked)
    units = [row for row in found["rows"] if row["level"] == "unit"]
    codes = {sentence["code"] for sentence in found["sentences"] if sentence["kind"] == "warning"}

    assert {row["outlook"] for row in units} == {outlook}
    assert ("units_impossible" in codes) == (hamlets == 3)
    assert ("units_weak" in codes) == (hamlets == 5)


def test_few_answers_give_no_verdict_whatever_the_share() -> None:
    row = sizes(_question(allocation=Allocation(total=34))).overall

    assert row.answers < targets.MINIMUM_RESPONDENTS
    assert row.outlook == "impossible"
    assert set(row.power.values()) == {0.0}


def test_a_small_list_is_known_better_when_drawn_without_replacement() -> None:
    small = _question(size=200, allocation=Allocation(total=100), assumptions=Assumptions(response=1.0))
    counted = sizes(small.model_copy(update={"finite": True})).overall
    hamlets = _question(size=2000, psus=12, take=10, allocation=Allocation(total=100))
    narrow, wide = (sizes(hamlets.model_copy(update={"finite": finite})).overall for finite in (True, False))

    assert counted.deff == pytest.approx(0.5)
    # The cap of the interval at the answers leaves nothing of it to a simple sample.
    assert counted.half_width == sizes(small).overall.half_width
    assert (narrow.half_width or 0) < 0.9 * (wide.half_width or 0)


def test_an_index_of_many_items_is_known_better_than_one_question() -> None:
    one = sizes(_question()).overall
    index = sizes(_question(assumptions=Assumptions(items=22, item_correlation=0.45))).overall

    assert (index.half_width or 0) == pytest.approx((one.half_width or 0) * 0.475**0.5, rel=0.02)


def test_a_plan_by_levels_promises_something_for_each_level() -> None:
    made = plan("schools")
    found = promised_sizes(planned_strata(FRAMES["schools"], made), made.assumptions, made.effort, finite=made.finite)

    assert [row.code for row in found.of("stratum")] == ["mam_non", "tieu_hoc"]
    assert not found.of("unit")


def test_cost_and_days() -> None:
    asked = _question(psus=500, take=8, effort=Effort(per_case=25_000, per_psu=100_000, fixed=5_000_000, officers=4))
    work = sizes(asked).work

    assert (work.cases, work.psus, work.cost, work.days) == (400, 50, 20_000_000, 13)


def test_the_inverse_is_the_least_that_reaches_the_goal() -> None:
    asked = _question(size=20_000, finite=True)
    goal = Goal(half_width=3.0)
    needed = cases_needed(asked, goal)
    assert needed is not None
    reached = [sizes(asked.model_copy(update={"allocation": Allocation(total=total)})).overall.half_width or 99
               for total in (needed - 1, needed)]  # fmt: skip

    assert reached[0] > 3.0 >= reached[1]
    assert cases_needed(_question(size=40, finite=False), Goal(half_width=0.5)) is None


def test_a_district_is_answered_fast_enough_for_a_slider() -> None:
    cells = tuple(Cell(unit=str(unit), respondent_type=kind, size=500) for unit in range(41) for kind in ("a", "b"))
    asked = Question(cells=cells, allocation=Allocation(total=4100, minimum=5))

    assert quickest(lambda: answered(asked), times=8) < 0.02


def test_the_command_and_the_stream_say_the_same() -> None:
    asked = _question().model_dump_json()
    one = CliRunner().invoke(main, ["size"], input=asked)
    stream = CliRunner().invoke(main, ["size", "--stream"], input=f"{asked}\n{{}}\n{asked}\n")
    lines = [json.loads(line) for line in stream.stdout.splitlines()]

    assert one.exit_code == 0
    assert lines[0] == lines[2] == json.loads(one.stdout)
    assert "cells: Field required" in lines[1]["error"]
    assert CliRunner().invoke(main, ["size"], input="{}").exit_code == 2


SIZES = {"a": 1000, "b": 300, "c": 50, "d": 8}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (Allocation(total=136), {"a": 100, "b": 30, "c": 5, "d": 1}),
        (Allocation(total=100, rule="equal"), {"a": 31, "b": 31, "c": 30, "d": 8}),
        (Allocation(total=136, minimum=8), {"a": 92, "b": 28, "c": 8, "d": 8}),
        (Allocation(total=136, maximum=60), {"a": 60, "b": 60, "c": 14, "d": 2}),
        (Allocation(total=100, rule="power", power=0.5), {"a": 53, "b": 29, "c": 12, "d": 6}),
        (Allocation(total=120, rule="neyman", spread={"a": 0.1, "b": 0.5, "c": 0.2, "d": 0.2}),
         {"a": 45, "b": 69, "c": 5, "d": 1}),
    ],
)  # fmt: skip
def test_allocations_add_up_by_their_rule(rule: Allocation, expected: dict[str, int]) -> None:
    found = allocated(rule, SIZES)

    assert sum(found.values()) == rule.total
    assert found == pytest.approx(expected, abs=1)


def test_allocations_that_cannot_be_are_refused() -> None:
    with pytest.raises(CannotAllocate, match="at most 10 of a stratum"):
        allocated(Allocation(total=100, maximum=10), SIZES)
    with pytest.raises(CannotAllocate, match="standard deviation above 0 for d"):
        allocated(Allocation(total=9, rule="neyman", spread={"a": 1, "b": 1, "c": 1}), SIZES)
