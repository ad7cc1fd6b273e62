"""Modelled estimates of areas: what can be counted by hand, what R sae 1.3 says of survey A, and simulation."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from analysis.small_area import (
    SmallAreaFault,
    benchmarked,
    fay_herriot,
    modelled_shares,
    smoothed_variances,
)
from analysis.small_area.fitting import Method
from tests.analysis.survey_a import DATA, make_sample, share

CLOSE = 1e-8


def make_areas(count: int = 41, *, between: float = 0.01, seed: int = 1) -> pd.DataFrame:
    """Areas whose truths differ around 0.8 and whose answers are few."""
    draw = np.random.default_rng(seed)
    variance = draw.uniform(0.002, 0.01, count)
    truth = 0.8 + np.sqrt(between) * draw.standard_normal(count)
    return pd.DataFrame(
        {"truth": truth, "direct": truth + np.sqrt(variance) * draw.standard_normal(count), "v": variance}
    )


def make_share_areas(draw: np.random.Generator, count: int = 41) -> pd.DataFrame:
    truth, n = draw.beta(16, 4, count), draw.integers(8, 60, count)
    return pd.DataFrame(
        {"truth": truth, "n": n.astype(float), "share": draw.binomial(n, truth) / n, "w": draw.uniform(1, 5, count)}
    )


@pytest.mark.parametrize("method", ["REML", "ML", "FH"])
def test_equal_variances_have_a_solution_by_hand(method: Method) -> None:
    """With one sampling variance ψ and no covariate the area variance is a spread minus ψ (divisor m, or m - 1)."""
    direct = np.array([0.1, 0.5, 0.6, 0.7, 0.9, 0.95])
    psi, divisor = 0.02, 6 if method == "ML" else 5
    found = fay_herriot(pd.DataFrame({"y": direct, "v": psi}), estimate="y", variance="v", method=method)
    between = np.sum((direct - direct.mean()) ** 2) / divisor - psi
    gamma = between / (between + psi)

    assert found.between == pytest.approx(between, rel=1e-12)
    assert found.table()["estimate"].to_numpy() == pytest.approx(gamma * direct + (1 - gamma) * direct.mean())


def test_survey_a_as_r_sae() -> None:
    """R sae 1.3: mseFH(direct ~ urban, psi, method = "REML", MAXITER = 500, PRECISION = 1e-12), smoothed variances."""
    expected = pd.read_csv(DATA / "fay_herriot.csv")
    whole = make_sample([share("overall")])
    direct = [whole.domain(commune=str(code)).ratios(["overall"]).estimate() for code in expected["commune"]]
    for ours, theirs in (("value", "direct"), ("se", "se"), ("n", "n")):
        assert [getattr(found, ours)[0] for found in direct] == pytest.approx(expected[theirs].to_list(), rel=CLOSE)
    overall = float(whole.domain().ratios(["overall"]).value[0])
    areas = pd.DataFrame(
        {
            "direct": [found.value[0] for found in direct],
            "se": [found.se[0] for found in direct],
            "n": [found.n[0] for found in direct],
            "urban": expected["urban"],
        }
    )
    smoothed = smoothed_variances(areas, se="se", n="n", overall=overall)
    found = fay_herriot(areas.assign(psi=smoothed.variance), estimate="direct", variance="psi", covariates=["urban"])

    assert (overall, smoothed.deff) == pytest.approx((0.76652122511866, 1.30463044638432), rel=1e-12)
    assert found.between == pytest.approx(0.00988969928192247, rel=CLOSE)
    coefficients = found.coefficients()
    assert coefficients["estimate"].to_list() == pytest.approx([0.724827612440895, 0.143522029386349], rel=CLOSE)
    assert coefficients["se"].to_list() == pytest.approx([0.0227321872765938, 0.048448106861354], rel=CLOSE)
    table = found.table()
    for ours, theirs in (("variance", "psi"), ("estimate", "eblup"), ("mse", "mse"), ("gamma", "gamma")):
        assert table[ours].to_numpy() == pytest.approx(expected[theirs].to_numpy(), rel=CLOSE)


def test_areas_that_differ_by_chance_alone_are_all_given_the_regression() -> None:
    areas = pd.DataFrame({"y": [0.79, 0.8, 0.81, 0.8, 0.8], "v": 0.01})
    table = fay_herriot(areas, estimate="y", variance="v").table()

    assert table["gamma"].eq(0).all()
    assert table["estimate"].to_numpy() == pytest.approx(0.8)
    assert (table["mse"] > 0).all()


def test_an_area_without_answers_gets_the_models_word_and_says_so() -> None:
    areas = make_areas()
    full = fay_herriot(areas, estimate="direct", variance="v").table()
    areas.loc[0, ["direct", "v"]] = np.nan
    table = fay_herriot(areas, estimate="direct", variance="v").table()

    assert table["basis"].value_counts().to_dict() == {"modelled": 40, "modelled, without answers": 1}
    assert table["estimate"][0] == table["synthetic"][0]
    assert table["mse"][0] > full["mse"].max()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda areas: areas.head(3), "3 areas are too few"),
        (lambda areas: areas.assign(v=0.0), "sampling variance of 0"),
        (lambda areas: areas.assign(x=1.0), "say the same twice"),
    ],
)
def test_what_cannot_be_fitted_is_said(change: Callable[[pd.DataFrame], pd.DataFrame], sentence: str) -> None:
    areas = change(make_areas())

    with pytest.raises(SmallAreaFault, match=sentence):
        fay_herriot(areas, estimate="direct", variance="v", covariates=["x"] if "x" in areas else [])


@pytest.mark.parametrize("method", ["REML", "ML", "FH"])
def test_the_error_is_told_rightly(method: Method) -> None:
    """Mean squared error over 300 surveys of 20 areas against its estimate."""
    errors, told = [], []
    for seed in range(300):
        areas = make_areas(20, between=0.01, seed=seed)
        table = fay_herriot(areas, estimate="direct", variance="v", method=method).table()
        errors.append(np.mean((table["estimate"] - areas["truth"]) ** 2))
        told.append(table["mse"].mean())

    assert np.mean(told) == pytest.approx(np.mean(errors), rel=0.06)


def test_estimated_variances_add_their_doubt() -> None:
    """Sampling variances estimated on 8 degrees of freedom: without their doubt the error is told too small."""
    draw = np.random.default_rng(5)
    errors, plain, full = [], [], []
    for seed in range(400):
        areas = make_areas(60, between=0.01, seed=seed)
        areas["estimated"] = areas["v"] * draw.chisquare(8, len(areas)) / 8
        areas["df"] = 8
        without = fay_herriot(areas, estimate="direct", variance="estimated").table()
        table = fay_herriot(areas, estimate="direct", variance="estimated", variance_df="df").table()
        errors.append(np.mean((table["estimate"] - areas["truth"]) ** 2))
        plain.append(without["mse"].mean())
        full.append(table["mse"].mean())

    assert np.mean(plain) < 0.95 * np.mean(errors)
    assert np.mean(full) == pytest.approx(np.mean(errors), rel=0.04)


@pytest.mark.parametrize("rule", ["difference", "ratio", "weighted", "logit"])
def test_benchmarked_areas_add_up_to_the_district(rule: str) -> None:
    estimate, weights = np.array([0.5, 0.9, 0.99]), np.array([10.0, 20.0, 70.0])
    found = benchmarked(estimate, weights=weights, total=0.93, rule=rule, mse=np.array([0.01, 0.002, 0.001]))

    assert weights @ found / weights.sum() == pytest.approx(0.93, rel=1e-12)
    assert np.all(np.diff(found) > 0)


def test_a_total_that_no_share_can_reach_is_refused() -> None:
    with pytest.raises(SmallAreaFault, match=r"add up to 1\.2"):
        benchmarked(np.array([0.5, 0.6]), weights=np.ones(2), total=1.2, rule="logit")


@pytest.mark.parametrize("transform", ["arcsine", "logit"])
def test_modelled_shares_cover_better_the_less_is_known(transform: str) -> None:
    """30 districts of 41 communes with 8 to 59 answers: half the error of the direct shares, limits that hold."""
    draw = np.random.default_rng(11)
    covered, told, errors, direct = [], [], [], []
    for _ in range(30):
        areas = make_share_areas(draw)
        total = float(np.average(areas["share"], weights=areas["w"]))
        found = modelled_shares(
            areas, estimate="share", size="n", transform=transform, weight="w", total=total, replicates=40
        )
        table = found.table()
        assert np.average(table["estimate"], weights=areas["w"]) == pytest.approx(total, rel=1e-10)
        assert table["low"].between(0, 1).all()
        assert table["high"].between(0, 1).all()
        covered.append(((table["low"] <= areas["truth"]) & (areas["truth"] <= table["high"])).mean())
        told.append(table["mse"].mean())
        errors.append(((table["estimate"] - areas["truth"]) ** 2).mean())
        direct.append(((areas["share"] - areas["truth"]) ** 2).mean())

    assert np.mean(covered) > 0.92
    assert np.mean(told) == pytest.approx(np.mean(errors), rel=0.15)
    assert np.mean(errors) < 0.65 * np.mean(direct)


def test_the_same_areas_in_another_order_have_the_same_estimates() -> None:
    areas = make_share_areas(np.random.default_rng(3))
    there, back = (
        modelled_shares(frame, estimate="share", size="n", replicates=1).table()["estimate"]
        for frame in (areas, areas.iloc[::-1])
    )

    assert there.to_numpy() == pytest.approx(back.to_numpy()[::-1], rel=1e-9)


def test_all_areas_alike_have_no_model() -> None:
    areas = make_share_areas(np.random.default_rng(3)).assign(share=1.0)

    with pytest.raises(SmallAreaFault, match="agree completely"):
        modelled_shares(areas, estimate="share", size="n")
