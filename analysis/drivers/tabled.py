"""What to fix first as a file of a release, drivers.csv: factors, then items, of every wave and series by itself.

The outcome is the respondent's own index. Items are compared within their factor, for hardly anybody answers all items
of an instrument. What is computed is left to the other modules, what the columns mean to
`columns`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from analysis.comparison.regression import NotFitted
from analysis.design import FloatArray, Lonely, LonelyPSU
from analysis.drivers.columns import COLUMNS, READING
from analysis.drivers.factor_scores import SHARE, factor_scores
from analysis.drivers.gains import gains
from analysis.drivers.importance import Method, rank_probabilities
from analysis.drivers.importance_performance import importance_performance
from analysis.drivers.moments import UnfitDrivers
from analysis.engine import Engine
from analysis.extract import Extract
from analysis.reliability.answers import rated
from analysis.series_data import FEWEST, Tables, by_wave
from analysis.survey_data import SurveyData
from analysis.tally import IntArray
from analysis.waves import WaveSums
from questionnaires.model import Instrument

OUTCOME = "~index"  # No code of an instrument looks like it.
RISE = 0.1
SEED = 1
REPLICATES, FEWEST_REPLICATES = 1000, 100
FACTORS_IN_MEMORY = 40_000_000  # Of the bootstrap: PSUs times replicates.
MOST_LMG = 10  # A thousand replicates of all subsets of more take minutes; those have Johnson's weights.


def drivers(engine: Engine, extract: Extract, waves: Sequence[WaveSums], lonely: Lonely) -> Tables:
    """Raises TooFewResponses."""
    found = by_wave(engine, extract, waves, lonely, (), _tables)
    about: dict[str, Any] = {"seed": SEED, "rise": 100.0 * RISE, "limits": 0.95}
    return Tables(
        found.files,
        {"reading": READING, "columns": {"drivers.csv": COLUMNS}, **about, "waves": found.context},
    )


def _tables(data: SurveyData, instrument: Instrument) -> Tables:
    scales = {factor.code: [item.code for item in factor.items] for factor in instrument.factors}
    answers = rated(data.frame, [item.code for item in instrument.items])
    positive = instrument.formula.positive
    satisfied = answers.isin(positive).astype("float64").where(answers.notna())
    shares = factor_scores(answers, scales, positive=positive)[[f"{factor}{SHARE}" for factor in scales]]
    shares = shares.set_axis(list(scales), axis=1)
    by_factor = instrument.formula.name == "O_fac"
    own = (shares if by_factor else satisfied).mean(axis=1)
    faults: list[str] = []
    outcome = "O_fac" if by_factor else "O_crit"
    compared = {"factors": shares} | {f"items of {factor}": satisfied[items] for factor, items in scales.items()}
    parts = [
        table.assign(outcome=outcome)
        for those, scores in compared.items()
        if (table := _compared(replace(data, frame=scores.assign(**{OUTCOME: own})), those, faults)) is not None
    ]
    if not parts:
        return Tables({}, {"not_computed": faults})
    factor_of = {item: factor for factor, items in scales.items() for item in items}
    table = pd.concat(parts, ignore_index=True)
    table = table.assign(
        level=table["code"].map(lambda code: "item" if code in factor_of else "factor"),
        factor=table["code"].map(lambda code: factor_of.get(code, code)),
    )
    table = table.reindex(columns=_ordered(table)).astype({"gain_n": "Int64", "replicates": "Int64"})
    return Tables({"drivers.csv": table}, {"not_computed": faults})


def _ordered(table: pd.DataFrame) -> list[str]:
    """Without wave and series, which come before them; there are as many ranks as drivers."""
    named = list(COLUMNS)[2:]
    return [*named, *(column for column in map(str, table) if column.startswith("rank_") and column not in named)]


def _compared(data: SurveyData, those: str, faults: list[str]) -> pd.DataFrame | None:
    """One row a driver, the most important first; `those` names the drivers in sentences."""
    chosen = _usable(data.frame.drop(columns=OUTCOME), those, faults)
    if len(chosen) < 2:
        faults.append(f"{those}: fewer than two are left to compare")
        return None
    method: Method = "lmg" if len(chosen) <= MOST_LMG else "johnson"
    try:
        found = importance_performance(data, outcome=OUTCOME, drivers=chosen, method=method, everybody=True)
    except UnfitDrivers as fault:
        faults.append(f"{those}: {_named(fault)}")
        return None
    own = found.importance
    table = found.table().rename(columns={"driver": "code", "share": "importance_share"})
    table[["performance", "performance_se", "importance_share"]] *= 100.0
    table = table.assign(method=method, n=own.n, r_squared=own.r_squared, condition=own.condition)
    table = table.assign(**_gained(data, chosen, those, faults))
    table = pd.concat([table, _ranks(data, chosen, method, those, faults)], axis=1)
    table["rank"] = (-own.importance).argsort(kind="stable").argsort(kind="stable") + 1
    return table.sort_values("rank")


def _usable(scores: pd.DataFrame, those: str, faults: list[str]) -> list[str]:
    """Drivers that most respondents have and that differ between those who have all; the others are named."""
    rare = scores.notna().mean() < 0.5
    complete = scores.loc[:, ~rare].dropna()
    if len(complete) < FEWEST:
        faults.append(f"{those}: {len(complete)} respondents answered all; at least {FEWEST} are needed")
        return []
    same = complete.nunique() < 2
    for why, names in (("fewer than half answered", scores.columns[rare]), ("all are alike", complete.columns[same])):
        if len(names):
            faults.append(f"{those}: left out, because {why}: {', '.join(names)}")
    return list(complete.columns[~same])


def _gained(
    data: SurveyData, chosen: Sequence[str], those: str, faults: list[str]
) -> Mapping[str, FloatArray | IntArray]:
    """Points of the index; missing where the regressions have no solution."""
    try:
        found = gains(data, outcome=OUTCOME, drivers=chosen, rise=RISE)
    except NotFitted as fault:
        faults.append(f"gains of {those}: {_named(fault)}")
        return {}
    along, fixed = found.along, found.fixed
    return {
        **{"gain": 100.0 * along.value, "gain_low": 100.0 * along.low, "gain_high": 100.0 * along.high},
        **{"gain_n": along.n, "gain_alone": 100.0 * fixed.value},
        **{"gain_alone_low": 100.0 * fixed.low, "gain_alone_high": 100.0 * fixed.high},
    }


def _ranks(data: SurveyData, chosen: Sequence[str], method: Method, those: str, faults: list[str]) -> pd.DataFrame:
    """Limits of the importance, and the chance of every rank in percent; nothing where a PSU has no bootstrap."""
    psus = len(data.stages[0].stratum_of)
    count = max(FEWEST_REPLICATES, min(REPLICATES, FACTORS_IN_MEMORY // psus))
    try:
        found = rank_probabilities(data, outcome=OUTCOME, drivers=chosen, method=method, count=count, seed=SEED)
    except LonelyPSU as fault:
        faults.append(f"ranks of {those}: {fault}; only certain ones can be left out of a bootstrap")
        return pd.DataFrame(index=range(len(chosen)))
    chances = {f"rank_{i + 1}": 100.0 * found.probability[:, i] for i in range(len(chosen))}
    limits = {"importance_low": found.low, "importance_high": found.high, "replicates": count}
    return pd.DataFrame({**limits, **chances})


def _named(fault: Exception) -> str:
    return str(fault).replace(OUTCOME, "index")
