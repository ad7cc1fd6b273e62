"""P13 on apiclus1 and apistrat: tests with a finite population (R 4.2.2, survey 4.5)."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.comparison import crosstab, t_test
from analysis.comparison.crosstabs import Statistic
from analysis.survey_data import SurveyData
from tests.analysis.said_by_r import result_agrees
from tests.analysis.survey_a import values_of


@pytest.fixture(scope="module")
def refcases(request: pytest.FixtureRequest) -> Path:
    return Path(request.config.getoption("--refcases"))


@pytest.fixture(scope="module")
def expected(refcases: Path) -> dict[str, Any]:
    return values_of(refcases / "cases" / "P13_tests_tables" / "expected.json")


def _clusters(refcases: Path) -> SurveyData:
    return SurveyData.of(pd.read_csv(refcases / "data" / "apiclus1.csv"), psu="dnum", weight="pw", fpc="fpc")


def _strata(refcases: Path) -> SurveyData:
    return SurveyData.of(pd.read_csv(refcases / "data" / "apistrat.csv"), strata="stype", weight="pw", fpc="fpc")


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
def test_chi_squared(
    refcases: Path, expected: dict[str, Any], statistic: Statistic, called: str, within: float
) -> None:
    found = crosstab(_clusters(refcases), rows="sch.wide", columns="stype").test(statistic)

    result_agrees(found, expected[f"clus1_{called}"], p_within=within)


@pytest.mark.parametrize("case", ["ttest_api", "ttest_api_strat", "ttest_one_sample"])
def test_t_tests(refcases: Path, expected: dict[str, Any], case: str) -> None:
    found = {
        "ttest_api": lambda: t_test(_clusters(refcases), value="enroll", group="comp.imp"),
        "ttest_api_strat": lambda: t_test(_strata(refcases), value="api00", group="awards"),
        "ttest_one_sample": lambda: t_test(_strata(refcases), value="api00", against=600),
    }[case]()
    shift = 600 if case == "ttest_one_sample" else 0

    moved = {name: getattr(found, name) - shift for name in ("estimate", "low", "high")}
    result_agrees(replace(found, **moved), expected[case])
