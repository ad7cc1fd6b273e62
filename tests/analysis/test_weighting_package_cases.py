"""P06: calibrated weights of apiclus1 and the standard errors of their residuals (R 4.2.2, survey 4.5)."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import estimators, intervals
from analysis.survey_data import SurveyData
from analysis.weighting import BoundsNotMet, Weighted, calibrate, poststratify, rake, trim
from tests.analysis.said_by_r import agrees
from tests.analysis.survey_a import values_of

TYPES = pd.Series({"E": 4421, "H": 755, "M": 1018}).rename_axis("stype")
SCHOOLWIDE = pd.Series({"No": 1072, "Yes": 5122}).rename_axis("sch.wide")
TOTALS = {"(Intercept)": 6194, "stypeH": 755, "stypeM": 1018, "api99": 3914069}
TERMS = ("stype", "api99")

STEPS: dict[str, Callable[[SurveyData], Weighted]] = {
    "poststrat": lambda data: poststratify(data, counts=TYPES),
    "rake": lambda data: rake(data, margins=[TYPES, SCHOOLWIDE]),
    "linear": lambda data: calibrate(data, terms=TERMS, totals=TOTALS),
    "raking": lambda data: calibrate(data, terms=TERMS, totals=TOTALS, distance="raking"),
    "logit_bounded": lambda data: calibrate(data, terms=TERMS, totals=TOTALS, distance="logit", bounds=(0.5, 2.0)),
    "trimmed": lambda data: trim(rake(data, margins=[TYPES, SCHOOLWIDE]).data, lower=10, upper=60),
}


@pytest.fixture(scope="module")
def refcases(request: pytest.FixtureRequest) -> Path:
    return Path(request.config.getoption("--refcases"))


@pytest.fixture(scope="module")
def schools(refcases: Path) -> SurveyData:
    """svydesign(id = ~dnum, weights = ~pw, data = apiclus1, fpc = ~fpc)"""
    table = pd.read_csv(refcases / "data" / "apiclus1.csv")
    for column in ("comp.imp", "awards"):
        table[f"{column}=Yes"] = (table[column] == "Yes").astype(float)
    return SurveyData.of(table, psu="dnum", weight="pw", fpc="fpc")


@pytest.fixture(scope="module")
def weighted(schools: SurveyData) -> dict[str, Weighted]:
    return {name: step(schools) for name, step in STEPS.items()}


@pytest.fixture(scope="module")
def expected(refcases: Path) -> dict[str, dict[str, object]]:
    return values_of(refcases / "cases" / "P06_calibration" / "expected.json")


@pytest.mark.parametrize("name", STEPS)
def test_weights_equal_r(refcases: Path, weighted: dict[str, Weighted], name: str) -> None:
    expected = pd.read_csv(refcases / "cases" / "P06_calibration" / "weights.csv")[name]

    assert np.abs(weighted[name].weights - expected).max() < 1e-6


MEANS = {
    "ps_mean": "poststrat",
    "rake_mean": "rake",
    "lin_mean": "linear",
    "raking_mean": "raking",
    "logit_mean": "logit_bounded",
    "trim_mean": "trimmed",
    "rake_as_calibrate_mean": "rake",
}
TOTAL = {
    "ps_total": "poststrat",
    "rake_total": "rake",
    "lin_total": "linear",
    "raking_total": "raking",
    "logit_total": "logit_bounded",
}
SHARES = {"ps_share": "poststrat", "lin_share": "linear"}


@pytest.mark.parametrize("case", [*MEANS, *TOTAL, *SHARES])
def test_standard_errors_are_those_of_residuals(
    weighted: dict[str, Weighted], expected: dict[str, dict[str, object]], case: str
) -> None:
    data = weighted[(MEANS | TOTAL | SHARES)[case]].data
    found = (
        estimators.mean(data, "api00")
        if case in MEANS
        else estimators.total(data, "enroll")
        if case in TOTAL
        else estimators.mean(data, "comp.imp=Yes")
    )

    agrees(found, expected[case], close=1e-7)


def test_ratios_and_domains_keep_the_calibration(
    weighted: dict[str, Weighted], expected: dict[str, dict[str, object]]
) -> None:
    cells, margins = weighted["poststrat"].data, weighted["rake"].data

    agrees(estimators.ratio(cells, "api.stu", "enroll"), expected["ps_ratio"], close=1e-7)
    agrees(estimators.mean(cells, "api00", by="sch.wide"), expected["ps_by"], close=1e-7)
    agrees(estimators.mean(margins, "comp.imp=Yes", by="stype"), expected["rake_by"], close=1e-7)


def test_domain_share_has_its_interval(weighted: dict[str, Weighted], expected: dict[str, dict[str, object]]) -> None:
    """svyciprop(~I(awards == "Yes"), subset(ps, comp.imp == "Yes"), method = "beta"); R counts all rows as n."""
    data = weighted["poststrat"].data
    domain = data.subset((data.frame["comp.imp"] == "Yes").to_numpy())
    share = estimators.mean(domain, "awards=Yes")
    n = np.array([float(len(data.frame))])
    low, high = intervals.korn_graubard(share.value, share.se, share.df.astype(float), n)

    agrees(share, expected["ps_domain_ciprop"], close=1e-7)
    assert low[0] == pytest.approx(expected["ps_domain_ciprop"]["lower"], rel=1e-7)
    assert high[0] == pytest.approx(expected["ps_domain_ciprop"]["upper"], rel=1e-7)


def test_bounds_hold_and_are_used(weighted: dict[str, Weighted], expected: dict[str, object]) -> None:
    factors = weighted["logit_bounded"].factors

    assert [factors.min(), factors.max()] == pytest.approx(expected["logit_g_range"], rel=1e-7)


def test_weights_taken_as_fixed_give_another_standard_error(
    schools: SurveyData, weighted: dict[str, Weighted], expected: dict[str, dict[str, object]]
) -> None:
    fixed = schools.with_weights(weighted["rake"].weights)

    agrees(estimators.mean(fixed, "api00"), expected["rake_fixed_weight_mean"], close=1e-7)


def test_bounds_that_cannot_be_met_are_named(schools: SurveyData) -> None:
    with pytest.raises(BoundsNotMet, match=r"0\.9 and 1\.1 times") as fault:
        calibrate(schools, terms=TERMS, totals=TOTALS, distance="logit", bounds=(0.9, 1.1))

    low, high = fault.value.narrowest
    just_enough = (low - 0.01, high + 0.01)
    assert calibrate(schools, terms=TERMS, totals=TOTALS, distance="logit", bounds=just_enough).converged


@pytest.mark.parametrize("distance", ["linear", "raking", "logit"])
def test_every_distance_keeps_its_bounds(schools: SurveyData, distance: str) -> None:
    found = calibrate(schools, terms=TERMS, totals=TOTALS, distance=distance, bounds=(0.55, 1.9))

    assert found.converged
    assert found.factors.min() >= 0.55 - 1e-12
    assert found.factors.max() <= 1.9 + 1e-12
