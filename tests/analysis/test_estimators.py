"""Estimators over DataFrames on designs small enough to be counted by hand, and what they refuse."""

import numpy as np
import pandas as pd
import pytest

from analysis import estimators, intervals
from analysis.contrasts import contrast, differences
from analysis.design import LonelyPSU
from analysis.quantiles import UnknownRule, quantile
from analysis.replicates import ReplicateData, replicates_of
from analysis.survey_data import BadDesign, SurveyData


def make_frame() -> pd.DataFrame:
    """Two strata of two PSUs; PSU totals of y (weights 1): 1 and 3 in h = 1, 2 and 6 in h = 2."""
    return pd.DataFrame(
        {
            "h": [1, 1, 1, 1, 2, 2, 2, 2],
            "i": [1, 1, 2, 2, 1, 1, 2, 2],
            "g": ["a", "b", "a", "b", "a", "b", "a", "b"],
            "y": [0.0, 1.0, 1.0, 2.0, 1.0, 1.0, 2.0, 4.0],
            "w": 1.0,
            "M": [4, 4, 4, 4, 2, 2, 2, 2],
        }
    )


def make_data(**design: object) -> SurveyData:
    return SurveyData.of(make_frame(), **{"strata": "h", "psu": "i", "weight": "w"} | design)


def test_the_total_varies_with_the_psu_totals_of_each_stratum() -> None:
    """V = sum over strata of 2/1 × squares around the mean: 2 (1 + 1) + 2 (4 + 4) = 20."""
    found = estimators.total(make_data(), "y")

    assert (found.value[0], found.df[0], found.n[0]) == (12.0, 2, 8)
    assert found.se[0] ** 2 == pytest.approx(20.0)


def test_a_certainty_stratum_adds_nothing_and_half_a_population_half() -> None:
    """f = 2/4 in the first stratum, 2/2 in the second: V = (1 - 1/2) 4 + 0."""
    assert estimators.total(make_data(fpc="M"), "y").se[0] ** 2 == pytest.approx(2.0)


def test_fractions_are_populations_the_other_way_round() -> None:
    table = make_frame().assign(f=lambda t: 2.0 / t["M"])
    found = SurveyData.of(table, strata="h", psu="i", weight="w", fpc="f")

    assert estimators.total(found, "y").se[0] == pytest.approx(estimators.total(make_data(fpc="M"), "y").se[0])


def test_sampled_psus_without_a_row_count_as_zero() -> None:
    """Three PSUs sampled in each stratum: totals 1, 3, 0 and 2, 6, 0: V = 3/2 (4.6667 + 18.6667) = 35."""
    table = make_frame().assign(m=3)
    found = SurveyData.of(table, strata="h", psu="i", weight="w", sampled="m")

    assert estimators.total(found, "y").se[0] ** 2 == pytest.approx(35.0)


def test_a_domain_keeps_the_psus_outside_it() -> None:
    whole, part = make_data(), estimators.total(make_data(), "y", by="g")
    subset = estimators.total(whole.subset(whole.frame["g"] == "a"), "y")

    assert part.value.tolist() == [4.0, 8.0]
    assert part.se[0] == subset.se[0]
    assert part.table()["g"].tolist() == ["a", "b"]
    assert part.covariance().sum() == pytest.approx(estimators.total(whole, "y").se[0] ** 2)


def test_a_difference_is_not_two_intervals() -> None:
    means = estimators.mean(make_data(), "y", by="g")
    difference = differences(means)
    covariance = means.covariance()

    assert difference.codes == ("y[b] - y[a]",)
    assert difference.value[0] == pytest.approx(1.0)
    assert difference.se[0] ** 2 == pytest.approx(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])
    assert contrast(means, {"d": {"y[b]": 1.0, "y[a]": -1.0}}).se[0] == pytest.approx(difference.se[0])


def test_nobody_answered_is_missing_never_zero() -> None:
    table = make_frame()
    table.loc[table["g"] == "b", "y"] = np.nan
    found = estimators.mean(SurveyData.of(table, strata="h", psu="i", weight="w"), "y", by="g")

    assert np.isnan([found.value[1], found.se[1], found.deff[1]]).all()
    assert (found.n.tolist(), found.missing.tolist(), found.df.tolist()) == ([4, 0], [0, 4], [2, 0])


def test_the_index_is_missing_where_an_item_is() -> None:
    table = make_frame().assign(A=[5, 4, 1, 2, 5, 5, 4, 1], B=[5.0, np.nan, 1, np.nan, 4, np.nan, 4, np.nan])
    data = SurveyData.of(table, strata="h", psu="i", weight="w")
    found = estimators.index(data, ["A", "B"], by="g")

    assert found.value[0] == pytest.approx((3 / 4 + 3 / 4) / 2)
    assert np.isnan(found.value[1])
    assert found.codes == ("index[a]", "index[b]")
    assert estimators.pooled(data, ["A", "B"]).base[0] == 12


def test_without_weights_the_fractions_give_them() -> None:
    table = make_frame().drop(columns="w")
    found = SurveyData.of(table, strata="h", psu="i", fpc="M")

    assert found.weights.tolist() == [2.0] * 4 + [1.0] * 4


@pytest.mark.parametrize(
    ("columns", "design", "says"),
    [
        ({"M": [1, 2, 3, 4, 2, 2, 2, 2]}, {"fpc": "M"}, "differs within a stratum"),
        ({"M": 1.5}, {"fpc": "M"}, "more units were sampled"),
        ({"M": [4] * 4 + [0.5] * 4}, {"fpc": "M"}, "either population counts or fractions"),
        ({"w": -1.0}, {}, "negative"),
        ({"w": np.nan}, {}, "missing"),
        ({"h": [None, *range(7)]}, {}, "missing"),
        ({"m": 1}, {"sampled": "m"}, "fewer sampled PSUs"),
    ],
)
def test_a_design_that_cannot_be_is_refused(columns: dict[str, object], design: dict[str, str], says: str) -> None:
    with pytest.raises(BadDesign, match=says):
        SurveyData.of(make_frame().assign(**columns), **{"strata": "h", "psu": "i", "weight": "w"} | design)


def test_a_lonely_psu_stops_only_what_it_is_in() -> None:
    table = make_frame().assign(h=[1, 1, 2, 2, 3, 3, 3, 3])
    data = SurveyData.of(table, strata="h", psu="i", weight="w")

    with pytest.raises(LonelyPSU) as found:
        estimators.total(data, "y")
    assert found.value.strata == ("1", "2")
    assert estimators.total(data.subset(table["h"] == 3), "y").se[0] ** 2 == pytest.approx(16.0)


def test_only_lonely_strata_have_no_average() -> None:
    table = make_frame().assign(h=[1, 1, 2, 2, 3, 3, 4, 4])

    assert np.isnan(estimators.total(SurveyData.of(table, strata="h", psu="i", weight="w", lonely="average"), "y").se)


@pytest.mark.parametrize("kind", ["JKn", "BRR", "Fay"])
def test_replicates_of_a_total_are_its_design(kind: str) -> None:
    """A total is linear, so every kind of replicate gives the variance of the design itself."""
    data = replicates_of(make_data(), kind, rho=0.3, mse=True)

    assert estimators.total(data, "y").se[0] == pytest.approx(estimators.total(make_data(), "y").se[0])
    assert estimators.total(data, "y").df[0] == 2


def test_the_bootstrap_comes_near_its_design_and_can_be_repeated() -> None:
    data = replicates_of(make_data(fpc="M"), "bootstrap", count=4000, seed=7)
    again = replicates_of(make_data(fpc="M"), "bootstrap", count=4000, seed=7)

    assert estimators.total(data, "y").se[0] == pytest.approx(estimators.total(make_data(fpc="M"), "y").se[0], rel=0.05)
    assert np.array_equal(data.replicates, again.replicates)


def test_lonely_strata_in_the_jackknife() -> None:
    table = make_frame().assign(h=[1, 1, 2, 2, 3, 3, 3, 3])
    stated = {"strata": "h", "psu": "i", "weight": "w"}
    certain = SurveyData.of(table, **stated, lonely="certainty")

    assert replicates_of(certain, "JKn").replicates.shape[1] == 2
    assert replicates_of(SurveyData.of(table, **stated, lonely="average"), "JKn").scale == 2.0
    assert replicates_of(SurveyData.of(table, **stated, lonely="centre"), "JKn").replicates.shape[1] == 4
    with pytest.raises(LonelyPSU):
        replicates_of(SurveyData.of(table, **stated), "JKn")


def test_replicates_that_cannot_be_are_refused() -> None:
    with pytest.raises(BadDesign, match="JKn"):
        replicates_of(make_data(), "JK1")
    with pytest.raises(BadDesign, match="exactly two PSUs"):
        replicates_of(SurveyData.of(make_frame(), strata="h", weight="w"), "BRR")
    with pytest.raises(BadDesign, match="scale"):
        ReplicateData.of(make_frame(), weight="w", replicates=["y"], kind="JKn")


@pytest.mark.parametrize(
    ("rule", "method"),
    [
        ("hf1", "inverted_cdf"),
        ("hf2", "averaged_inverted_cdf"),
        ("hf4", "interpolated_inverted_cdf"),
        ("hf5", "hazen"),
        ("hf6", "weibull"),
        ("hf7", "linear"),
        ("hf8", "median_unbiased"),
        ("hf9", "normal_unbiased"),
    ],
)
def test_with_equal_weights_rules_are_those_of_a_plain_sample(rule: str, method: str) -> None:
    values = np.random.default_rng(3).normal(size=37)
    found = quantile(SurveyData.of(pd.DataFrame({"y": values})), "y", [0.01, 0.25, 0.5, 0.9, 0.99], rule=rule)

    assert found.value == pytest.approx(np.quantile(values, [0.01, 0.25, 0.5, 0.9, 0.99], method=method))


def test_quantiles_of_nothing_and_unknown_rules() -> None:
    table = make_frame().assign(y=np.nan)

    assert np.isnan(quantile(SurveyData.of(table, psu="i"), "y").value[0])
    with pytest.raises(UnknownRule, match="hf7"):
        quantile(SurveyData.of(make_frame()), "y", rule="middle")


def test_the_likelihood_interval_holds_what_the_design_cannot_tell_apart() -> None:
    data = SurveyData.of(pd.DataFrame({"y": [1.0] * 80 + [0.0] * 20}))
    low, high = intervals.limits(estimators.mean(data, "y"), method="likelihood", df=np.inf)

    assert low[0] == pytest.approx(0.7143, abs=2e-3)  # 2 × 100 KL(.8 ‖ q) = 3.84
    assert high[0] == pytest.approx(0.8701, abs=2e-3)
