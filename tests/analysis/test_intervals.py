"""Properties of the published interval; its digits are compared with R in test_survey_a and test_package_cases."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis import intervals


def _one(*values: float) -> tuple[np.ndarray, ...]:
    return tuple(np.array([value]) for value in values)


@given(
    share=st.floats(0.0, 1.0),
    se=st.floats(0.0, 0.4),
    df=st.integers(1, 300),
    n=st.integers(2, 5000),
    answers=st.integers(1, 30),
)
def test_the_limits_hold_the_estimate_and_stay_between_0_and_1(
    share: float, se: float, df: int, n: int, answers: int
) -> None:
    low, high = intervals.korn_graubard(*_one(share, se, df, n), cap=np.array([float(n * answers)]))

    assert 0.0 <= low[0] <= share + 1e-9
    assert share - 1e-9 <= high[0] <= 1.0


@given(share=st.floats(0.05, 0.95), n=st.integers(2, 2000))
def test_a_simple_sample_gives_clopper_and_pearson(share: float, n: int) -> None:
    hits = round(share * n)
    p = hits / n
    exact = stats.binomtest(hits, n).proportion_ci(method="exact")
    low, high = intervals.korn_graubard(*_one(p, np.sqrt(p * (1 - p) / n), n - 1, n))

    assert [low[0], high[0]] == pytest.approx([exact.low, exact.high], abs=1e-9)


def test_the_cap_never_makes_an_interval_narrower() -> None:
    free = intervals.korn_graubard(*_one(0.9, 0.005, 40, 100))
    capped = intervals.korn_graubard(*_one(0.9, 0.005, 40, 100), cap=np.array([100.0]))

    assert capped[0] < free[0]
    assert capped[1] > free[1]


@pytest.mark.parametrize(("share", "low", "high"), [(1.0, 0.025 ** (1 / 36), 1.0), (0.0, 0.0, 1 - 0.025 ** (1 / 36))])
def test_without_spread_the_number_of_respondents_decides(share: float, low: float, high: float) -> None:
    found = intervals.korn_graubard(*_one(share, 0.0, 35, 36), cap=np.array([36.0 * 22]))

    assert [found[0][0], found[1][0]] == pytest.approx([low, high], abs=1e-12)


def test_a_share_of_1_may_miss_it_by_a_bit() -> None:
    whole = intervals.korn_graubard(*_one(1.0, 0.0, 35, 36))
    nearly = intervals.korn_graubard(*_one(1.0 - 1e-16, 1e-17, 35, 36))

    assert [limit[0] for limit in nearly] == [limit[0] for limit in whole]


def test_no_degrees_of_freedom_no_interval() -> None:
    for limits in (
        intervals.korn_graubard(*_one(0.9, 0.1, 0, 40)),
        intervals.wilson(*_one(0.9, 0.1, 0, 40)),
        intervals.logit(*_one(0.9, 0.1, 0)),
        intervals.student_t(*_one(0.9, 0.1, 0)),
    ):
        assert np.isnan(limits).all()
