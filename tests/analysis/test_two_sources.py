"""A probability sample and an open series: nonprobsvy's point values on survey A, our standard errors by simulation."""

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis import estimators
from analysis.replicates import replicates_of
from analysis.survey_data import SurveyData
from analysis.two_sources import METHODS, TwoSourcesFault, adjusted, gaps, pseudo_weights
from analysis.two_sources.combination import Adjusted
from tests.analysis.said_by_r import agrees
from tests.analysis.survey_a import DATA, respondents, values_of

POINT = 1e-4  # What nonprobsvy 0.2.2 (R 4.2.2) is held to; its standard errors are information, not a target.
TERMS: dict[str, Any] = {"terms": ["urban", "age", "sex", "educ"], "categorical": ["urban"]}


@cache
def survey_a() -> tuple[SurveyData, SurveyData]:
    """The probability sample (villages within communes) and the open QR answers, with both targets."""
    drawn, came = respondents("responses_2023.csv").reset_index(drop=True), pd.read_csv(DATA / "open_2023.csv")
    for frame in (drawn, came):
        for name, item in (("sat", "overall"), ("c2", "C2")):
            frame[name] = np.where(frame[item].isna(), np.nan, frame[item] >= 4)
    return SurveyData.of(drawn, strata="commune", psu="psu", weight="w_nr"), SurveyData.of(came, psu="commune")


@cache
def adjusted_a(family: Any = "binomial") -> Adjusted:
    return adjusted(*survey_a(), targets=["sat", "c2"], family=family, methods=tuple(METHODS), **TERMS)


@pytest.mark.parametrize(
    ("case", "method", "family"),
    [
        ("ipw_mle", "likelihood_by_frame", "binomial"),
        ("ipw_gee", "calibrated", "binomial"),
        ("mi_glm_binomial", "mass_imputation", "binomial"),
        ("mi_glm_gaussian", "mass_imputation", "gaussian"),
        ("dr", "doubly_robust", "binomial"),
    ],
)
def test_p19_as_nonprobsvy(case: str, method: str, family: str) -> None:
    found = adjusted_a(family)

    expected = values_of(DATA / "two_sources.json")[case]["mean"]
    assert found.value[found.methods.index(method)] == pytest.approx(expected, abs=POINT)


def test_p19_naive_and_odds_and_the_probability_sample() -> None:
    found, expected = adjusted_a(), values_of(DATA / "two_sources.json")

    for method, case in (("naive", "naive_qr"), ("odds", "pseudo_weight_share")):
        values = [expected[case]["sat"], expected[case]["c2"]]
        assert found.value[found.methods.index(method)] == pytest.approx(values, rel=1e-9)
    assert len(survey_a()[1].frame) == expected["naive_qr"]["n"]
    agrees(estimators.mean(survey_a()[0], "sat"), expected["prob_sample"])
    assert found.direct[0] == pytest.approx(expected["prob_sample"]["est"], rel=1e-12)
    assert np.sqrt(found.covariance[0, -1, -1]) == pytest.approx(expected["prob_sample"]["se"], rel=1e-12)
    coefficients = pseudo_weights(*survey_a(), way="odds", **TERMS).table()
    assert dict(zip(coefficients["term"], coefficients["coefficient"], strict=True)) == pytest.approx(
        expected["pseudo_coef"], rel=1e-9
    )


@pytest.mark.parametrize(("way", "column"), [("likelihood", "w_ipw"), ("odds", "w_pseudo")])
def test_p19_pseudo_weights(way: Any, column: str) -> None:
    expected = pd.read_csv(DATA / "pseudo_weights.csv")

    assert pseudo_weights(*survey_a(), way=way, **TERMS).weights == pytest.approx(expected[column].to_numpy(), rel=1e-6)


def test_calibrated_weights_reproduce_the_probability_samples_totals() -> None:
    probability, came = survey_a()
    weights = pseudo_weights(probability, came, way="calibrated", **TERMS).weights
    for column in ("age", "sex", "educ", "urban"):
        open_totals = came.frame.assign(w=weights).groupby(column)["w"].sum()
        totals = probability.frame.assign(w=probability.weights).groupby(column)["w"].sum()
        assert open_totals.to_numpy() == pytest.approx(totals.to_numpy(), rel=1e-8)


def test_what_bias_remains_is_said_and_not_hidden() -> None:
    """Weighting moves the share away from the probability sample; assumptions stand beside every figure."""
    table = adjusted_a().table().set_index(["target", "method"])
    naive, both = table.loc[("sat", "naive")], table.loc[("sat", "doubly_robust")]

    assert abs(both["gap"]) > abs(naive["gap"])
    assert both["gap_low"] < 0 < both["gap_high"]
    assert set(table["basis"]) == {"additional"}
    assert table["assumptions"].str.len().min() > 20
    assert "one of the two is enough" in both["assumptions"]


def test_standard_errors_are_those_of_the_jackknife_over_both_samples() -> None:
    """Linearised against delete-a-PSU replicates of either sample, everything fitted anew each time."""
    probability, came = survey_a()
    methods = ("likelihood", "likelihood_by_frame", "calibrated", "odds", "mass_imputation", "doubly_robust")
    options = TERMS | {"targets": ["sat"], "methods": methods}
    linear = adjusted(probability, came, **options)
    variance = np.zeros((len(methods), len(methods)))
    for which, data, kind in ((0, probability, "JKn"), (1, came, "JK1")):
        replicates = replicates_of(data, kind)
        values = []
        for weights in replicates.replicates.T:
            sources = [probability, came]
            sources[which] = data.with_weights(weights)
            values.append(adjusted(*sources, **options).value[:, 0])
        variance += replicates.covariance(np.array(values), linear.value[:, 0])

    assert np.sqrt(np.diag(linear.covariance[0])[:-1]) == pytest.approx(np.sqrt(np.diag(variance)), rel=0.08)
    mixed = adjusted(probability, came, open_doubt="jackknife", **options)
    assert np.sqrt(np.diag(mixed.covariance[0])[:-1]) == pytest.approx(np.sqrt(np.diag(variance)), rel=0.02)
    assert mixed.value == pytest.approx(linear.value)


def _population(draw: np.random.Generator) -> pd.DataFrame:
    """10 strata of 20 villages of 60 people; who answers openly differs in group and age, and so do the answers."""
    people = pd.DataFrame({"stratum": np.repeat(np.arange(10), 1200), "village": np.repeat(np.arange(200), 60)})
    people["group"] = draw.choice(["a", "b", "c"], len(people), p=[0.5, 0.3, 0.2])
    people["age"] = draw.normal(size=len(people))
    shift = people["group"].map({"a": 0.0, "b": -1.0, "c": 0.6}).to_numpy()
    eta = 1.2 + 0.6 * people["age"] + 0.8 * shift + draw.normal(0, 0.4, 200)[people["village"]]
    people["y"] = (draw.random(len(people)) < 1 / (1 + np.exp(-eta))).astype(float)
    people["chance"] = 1 / (1 + np.exp(3.2 - 0.7 * people["age"] - 0.9 * shift))
    return people


def _surveyed(people: pd.DataFrame, draw: np.random.Generator) -> tuple[SurveyData, SurveyData]:
    """4 of 20 villages in each stratum, 10 of 60 people in each; open answers by each person's own chance."""
    villages = np.concatenate([stratum * 20 + draw.permutation(20)[:4] for stratum in range(10)])
    rows = np.concatenate([village * 60 + draw.permutation(60)[:10] for village in villages])
    drawn = people.iloc[rows].reset_index(drop=True).assign(weight=30.0)
    came = people[draw.random(len(people)) < people["chance"]].reset_index(drop=True)
    return SurveyData.of(drawn, strata="stratum", psu="village", weight="weight"), SurveyData.of(came)


def test_adjusted_figures_are_right_where_their_assumptions_hold() -> None:
    """100 surveys: the naive share is 9 points off and never covers; the others do, and their errors are told."""
    draw = np.random.default_rng(1)
    people = _population(draw)
    truth = people["y"].mean()
    found = [adjusted(*_surveyed(people, draw), targets=["y"], terms=["group", "age"]).table() for _ in range(100)]
    table = pd.concat(found).assign(covers=lambda rows: (rows["low"] <= truth) & (truth <= rows["high"]))
    summary = table.groupby("method")[["estimate", "se", "covers"]].mean()
    spread = table.groupby("method")["estimate"].std()

    assert abs(summary["estimate"]["naive"] - truth) > 0.08
    assert summary["covers"]["naive"] < 0.05
    honest = summary.drop("naive")
    assert (honest["estimate"] - truth).abs().max() < 0.012
    assert honest["covers"].min() >= 0.92
    assert (honest["se"] / spread[honest.index]).between(0.9, 1.35).all()


def test_an_index_is_its_items_with_their_covariance() -> None:
    found = adjusted_a().combined("index", {"sat": 0.5, "c2": 0.5})
    probability, came = survey_a()
    for frame in (probability.frame, came.frame):
        frame["mean"] = (frame["sat"] + frame["c2"]) / 2
    rows = adjusted(probability, came, targets=["mean"], family="gaussian", **TERMS).table().set_index("method")
    table = found.table().set_index("method")

    assert set(table["target"]) == {"index"}
    # The same but for the few who answered one of both.
    assert table.loc["calibrated", "estimate"] == pytest.approx(rows.loc["calibrated", "estimate"], abs=0.01)
    assert table.loc["calibrated", "se"] == pytest.approx(rows.loc["calibrated", "se"], rel=0.1)


def test_the_gap_by_unit_agrees_with_both_tables_and_counts_its_units() -> None:
    probability, came = survey_a()
    alone = SurveyData.of(came.frame)
    found = gaps(estimators.mean(probability, "sat", by="commune"), estimators.mean(alone, "sat", by="commune"))
    table = found.table()

    assert len(table) == 41
    assert (table["open_series"] - table["probability"]).to_numpy() == pytest.approx(table["gap"].to_numpy())
    known = table.dropna()
    assert ((known["low"] > 0) | (known["high"] < 0)).equals(known["p"] < 0.05)
    assert (known["p_adjusted"] >= known["p"]).all()


def _two_series(draw: np.random.Generator, shares: np.ndarray[Any, Any], gap: float) -> tuple[SurveyData, SurveyData]:
    """Units with 60 drawn people (6 villages) and 60 open answers each."""
    frames = []
    for share in (shares, np.clip(shares + gap, 0, 1)):
        unit = np.repeat(np.arange(len(shares)), 60)
        frames.append(
            pd.DataFrame(
                {"unit": unit, "village": np.arange(len(unit)) // 10, "y": draw.random(len(unit)) < share[unit]}
            ).astype({"y": float})
        )
    return SurveyData.of(frames[0], strata="unit", psu="village"), SurveyData.of(frames[1])


def test_false_gaps_are_rare_and_true_ones_found() -> None:
    """25 lists of 41 units without any gap, 5 with one of 30 points everywhere."""
    draw = np.random.default_rng(2)
    shares = draw.uniform(0.6, 0.98, 41)
    named = {}
    for gap, lists in ((0.0, 25), (-0.3, 5)):
        named[gap] = []
        for _ in range(lists):
            probability, came = _two_series(draw, shares, gap)
            found = gaps(estimators.mean(probability, "y", by="unit"), estimators.mean(came, "y", by="unit"))
            named[gap].append(found.differs.sum())

    assert np.mean(np.array(named[0.0]) > 0) <= 0.05
    assert np.mean(named[-0.3]) > 30


def test_everybody_satisfied_in_both_series_is_no_gap() -> None:
    frame = pd.DataFrame({"unit": ["u"] * 40, "village": np.arange(40) // 10, "y": 1.0})
    first, second = SurveyData.of(frame, psu="village"), SurveyData.of(frame)
    found = gaps(estimators.mean(first, "y", by="unit"), estimators.mean(second, "y", by="unit"))

    assert (found.gap[0], found.p[0]) == (0.0, 1.0)
    assert found.low[0] < 0 < found.high[0]


def test_a_level_in_one_sample_only_is_refused_by_name() -> None:
    probability, came = survey_a()
    frame = came.frame.assign(age=came.frame["age"].replace("60+", "75+"))

    with pytest.raises(TwoSourcesFault, match=r"age 60\+, 75\+ occurs in one sample only"):
        adjusted(probability, SurveyData.of(frame), targets=["sat"], **TERMS)
    missing = SurveyData.of(came.frame.assign(sat=came.frame["sat"].where(came.frame.index > 0)))
    with pytest.raises(TwoSourcesFault, match="an answer of every open row"):
        adjusted(probability, missing, targets=["sat"], methods=["likelihood_by_frame"], **TERMS)
    with pytest.raises(TwoSourcesFault, match="4 collection points are too few for 8"):
        adjusted(probability, SurveyData.of(came.frame, psu="age"), targets=["sat"], **TERMS)
    with pytest.raises(TwoSourcesFault, match="lacks income"):
        adjusted(probability, came, targets=["sat"], terms=["income"])
