"""Cases on the data sets of R packages: their tables, and what R says about them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.linear import Estimate
from analysis.survey_data import SurveyData
from tests.analysis.survey_a import values_of

CLOSE = 1e-9


class Cases:
    """The folder named by `pytest --refcases DIR`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def table(self, name: str) -> pd.DataFrame:
        return pd.read_csv(self.folder / "data" / f"{name}.csv")

    def expected(self, case: str) -> Mapping[str, Any]:
        (folder,) = self.folder.glob(f"cases/{case}_*")
        return values_of(folder / "expected.json")

    def clusters(self, *, fpc: bool = True) -> SurveyData:
        """svydesign(id = ~dnum, weights = ~pw, data = apiclus1, fpc = ~fpc)"""
        return SurveyData.of(self.table("apiclus1"), psu="dnum", weight="pw", fpc="fpc" if fpc else None)

    def strata(self, *, fpc: bool = True) -> SurveyData:
        """svydesign(id = ~1, strata = ~stype, weights = ~pw, data = apistrat, fpc = ~fpc)"""
        return SurveyData.of(self.table("apistrat"), strata="stype", weight="pw", fpc="fpc" if fpc else None)


def agrees(found: Estimate, expected: Mapping[str, Any], *, deff: str = "deff") -> None:
    """What R says of value, standard error, covariance and design effect, as far as it says it."""
    assert found.value == pytest.approx(np.atleast_1d(expected["est"]), rel=CLOSE)
    assert found.se == pytest.approx(np.atleast_1d(expected["se"]), rel=CLOSE, abs=1e-12)
    if "cv" in expected:
        assert found.cv == pytest.approx(np.atleast_1d(expected["cv"]), rel=CLOSE, abs=1e-12)
    if "vcov" in expected:
        scale = float(np.max(np.abs(expected["vcov"])))
        assert found.covariance() == pytest.approx(np.array(expected["vcov"]), rel=CLOSE, abs=max(scale, 1e-12) * CLOSE)
    if "deff" in expected:
        assert getattr(found, deff) == pytest.approx(np.atleast_1d(expected["deff"]), rel=CLOSE)
