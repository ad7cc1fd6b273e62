"""Every interval of a share, and quantiles, beside R 4.2.2, survey 4.5 (svyciprop, svyquantile): P05 and P14."""

from pathlib import Path

import numpy as np
import pytest

from analysis import estimators, intervals
from analysis.linear import Estimate
from analysis.quantiles import quantile
from analysis.survey_data import SurveyData
from tests.analysis.package_data import Cases
from tests.analysis.said_by_r import agrees

# R's names of the methods, ours, and how near: R fits "logit" by glm, and reads "likelihood" off straight lines between
# points of its profile, so that there the limits agree to 1e-4 of a share (ours are the exact ones, see below).
METHODS = {
    "logit": ("logit", 1e-7),
    "likelihood": ("likelihood", 1e-4),
    "asin": ("asin", 1e-8),
    "beta": ("korn_graubard", 1e-8),
    "mean": ("wald", 1e-8),
    "xlogit": ("logit", 1e-8),
    "wilson": ("wilson", 1e-8),
}


@pytest.fixture(scope="module")
def cases(request: pytest.FixtureRequest) -> Cases:
    return Cases(Path(request.config.getoption("--refcases")))


def _share(cases: Cases, name: str) -> Estimate:
    clusters, strata = cases.clusters(), cases.strata()
    if name == "clus1_H":
        return estimators.share(clusters, "stype", levels=["H"])
    if name == "clus1_dom":
        elementary = clusters.subset(clusters.frame["stype"] == "E")
        return estimators.share(elementary, "comp.imp", levels=["Yes"])
    if name == "strat_comp":
        return estimators.share(strata, "comp.imp", levels=["Yes"])
    table = strata.frame.assign(high=(strata.frame["api00"] >= 850).astype(float))
    return estimators.mean(SurveyData.of(table, strata="stype", weight="pw", fpc="fpc"), "high")


@pytest.mark.parametrize("name", ["clus1_H", "strat_comp", "strat_api850", "clus1_dom"])
@pytest.mark.parametrize("method", METHODS)
def test_p05_each_interval_at_each_level(cases: Cases, name: str, method: str) -> None:
    found = _share(cases, name)
    ours, close = METHODS[method]
    expected = {key: value for key, value in cases.expected("P05").items() if key.startswith(f"{name}_{method}")}

    assert expected
    for key, value in expected.items():
        level = float(key.rsplit("_", 1)[1]) if key != f"{name}_{method}" else 0.95
        low, high = intervals.limits(found, method=ours, level=level)
        agrees(found, value)
        assert [low[0], high[0]] == pytest.approx([value["lower"], value["upper"]], rel=min(close, 1e-7), abs=close)


@pytest.mark.parametrize(
    ("name", "level", "exact"),
    [
        ("clus1_H", 0.90, (0.037945743325, 0.132746447962)),
        ("clus1_H", 0.95, (0.031782838380, 0.147284600885)),
        ("clus1_H", 0.99, (0.020881181750, 0.181440835503)),
        ("strat_comp", 0.95, (0.587253004978, 0.719982928983)),
        ("strat_api850", 0.95, (0.041610928687, 0.125279602140)),
        ("clus1_dom", 0.95, (0.710187078240, 0.836768707380)),
    ],
)
def test_p05_likelihood_is_the_exact_root(cases: Cases, name: str, level: float, exact: tuple[float, float]) -> None:
    """R's uniroot (1e-15) where R interpolates: the deviance of svyglm(y ~ 1) over its dispersion is t² V / V naive."""
    low, high = intervals.limits(_share(cases, name), method="likelihood", level=level)

    assert (low[0], high[0]) == pytest.approx(exact, abs=1e-11)


def test_p05_other_degrees_of_freedom_sizes_and_the_cap(cases: Cases) -> None:
    expected = cases.expected("P05")
    for name, df in (("df_5", 5.0), ("df_inf", np.inf)):
        low, high = intervals.limits(_share(cases, "clus1_H"), method="logit", df=df)
        assert [low[0], high[0]] == pytest.approx([expected[name]["lower"], expected[name]["upper"]], rel=1e-8)
    for share, name in (("strat_comp", "kg_nchs_strat_comp"), ("clus1_H", "kg_nchs_clus1_H")):
        found = _share(cases, share)
        low, high = intervals.limits(found, method="korn_graubard_capped")
        size = intervals.effective_size(found.value, found.se, found.df, found.n, 0.95)
        assert min(size[0], found.n[0]) == pytest.approx(expected[name]["n_eff"], rel=1e-8)
        assert [low[0], high[0]] == pytest.approx([expected[name]["lower"], expected[name]["upper"]], rel=1e-8)
    for share, name in (("clus1_H", "n_df_clus1"), ("strat_comp", "n_df_strat"), ("clus1_dom", "n_df_dom")):
        found = _share(cases, share)
        assert (found.n[0], found.df[0]) == (expected[name]["n"], expected[name]["df"])


RULES = ["math", "school", "shahvaish", *(f"hf{i}" for i in range(1, 10))]


@pytest.mark.parametrize(
    ("name", "options"),
    [(f"q_{rule}", {"rule": rule}) for rule in RULES]
    + [(f"i_{interval}", {"interval": interval}) for interval in ("mean", "beta", "xlogit", "asin", "score")],
)
def test_p14_each_rule_and_interval_of_a_quantile(cases: Cases, name: str, options: dict[str, str]) -> None:
    found = quantile(cases.clusters(), "api00", [0.25, 0.5, 0.75], **options)
    expected = np.array(cases.expected("P14")[name]["api00"]["values"])

    assert np.stack([found.value, found.low, found.high, found.se], axis=1) == pytest.approx(expected, rel=1e-7)


def test_p14_the_median_of_each_domain(cases: Cases) -> None:
    found = quantile(cases.clusters(), "api00", by="stype")
    expected = cases.expected("P14")["by"]

    assert found.table()["stype"].tolist() == expected["by"]["stype"]
    assert found.value == pytest.approx(expected["est"], rel=1e-7)
    assert found.se == pytest.approx(expected["se"], rel=1e-7)
