"""Drivers of overall satisfaction in survey A beside R 4.2.2 (reference case P16), and small examples by hand.

Each call of R stands in tests/data/survey_a/importance.json.
"""

from functools import cache
from itertools import permutations

import numpy as np
import pandas as pd
import pytest

from analysis.design import LonelyPSU
from analysis.drivers.factor_scores import factor_scores
from analysis.drivers.gains import gains
from analysis.drivers.importance import importance, rank_probabilities
from analysis.drivers.importance_performance import importance_performance
from analysis.drivers.moments import UnfitDrivers
from analysis.drivers.shares_of_r2 import lmg
from analysis.survey_data import SurveyData
from tests.analysis.survey_a import DATA, FACTORS, ITEMS, respondents, rows_of, values_of

R = values_of(DATA / "importance.json")
DRIVERS = tuple("ABCDE")


@cache
def _survey_a() -> SurveyData:
    frame = respondents("responses_2023.csv")
    scores = factor_scores(frame, {factor: FACTORS[factor] for factor in DRIVERS})
    overall = frame["overall"]
    frame = pd.concat([frame, scores, (overall >= 4).where(overall.notna()).rename("satisfied")], axis=1)
    return SurveyData.of(frame, strata="commune", psu="psu", weight="w_nr")


def make_data(n: int = 400, seed: int = 5) -> SurveyData:
    """Two correlated drivers and an outcome, 20 PSUs in 4 strata."""
    draw = np.random.default_rng(seed)
    x = draw.normal(size=(n, 3)) @ np.array([[1, 0.8, 0], [0, 0.6, 0], [0, 0, 1]])
    frame = pd.DataFrame(x, columns=["a", "b", "c"]).assign(
        y=0.5 * x[:, 0] + 0.5 * x[:, 1] + draw.normal(size=n), psu=np.arange(n) % 20, stratum=np.arange(n) % 4
    )
    return SurveyData.of(frame, strata="stratum", psu="psu")


def test_lmg_shares_are_what_r_says() -> None:
    found = importance(_survey_a(), outcome="overall", drivers=DRIVERS)
    assert found.n == R["n"]["n"]
    assert found.importance == pytest.approx([R["lmg_R2"][f"s{factor}"] for factor in DRIVERS], abs=1e-10)
    assert found.r_squared == pytest.approx(R["lmg_R2"]["total"], abs=1e-10)
    assert found.correlation == pytest.approx([R["weighted_cor"][f"s{factor}"] for factor in DRIVERS], abs=1e-10)


def test_importance_and_performance_are_what_r_says() -> None:
    expected = rows_of("importance_performance.csv")
    shares = {factor: f"{factor}~share" for factor in DRIVERS}
    found = importance_performance(_survey_a(), outcome="overall", drivers=DRIVERS, performance=shares)
    scores = importance_performance(_survey_a(), outcome="overall", drivers=DRIVERS)

    assert found.quadrant == tuple(row["quadrant"] for row in expected)
    for column, values in (
        ("importance_lmg", found.importance.importance),
        ("importance_cor", found.importance.correlation),
        ("performance_share", found.performance),
        ("performance_score", scores.performance),
    ):
        assert values == pytest.approx([float(row[column]) for row in expected], rel=1e-10), column


def test_a_line_may_be_the_target() -> None:
    found = importance_performance(
        _survey_a(),
        outcome="overall",
        drivers=DRIVERS,
        performance={factor: f"{factor}~share" for factor in DRIVERS},
        performance_line=0.8,
    )
    assert set(found.quadrant) == {"keep", "possible overkill"}


def test_lmg_is_the_mean_gain_over_all_orders() -> None:
    """Against the definition: every order of four drivers, R² by least squares."""
    draw = np.random.default_rng(2)
    x = draw.normal(size=(60, 5)) @ draw.normal(size=(5, 5))
    correlation = np.corrcoef(x, rowvar=False)

    def r2(chosen: tuple[int, ...]) -> float:
        own = correlation[np.ix_(chosen, chosen)]
        return float(correlation[4, chosen] @ np.linalg.solve(own, correlation[chosen, 4])) if chosen else 0.0

    gain = np.zeros(4)
    orders = list(permutations(range(4)))
    for order in orders:
        for place, driver in enumerate(order):
            gain[driver] += (r2(order[: place + 1]) - r2(order[:place])) / len(orders)
    assert lmg(correlation[None])[0] == pytest.approx(gain, abs=1e-12)


def test_johnsons_weights_of_two_drivers_are_those_of_lmg() -> None:
    """With two drivers both share R² the same way; with uncorrelated drivers each has its squared correlation."""
    data = make_data()
    one, other = (importance(data, outcome="y", drivers=["a", "b"], method=method) for method in ("lmg", "johnson"))
    assert other.importance == pytest.approx(one.importance, abs=1e-12)


def test_a_driver_that_repeats_another_shares_with_it_and_is_named() -> None:
    frame = make_data().frame.assign(twin=lambda table: table["a"])
    data = SurveyData.of(frame)
    once = importance(data, outcome="y", drivers=["a", "c"])
    for method in ("lmg", "johnson"):
        twice = importance(data, outcome="y", drivers=["a", "c", "twin"], method=method)
        assert twice.r_squared == pytest.approx(once.r_squared, abs=1e-9)
        assert twice.importance[0] == pytest.approx(twice.importance[2], abs=1e-9)
        assert np.isinf(twice.inflation).tolist() == [True, False, True]
        assert np.isinf(twice.condition)


def test_inflation_of_two_drivers_is_that_of_their_correlation() -> None:
    found = importance(make_data(), outcome="y", drivers=["a", "b"])
    r = float(make_data().frame[["a", "b"]].corr().iloc[0, 1])
    assert found.inflation == pytest.approx([1 / (1 - r**2)] * 2, rel=1e-9)
    assert found.condition == pytest.approx(np.sqrt((1 + r) / (1 - r)), rel=1e-9)


def test_ranks_are_probabilities_and_follow_the_evidence() -> None:
    found = rank_probabilities(_survey_a(), outcome="overall", drivers=DRIVERS, count=500)
    assert found.probability.sum(axis=0) == pytest.approx(np.ones(5))
    assert found.probability.sum(axis=1) == pytest.approx(np.ones(5))
    assert found.probability[DRIVERS.index("C"), 0] > 0.8
    assert found.probability[DRIVERS.index("E"), 4] > 0.8
    assert ((found.low < found.importance) & (found.importance < found.high)).all()
    again = rank_probabilities(_survey_a(), outcome="overall", drivers=DRIVERS, count=500)
    assert (again.probability == found.probability).all()


def test_the_bootstrap_of_psus_has_the_variance_of_the_design() -> None:
    """With one driver R² is the squared correlation; its PSU jackknife gives the same spread."""
    data = make_data()
    found = rank_probabilities(data, outcome="y", drivers=["a"], count=4000, level=0.6827)
    whole, frame, deviations = found.importance[0], data.frame, []
    for stratum, rows in frame.groupby("stratum"):
        kept = rows["psu"].nunique()
        for psu in rows["psu"].unique():
            weights = np.where(frame["stratum"] == stratum, kept / (kept - 1), 1.0) * (frame["psu"] != psu)
            one = importance(data.with_weights(weights), outcome="y", drivers=["a"]).r_squared
            deviations.append((kept - 1) / kept * (one - whole) ** 2)
    assert (found.high[0] - found.low[0]) / 2 == pytest.approx(np.sqrt(sum(deviations)), rel=0.1)


def test_a_driver_that_a_replicate_finds_alike_goes_with_nothing_in_it() -> None:
    """One respondent differs in b: most replicates without that PSU have no variance of it, only rounding."""
    frame = make_data().frame.assign(b=lambda table: 0.7 + (table.index == 7) * 0.2)
    found = rank_probabilities(
        SurveyData.of(frame, strata="stratum", psu="psu"), outcome="y", drivers=["a", "b"], count=200
    )

    assert found.low[1] == 0.0
    assert found.probability[:, 0].tolist() == [1.0, 0.0]


def test_psus_alone_in_their_stratum_are_named() -> None:
    frame = make_data().frame.assign(stratum=lambda table: np.where(table["psu"] == 3, 9, table["stratum"]))
    with pytest.raises(LonelyPSU):
        rank_probabilities(SurveyData.of(frame, strata="stratum", psu="psu"), outcome="y", drivers=["a", "b"])

    certain = SurveyData.of(frame, strata="stratum", psu="psu", lonely="certainty")
    found = rank_probabilities(certain, outcome="y", drivers=["a", "b"], count=50)
    assert found.probability.sum(axis=1) == pytest.approx([1.0, 1.0])


def test_an_index_gains_its_formulas_weight_when_others_stay() -> None:
    """The mean of four items gains a quarter of the rise, exactly; more when the others move along."""
    draw = np.random.default_rng(11)
    halo = draw.normal(size=(300, 1))
    items = pd.DataFrame((halo + draw.normal(size=(300, 4)) > -1).astype(float), columns=list("abcd"))
    data = SurveyData.of(items.assign(index=items.mean(axis=1), psu=np.arange(300) % 30), psu="psu")
    found = gains(data, outcome="index", drivers=list("abcd"))
    assert found.fixed.value == pytest.approx([0.025] * 4, abs=1e-12)
    assert found.fixed.se == pytest.approx([0.0] * 4, abs=1e-12)
    assert (found.along.low > 0.025).all()


def test_the_gain_of_one_share_is_a_difference_of_two_means() -> None:
    """With a driver of 0 and 1 the slope is the difference between those satisfied with it and the others."""
    frame = _survey_a().frame.assign(a1=lambda table: (table["A1"] >= 4).where(table["A1"].notna()))
    data = SurveyData.of(frame, strata="commune", psu="psu", weight="w_nr")
    found = gains(data, outcome="satisfied", drivers=["a1"], rise=0.1)

    known = frame[frame["a1"].notna() & frame["satisfied"].notna()].astype({"a1": float, "satisfied": float})
    means = known.groupby("a1")[["satisfied", "w_nr"]].apply(
        lambda part: np.average(part["satisfied"], weights=part["w_nr"])
    )
    assert found.along.value[0] == pytest.approx(0.1 * (means[1.0] - means[0.0]), rel=1e-9)
    assert found.fixed.value == pytest.approx(found.along.value)
    assert found.along.low[0] < found.along.value[0] < found.along.high[0]


def test_drivers_that_cannot_explain_are_refused() -> None:
    data = SurveyData.of(make_data().frame.assign(same=3.0, none=np.nan))
    with pytest.raises(UnfitDrivers, match="everybody has the same same"):
        importance(data, outcome="y", drivers=["a", "same"])
    with pytest.raises(UnfitDrivers, match="only 0 respondents"):
        importance(data, outcome="y", drivers=["a", "none"])
    with pytest.raises(UnfitDrivers, match="LMG takes up to 16"):
        importance(_survey_a(), outcome="overall", drivers=ITEMS)
    assert importance(_survey_a(), outcome="overall", drivers=ITEMS, method="johnson").n > 100
