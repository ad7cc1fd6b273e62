"""Toy designs that can be counted by hand, and the rules for what R leaves open."""

from collections.abc import Sequence

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.design import Design, LonelyPSU
from analysis.engine import DuckDB
from analysis.estimation import Sample
from analysis.linear import combined
from analysis.tally import BadWeights, Measure, tally

DESIGN = Design(stratum="h", psu="i", weight="w")
YES = Measure("yes", "y >= 0", "y = 1")

# Two strata of two PSUs of two people: 2, 1, 2 and 0 of each two say yes.
EIGHT = [("a", "a1", 1, 1), ("a", "a1", 1, 1), ("a", "a2", 1, 1), ("a", "a2", 1, 0)]
EIGHT += [("b", "b1", 1, 1), ("b", "b1", 1, 1), ("b", "b2", 1, 0), ("b", "b2", 1, 0)]


def make_sample(rows: Sequence[tuple[str, str, float, int]], design: Design = DESIGN, measure: Measure = YES) -> Sample:
    connection = duckdb.connect()
    table = pd.DataFrame(rows, columns=["h", "i", "w", "y"]).astype({"h": str, "i": str, "w": float, "y": "int8"})
    table["half"] = table["h"]
    connection.register("people", table)
    return Sample.of(tally(DuckDB(connection), "people", [measure], design=design, by=("half",)), design)


def test_a_share_by_hand() -> None:
    """R = 5/8. In eighths z is .75, -.25 in a and .75, -1.25 in b; 2/1 times squared deviations: 1/64 + 4/64."""
    found = make_sample(EIGHT).domain().ratios(["yes"]).estimate()

    assert found.value[0] == 5 / 8
    assert found.se[0] == pytest.approx(np.sqrt(5) / 8, rel=1e-15)
    assert (found.df[0], found.n[0], found.base[0]) == (2, 8, 8)
    assert found.deff[0] == pytest.approx((5 / 64) * 7 / (15 / 64), rel=1e-15)


def test_a_sampled_psu_without_a_response_counts_as_zero() -> None:
    """Stratum a has a third sampled PSU: 3/2 (.75² + .25² + 0² - 3 (.5/3)²)/64 = 13/1024, and b's 4/64 as before."""
    found = make_sample(EIGHT, Design(stratum="h", psu="i", weight="w", sampled={"a": 3}))
    expected = 1.5 * (0.75**2 + 0.25**2 - 0.5**2 / 3) / 64 + 4 / 64

    assert found.domain().ratios(["yes"]).estimate().se[0] == pytest.approx(np.sqrt(expected), rel=1e-14)


def test_a_domain_keeps_the_psus_of_the_sample() -> None:
    """In the domain half = b only b's PSUs answered: R = 1/2, z = ±1/4, V = 2 · 2/16; a adds nothing."""
    found = make_sample(EIGHT).domain(half="b").ratios(["yes"]).estimate()

    assert (found.value[0], found.df[0]) == (0.5, 1)
    assert found.se[0] == pytest.approx(0.5, rel=1e-15)


def test_an_empty_domain_is_missing_and_never_zero() -> None:
    found = make_sample(EIGHT).domain(half="nowhere").ratios(["yes"]).estimate()
    nobody_answered = make_sample([(h, i, w, -1) for h, i, w, _ in EIGHT]).domain().ratios(["yes"]).estimate()

    for estimate in (found, nobody_answered):
        assert np.isnan(estimate.value[0])
        assert np.isnan(estimate.se[0])
        assert (estimate.n[0], estimate.base[0]) == (0, 0)


@pytest.mark.parametrize("answer", [0, 1])
def test_everybody_agreeing_has_no_spread(answer: int) -> None:
    found = make_sample([(h, i, 0.1 * w, answer) for h, i, w, _ in EIGHT]).domain().ratios(["yes"]).estimate()

    assert found.value[0] == answer
    assert found.se[0] == 0.0
    assert np.isnan(found.deff[0])


def test_rows_of_weight_zero_belong_to_no_one() -> None:
    with_zero = make_sample([*EIGHT, ("a", "a1", 0, 0)]).domain().ratios(["yes"]).estimate()

    assert (with_zero.value[0], with_zero.n[0]) == (5 / 8, 8)


@pytest.mark.parametrize("weight", [-1.0, float("inf"), None])
def test_a_bad_weight_is_refused(weight: float | None) -> None:
    with pytest.raises(BadWeights):
        make_sample([*EIGHT, ("a", "a1", weight, 0)])


def test_a_stratum_of_one_is_named_until_a_rule_is_chosen() -> None:
    rows = [*EIGHT, ("c", "c1", 1, 1)]
    with pytest.raises(LonelyPSU, match="c"):
        make_sample(rows)
    chosen = make_sample(rows, Design(stratum="h", psu="i", weight="w", lonely="certainty"))

    assert chosen.domain().ratios(["yes"]).estimate().se[0] > 0


def test_a_stratum_taken_whole_needs_no_rule() -> None:
    rows = [*EIGHT, ("c", "c1", 1, 1)]
    taken = make_sample(rows, Design(stratum="h", psu="i", weight="w", fraction={"c": 1.0}))

    assert taken.domain().ratios(["yes"]).estimate().df[0] == 2


def test_independent_samples_combine_by_weight() -> None:
    """.25 · 5/8 + .75 · 1/2, variance .0625 · 5/64 + .5625 · V of the second."""
    first = make_sample(EIGHT).domain().ratios(["yes"])
    second = make_sample([(h, i, w, 1 - y) for h, i, w, y in EIGHT[:4]] + EIGHT[4:]).domain().ratios(["yes"])
    whole = combined([(0.25, first), (0.75, second)]).estimate()

    assert whole.value[0] == pytest.approx(0.25 * 5 / 8 + 0.75 * 3 / 8)
    assert whole.se[0] ** 2 == pytest.approx(0.0625 * 5 / 64 + 0.5625 * second.estimate().se[0] ** 2)
    assert (whole.df[0], whole.n[0]) == (4, 16)


@settings(max_examples=20, deadline=None)
@given(st.permutations(list(range(40))), st.lists(st.floats(0.001, 1e6), min_size=40, max_size=40))
def test_the_order_of_rows_changes_no_digit(order: list[int], weights: list[float]) -> None:
    rows = [(f"h{i % 3}", f"p{i % 9}", weights[i], i % 2) for i in range(40)]
    straight = make_sample(rows).domain().ratios(["yes"]).estimate()
    shuffled = make_sample([rows[i] for i in order]).domain().ratios(["yes"]).estimate()

    assert straight.value.tobytes() == shuffled.value.tobytes()
    assert straight.se.tobytes() == shuffled.se.tobytes()


def test_sums_are_those_of_exact_arithmetic() -> None:
    """Ten thousand times 0.1: floats would give 1000.0000000001588."""
    sample = make_sample([("a", f"a{i % 2}", 0.1, 1) for i in range(10_000)])
    total = sample.domain().totals(["yes"]).estimate()

    assert total.value[0] == pytest.approx(10_000 * 0.1, rel=1e-15)
