"""Cases on the data sets of R packages, read from `pytest --refcases DIR`: P01, P02 and P05 (R 4.2.2, survey 4.5)."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from analysis import intervals
from analysis.design import Design
from analysis.engine import DuckDB
from analysis.estimation import Domain, Sample
from analysis.tally import Measure, tally
from tests.analysis.survey_a import values_of

CLOSE = 1e-9


@pytest.fixture(scope="module")
def refcases(request: pytest.FixtureRequest) -> Path:
    return Path(request.config.getoption("--refcases"))


def _mean(column: str) -> Measure:
    return Measure(column, f'"{column}" IS NOT NULL', f'"{column}"', "number")


def _is(column: str, value: str) -> Measure:
    return Measure(f"{column}={value}", f'"{column}" IS NOT NULL', f"\"{column}\" = '{value}'")


MEASURES = (
    *map(_mean, ("api00", "api99", "enroll", "api.stu")),
    *(_is("stype", value) for value in "EHM"),
    _is("comp.imp", "Yes"),
    _is("sch.wide", "Yes"),
    Measure("api850", "TRUE", "api00 >= 850"),
    Measure("api700", "TRUE", "api00 >= 700"),
)


def _sample(refcases: Path, name: str, design: Design) -> Sample:
    table = pd.read_csv(refcases / "data" / f"{name}.csv")
    table["row"] = [f"{i:04d}" for i in range(len(table))]
    connection = duckdb.connect()
    connection.register("api", table)
    return Sample.of(
        tally(DuckDB(connection), "api", MEASURES, design=design, by=("stype", "comp.imp", "sch.wide")), design
    )


@pytest.fixture(scope="module")
def strata(refcases: Path) -> Sample:
    """svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat, fpc = ~fpc)"""
    frame = {"E": (100, 4421), "H": (50, 755), "M": (50, 1018)}
    fraction = {code: n / population for code, (n, population) in frame.items()}
    return _sample(refcases, "apistrat", Design(stratum="stype", psu="row", weight="pw", fraction=fraction))


@pytest.fixture(scope="module")
def clusters(refcases: Path) -> Sample:
    """svydesign(id = ~dnum, weights = ~pw, data = apiclus1, fpc = ~fpc): 15 of 757 districts"""
    return _sample(refcases, "apiclus1", Design(psu="dnum", weight="pw", fraction={"": 15 / 757}))


def _agrees(domain: Domain, codes: Sequence[str], expected: Mapping[str, Any]) -> None:
    found = domain.ratios(codes).estimate()

    assert found.value == pytest.approx(np.atleast_1d(expected["est"]), rel=CLOSE)
    assert found.se == pytest.approx(np.atleast_1d(expected["se"]), rel=CLOSE, abs=1e-12)


def test_p01_stratified_sample(refcases: Path, strata: Sample) -> None:
    expected = values_of(refcases / "cases/P01_api_stratified/expected.json")
    whole = strata.domain()
    _agrees(whole, ["api00", "api99"], expected["mean"])
    _agrees(whole, ["stype=E", "stype=H", "stype=M"], expected["share_stype"])
    _agrees(
        strata.domain(**{"comp.imp": "Yes"}), ["api00"], {key: expected["by_comp"][key][1] for key in ("est", "se")}
    )
    for i in range(4):
        cell = {key: expected["by_2way"]["by"][key][i] for key in ("comp.imp", "sch.wide")}
        _agrees(strata.domain(**cell), ["api700"], {key: expected["by_2way"][key][i] for key in ("est", "se")})

    shares = whole.ratios(["comp.imp=Yes"]).estimate()
    assert shares.se[0] == pytest.approx(expected["share_comp_imp"]["se"][1], rel=CLOSE)
    assert shares.df[0] == expected["degf"]
    assert strata.domain(**{"comp.imp": "Yes"}).ratios(["api00"]).estimate().df[0] == expected["degf_subset"]
    totals = whole.totals(["enroll", "api.stu"]).estimate()
    assert totals.value == pytest.approx(expected["total"]["est"], rel=CLOSE)
    assert totals.se == pytest.approx(expected["total"]["se"], rel=CLOSE)
    difference = whole.ratios(["api00", "api99"]).weighted("growth", np.array([1.0, -1.0]), [0, 1], 200).estimate()
    assert difference.se[0] == pytest.approx(expected["contrast"]["se"], rel=CLOSE)


def test_p01_t_interval(refcases: Path, strata: Sample) -> None:
    expected = values_of(refcases / "cases/P01_api_stratified/expected.json")
    found = strata.domain().ratios(["api00"]).estimate()
    for name, level in (("ci_t", 0.95), ("ci_90", 0.90)):
        low, high = intervals.of_means(found, level)
        assert [low[0], high[0]] == pytest.approx(expected[name]["values"][0], rel=CLOSE)
    low, high = intervals.student_t(found.value, found.se, np.array([np.inf]))
    assert [low[0], high[0]] == pytest.approx(expected["ci_z"]["values"][0], rel=CLOSE)


def test_p02_cluster_sample(refcases: Path, clusters: Sample) -> None:
    expected = values_of(refcases / "cases/P02_api_cluster/expected.json")
    _agrees(clusters.domain(), ["api00", "api99"], expected["mean"])
    _agrees(clusters.domain(), ["stype=E", "stype=H", "stype=M"], expected["share_stype"])
    for i, school in enumerate("EHM"):
        domain = clusters.domain(stype=school)
        _agrees(domain, ["api00"], {key: expected["by_stype"][key][i] for key in ("est", "se")})
        _agrees(domain, ["sch.wide=Yes"], {key: expected["by_stype_share"][key][3 + i] for key in ("est", "se")})

    assert clusters.domain().ratios(["api00"]).estimate().df[0] == expected["degf"]


P05_SHARES = {
    "clus1_H": ("clusters", {}, "stype=H"),
    "strat_comp": ("strata", {}, "comp.imp=Yes"),
    "strat_api850": ("strata", {}, "api850"),
    "clus1_dom": ("clusters", {"stype": "E"}, "comp.imp=Yes"),
}


@pytest.mark.parametrize("name", P05_SHARES)
@pytest.mark.parametrize("method", ["xlogit", "logit", "beta", "wilson", "mean"])
def test_p05_intervals(refcases: Path, request: pytest.FixtureRequest, name: str, method: str) -> None:
    sample, keys, code = P05_SHARES[name]
    found = request.getfixturevalue(sample).domain(**keys).ratios([code]).estimate()
    p, se, df, n = found.value, found.se, found.df.astype(float), found.n.astype(float)
    expected = values_of(refcases / "cases/P05_ciprop_methods/expected.json")
    levels = {key: value for key, value in expected.items() if key.startswith(f"{name}_{method}")}
    limits = {
        "beta": lambda level: intervals.korn_graubard(p, se, df, n, level=level),
        "wilson": lambda level: intervals.wilson(p, se, df, n, level=level),
        "mean": lambda level: intervals.student_t(p, se, df, level=level),
    }

    assert levels
    for key, value in levels.items():
        level = float(key.rsplit("_", 1)[1]) if key.rsplit("_", 1)[1] != method else 0.95
        low, high = limits.get(method, lambda level: intervals.logit(p, se, df, level=level))(level)
        # R fits "logit" by glm, which stops a little earlier than the closed form.
        assert [low[0], high[0]] == pytest.approx(
            [value["lower"], value["upper"]], rel=1e-7 if method == "logit" else 1e-8
        )


def test_p05_other_degrees_of_freedom_and_the_cap(refcases: Path, clusters: Sample, strata: Sample) -> None:
    expected = values_of(refcases / "cases/P05_ciprop_methods/expected.json")
    found = clusters.domain().ratios(["stype=H"]).estimate()
    for name, df in (("df_5", 5.0), ("df_inf", np.inf)):
        low, high = intervals.logit(found.value, found.se, np.array([df]))
        assert [low[0], high[0]] == pytest.approx([expected[name]["lower"], expected[name]["upper"]], rel=1e-8)
    for sample, code, name in (
        (strata, "comp.imp=Yes", "kg_nchs_strat_comp"),
        (clusters, "stype=H", "kg_nchs_clus1_H"),
    ):
        one = sample.domain().ratios([code]).estimate()
        low, high = intervals.INTERVALS["korn_graubard_capped"](one, 0.95)
        assert [low[0], high[0]] == pytest.approx([expected[name]["lower"], expected[name]["upper"]], rel=1e-8)
