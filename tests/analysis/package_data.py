"""Cases on the data sets of R packages: their tables, and where R's words on them stand."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.survey_data import SurveyData
from tests.analysis.survey_a import values_of


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
