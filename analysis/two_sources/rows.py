"""One wave's responses as two samples with their designs: what the adjusted figures of a release are computed from.

Only closed questions of the profile are covariates, for both series know them of everybody. The unit is none: where a
unit has one collection point, what is special about the point cannot be told from the unit.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.design import Lonely
from analysis.engine import Engine
from analysis.extract import Extract, Stratum
from analysis.series import name, text, wave_rows
from analysis.survey_data import SurveyData
from analysis.two_sources.faults import TwoSourcesFault
from analysis.waves import WaveSums
from questionnaires.model import SingleChoice

FEWEST = 20  # Responses of a level in either series; rarer ones are put together.
COUNTLESS = 10**9
OTHER, UNKNOWN = "other", "not answered"
SERIES = ("probability", "open")
DESIGN = ("series", "id", "point", "design_stratum", "design_psu", "design_weight")


def read_samples(
    engine: Engine, extract: Extract, sums: WaveSums, items: Sequence[str], lonely: Lonely
) -> tuple[SurveyData, SurveyData, tuple[str, ...]]:
    """The probability sample, the open series, and the covariates that distinguish anybody. `items` become 0 and 1.

    Open responses belong together by collection point. Raises TwoSourcesFault where nothing is known of the people.
    """
    profile = _profile(sums)
    columns = [*DESIGN, *items, *profile, *(f"{code}__state" for code in profile)]
    rows = wave_rows(engine.parquet(extract.parquet), sums.wave.slug, sums.wave.plan is not None)
    wanted = f"SELECT {', '.join(map(name, columns))} FROM {rows} AS responses"  # noqa: S608  (codes are checked by their model)
    frame = engine.table(f"{wanted} WHERE series IN ({', '.join(map(text, SERIES))}) ORDER BY id").to_pandas()
    positive = sums.instrument.formula.positive
    for item in items:
        frame[item] = np.where(frame[item] >= 1, frame[item].isin(positive).astype(float), np.nan)
    people = {code: _answers(frame, code) for code in profile}
    covariates = dict(_told_apart(people, frame["series"]))
    if not covariates:
        raise TwoSourcesFault("no question of the profile tells the people of both series apart; nothing to adjust by")
    frame = frame[[*DESIGN, *items]].assign(**{f"by_{code}": values for code, values in covariates.items()})
    drawn, came = (frame[frame["series"] == series].reset_index(drop=True) for series in SERIES)
    return _probability(drawn, sums, lonely), _open(came), tuple(f"by_{code}" for code in covariates)


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


def _probability(drawn: pd.DataFrame, sums: WaveSums, lonely: Lonely) -> SurveyData:
    """As the wave's own figures take it: the plan's strata and sampled PSUs, or a plain sample."""
    plan = sums.wave.plan
    if plan is None:
        return SurveyData.of(drawn, weight="design_weight", lonely="certainty")
    sampled = {stratum.code: len(stratum.cases_by_psu) for stratum in plan}
    counted = drawn.assign(sampled=drawn["design_stratum"].map(sampled))
    psu: str | list[str] = "design_psu"
    fpc: list[str] | None = None
    if sums.wave.first_stage == "without-replacement":
        counted, psu, fpc = _with_frame(counted, plan), ["design_psu", "id"], ["psus_in_frame", "people"]
    return SurveyData.of(
        counted, strata="design_stratum", psu=psu, weight="design_weight", fpc=fpc, sampled="sampled", lonely=lonely
    )


def _with_frame(drawn: pd.DataFrame, plan: Sequence[Stratum]) -> pd.DataFrame:
    """How many PSUs the stratum has, and people the PSU; where the plan does not say, too many to matter."""
    psus = {stratum.code: stratum.psus_in_frame for stratum in plan}
    people = {(stratum.code, psu): count for stratum in plan for psu, count in stratum.people_by_psu.items()}
    keys = zip(drawn["design_stratum"], drawn["design_psu"], strict=True)
    return drawn.assign(
        psus_in_frame=drawn["design_stratum"].map(psus), people=[people.get(key) or COUNTLESS for key in keys]
    )


def _open(came: pd.DataFrame) -> SurveyData:
    together = came["point"].fillna(came["id"]).astype(str)
    return SurveyData.of(came.assign(together=together), psu="together", lonely="certainty")
