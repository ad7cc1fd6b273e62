"""Tests of tables, means, ranks and pairs beside R's (P13), and tables whose answer is known beforehand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis import estimators
from analysis.comparison import (
    NotFitted,
    crosstab,
    pairwise,
    rank_test,
    t_test,
)
from analysis.comparison.crosstabs import Statistic, TooFewLevels
from analysis.comparison.quadratic_forms import exceeds, saddlepoint, satterthwaite
from analysis.survey_data import SurveyData
from tests.analysis.said_by_r import agrees, result_agrees
from tests.analysis.survey_a import DATA, respondents, values_of

TESTS = values_of(DATA / "tests.json")


@pytest.fixture(scope="module")
def survey() -> SurveyData:
    """svydesign(ids = ~psu, strata = ~commune, weights = ~w_nr, data = r)"""
    table = respondents("responses_2023.csv").reset_index(drop=True)
    return SurveyData.of(
        table.assign(sat=(table["overall"] >= 4).astype(float)), strata="commune", psu="psu", weight="w_nr"
    )


def small(**columns: list[object]) -> SurveyData:
    return SurveyData.of(pd.DataFrame(columns))


# Tables


@pytest.mark.parametrize(
    ("statistic", "called", "within"),
    [
        ("F", "F", 0.0),
        ("chi2", "Chisq", 0.0),
        ("wald", "Wald", 0.0),
        ("adjusted_wald", "adjWald", 0.0),
        ("exact", "lincom", 1e-3),
        ("saddlepoint", "saddlepoint", 1e-3),
    ],
)
def test_chi_squared_equals_r(survey: SurveyData, statistic: Statistic, called: str, within: float) -> None:
    found = crosstab(survey, rows="sat", columns="age").test(statistic)

    result_agrees(found, TESTS[f"sipas_age_{called}"], p_within=within)


def test_larger_table_equals_r(survey: SurveyData) -> None:
    result_agrees(crosstab(survey, rows="overall", columns="counter").test(), TESTS["chisq_counter"])


def test_weighted_table_equals_r(survey: SurveyData) -> None:
    table = crosstab(survey, rows="sat", columns="age")

    assert table.table().to_numpy() == pytest.approx(np.array(TESTS["table_count"]["values"]), rel=1e-9)
    assert table.shares(by="columns").to_numpy() == pytest.approx(np.array(TESTS["table_prop"]["values"]), rel=1e-9)


def test_rows_and_columns_may_change_places(survey: SurveyData) -> None:
    one, other = (crosstab(survey, rows=a, columns=b) for a, b in (("sat", "age"), ("age", "sat")))

    for statistic in ("F", "wald"):
        assert one.test(statistic).p == pytest.approx(other.test(statistic).p, rel=1e-9)


def test_table_of_one_row_is_refused() -> None:
    with pytest.raises(TooFewLevels, match="answer"):
        crosstab(small(answer=[1, 1, None], group=["a", "b", "b"]), rows="answer", columns="group")


def test_unweighted_simple_sample_gives_pearsons_test() -> None:
    """Without weights and clusters the design effects are n/(n - 1), nearly 1: Pearson's own p-value remains."""
    random = np.random.default_rng(7)
    table = pd.DataFrame({"a": random.integers(0, 3, 4000), "b": random.integers(0, 2, 4000)})
    found = crosstab(SurveyData.of(table), rows="a", columns="b")
    pearson = stats.chi2_contingency(pd.crosstab(table["a"], table["b"]), correction=False)

    assert found.pearson == pytest.approx(pearson.statistic)
    assert found.test("chi2").p == pytest.approx(pearson.pvalue, abs=1e-2)


def test_quadratic_forms_know_their_special_case() -> None:
    """With equal weights the sum over its denominator is F: both methods find it."""
    weights, x = np.full(3, 2.0), 12.0
    expected = stats.f.sf(x / 6.0, 3, 20)

    assert exceeds(x, weights, 20) == pytest.approx(expected, abs=1e-8)
    assert satterthwaite(x, weights, 20) == pytest.approx(expected, abs=1e-12)
    assert saddlepoint(x, weights, 20) == pytest.approx(expected, abs=5e-3)
    assert exceeds(0.0, weights, 20) == saddlepoint(0.0, weights, 20) == 1.0


# Means and ranks


@pytest.mark.parametrize(
    ("case", "value", "group"),
    [("ttest_sipas", "overall", "rgroup"), ("ttest_sat_channel", "sat", "channel")],
)
def test_t_test_equals_r(survey: SurveyData, case: str, value: str, group: str) -> None:
    result_agrees(t_test(survey, value=value, group=group), TESTS[case])


def test_one_mean_is_tested_against_a_value() -> None:
    """Mean 3 of 1, 3, 5 with standard error sqrt(4/3): against 1 it is t = 2/sqrt(4/3)."""
    found = t_test(small(x=[1.0, 3.0, 5.0]), value="x", against=1.0)

    assert found.value == pytest.approx(2 / np.sqrt(4 / 3))
    assert (found.estimate, found.df) == (3.0, 1)
    assert found.low < 3.0 < found.high


def test_t_test_of_three_groups_is_refused(survey: SurveyData) -> None:
    with pytest.raises(NotFitted, match="two levels"):
        t_test(survey, value="overall", group="educ")


def test_rank_tests_equal_r(survey: SurveyData) -> None:
    more, expected = rank_test(survey, value="overall", group="age"), TESTS["rank_kruskal"]

    result_agrees(rank_test(survey, value="overall", group="rgroup"), TESTS["rank_wilcoxon"])
    assert more.df == expected["statistic"]["df"]  # R has the two names the other way round.
    assert more.value * more.df == pytest.approx(expected["parameter"]["Chisq"], rel=1e-7)
    assert more.p == pytest.approx(expected["p.value"], rel=1e-7)


def test_midpoint_ranks_do_not_know_the_order_of_rows(survey: SurveyData) -> None:
    mixed = survey.frame.sample(frac=1.0, random_state=3).reset_index(drop=True)
    shuffled = SurveyData.of(mixed, strata="commune", psu="psu", weight="w_nr")

    one, other = (rank_test(data, value="overall", group="rgroup", ties="midpoint") for data in (survey, shuffled))

    assert one.p == pytest.approx(other.p, rel=1e-9)


@pytest.mark.parametrize("scores", ["van_der_waerden", "median"])
def test_other_scores_see_a_plain_difference(scores: str) -> None:
    data = small(x=[1.0, 2.0, 3.0, 4.0, 9.0, 10.0, 11.0, 12.0], group=["a"] * 3 + ["b", "a"] + ["b"] * 3)

    found = rank_test(data, value="x", group="group", scores=scores)

    assert found.estimate > 0


def test_pairs_equal_r(survey: SurveyData) -> None:
    expected = pd.read_csv(DATA / "pairwise_counter.csv")
    methods = ("bonferroni", "holm", "hochberg", "hommel", "BH", "BY")
    found = pairwise(survey, value="sat", by="counter", methods=methods, df="design").table()
    counters = estimators.mean(survey, "sat", by="counter")

    agrees(counters, TESTS["counter_by"] | {"vcov": TESTS["counter_vcov"]["values"]})
    assert found[["first", "second"]].astype(int).to_numpy().tolist() == expected[["a", "b"]].to_numpy().tolist()
    for ours, theirs in (("difference", "diff"), *((name, name) for name in ("se", "t", "df", "p", *methods))):
        assert found[ours].to_numpy() == pytest.approx(expected[theirs].to_numpy(), rel=1e-7, abs=1e-9)


def test_pairs_of_communes_have_their_own_freedom(survey: SurveyData) -> None:
    few = survey.subset(survey.frame["commune"].isin([1, 2]).to_numpy())
    found = pairwise(few, value="sat", by="commune")

    assert found.difference.df[0] == few.degrees_of_freedom() < survey.degrees_of_freedom()
