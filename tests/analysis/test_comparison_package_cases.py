"""P13 on apiclus1 and apistrat: tests with a finite population (R 4.2.2, survey 4.5)."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.comparison import crosstab, t_test
from analysis.comparison.crosstabs import Statistic
from analysis.survey_data import SurveyData
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


def _only(value: Any) -> float:
    return float(next(iter(value.values()))) if isinstance(value, dict) else float(value)


@pytest.mark.parametrize(
    ("statistic", "called", "close"),
    [
        ("F", "F", 1e-7),
        ("chi2", "Chisq", 1e-7),
        ("wald", "Wald", 1e-7),
        ("adjusted_wald", "adjWald", 1e-7),
        ("exact", "lincom", 1e-3),
        ("saddlepoint", "saddlepoint", 1e-3),
    ],
)
def test_chi_squared(refcases: Path, expected: dict[str, Any], statistic: Statistic, called: str, close: float) -> None:
    found = crosstab(_clusters(refcases), rows="sch.wide", columns="stype").test(statistic)

    assert found.value == pytest.approx(_only(expected[f"clus1_{called}"]["statistic"]), rel=1e-7)
    assert found.p == pytest.approx(_only(expected[f"clus1_{called}"]["p.value"]), abs=close)


@pytest.mark.parametrize("case", ["ttest_api", "ttest_api_strat", "ttest_one_sample"])
def test_t_tests(refcases: Path, expected: dict[str, Any], case: str) -> None:
    found = {
        "ttest_api": lambda: t_test(_clusters(refcases), value="enroll", group="comp.imp"),
        "ttest_api_strat": lambda: t_test(_strata(refcases), value="api00", group="awards"),
        "ttest_one_sample": lambda: t_test(_strata(refcases), value="api00", against=600),
    }[case]()
    shift = 600 if case == "ttest_one_sample" else 0

    assert found.value == pytest.approx(expected[case]["statistic"]["t"], rel=1e-7)
    assert found.df == expected[case]["parameter"]["df"]
    assert found.p == pytest.approx(_only(expected[case]["p.value"]), abs=1e-7)
    assert [found.low - shift, found.high - shift] == pytest.approx(expected[case]["conf.int"], rel=1e-7)
