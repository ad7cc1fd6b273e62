"""The verdict: strictly above, from the limits as printed, and silent where there is too little to judge by."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import targets
from analysis.display import number, rounded


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (80.0, 90.0, "undecided"),  # 80.00 is not above 80.
        (80.000000001, 90.0, "met"),
        (70.0, 80.0, "not_met"),
        (70.0, 80.000000001, "undecided"),
        (80.0, 80.0, "not_met"),
        (100.0, 100.0, "met"),
    ],
)
def test_the_target_itself_is_not_above_it(low: float, high: float, expected: str) -> None:
    assert targets.verdict(low, high, 80.0) == expected


percent = st.floats(0, 100).map(rounded)


@given(percent, percent, percent)
def test_the_verdict_follows_from_the_printed_limits(one: float, other: float, target: float) -> None:
    low, high = sorted((one, other))
    found = targets.verdict(low, high, target)

    assert (found == "met") == (low > target)
    assert (found == "not_met") == (high <= target)


@given(percent, percent)
def test_no_text_stands_on_another_side_of_the_target_than_its_figure(value: float, target: float) -> None:
    text = Decimal(number(value, target)["en"])

    assert (text > Decimal(repr(target))) == (value > target)
    assert (text < Decimal(repr(target))) == (value < target)


@pytest.mark.parametrize(
    ("value", "vi"),
    [
        (82.6649, "82,66"),
        (82.665, "82,67"),
        (80.0, "80,00"),
        (80.004, "80,004"),
        (79.9999, "79,9999"),
        (80.000000001, "80,000000001"),
        (-0.0, "0,00"),
        (100.0, "100,00"),
    ],
)
def test_a_figure_has_one_text(value: float, vi: str) -> None:
    assert number(value, 80.0) == {"vi": vi, "en": vi.replace(",", ".")}


def test_too_few_respondents_or_degrees_of_freedom_give_no_verdict() -> None:
    assert targets.obstacle(29, 28, 85.0) == "fewer than 30 respondents"
    assert targets.obstacle(30, 0, 85.0) == "no degrees of freedom"
    assert targets.obstacle(30, 5, math.nan) == "no degrees of freedom"
    assert targets.obstacle(30, 1, 85.0) == ""
