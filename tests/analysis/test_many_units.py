"""Verdicts of many units: p-values agree with limits, lists claim no more than each unit, more responses decide."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import intervals, many_units
from analysis.figures import Figure, Method, Place, Shown, figures_of
from analysis.further import further_responses
from analysis.linear import Estimate
from analysis.multiplicity import adjusted
from analysis.significance import p_values, share_p_values
from tests.analysis.survey_a import make_sample, share

METHODS = ["korn_graubard_capped", "korn_graubard", "wilson", "logit", "wald"]
DUAL = st.sampled_from(METHODS)


def make_estimate(value: float, se: float, *, df: int = 40, n: int = 100, base: int | None = None) -> Estimate:
    def one(number: float) -> np.ndarray:
        return np.array([number])

    return Estimate(
        codes=("index",),
        value=one(value),
        se=one(se),
        df=one(df),
        n=one(n),
        base=one(base or n),
        deff=one(np.nan),
    )


@given(
    value=st.floats(0.02, 0.98), se=st.floats(0.005, 0.2), df=st.integers(1, 200), n=st.integers(5, 900), method=DUAL
)
def test_a_p_value_and_its_interval_say_the_same(value: float, se: float, df: int, n: int, method: str) -> None:
    found = make_estimate(value, se, df=df, n=n)
    low, high = intervals.limits(found, method=method)
    met = share_p_values(found, 0.8, side="greater", method=method)[0]
    short = share_p_values(found, 0.8, side="less", method=method)[0]

    if abs(low[0] - 0.8) > 1e-9:
        assert (low[0] > 0.8) == (met < 0.025)
    if abs(high[0] - 0.8) > 1e-9:
        assert (high[0] < 0.8) == (short < 0.025)


def test_everybody_satisfied_is_as_sure_as_the_respondents_allow() -> None:
    """36 of 36: the chance of that at 80 % is .8^36."""
    found = make_estimate(1.0, 0.0, df=35, n=36, base=36 * 22)

    assert share_p_values(found, 0.8)[0] == pytest.approx(0.8**36)
    assert share_p_values(found, 0.8, side="less")[0] == 1.0


def test_a_plain_t_test_against_any_value() -> None:
    found = make_estimate(2.0, 1.0, df=10)

    assert p_values(found)[0] == pytest.approx(0.0733880, abs=1e-7)
    assert p_values(found, null=2.0, side="less")[0] == pytest.approx(0.5)
    assert np.isnan(p_values(make_estimate(1.0, 0.0)))[0]


@given(p=st.lists(st.floats(1e-9, 1.0), min_size=1, max_size=30))
def test_adjustment_keeps_the_order_and_never_helps(p: list[float]) -> None:
    raw = np.array(p)
    holm, bh, by = (adjusted(raw, method=method) for method in ("holm", "BH", "BY"))

    for found in (holm, bh, by):
        assert (found >= raw - 1e-15).all()
        assert (np.diff(found[np.argsort(raw)]) >= -1e-12).all()
    assert (holm >= bh - 1e-12).all()
    assert adjusted(np.array([np.nan, 0.01]), method="bonferroni")[1] == 0.01


def test_more_responses_decide_as_many_as_are_said() -> None:
    found = make_estimate(0.85, 0.035, df=60, n=100)
    more = int(further_responses(found, 0.8)[0])

    def low_with(total: int) -> float:
        grown = make_estimate(0.85, 0.035 / np.sqrt(total / 100), df=60, n=total)
        return float(intervals.limits(grown)[0][0])

    assert more > 0
    assert low_with(100 + more - 1) <= 0.8 < low_with(100 + more)
    assert further_responses(make_estimate(0.95, 0.01, n=400), 0.8)[0] == 0
    assert np.isnan(further_responses(make_estimate(0.8, 0.03), 0.8)[0])
    assert further_responses(make_estimate(0.999, 0.001, df=20, n=21), 0.8)[0] == 9  # No verdict below 30.


METHOD = Method(interval="korn_graubard_capped", level=0.95, target=80.0)


def _figures(item: str) -> Sequence[Figure]:
    sample = make_sample([share(item)])
    units = sorted({str(code) for code in sample.tally.keys["commune"]})
    found = []
    for unit in units:
        domain = sample.domain(commune=unit)
        shown = Shown("overall", domain.ratios([item]).renamed("index"), formula="H1")
        place = Place(series="probability", domain_type="unit", domain=unit, respondents=domain.respondents, drawn=True)
        found += list(figures_of(shown, place, METHOD))
    return found


@pytest.mark.parametrize("item", ["A3", "E4"])
def test_the_corrected_list_of_communes_claims_no_more_than_each_does(item: str) -> None:
    figures = _figures(item)
    rows = {row["domain"]: row for row in many_units.rows(figures, 0.95)}
    decided = [figure for figure in figures if figure.verdict]

    assert set(rows) == {figure.domain for figure in decided}
    assert any(figure.verdict != "undecided" for figure in decided)
    for figure in decided:
        row = rows[figure.domain]
        assert row["verdict"] == figure.verdict
        assert (row["p_met"] < 0.025, row["p_not_met"] <= 0.025) == (
            figure.verdict == "met",
            figure.verdict == "not_met",
        )
        assert row["verdict_holm"] in (figure.verdict, "undecided")
        assert row["verdict_bh"] in (figure.verdict, "undecided")
        assert (row["further_responses"] == 0) == (figure.verdict != "undecided")


def test_the_corrected_list_seldom_names_a_unit_that_is_on_the_target() -> None:
    """40 units of 100 simple respondents, all exactly at 80 %, 400 times: any false "met" in at most 1 list of 40."""
    shares = np.random.default_rng(5).binomial(100, 0.8, size=(400, 40)) / 100
    wrong = 0
    for row in shares:
        many = Estimate(
            codes=("index",) * 40,
            value=row,
            se=np.sqrt(row * (1 - row) / 99),
            df=np.full(40, 99),
            n=np.full(40, 100),
            base=np.full(40, 100),
            deff=np.full(40, np.nan),
        )
        wrong += bool((adjusted(share_p_values(many, 0.8), method="holm") < 0.025).any())

    assert wrong / 400 <= 0.05
