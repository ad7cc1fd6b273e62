"""The quality of the instrument as files of a release: reliability.csv and, where groups can be compared, dif.csv.

Every wave and series by itself. What is computed is left to the other modules, what the columns mean to `columns`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from analysis.design import Lonely
from analysis.engine import Engine
from analysis.extract import Extract
from analysis.reliability.answers import UnfitAnswers, rated
from analysis.reliability.columns import DIF, READING, RELIABILITY
from analysis.reliability.consistency import Consistency, consistency
from analysis.reliability.item_functioning import ItemFunctioning, item_functioning
from analysis.reliability.item_quality import item_quality
from analysis.reliability.omega import omega
from analysis.series_data import Tables, by_wave
from analysis.survey_data import SurveyData
from analysis.waves import WaveSums
from questionnaires.model import Instrument

GROUPS = ("mode", "language")
SMALLEST = 30  # Respondents of a group that is compared with another.
RATE = 0.05
SHARES = ("no_answer", "not_used", "ceiling", "floor")
Found = TypeVar("Found")


def instrument_quality(engine: Engine, extract: Extract, waves: Sequence[WaveSums], lonely: Lonely) -> Tables:
    """Raises TooFewResponses."""
    found = by_wave(engine, extract, waves, lonely, GROUPS, _tables)
    return Tables(
        found.files,
        {
            "reading": READING,
            "columns": {"reliability.csv": RELIABILITY, "dif.csv": DIF},
            "dif": {"group_minimum": SMALLEST, "correction": "BH", "false_discovery": RATE},
            "waves": found.context,
        },
    )


def _tables(data: SurveyData, instrument: Instrument) -> Tables:
    """`data` holds the items as an extract does, with their states."""
    answered = replace(data, frame=data.frame.assign(**rated(data.frame, [item.code for item in instrument.items])))
    scales = {factor.code: [item.code for item in factor.items] for factor in instrument.factors}
    parts = [_scale(data, answered, factor, items) for factor, items in scales.items()]
    files = {"reliability.csv": pd.concat(parts, ignore_index=True).reindex(columns=list(RELIABILITY)[2:])}
    faults: list[str] = []
    differences = [table for by in GROUPS for table in _differences(answered, scales, by, faults)]
    if differences:
        files["dif.csv"] = pd.concat(differences, ignore_index=True)[list(DIF)[2:]]
    return Tables(files, {"not_computed": faults})


def _scale(data: SurveyData, answered: SurveyData, factor: str, items: Sequence[str]) -> pd.DataFrame:
    """One row of the factor, then one an item; answers weigh as their respondents do."""
    faults: list[str] = []
    together = _tried(lambda: consistency(answered, items, weighted=True), faults)
    common = _tried(lambda: omega(answered, items, weighted=True), faults)
    whole: dict[str, Any] = {"level": "factor", "factor": factor, "code": factor}
    if together is not None:
        whole |= {"n": together.n, "alpha": together.alpha, "alpha_standardised": together.standardised_alpha}
    whole |= {"omega": np.nan if common is None else common.omega, "fault": "; ".join(faults)}
    rows = pd.concat([pd.DataFrame([whole]), _items(data, together, factor, items)], ignore_index=True)
    return rows.astype({"n": "Int64", "asked": "Int64", "answered": "Int64"})


def _items(data: SurveyData, together: Consistency | None, factor: str, items: Sequence[str]) -> pd.DataFrame:
    quality = item_quality(data, items).table().rename(columns={"item": "code"})
    for share in SHARES:
        quality[[share, f"{share}_se"]] *= 100.0
    rows = quality.assign(level="item", factor=factor, n=quality["answered"], fault="")
    if together is not None:
        rows["item_rest"], rows["alpha_if_dropped"] = together.item_rest, together.alpha_if_dropped
    return rows


def _tried(compute: Callable[[], Found], faults: list[str]) -> Found | None:
    """What is computed, or None and one sentence more."""
    try:
        return compute()
    except UnfitAnswers as fault:
        faults.append(str(fault))
        return None


def _differences(
    answered: SurveyData, scales: dict[str, list[str]], by: str, faults: list[str]
) -> Iterator[pd.DataFrame]:
    counts = answered.frame[by].value_counts()
    if (counts >= SMALLEST).sum() < 2:
        faults.append(f"{by}: fewer than two groups have {SMALLEST} responses; items are not compared between them")
        return
    for factor, items in scales.items():
        if len(items) < 3:
            faults.append(f"{by}, factor {factor}: a scale of fewer than three items is not compared between groups")
            continue
        compared = partial(item_functioning, answered, items, by=by, minimum=SMALLEST, rate=RATE)
        found = _tried(compared, faults)
        if found is not None:
            yield _long(found, factor)


def _long(found: ItemFunctioning, factor: str) -> pd.DataFrame:
    """One row an item and group; the tests are of all groups at once."""
    table = found.table().rename(columns={name: f"p_{name}" for name in ("uniform", "nonuniform", "adjusted")})
    groups = [table.assign(group=group, log_odds=found.log_odds[:, i], order=i) for i, group in enumerate(found.groups)]
    rows = pd.concat(groups).assign(
        by=found.column, factor=factor, reference=found.reference, left_out=" ".join(found.left_out)
    )
    return rows.assign(item_order=rows.index).sort_values(["item_order", "order"], kind="stable")
