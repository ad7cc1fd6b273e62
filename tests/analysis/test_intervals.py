"""Properties of the published interval; its digits are compared with R in test_survey_a and test_package_cases."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from analysis import intervals
from analysis.linear import Estimate
from analysis.significance import listed_p_values, share_p_values


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


def make_estimate(value: np.ndarray, se: np.ndarray, df: int, n: int, answers: int) -> Estimate:
    def many(number: int) -> np.ndarray:
        return np.full(len(value), number)

    return Estimate(
        codes=("index",) * len(value),
        value=value,
        se=se,
        df=many(df),
        n=many(n),
        base=many(n * answers),
        deff=np.full(len(value), np.nan),
    )


def test_an_index_without_spread_is_as_sure_as_its_respondents_allow() -> None:
    low, _ = intervals.INTERVALS["korn_graubard_capped"](make_estimate(*_one(1.0, 0.0), 35, 36, 22), 0.95)

    assert low[0] == pytest.approx(0.025 ** (1 / 36))


@pytest.mark.parametrize(
    ("truth", "n", "least"), [(0.80, 30, 0.93), (0.95, 30, 0.93), (0.98, 30, 0.91), (0.90, 100, 0.93)]
)
def test_the_interval_of_an_index_covers_the_truth(truth: float, n: int, least: float) -> None:
    """Simple samples of people whose 22 answers hang together (latent correlation .45), 4,000 times."""
    draw = np.random.default_rng(1)
    inclined = stats.norm.ppf(truth) + np.sqrt(0.45) * draw.normal(size=(4000, n))
    shares = draw.binomial(22, stats.norm.cdf(inclined / np.sqrt(0.55))) / 22
    index = make_estimate(shares.mean(axis=1), shares.std(axis=1, ddof=1) / np.sqrt(n), n - 1, n, 22)
    low, high = intervals.INTERVALS["korn_graubard_capped"](index, 0.95)

    assert np.mean((low <= truth) & (truth <= high)) >= least
    if truth == 0.80:
        assert np.mean(low > truth) <= 0.05


def test_a_share_of_1_may_miss_it_by_a_bit() -> None:
    whole = intervals.korn_graubard(*_one(1.0, 0.0, 35, 36))
    nearly = intervals.korn_graubard(*_one(1.0 - 1e-16, 1e-17, 35, 36))

    assert [limit[0] for limit in nearly] == [limit[0] for limit in whole]


@pytest.mark.parametrize("method", intervals.METHODS)
@pytest.mark.parametrize("share", [0.0, 0.9, 1.0])
def test_an_unknown_standard_error_is_not_taken_for_none(method: str, share: float) -> None:
    unknown = make_estimate(*_one(share, np.nan), df=35, n=36, answers=22)

    assert np.isnan(intervals.limits(unknown, method=method)).all()


@pytest.mark.parametrize("method", ["korn_graubard_capped", "korn_graubard", "wilson", "logit", "wald"])
@pytest.mark.parametrize("share", [0.0, 0.9, 1.0])
def test_nothing_is_tested_with_an_unknown_standard_error(method: str, share: float) -> None:
    unknown = make_estimate(*_one(share, np.nan), df=35, n=36, answers=22)

    assert np.isnan(share_p_values(unknown, 0.8, method=method)).all()
    assert np.isnan(listed_p_values(unknown, 0.8, method=method)).all()


def test_no_degrees_of_freedom_no_interval() -> None:
    for limits in (
        intervals.korn_graubard(*_one(0.9, 0.1, 0, 40)),
        intervals.wilson(*_one(0.9, 0.1, 0, 40)),
        intervals.logit(*_one(0.9, 0.1, 0)),
        intervals.student_t(*_one(0.9, 0.1, 0)),
    ):
        assert np.isnan(limits).all()
