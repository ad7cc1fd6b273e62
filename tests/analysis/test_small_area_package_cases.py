"""P17 on the milk data of R sae, read from `pytest --refcases DIR` (R 4.2.2, sae 1.3, metafor 3.8.1)."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.small_area import fay_herriot
from analysis.small_area.fay_herriot import SmallAreas
from analysis.small_area.fitting import Method
from tests.analysis.survey_a import values_of

CLOSE = 1e-8


@pytest.fixture(scope="module")
def refcases(request: pytest.FixtureRequest) -> Path:
    return Path(request.config.getoption("--refcases"))


def _fit(refcases: Path, method: Method) -> SmallAreas:
    """mseFH(yi ~ as.factor(MajorArea), SD^2, method, MAXITER = 500, PRECISION = 1e-12, data = milk)"""
    milk = pd.read_csv(refcases / "data/milk.csv", dtype={"MajorArea": str})
    return fay_herriot(milk, estimate="yi", variance="vardir", covariates=["MajorArea"], method=method)


def _expected(refcases: Path, case: str) -> Any:
    return values_of(refcases / "cases/P17_fay_herriot/expected.json")[case]


@pytest.mark.parametrize("method", ["REML", "ML", "FH"])
def test_p17_milk(refcases: Path, method: Method) -> None:
    found, expected = _fit(refcases, method), _expected(refcases, f"milk_{method}")

    assert found.between == pytest.approx(expected["refvar"], rel=CLOSE)
    assert found.coefficients()["estimate"].to_list() == pytest.approx(expected["beta"], rel=CLOSE)
    assert found.beta_se == pytest.approx(expected["beta_se"], rel=CLOSE)
    assert found.table()["estimate"].to_list() == pytest.approx(expected["eblup"], rel=CLOSE)
    assert found.table()["mse"].to_list() == pytest.approx(expected["mse"], rel=CLOSE)
    assert found.prediction.fitted.loglik == pytest.approx(expected["loglik"], rel=CLOSE)


def test_p17_milk_as_metafor(refcases: Path) -> None:
    found, expected = _fit(refcases, "REML"), _expected(refcases, "milk_metafor_REML")

    assert found.between == pytest.approx(expected["tau2"], rel=CLOSE)
    assert found.coefficients()["estimate"].to_list() == pytest.approx(expected["beta"], rel=CLOSE)
    assert found.beta_se == pytest.approx(expected["se"], rel=CLOSE)
    assert found.table()["estimate"].to_list() == pytest.approx(expected["blup"], rel=CLOSE)


def test_p17_milk_as_printed_by_others(refcases: Path) -> None:
    """README of R package saens, whose REML stops at 1e-4: six digits of coefficients, five of AIC."""
    found = _fit(refcases, "REML")
    loglik = found.prediction.fitted.loglik
    parameters = len(found.beta_se) + 1

    beta = found.coefficients()["estimate"].to_list()
    assert beta == pytest.approx([0.968189, 0.13278, 0.226946, -0.241301], abs=6e-7)
    assert found.beta_se == pytest.approx([0.069362, 0.103001, 0.09233, 0.081617], abs=6e-7)
    assert (loglik, 2 * parameters - 2 * loglik) == pytest.approx((12.67748, -15.35496), abs=2e-5)
