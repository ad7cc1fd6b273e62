"""Regressions of survey A beside R's (P13, P16), and models that have no solution."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.columns import UnknownTerms
from analysis.comparison import (
    NotFitted,
    TestResult,
    linear,
    logistic,
    ordinal,
    standardised,
)
from analysis.comparison.ordinal import Link
from analysis.model_columns import model_columns
from analysis.survey_data import SurveyData
from tests.analysis.survey_a import DATA, FACTORS, respondents, values_of

TESTS = values_of(DATA / "tests.json")
REGRESSIONS = values_of(DATA / "regressions.json")
SCORES = ("sA", "sB", "sC", "sD", "sE")


@pytest.fixture(scope="module")
def survey() -> SurveyData:
    """svydesign(ids = ~psu, strata = ~commune, weights = ~w_nr, data = r)"""
    table = respondents("responses_2023.csv").reset_index(drop=True)
    means = {f"s{factor}": table[list(FACTORS[factor])].mean(axis=1) for factor in "ABCDE"}
    return SurveyData.of(
        table.assign(sat=(table["overall"] >= 4).astype(float), **means), strata="commune", psu="psu", weight="w_nr"
    )


def small(**columns: list[object]) -> SurveyData:
    return SurveyData.of(pd.DataFrame(columns))


# Regressions


def _check(found: object, expected: dict[str, object], close: float = 1e-7) -> None:
    table = found.table()

    assert table["coefficient"].tolist() == expected["names"]
    assert table["estimate"].to_numpy() == pytest.approx(expected["est"], rel=close, abs=1e-12)
    assert table["se"].to_numpy() == pytest.approx(expected["se"], rel=close)
    for column in set(expected) & {"t", "p"}:
        assert table[column].to_numpy() == pytest.approx(expected[column], rel=10 * close), column
    if expected.get("vcov"):
        assert found.covariance == pytest.approx(np.array(expected["vcov"]), rel=close, abs=1e-12)
    if "df_resid" in expected:
        assert found.df == expected["df_resid"]


def test_linear_and_logistic_regression_equal_r(survey: SurveyData) -> None:
    models = {
        "gaussian": linear(survey, outcome="overall", terms=SCORES),
        "logit": logistic(survey, outcome="sat", terms=SCORES),
    }

    for name, model in models.items():
        _check(model, REGRESSIONS[name])
        assert (model.n, survey.degrees_of_freedom()) == tuple(REGRESSIONS["n"].values())
    assert models["logit"].cox_snell == pytest.approx(REGRESSIONS["logit_psrsq"]["CoxSnell"], rel=1e-7)
    assert models["logit"].nagelkerke == pytest.approx(REGRESSIONS["logit_psrsq"]["Nagelkerke"], rel=1e-7)


def test_standardised_coefficients_equal_r(survey: SurveyData) -> None:
    """R's intercept is rounding, not an estimate: 3e-17 with a t of 1e-15."""
    found, expected = standardised(survey, outcome="overall", terms=SCORES), REGRESSIONS["standardised"]

    assert found.value == pytest.approx(expected["est"], rel=1e-7, abs=1e-12)
    for column in ("se", "t", "p"):
        assert found.table()[column].to_numpy()[1:] == pytest.approx(expected[column][1:], rel=1e-6), column
    assert found.se[0] == pytest.approx(expected["se"][0], rel=1e-7)
    assert found.covariance == pytest.approx(np.array(expected["vcov"]), rel=1e-7, abs=1e-12)
    assert found.df == expected["df_resid"]


def test_coefficients_of_categories_equal_r(survey: SurveyData) -> None:
    found = logistic(survey, outcome="sat", terms=["counter", "age", "rgroup"], categorical=["counter"])

    _check(found, TESTS["logit_coef"])
    _check_test(found.test("counter"), TESTS["logit_counter"])


def test_wald_tests_equal_r(survey: SurveyData) -> None:
    scores = linear(survey, outcome="overall", terms=SCORES)
    counters = linear(survey, outcome="sat", terms=["counter"], categorical=["counter"])

    _check_test(counters.test("counter"), TESTS["anova_counter"])
    _check_test(scores.test(*SCORES), REGRESSIONS["wald_all"])
    _check_test(scores.test("sA", "sB"), REGRESSIONS["wald_AB"])


def _check_test(found: TestResult, expected: dict[str, float]) -> None:
    assert found.value == pytest.approx(expected["F"], rel=1e-7)
    assert (found.df, found.ddf) == (expected["df"], expected["ddf"])
    assert found.p == pytest.approx(expected["p"], rel=1e-6)


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_ordinal_regression_equals_r(survey: SurveyData, link: str) -> None:
    """svyolr's optimiser stops early: 1e-3."""
    found = ordinal(survey, outcome="overall", terms=SCORES, link=link)

    _check(found, REGRESSIONS[f"olr_{link}"], close=1e-3)


def test_ordinal_regression_of_categories_equals_r(survey: SurveyData) -> None:
    found = ordinal(survey, outcome="overall", terms=["age", "sex", "rgroup", "channel"])

    _check(found, REGRESSIONS["olr_demo"], close=1e-3)


def test_ordinal_regression_is_at_its_maximum(survey: SurveyData) -> None:
    found = ordinal(survey, outcome="overall", terms=SCORES)
    scaled = ordinal(
        replace(survey, frame=survey.frame.assign(sA=survey.frame["sA"] * 1000)), outcome="overall", terms=SCORES
    )

    assert scaled.log_likelihood == pytest.approx(found.log_likelihood, rel=1e-12)
    assert scaled.value[0] * 1000 == pytest.approx(found.value[0], rel=1e-6)


def test_models_leave_out_rows_with_gaps_but_keep_the_design(survey: SurveyData) -> None:
    gaps = survey.frame["A1"].isna().to_numpy()
    found = linear(survey, outcome="A1", terms=["overall"])
    same = linear(survey.subset(~gaps), outcome="A1", terms=["overall"])

    assert found.n == int((~gaps).sum())
    assert found.se == pytest.approx(same.se, rel=1e-12)
    assert np.isnan(found.fitted[gaps]).all()


def test_products_of_terms_are_columns() -> None:
    found = model_columns(pd.DataFrame({"x": [2.0, 3.0], "g": ["a", "b"]}), ["x", "g", "x:g"])

    assert found.names == ("(Intercept)", "x", "gb", "x:gb")
    assert found.matrix[:, 3].tolist() == [0.0, 3.0]


@pytest.mark.parametrize("size", [3, 10, 500])
@pytest.mark.parametrize("other", [[0], [0, 1]], ids=["both groups of one kind", "one group of one kind"])
def test_groups_of_only_0_or_1_have_no_logistic_regression(size: int, other: list[int]) -> None:
    """The deviance stands still long before the coefficients do."""
    y = [1] * size + other * size
    data = small(y=y, group=["a"] * size + ["b"] * (len(y) - size))

    with pytest.raises(NotFitted, match="separate the outcome"):
        logistic(data, outcome="y", terms=["group"])


@pytest.mark.parametrize("link", ["logit", "probit"])
def test_a_group_of_only_one_level_has_no_ordinal_regression(link: Link) -> None:
    data = small(y=[1, 2, 3, 4, 5] * 60 + [5] * 100, group=["a"] * 300 + ["b"] * 100)

    with pytest.raises(NotFitted, match="separate the levels"):
        ordinal(data, outcome="y", terms=["group"], link=link)


def test_chances_near_1_are_no_separation() -> None:
    found = logistic(
        small(y=[0] + [1] * 999 + [0, 1] * 50, group=["a"] * 1000 + ["b"] * 100), outcome="y", terms=["group"]
    )

    assert found.value == pytest.approx([np.log(999), -np.log(999)], rel=1e-6)


def test_models_without_a_solution_say_why() -> None:
    data = small(y=[0, 0, 1, 1], x=[1.0, 2.0, 3.0, 4.0], twice=[2.0, 4.0, 6.0, 8.0])

    with pytest.raises(NotFitted, match="separate"):
        logistic(data, outcome="y", terms=["x"])
    with pytest.raises(NotFitted, match="say the same"):
        linear(data, outcome="y", terms=["x", "twice"])
    with pytest.raises(NotFitted, match="three levels"):
        ordinal(data, outcome="y", terms=["x"])
    with pytest.raises(UnknownTerms, match="z"):
        linear(data, outcome="y", terms=["z"])
