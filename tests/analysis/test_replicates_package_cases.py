"""Replicate weights beside R 4.2.2, survey 4.5 (as.svrepdesign, svrepdesign): P15."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import estimators, intervals
from analysis.replicates import ReplicateData, replicates_of
from analysis.survey_data import SurveyData
from tests.analysis.package_data import Cases
from tests.analysis.said_by_r import CLOSE, agrees


@pytest.fixture(scope="module")
def cases(request: pytest.FixtureRequest) -> Cases:
    return Cases(Path(request.config.getoption("--refcases")))


@pytest.mark.parametrize(("name", "mse"), [("jk1", False), ("jk1m", True)])
def test_jackknife_without_strata(cases: Cases, name: str, mse: bool) -> None:
    expected, data = cases.expected("P15"), replicates_of(cases.clusters(), "JK1", mse=mse)

    agrees(estimators.mean(data, "api00"), expected[f"{name}_mean"])
    agrees(estimators.ratio(data, "api.stu", "enroll"), expected[f"{name}_ratio"])
    assert data.degrees_of_freedom() == expected["jk1_degf"]


def test_shares_and_intervals_of_the_jackknife(cases: Cases) -> None:
    expected, data = cases.expected("P15"), replicates_of(cases.clusters(), "JK1")
    share = estimators.share(data, "comp.imp", levels=["Yes"])
    low, high = intervals.limits(share, method="korn_graubard")

    agrees(estimators.share(data, "comp.imp", levels=["Yes"], by="stype"), expected["jk1_by"])
    agrees(share, expected["jk1_ciprop"])
    assert [low[0], high[0]] == pytest.approx(
        [expected["jk1_ciprop"]["lower"], expected["jk1_ciprop"]["upper"]], rel=1e-8
    )


def test_given_bootstrap_weights(cases: Cases) -> None:
    expected, weights = cases.expected("P15"), cases.table("apiclus1_bootw").drop(columns="pw")
    table = cases.table("apiclus1").merge(weights, on="snum", validate="one_to_one")
    columns = [f"V{i}" for i in range(1, 61)]
    data = ReplicateData.of(table, weight="pw", replicates=columns, kind="bootstrap")

    assert (data.scale, len(data.rscales)) == (1 / 59, 60)
    for found, name in (
        (estimators.mean(data, "api00"), "boot_mean"),
        (estimators.share(data, "stype", levels=["H"]), "boot_share"),
    ):
        agrees(found, expected[name])
    stated = ReplicateData.of(table, weight="pw", replicates=columns, kind="bootstrap", **expected["boot_scale"])
    assert stated.scale == pytest.approx(15 / 14 / 59, rel=CLOSE)  # R's own for m draws of m PSUs: m/(m - 1)/(R - 1).
    widened = np.sqrt(15 / 14) * expected["boot_mean"]["se"]
    assert estimators.mean(stated, "api00").se[0] == pytest.approx(widened, rel=CLOSE)


def test_balanced_half_samples_given_and_built(cases: Cases) -> None:
    expected, table = cases.expected("P15"), cases.table("scd")
    halves = 2 * np.array([[1, 0, 1, 0, 1, 0], [1, 0, 0, 1, 0, 1], [0, 1, 1, 0, 0, 1], [0, 1, 0, 1, 1, 0]]).T
    given = pd.concat([table, pd.DataFrame(halves).add_prefix("r")], axis=1).assign(one=1.0)
    columns = ["r0", "r1", "r2", "r3"]
    data = ReplicateData.of(given, weight="one", replicates=columns, kind="BRR", combined=False)
    design = SurveyData.of(table, strata="ESA", psu="ambulance")

    agrees(estimators.ratio(data, "alive", "arrests"), expected["brr_ratio"])
    agrees(estimators.total(data, ["alive", "arrests"]), expected["brr_total"])
    for kind, name in (("Fay", "fay_ratio"), ("JKn", "jkn_ratio")):
        agrees(estimators.ratio(replicates_of(design, kind, rho=0.3), "alive", "arrests"), expected[name])
    agrees(estimators.ratio(design, "alive", "arrests"), expected["taylor_ratio"])
    built = estimators.total(replicates_of(design, "BRR"), ["alive", "arrests"])
    assert built.se == pytest.approx(estimators.total(design, ["alive", "arrests"]).se, rel=CLOSE)
