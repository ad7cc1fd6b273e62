"""Calibration of survey A as R does it (P10): weights, standard errors of residuals, and totals out of reach."""

import numpy as np
import pandas as pd
import pytest

from analysis import estimators, intervals
from analysis.survey_data import SurveyData
from analysis.weighting import (
    BoundsNotMet,
    NegativeWeights,
    TargetsDisagree,
    UnmatchedLevels,
    Weighted,
    WeightingFault,
    calibrate,
    poststratify,
    rake,
)
from tests.analysis.said_by_r import agrees
from tests.analysis.survey_a_weights import EXPECTED, MARGINS, WEIGHTS, counts, make_respondents, small


@pytest.fixture(scope="module")
def respondents() -> SurveyData:
    return make_respondents()


@pytest.fixture(scope="module")
def raked(respondents: SurveyData) -> Weighted:
    return rake(respondents, margins=MARGINS)


# Calibration


def test_raked_and_poststratified_weights_equal_r(respondents: SurveyData, raked: Weighted) -> None:
    cells = poststratify(respondents, counts=counts("age", "sex"))

    assert raked.weights == pytest.approx(WEIGHTS["w_rake"], abs=1e-6)
    assert cells.weights == pytest.approx(WEIGHTS["w_ps"], abs=1e-6)


@pytest.mark.parametrize("item", ["A1", "C2", "E4", "overall"])
def test_calibrated_estimates_equal_r(respondents: SurveyData, raked: Weighted, item: str) -> None:
    """calibrate(calfun = "raking"), rake() with its unweighted residuals, postStratify()."""
    as_rake = rake(respondents, margins=MARGINS, regression="equal")
    cells = poststratify(respondents, counts=counts("age", "sex"))

    for kind, step in (("ca", raked), ("rk", as_rake), ("ps", cells)):
        agrees(estimators.rate(step.data, item), EXPECTED[f"{kind}_{item}"], close=1e-7)


def test_domains_of_raked_data_equal_r(respondents: SurveyData, raked: Weighted) -> None:
    as_rake = rake(respondents, margins=MARGINS, regression="equal").data
    found = {
        "ca_by_commune_A1": estimators.rate(raked.data, "A1", by="commune"),
        "rk_by_commune_A1": estimators.rate(as_rake, "A1", by="commune"),
        "rk_by_counter_E4": estimators.rate(as_rake, "E4", by="counter"),
    }

    for case, estimate in found.items():
        agrees(estimate, EXPECTED[case], close=1e-7)


def test_interval_of_raked_data_equals_r(respondents: SurveyData) -> None:
    """R takes all 1,563 respondents as n, not the 1,446 who answered."""
    share = estimators.rate(rake(respondents, margins=MARGINS, regression="equal").data, "A1")
    low, high = intervals.korn_graubard(share.value, share.se, share.df.astype(float), np.array([1563.0]))

    agrees(share, EXPECTED["rk_ci_A1_beta"], close=1e-7)
    assert low[0] == pytest.approx(EXPECTED["rk_ci_A1_beta"]["lower"], rel=1e-7)
    assert high[0] == pytest.approx(EXPECTED["rk_ci_A1_beta"]["upper"], rel=1e-7)


def test_raking_is_calibration_to_indicators(respondents: SurveyData, raked: Weighted) -> None:
    age, sex, urban = MARGINS
    totals = {"(Intercept)": age.sum(), **{f"age{key}": age[key] for key in age.index[1:]}}
    totals |= {"sexM": sex["M"], "urban1": urban[1]}

    found = calibrate(
        respondents, terms=["age", "sex", "urban"], totals=totals, categorical=["urban"], distance="raking"
    )

    assert found.weights == pytest.approx(raked.weights, rel=1e-9)


def test_margins_are_attained_and_shown(raked: Weighted) -> None:
    table = raked.margin_table()

    assert table["margin"].tolist()[:2] == ["age = 18-29", "age = 30-44"]
    assert (table["gap"] < 1e-9).all()
    assert not np.allclose(table["before"], table["target"])


def test_a_calibrated_total_has_no_doubt(raked: Weighted) -> None:
    women = raked.data.frame.assign(woman=(raked.data.frame["sex"] == "F").astype(float))
    data = SurveyData.of(women, strata="commune", psu="psu").with_weights(
        raked.weights, calibration=raked.data.calibration
    )

    found = estimators.total(data, "woman")

    assert found.value[0] == pytest.approx(176835)
    assert found.se[0] < 1e-4


def test_two_calibrations_remove_both(respondents: SurveyData) -> None:
    first = poststratify(respondents, counts=counts("urban"))
    second = poststratify(first.data, counts=counts("sex"))
    scores = second.weights[:, None] * np.ones((len(second.weights), 1))

    assert second.data.calibration is not None
    assert np.abs(second.data.calibration.residuals(scores)).max() < 1e-8


def test_margins_of_different_populations_are_refused(respondents: SurveyData) -> None:
    with pytest.raises(TargetsDisagree, match="age 345800, sex 691600"):
        rake(respondents, margins=[counts("age"), counts("sex") * 2])


def test_contradicting_totals_are_refused() -> None:
    data = small([1, 1, 1], x=[1.0, 2.0, 3.0], y=[2.0, 4.0, 6.0])

    with pytest.raises(TargetsDisagree):
        calibrate(data, terms=["x", "y"], totals={"(Intercept)": 3, "x": 6, "y": 13})


def test_totals_beyond_the_sample_are_refused() -> None:
    data = small([1, 1, 1], x=[1.0, 2.0, 3.0])

    with pytest.raises(BoundsNotMet, match="between 0 and inf"):
        calibrate(data, terms=["x"], totals={"(Intercept)": 3, "x": 12}, distance="raking")


def test_negative_weights_are_refused_and_bounds_avoid_them() -> None:
    data, totals = small([1, 1, 1, 1], x=[1.0, 2.0, 3.0, 9.0]), {"(Intercept)": 4, "x": 7.5}

    with pytest.raises(NegativeWeights, match="negative weight: 1"):
        calibrate(data, terms=["x"], totals=totals)

    assert calibrate(data, terms=["x"], totals=totals, bounds=(0.0, 3.0)).weights.min() >= 0.0


def test_levels_without_a_partner_are_named() -> None:
    data = small([1, 1], sex=["F", "X"])

    with pytest.raises(UnmatchedLevels) as fault:
        rake(data, margins=[pd.Series({"F": 1, "M": 1}).rename_axis("sex")])

    assert (fault.value.without_target, fault.value.without_row) == (("X",), ("M",))


def test_logit_needs_bounds_around_one() -> None:
    data = small([1, 1], x=[1.0, 2.0])

    for bounds in (None, (1.1, 2.0)):
        with pytest.raises(WeightingFault):
            calibrate(data, terms=["x"], totals={"(Intercept)": 2, "x": 3}, distance="logit", bounds=bounds)
