"""One wave's responses as rows with the design of their series, and what is computed from such rows wave by wave.

Which mode belongs to which series is left to `series`, what a release computes from sums of rows to `waves`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.design import Lonely
from analysis.display import rounded
from analysis.engine import Engine
from analysis.extract import Extract, Stratum
from analysis.response import rows_of
from analysis.series import name, text
from analysis.survey_data import SurveyData
from analysis.waves import WaveSums
from questionnaires.model import Instrument

SERIES = ("probability", "open")
DESIGN = ("series", "id", "point", "design_stratum", "design_psu", "design_weight")
COUNTLESS = 10**9
FEWEST = 30  # Responses of a wave in a series: with fewer, a coefficient says nothing.


class TooFewResponses(ValueError):
    """No wave has enough responses; the sentence says how many are needed."""


@dataclass(frozen=True)
class Tables:
    """Tables by file name, and what context.json says beside them."""

    files: Mapping[str, pd.DataFrame]
    context: Mapping[str, Any]


def read_rows(engine: Engine, extract: Extract, sums: WaveSums, columns: Sequence[str]) -> pd.DataFrame:
    """The responses of both series by id, with the columns of their design and `columns`."""
    rows = rows_of(engine, engine.parquet(extract.parquet), sums.wave)
    wanted = f"SELECT {', '.join(map(name, [*DESIGN, *columns]))} FROM {rows} AS responses"  # noqa: S608  (codes are checked by their model)
    found: pd.DataFrame = engine.table(
        f"{wanted} WHERE series IN ({', '.join(map(text, SERIES))}) ORDER BY id"
    ).to_pandas()
    return found


def with_design(rows: pd.DataFrame, sums: WaveSums, series: str, lonely: Lonely) -> SurveyData:
    """The rows of one series. Open responses belong together by collection point."""
    chosen = rows[rows["series"] == series].reset_index(drop=True)
    return _probability(chosen, sums, lonely) if series == "probability" else _open(chosen)


def by_wave(
    engine: Engine,
    extract: Extract,
    waves: Sequence[WaveSums],
    lonely: Lonely,
    columns: Sequence[str],
    of: Callable[[SurveyData, Instrument], Tables],
) -> Tables:
    """What `of` finds in every wave and series with enough responses, with columns `wave` and `series` before it.

    Items and `columns` are read. The context names every wave and series, also those with too few responses. Raises
    TooFewResponses where none has enough.
    """
    parts: dict[str, list[pd.DataFrame]] = {}
    about: dict[str, dict[str, Any]] = {}
    most = 0
    for sums in waves:
        rows = read_rows(engine, extract, sums, [*(item.code for item in sums.instrument.items), *columns])
        for series in SERIES:
            count = int((rows["series"] == series).sum())
            most = max(most, count)
            if count < FEWEST:
                found = _nothing(sums.wave.slug, series, count)
            else:
                found = of(with_design(rows, sums, series, lonely), sums.instrument)
            about.setdefault(sums.wave.slug, {})[series] = {"responses": count, **found.context}
            for file, table in found.files.items():
                keys = pd.DataFrame({"wave": sums.wave.slug, "series": series}, index=table.index)
                parts.setdefault(file, []).append(pd.concat([keys, _published(table)], axis=1))
    if most < FEWEST:
        raise TooFewResponses(
            f"no wave has {FEWEST} responses in one series, the most are {most}; "
            "leave out --instrument-quality and --drivers"
        )
    return Tables({file: pd.concat(tables, ignore_index=True) for file, tables in parts.items()}, about)


def _nothing(wave: str, series: str, count: int) -> Tables:
    sentence = f"wave {wave} has {count} responses in the series {series}; at least {FEWEST} are needed"
    return Tables({}, {"not_computed": [sentence]})


def _published(table: pd.DataFrame) -> pd.DataFrame:
    numbers = {str(column): table[column].map(rounded) for column in table.select_dtypes("float64")}
    return table.assign(**numbers)


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
