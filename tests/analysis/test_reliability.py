"""Reliability and factors of survey A beside R 4.2.2: psych 2.2.9, lavaan 0.6-14, survey 4.5 (reference case P12).

Each call of R stands in tests/data/survey_a/reliability.json.
"""

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.reliability.answers import UnfitAnswers, answers, rated
from analysis.reliability.confirmatory import ConfirmedFactors, Estimator, Fit, confirmatory_factors
from analysis.reliability.consistency import Consistency, consistency
from analysis.reliability.exploratory import adequacy, exploratory_factors
from analysis.reliability.extraction import maximum_likelihood, minimum_residuals
from analysis.reliability.omega import general_omega, omega
from analysis.reliability.polychoric import polychoric
from analysis.reliability.rotation import promax, varimax
from analysis.reliability.structure import FactorModel
from analysis.survey_data import SurveyData
from tests.analysis.survey_a import DATA, FACTORS, ITEMS, respondents, values_of

R = values_of(DATA / "reliability.json")
SCALES = {**FACTORS, "ALL": ITEMS}
MODEL = FactorModel({f"F{factor}": FACTORS[factor] for factor in "ABCDE"})


@cache
def _survey_a() -> SurveyData:
    return SurveyData.of(respondents("responses_2023.csv"), strata="commune", psu="psu", weight="w_nr")


@cache
def _complete() -> SurveyData:
    """Xc: those who answered all 22 items."""
    data = _survey_a()
    return data.subset(data.frame[list(ITEMS)].notna().all(axis=1).to_numpy())


def make_data(correlation: np.ndarray, n: int = 4000, seed: int = 1) -> SurveyData:
    """Normal scores whose sample correlations are exactly those given."""
    draws = np.random.default_rng(seed).standard_normal((n, len(correlation)))
    draws -= draws.mean(axis=0)
    draws = draws @ np.linalg.inv(np.linalg.cholesky(np.cov(draws, rowvar=False))).T
    names = [f"x{i + 1}" for i in range(len(correlation))]
    return SurveyData.of(pd.DataFrame(draws @ np.linalg.cholesky(correlation).T, columns=names))


def _alpha(found: Consistency) -> tuple[float, float, float]:
    return found.alpha, found.standardised_alpha, found.average_correlation


@pytest.mark.parametrize("scale", ["A", "B", "C", "D", "E", "ALL"])
def test_alpha_and_omega_of_a_scale_are_what_r_says(scale: str) -> None:
    items, expected, pairwise = SCALES[scale], R[f"alpha_{scale}"], R[f"alpha_pairwise_{scale}"]
    found = consistency(_complete(), items)
    assert found.n == R["n_complete"]
    assert _alpha(found) == pytest.approx([expected[k] for k in ("raw_alpha", "std_alpha", "average_r")], rel=1e-6)
    assert found.alpha_if_dropped == pytest.approx(expected["if_dropped"], rel=1e-6)
    assert found.item_rest == pytest.approx(expected["item_total_corrected"], rel=1e-6)
    some = consistency(_survey_a(), items, missing="pairwise")
    assert _alpha(some) == pytest.approx([pairwise[k] for k in ("raw_alpha", "std_alpha", "average_r")], rel=1e-6)

    one = omega(_complete(), items)
    assert one.omega == pytest.approx(R[f"omega_1f_ml_{scale}"]["omega"], abs=1e-4)
    assert one.loadings == pytest.approx(R[f"omega_1f_ml_{scale}"]["loadings"], abs=1e-4)


def test_weighted_alpha_is_what_r_says() -> None:
    c = consistency(_complete(), FACTORS["C"], weighted=True)
    every = consistency(_complete(), ITEMS, weighted=True)
    assert c.alpha == pytest.approx(R["svycralpha_C"], rel=1e-6)
    assert every.alpha == pytest.approx(R["svycralpha_all"], rel=1e-6)


def test_omega_total_and_hierarchical_are_what_r_says() -> None:
    found = general_omega(_complete(), ITEMS, factors=5)
    expected = R["omega_total_hier"]
    assert (found.hierarchical, found.total) == pytest.approx((expected["omega_h"], expected["omega_tot"]), abs=1e-3)


def test_correlations_pearson_and_polychoric_are_what_r_says() -> None:
    first = answers(_complete(), ITEMS[:6]).correlation()
    ordered = polychoric(_complete(), ITEMS[:6]).correlations
    assert first == pytest.approx(np.array(R["corr_first6"]["values"]), rel=1e-9)
    assert ordered == pytest.approx(np.array(R["polychoric_first6"]["values"]), abs=1e-3)


def test_fitness_for_factors_is_what_r_says() -> None:
    found, expected = adequacy(_complete(), ITEMS), R["kmo_bartlett"]
    assert (found.kmo, found.chisq, found.df) == pytest.approx([expected[k] for k in ("KMO", "chisq", "df")], rel=1e-6)
    assert found.item_kmo == pytest.approx(expected["MSAi"], rel=1e-6)
    assert found.eigenvalues == pytest.approx(R["eigen"], rel=1e-9)


def test_five_factors_by_maximum_likelihood_are_what_r_says() -> None:
    """Item A2 is a Heywood case: its uniqueness stands at the least that R allows."""
    found = exploratory_factors(_complete(), ITEMS, factors=5, extraction="ml", rotation="varimax")
    expected = R["factanal5_varimax"]
    assert found.uniquenesses == pytest.approx(expected["uniq"], abs=1e-4)
    assert found.explained == pytest.approx(expected["ss"], abs=1e-4)
    assert (found.chisq, found.df) == (pytest.approx(expected["chisq"], abs=1e-4), expected["dof"])


def test_five_factors_by_minimum_residuals_are_what_r_says() -> None:
    found = exploratory_factors(_complete(), ITEMS, factors=5)
    expected = R["fa_minres_oblimin"]
    assert found.communalities == pytest.approx(expected["communality"], abs=1e-3)
    assert (found.rms, found.tli, found.rmsea) == pytest.approx(
        [expected[k] for k in ("rms", "TLI", "RMSEA")], abs=1e-3
    )


def _agrees(found: ConfirmedFactors, expected: dict[str, Any], chisq: float, others: float, loadings: float) -> None:
    assert found.fit.chisq == pytest.approx(expected["fit"]["chisq"], abs=chisq)
    for name in ("df", "cfi", "tli", "rmsea", "srmr"):
        assert getattr(found.fit, name) == pytest.approx(expected["fit"][name], abs=others), name
    assert found.table()["standardised"].to_numpy() == pytest.approx(expected["std_loadings"], abs=loadings)
    between = found.factor_correlations[np.triu_indices(len(found.factors), 1)]
    assert between == pytest.approx(expected["factor_cor"], abs=loadings)


def test_confirmed_factors_are_what_lavaan_says() -> None:
    found = confirmatory_factors(_complete(), MODEL)
    _agrees(found, R["cfa_ml"], 1e-6, 1e-6, 1e-4)
    scales = found.scales()
    assert scales["omega"].to_dict() == pytest.approx(R["omega_cfa"], abs=1e-6)
    assert scales["ave"].to_dict() == pytest.approx(R["ave_cfa"], abs=1e-6)


def test_confirmed_factors_with_missing_answers_are_what_lavaan_says() -> None:
    _agrees(confirmatory_factors(_survey_a(), MODEL, estimator="fiml"), R["cfa_fiml_all_respondents"], 1e-6, 1e-6, 1e-4)


# R 4.2.2, lavaan 0.6-14, 2026-11-25, on the first 500 respondents: parameterEstimates(cfa(
#   "A =~ A1 + A2 + A3 + A4\nC =~ C1 + C2 + C3", d, std.lv = TRUE, missing = "fiml"))$se; of na.omit(d) with
#   ordered = TRUE
FIRST = {
    "fiml": [0.03894426, 0.03220586, 0.04288668, 0.03965764, 0.03261943, 0.03013511, 0.03718098],
    "wlsmv": [0.04353780, 0.05005466, 0.04918152, 0.04345890, 0.05778131, 0.05635021, 0.05024902],
}


@pytest.mark.parametrize("estimator", ["fiml", "wlsmv"])
def test_loadings_are_as_sure_as_lavaan_says(estimator: Estimator) -> None:
    model = FactorModel({"A": ("A1", "A2", "A3", "A4"), "C": ("C1", "C2", "C3")})
    first = SurveyData.of(respondents("responses_2023.csv").head(500))

    assert confirmatory_factors(first, model, estimator=estimator).table()["se"].to_numpy() == pytest.approx(
        FIRST[estimator], rel=1e-6
    )


def test_confirmed_factors_of_ordered_levels_are_what_lavaan_says() -> None:
    found, expected = confirmatory_factors(_complete(), MODEL, estimator="wlsmv"), R["cfa_wlsmv"]
    _agrees(found, expected, 1e-2, 1e-3, 1e-3)
    assert isinstance(found.scaled, Fit)
    assert found.scaled.chisq == pytest.approx(expected["scaled"]["chisq.scaled"], abs=1e-2)
    assert found.scaled.cfi == pytest.approx(expected["scaled"]["cfi.scaled"], abs=1e-3)
    assert found.scaled.rmsea == pytest.approx(expected["scaled"]["rmsea.scaled"], abs=1e-3)


def test_weights_move_the_confirmed_factors_as_in_lavaan() -> None:
    data = SurveyData.of(_survey_a().frame, strata="commune", psu="psu", weight="w_nr", lonely="certainty")
    complete = data.subset(_complete().weights > 0)
    found = confirmatory_factors(complete, MODEL, weighted=True)
    _agrees(found, R["cfa_mlr_weighted_cluster"], 1e-4, 1e-6, 1e-4)
    assert (found.se[found.standardised != 0] > 0).all()


def test_a_model_that_is_true_is_found_exactly() -> None:
    loadings = np.array([[0.8, 0], [0.7, 0], [0.6, 0], [0, 0.9], [0, 0.5], [0, -0.4]])
    between = np.array([[1, 0.3], [0.3, 1]])
    truth = loadings @ between @ loadings.T
    np.fill_diagonal(truth, 1.0)
    model = FactorModel({"f": ("x1", "x2", "x3"), "g": ("x4", "x5", "x6")})
    found = confirmatory_factors(make_data(truth), model)
    assert found.standardised == pytest.approx(loadings, abs=1e-5)
    assert found.factor_correlations == pytest.approx(between, abs=1e-5)
    assert found.fit.chisq == pytest.approx(0.0, abs=1e-6)
    assert found.fit.srmr == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("extract", [maximum_likelihood, minimum_residuals])
def test_a_factor_that_is_there_is_extracted(extract: Any) -> None:
    """One factor with loadings .9, .8, .7, .6: correlations are their products."""
    loadings = np.array([0.9, 0.8, 0.7, 0.6])
    truth = np.outer(loadings, loadings)
    np.fill_diagonal(truth, 1.0)
    found = extract(truth, 1)
    assert np.abs(found.loadings[:, 0]) == pytest.approx(loadings, abs=1e-4)
    assert found.uniquenesses == pytest.approx(1.0 - loadings**2, abs=1e-4)


def test_rotations_keep_what_the_factors_reproduce() -> None:
    loadings = np.random.default_rng(3).normal(size=(8, 3))
    for rotate in (varimax, promax):
        rotated, between = rotate(loadings)
        assert rotated @ between @ rotated.T == pytest.approx(loadings @ loadings.T, abs=1e-9)
        assert np.diag(between) == pytest.approx(np.ones(3))


def test_polychoric_correlation_finds_what_was_cut_into_levels() -> None:
    """40,000 pairs with correlation .6, cut into four and two levels."""
    frame = make_data(np.array([[1.0, 0.6], [0.6, 1.0]]), 40_000).frame
    cut = pd.DataFrame({"x1": np.digitize(frame["x1"], [-1, 0.2, 1.1]), "x2": np.digitize(frame["x2"], [0.5])})
    found = polychoric(SurveyData.of(cut), ["x1", "x2"])
    assert found.correlations[0, 1] == pytest.approx(0.6, abs=0.02)
    assert found.thresholds[0] == pytest.approx([-1, 0.2, 1.1], abs=0.03)


def test_two_by_two_tetrachoric_correlation_of_even_halves_is_a_sine() -> None:
    """With both cut at the median, P(both above) = 1/4 + asin(r)/(2 pi): 3 in 8 above both gives r = sin(pi/4)."""
    pairs = [(0, 0)] * 3 + [(0, 1)] + [(1, 0)] + [(1, 1)] * 3
    found = polychoric(SurveyData.of(pd.DataFrame(pairs, columns=["a", "b"])), ["a", "b"])
    assert found.correlations[0, 1] == pytest.approx(np.sin(np.pi / 4), abs=1e-10)


def test_whole_weights_count_a_respondent_several_times() -> None:
    """A respondent of weight 2 is two respondents, in alpha and in factors."""
    frame = respondents("responses_2023.csv")[list(FACTORS["A"])].dropna().head(200).reset_index(drop=True)
    times = np.arange(200) % 3 + 1
    weighted = SurveyData.of(frame.assign(times=times), weight="times")
    repeated = SurveyData.of(frame.loc[frame.index.repeat(times)])
    a = consistency(weighted, FACTORS["A"], weighted=True), polychoric(weighted, FACTORS["A"], weighted=True)
    b = consistency(repeated, FACTORS["A"]), polychoric(repeated, FACTORS["A"])
    assert a[0].alpha == pytest.approx(b[0].alpha, rel=1e-12)
    assert a[1].correlations == pytest.approx(b[1].correlations, abs=1e-9)


def test_states_are_no_answers() -> None:
    table = rated(pd.DataFrame({"A1": [5, 0, -1, 4], "A2": [-2, 3, -3, 4]}, dtype="int8"), ["A1", "A2"])
    assert table.to_numpy() == pytest.approx(
        np.array([[5, np.nan], [np.nan, 3], [np.nan, np.nan], [4, 4]]), nan_ok=True
    )


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        ({"a": [1, 1, 1, 1], "b": [1, 2, 3, 4]}, "everybody gave the same answer to a"),
        ({"a": [1, 2, np.nan, np.nan], "b": [1, 2, 3, 4]}, "only 2 respondents"),
    ],
)
def test_answers_that_cannot_carry_it_are_refused(frame: dict[str, list[float]], words: str) -> None:
    with pytest.raises(UnfitAnswers, match=words):
        consistency(SurveyData.of(pd.DataFrame(frame)), ["a", "b"])


def test_too_many_factors_are_refused() -> None:
    with pytest.raises(UnfitAnswers, match="cannot show 3 factors"):
        exploratory_factors(_complete(), FACTORS["A"], factors=3)
    with pytest.raises(UnfitAnswers, match="fewer than two items: g"):
        confirmatory_factors(_complete(), FactorModel({"f": FACTORS["A"], "g": ("B1",)}))
