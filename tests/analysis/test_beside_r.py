"""Methods beside R on a small invented survey, typed here by formula: replicate weights in models, functions of
estimates, rules for quantiles where weights differ. The R calls are in the same order as the tests.
"""

import numpy as np
import pandas as pd
import pytest

from analysis import estimators
from analysis.comparison import NoTest, crosstab, linear, logistic, ordinal, rank_test, t_test
from analysis.comparison.crosstabs import Statistic
from analysis.contrasts import function
from analysis.quantiles import UnknownRule, quantile
from analysis.replicates import ReplicateData, replicates_of
from analysis.survey_data import SurveyData
from analysis.weighting import poststratify

# R 4.2.2, survey 4.1-1, 2026-11-25:
# i <- 0:59; psu <- i %/% 5
# d <- data.frame(stratum = i %/% 20, psu, w = 10 + (7*i) %% 13, y = 20 + (17*i) %% 31 + 4*(psu %% 3), x = (11*i) %% 19,
#   place = c("north", "south", "west")[1 + (5*i + psu) %% 3], b = as.numeric((13*i + psu) %% 7 < 4),
#   o = 1 + ((i^3 + 5*i) %% 23) %% 4); d$y[c(8, 34)] <- NA
# des <- svydesign(ids = ~psu, strata = ~stratum, weights = ~w, data = d); jkn <- as.svrepdesign(des, type = "JKn")


@pytest.fixture(scope="module")
def design() -> SurveyData:
    i = np.arange(60)
    psu = i // 5
    frame = pd.DataFrame({"stratum": i // 20, "psu": psu, "w": 10 + 7 * i % 13, "x": 11 * i % 19})
    frame["y"] = np.where(np.isin(i, [7, 33]), np.nan, 20.0 + 17 * i % 31 + 4 * (psu % 3))
    frame["place"] = np.array(["north", "south", "west"])[(5 * i + psu) % 3]
    frame["b"] = ((13 * i + psu) % 7 < 4).astype(float)
    frame["o"] = 1 + (i**3 + 5 * i) % 23 % 4
    return SurveyData.of(frame, strata="stratum", psu="psu", weight="w")


@pytest.fixture(scope="module")
def jackknife(design: SurveyData) -> ReplicateData:
    return replicates_of(design, "JKn")


def test_linear_regression_with_replicates(jackknife: ReplicateData) -> None:
    """m <- svyglm(y ~ x + place, jkn); coef(m); SE(m); m$df.residual; regTermTest(m, ~place)"""
    model = linear(jackknife, outcome="y", terms=["x", "place"])
    place = model.test("place")

    assert model.value == pytest.approx([39.05074188, -0.2149758868, 4.788035152, 1.055206773], rel=1e-8)
    assert model.se == pytest.approx([2.161810298, 0.2736296548, 2.213733462, 2.807216767], rel=1e-8)
    assert (model.df, place.value, place.p) == pytest.approx((6, 2.411895412, 0.1703395827), rel=1e-8)


def test_logistic_regression_with_replicates(jackknife: ReplicateData) -> None:
    """m <- svyglm(b ~ x, jkn, family = quasibinomial); coef(m); SE(m)"""
    model = logistic(jackknife, outcome="b", terms=["x"])

    assert model.value == pytest.approx([0.2269402817, 0.0005750666868], rel=1e-6)
    assert model.se == pytest.approx([0.4589483657, 0.05561272278], rel=1e-7)


def test_ordinal_regression_with_replicates(jackknife: ReplicateData, design: SurveyData) -> None:
    """coef(svyolr(factor(o) ~ x, jkn)); R 4.1-1 gives no standard errors here, the linearised ones are near."""
    model, linearised = (ordinal(data, outcome="o", terms=["x"]) for data in (jackknife, design))

    assert model.value == pytest.approx([0.01621353941, -0.3988199698, 0.2238371516, 1.167866865], rel=1e-4)
    assert model.se == pytest.approx(linearised.se, rel=0.1)


@pytest.mark.parametrize(
    ("statistic", "value", "p"),
    [
        ("F", 0.2284595318, 0.9074344972),
        ("chi2", 1.572832049, 0.9676131147),
        ("wald", 0.2598226796, 0.9425136513),
        ("adjusted_wald", 0.1154767465, 0.9885523179),
    ],
)
def test_tables_with_replicates(jackknife: ReplicateData, statistic: Statistic, value: float, p: float) -> None:
    """svychisq(~place + o, jkn, statistic = …)"""
    test = crosstab(jackknife, rows="place", columns="o").test(statistic)

    assert (test.value, test.p) == pytest.approx((value, p), rel=1e-8)


def test_means_and_ranks_with_replicates(jackknife: ReplicateData, design: SurveyData) -> None:
    """svyttest(y ~ b, jkn). R fits ranks once, here every replicate fits them: near, not equal."""
    test, ranks = t_test(jackknife, value="y", group="b"), rank_test(jackknife, value="x", group="b")

    found = (test.estimate, test.value, test.df, test.p)
    assert found == pytest.approx((-3.048347693, -2.238654254, 8, 0.05554195016), rel=1e-8)
    assert ranks.value == pytest.approx(rank_test(design, value="x", group="b").value, abs=1e-3)


def test_dispersion_with_replicates(jackknife: ReplicateData) -> None:
    """svyvar(~x, jkn): every replicate around its own mean."""
    found = estimators.dispersion(jackknife, "x")

    assert (found.value[0], found.se[0]) == pytest.approx((31.41266664, 1.703063674), rel=1e-8)
    assert found.deff[0] > 0


def test_functions_of_estimates(design: SurveyData) -> None:
    """svycontrast(svyby(~x, ~place, des, svymean, covmat = TRUE), quote(south/north - 1)); log(b/(1 - b)) too"""
    means, share = estimators.mean(design, "x", by="place"), estimators.mean(design, "b")
    rise = function(means, {"rise": lambda v: v["x[south]"] / v["x[north]"] - 1.0})
    logit = function(share, {"logit": lambda v: np.log(v["b"] / (1.0 - v["b"]))})

    assert (rise.value[0], rise.se[0]) == pytest.approx((0.3038655038, 0.245935326), rel=1e-9)
    assert (logit.value[0], logit.se[0]) == pytest.approx((0.2321291876, 0.2276723443), rel=1e-9)
    assert rise.df[0] == estimators.mean(design.subset(design.frame["place"] != "west"), "x").df[0]


@pytest.mark.parametrize(
    ("rule", "interval", "expected"),
    [
        ("shahvaish", "mean", [4, 10, 4, 10, 7, 13]),
        ("hf6", "mean", [3, 9, 2.18141737, 7.656736286, 5, 11.90553377]),
        ("math", "mean", [3, 9, 2, 8, 5, 11]),
        ("math", "score_r", [3, 9, 3, 8, 5, 11]),
    ],
)
def test_quantiles_where_weights_differ(design: SurveyData, rule: str, interval: str, expected: list[float]) -> None:
    """svyquantile(~x, des, c(.2, .5), qrule = …, interval.type = …)"""
    found = quantile(design, "x", [0.2, 0.5], rule=rule, interval=interval)

    assert [*found.value, *found.low, *found.high] == pytest.approx(expected, rel=1e-8)


def test_quantiles_of_replicates(jackknife: ReplicateData, design: SurveyData) -> None:
    """svyquantile(~y, subset(jkn, !is.na(y)), c(.25, .5), qrule = "hf7", interval.type = "quantile")"""
    found = quantile(jackknife, "y", [0.25, 0.5], rule="hf7", interval="quantile")

    assert found.value == pytest.approx([30.73809524, 38.86363636], rel=1e-9)
    assert found.low == pytest.approx([25.65342342, 34.5599468], rel=1e-9)
    assert found.se == pytest.approx([2.247709357, 1.902471513], rel=1e-9)
    with pytest.raises(UnknownRule, match="needs replicate weights"):
        quantile(design, "y", interval="quantile")


def test_a_quantile_found_by_interpolation_counts_its_own_row() -> None:
    """hf6 meets the position of an observation up to rounding; the share up to it must hold that observation."""
    values, weights = [8.73, 8.77, 9.12, 9.57, 30.0], [8.0, 16.0, 2.0, 1.0, 13.0]
    frame = pd.DataFrame({"x": values, "w": np.array(weights) * 3 / 7})
    found = quantile(SurveyData.of(frame, weight="w"), "x", 26.0 / 53.0, rule="hf6")

    assert found.value[0] == 9.12


def test_finite_populations_as_stata_prints_them() -> None:
    """Stata's manual, [SVY] svyset: webuse fpc; svy: mean x, without and with fpc(Nh); R agrees."""
    frame = pd.DataFrame({"stratid": [1] * 5 + [2] * 3, "weight": [3] * 5 + [4] * 3, "Nh": [15] * 5 + [12] * 3})
    frame["x"] = [2.8, 4.1, 6.8, 6.8, 9.2, 3.7, 6.6, 4.2]
    for columns, se in (({}, 0.7412683), ({"fpc": "Nh"}, 0.6160407)):
        found = estimators.mean(SurveyData.of(frame, strata="stratid", weight="weight", **columns), "x")
        assert (found.value[0], found.se[0], found.df[0]) == (
            pytest.approx(5.448148, abs=5e-7),
            pytest.approx(se, abs=5e-8),
            6,
        )


def test_replicates_are_weighed_anew(jackknife: ReplicateData) -> None:
    """svymean(~x, postStratify(jkn, ~place, data.frame(place = …, Freq = c(300, 350, 310))))"""
    counts = pd.Series({"north": 300.0, "south": 350.0, "west": 310.0}).rename_axis("place")
    found = estimators.mean(jackknife.reweighted(lambda one: poststratify(one, counts=counts)), "x")

    assert (found.value[0], found.se[0]) == pytest.approx((9.095000077, 0.3712477973), rel=1e-8)


def test_a_joint_test_needs_psus() -> None:
    """Three PSUs carry two contrasts at most: no Wald test of six."""
    i = np.arange(90)
    frame = pd.DataFrame({"psu": i // 30, "a": i % 3, "b": (i * i + i // 7) % 4})
    table = crosstab(SurveyData.of(frame, psu="psu"), rows="a", columns="b")

    with pytest.raises(NoTest, match="too few PSUs"):
        table.test("wald")
