"""Survey A before and after weighting: who was drawn, who responded, the known population, and R's weights (P10)."""

import pandas as pd

from analysis.survey_data import SurveyData
from tests.analysis.survey_a import DATA, values_of

EXPECTED = values_of(DATA / "weights.json")
WEIGHTS = pd.read_csv(DATA / "weights.csv")


def counts(*columns: str) -> "pd.Series[int]":
    return pd.read_csv(DATA / f"population_{''.join(columns)}.csv").set_index(list(columns))["Freq"]


MARGINS = [counts("age"), counts("sex"), counts("urban")]


def make_drawn() -> SurveyData:
    """svydesign(ids = ~psu, strata = ~commune, weights = ~w_base, data = d)"""
    return SurveyData.of(pd.read_csv(DATA / "responses_2023.csv"), strata="commune", psu="psu", weight="w_base")


def make_respondents() -> SurveyData:
    """svydesign(ids = ~psu, strata = ~commune, weights = ~w_nr, data = d[d$resp == 1, ])"""
    frame = make_drawn().frame
    return SurveyData.of(frame[frame["resp"] == 1].reset_index(drop=True), strata="commune", psu="psu", weight="w_nr")


def small(weights: list[float], **columns: list[object]) -> SurveyData:
    """A table that can be weighed by hand: every row a PSU."""
    return SurveyData.of(pd.DataFrame({"w": weights, **columns}), weight="w")
