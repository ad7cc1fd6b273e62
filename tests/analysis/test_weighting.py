"""Weights of survey A as R makes them (P10), small tables weighed by hand, and plans without weights."""

import json

import numpy as np
import pytest

from analysis import estimators
from analysis.survey_data import SurveyData
from analysis.weighting import (
    EmptyClasses,
    PlanFaults,
    TrimImpossible,
    Weighted,
    adjust_nonresponse,
    adjust_unknown_eligibility,
    base_weights,
    diagnostics,
    plan_weights,
    rake,
    response_propensity,
    trim,
)
from tests.analysis.said_by_r import agrees
from tests.analysis.survey_a_weights import EXPECTED, MARGINS, WEIGHTS, make_drawn, make_respondents, small


@pytest.fixture(scope="module")
def drawn() -> SurveyData:
    return make_drawn()


@pytest.fixture(scope="module")
def respondents() -> SurveyData:
    return make_respondents()


@pytest.fixture(scope="module")
def raked(respondents: SurveyData) -> Weighted:
    return rake(respondents, margins=MARGINS)


# Base weights


def test_base_weights_are_inverse_inclusion_probabilities(drawn: SurveyData) -> None:
    found = base_weights(drawn.frame, stages=[("M_psu", "m_psu"), ("N_hh", "n_hh")], times="adults")

    assert found == pytest.approx(drawn.frame["w_base"], abs=1e-6)


def make_plan(**changes: object) -> dict[str, object]:
    psus = [
        {"code": "a", "population": 60, "drawn": 6, "sampled": True},
        {"code": "b", "population": 20, "drawn": 5, "sampled": True},
        {"code": "c", "population": 9, "drawn": 0, "sampled": False},
    ]
    return {"strata": [{"code": "1", "population": 100, "psus_in_frame": 4, "psus": psus, **changes}]}


def test_plan_with_equal_chances() -> None:
    """Two of four villages, then 6 of 60 and 5 of 20 people."""
    found = plan_weights(make_plan())

    assert found["psu"].tolist() == ["a", "b"]
    assert found["weight"].tolist() == [2 * 10, 2 * 4]


def test_plan_with_chances_by_size_knows_certain_psus() -> None:
    """The interval is 100 / 2 = 50: a is certain, b stands for the 40 others: 40 / 20 = 2."""
    found = plan_weights(make_plan(), selection="size")

    assert found["first"].tolist() == [1.0, 2.0]


def test_plan_names_all_its_faults() -> None:
    wrong = [{"code": "a", "population": 3, "drawn": 5}, {"code": "b", "population": 9, "drawn": 0}]

    with pytest.raises(PlanFaults) as fault:
        plan_weights(make_plan(psus=wrong, psus_in_frame=1))

    assert len(fault.value.faults) == 3


# Unknown eligibility and non-response


def test_unknown_cases_give_their_weight_to_known_ones() -> None:
    data = small([10, 10, 10, 30], known=[1, 1, 0, 1], unit=["x", "x", "x", "y"])

    found = adjust_unknown_eligibility(data, known="known", within="unit")

    assert found.weights.tolist() == [15, 15, 0, 30]


def test_ineligible_cases_keep_their_weight() -> None:
    data = small([10, 10, 10], responded=[1, 0, 0], eligible=[1, 1, 0])

    found = adjust_nonresponse(data, responded="responded", eligible="eligible")

    assert found.weights.tolist() == [20, 0, 10]


def test_weighting_classes_equal_r(drawn: SurveyData) -> None:
    found = adjust_nonresponse(drawn, responded="resp", within="commune")

    # The file's weights are rounded to six decimals before and after the adjustment.
    assert found.weights == pytest.approx(drawn.frame["w_nr"], abs=2e-6)
    assert found.weights.sum() == pytest.approx(found.before.sum())


def test_class_without_respondents_is_named() -> None:
    data = small([10, 10], responded=[1, 0], unit=["x", "y"])

    with pytest.raises(EmptyClasses, match="y"):
        adjust_nonresponse(data, responded="responded", within="unit")


def test_response_propensity_equals_r(drawn: SurveyData) -> None:
    expected = EXPECTED["propensity"]
    propensity = response_propensity(
        drawn, responded="resp", terms=["age", "sex", "urban", "educ"], categorical=["urban"]
    )
    answered = (drawn.frame["resp"] == 1).to_numpy()
    classes = propensity.by_classes(5)

    for ours, theirs in (("estimate", "est"), ("se", "se"), ("t", "t"), ("p", "p")):
        assert propensity.regression.table()[ours].to_numpy() == pytest.approx(expected[theirs], rel=1e-6), theirs
    assert propensity.regression.covariance == pytest.approx(np.array(expected["vcov"]), rel=1e-6)
    assert propensity.regression.df == expected["df_resid"]
    assert propensity.chance[answered] == pytest.approx(WEIGHTS["phat"], abs=1e-6)
    assert propensity.classes(5)[answered].tolist() == WEIGHTS["cls"].tolist()
    assert classes.classes["factor"].tolist() == pytest.approx(EXPECTED["class_factors"], rel=1e-9)
    assert classes.weights[answered] == pytest.approx(WEIGHTS["w_cls"], abs=1e-6)
    assert propensity.by_inverse().weights[answered] == pytest.approx(WEIGHTS["w_ipw"], abs=1e-6)


@pytest.mark.parametrize(("case", "column"), [("A1_nr", "w_nr"), ("cls_A1", "w_cls"), ("ipw_A1", "w_ipw")])
def test_adjusted_estimates_equal_r(respondents: SurveyData, case: str, column: str) -> None:
    found = estimators.rate(respondents.with_weights(WEIGHTS[column].to_numpy()), "A1")

    agrees(found, EXPECTED[case], close=1e-7)


# Trimming and diagnostics


def test_trimming_keeps_the_total() -> None:
    """95 is cut to 50; the 45 go to the three others, 15 each."""
    found = trim(small([95, 10, 20, 30]), upper=50)

    assert found.weights.tolist() == [50, 25, 35, 45]


def test_trimming_again_where_shares_push_over() -> None:
    found = trim(small([100, 40, 10]), upper=55)
    once = trim(small([100, 40, 10]), upper=55, strict=False)

    assert found.weights == pytest.approx([55, 55, 40])
    assert once.weights.tolist() == [55, 62.5, 32.5]


def test_trimming_within_classes_keeps_each_total() -> None:
    data = small([90, 10, 10, 5], unit=["x", "x", "y", "y"])

    found = trim(data, upper=60, within="unit")

    assert found.weights.tolist() == [60, 40, 10, 5]


def test_limits_that_cannot_hold_the_total_are_refused() -> None:
    with pytest.raises(TrimImpossible, match="total 110"):
        trim(small([100, 10]), upper=50)


def test_design_effect_of_weighting_equals_r() -> None:
    found = {kind: diagnostics(WEIGHTS[f"w_{kind}"].to_numpy()).deff for kind in ("base", "nr", "rake")}

    assert found == pytest.approx(EXPECTED["kish_deff_w"], rel=1e-9)


def test_diagnostics_name_extreme_weights() -> None:
    found = diagnostics(np.array([1.0, 1.0, 0.0, 1.0, 9.0]))

    assert (found.n, found.extreme) == (4, (4,))
    assert found.deff == pytest.approx(4 * 84 / 144)
    assert diagnostics(np.zeros(3)).n == 0


def test_each_step_shows_before_and_after(raked: Weighted) -> None:
    table = raked.table()

    assert table["weights"].tolist() == ["before", "after"]
    assert table["deff"].tolist() == pytest.approx([EXPECTED["kish_deff_w"]["nr"], EXPECTED["kish_deff_w"]["rake"]])
    assert 0 < raked.rounds < 20
    assert json.dumps(table.to_dict("records"))
