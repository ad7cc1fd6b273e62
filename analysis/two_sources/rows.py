"""One wave's responses as two samples with their designs: what the adjusted figures of a release are computed from.

Only closed questions of the profile are covariates, for both series know them of everybody. The unit is none: where a
unit has one collection point, what is special about the point cannot be told from the unit.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.design import Lonely
from analysis.engine import Engine
from analysis.extract import Extract
from analysis.series_data import DESIGN, SERIES, read_rows, with_design
from analysis.survey_data import SurveyData
from analysis.two_sources.faults import TwoSourcesFault
from analysis.waves import WaveSums
from questionnaires.model import SingleChoice

FEWEST = 20  # Responses of a level in either series; rarer ones are put together.
OTHER, UNKNOWN = "other", "not answered"


def read_samples(
    engine: Engine, extract: Extract, sums: WaveSums, items: Sequence[str], lonely: Lonely
) -> tuple[SurveyData, SurveyData, tuple[str, ...]]:
    """The probability sample, the open series, and the covariates that distinguish anybody. `items` become 0 and 1.

    Raises TwoSourcesFault where nothing is known of the people.
    """
    profile = _profile(sums)
    frame = read_rows(engine, extract, sums, [*items, *profile, *(f"{code}__state" for code in profile)])
    positive = sums.instrument.formula.positive
    for item in items:
        frame[item] = np.where(frame[item] >= 1, frame[item].isin(positive).astype(float), np.nan)
    people = {code: _answers(frame, code) for code in profile}
    covariates = dict(_told_apart(people, frame["series"]))
    if not covariates:
        raise TwoSourcesFault("no question of the profile tells the people of both series apart; nothing to adjust by")
    frame = frame[[*DESIGN, *items]].assign(**{f"by_{code}": values for code, values in covariates.items()})
    drawn, came = (with_design(frame, sums, series, lonely) for series in SERIES)
    return drawn, came, tuple(f"by_{code}" for code in covariates)


def _profile(sums: WaveSums) -> tuple[str, ...]:
    parts = [part for part in sums.instrument.parts if part.kind == "profile"]
    return tuple(question.code for part in parts for question in part.questions if isinstance(question, SingleChoice))


def _answers(frame: pd.DataFrame, code: str) -> pd.Series:
    return frame[code].where(frame[f"{code}__state"] == 0, UNKNOWN).fillna(UNKNOWN).astype(str)


def _told_apart(people: Mapping[str, pd.Series], series: pd.Series) -> Iterator[tuple[str, pd.Series]]:
    """The covariates with at least two levels that both series have enough of; rare ones become one level, or join the
    most frequent.
    """
    for code, values in people.items():
        merged = _merged(values, series, OTHER)
        merged = _merged(merged, series, str(merged.mode().iloc[0])) if len(merged) else merged
        if merged.nunique() > 1:
            yield code, merged


def _merged(values: pd.Series, series: pd.Series, into: str) -> pd.Series:
    counts = pd.crosstab(values, series).reindex(columns=list(SERIES), fill_value=0).min(axis=1)
    return values.where(values.map(counts) >= FEWEST, into)
