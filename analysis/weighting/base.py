"""Base weights: the inverse of the probability with which a row was drawn, from counts in a table or from a plan.

A plan names the PSUs that were sampled; how the plan is stored is left to `extract`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd

from analysis.columns import numbers, require
from analysis.design import FloatArray
from analysis.weighting.faults import PlanFaults

Selection = Literal["equal", "size"]


def base_weights(frame: pd.DataFrame, *, stages: Sequence[tuple[str, str]], times: str | None = None) -> FloatArray:
    """Weights (rows,): the product over stages of units there were / units drawn.

    `stages`: pairs of column names (there were, drawn), first stage first, e.g. villages of the commune, households of
    the village. `times`: a column to multiply by, e.g. the adults of whom one was asked. Horvitz & Thompson (1952).
    Raises UnknownTerms, PlanFaults.
    """
    columns = [column for stage in stages for column in stage] + ([times] if times else [])
    require(frame, columns)
    faults = [fault for there, drawn in stages for fault in _stage_faults(frame, there, drawn)]
    if times and not (frame[times] > 0).all():
        faults.append(f"{times} must be above 0 in every row")
    if faults:
        raise PlanFaults(faults)
    weights = np.ones(len(frame))
    for there, drawn in stages:
        weights = weights * numbers(frame, there) / numbers(frame, drawn)
    return weights * numbers(frame, times) if times else weights


def _stage_faults(frame: pd.DataFrame, there: str, drawn: str) -> Iterable[str]:
    if not (frame[drawn] > 0).all():
        yield f"{drawn} must be above 0 in every row"
    if not (frame[there] >= frame[drawn]).all():
        yield f"{there} must not be below {drawn} in any row"


def plan_weights(plan: Mapping[str, Any], *, selection: Selection = "equal") -> pd.DataFrame:
    """One row a sampled PSU of a wave's plan: stratum, psu, first (1/π of the PSU), second (1/π within), weight.

    `selection`: PSUs drawn with equal probability (m of the `psus_in_frame` of the stratum), or proportional to size
    (π = m N_i / N; one as large as the sampling interval is certain, and the others share what is left). Cases are a
    simple random sample within the PSU. Särndal, Swensson & Wretman (1992), chapters 3 and 4. Raises PlanFaults.
    """
    faults: list[str] = []
    rows = [row for stratum in plan["strata"] for row in _stratum(stratum, selection, faults)]
    if faults:
        raise PlanFaults(faults)
    return pd.DataFrame(rows, columns=["stratum", "psu", "first", "second", "weight"])


def _stratum(stratum: Mapping[str, Any], selection: Selection, faults: list[str]) -> list[tuple[Any, ...]]:
    psus = [psu for psu in stratum["psus"] if psu.get("sampled", True)]
    faults += _faults(stratum, psus, selection)
    if faults:
        return []
    sizes = np.array([psu["population"] for psu in psus], dtype=np.float64)
    second = sizes / np.array([psu["drawn"] for psu in psus], dtype=np.float64)
    if selection == "equal":
        first = np.full(len(psus), stratum["psus_in_frame"] / len(psus))
    else:
        first = 1.0 / proportional(sizes, float(stratum["population"]))
    return [(stratum["code"], psu["code"], a, b, a * b) for psu, a, b in zip(psus, first, second, strict=True)]


def _faults(stratum: Mapping[str, Any], psus: Sequence[Mapping[str, Any]], selection: Selection) -> list[str]:
    place = f"stratum {stratum['code']}"
    faults = [] if psus else [f"{place} has no sampled PSU"]
    if selection == "equal" and not stratum.get("psus_in_frame", 0) >= len(psus):
        faults.append(f"{place} names no psus_in_frame, or fewer than were sampled")
    for psu in psus:
        if not 0 < psu.get("drawn", 0) <= (psu.get("population") or 0):
            faults.append(f"PSU {psu['code']} of {place} must draw at least one and at most its population")
    if selection == "size" and sum(psu.get("population") or 0 for psu in psus) > (stratum.get("population") or 0):
        faults.append(f"{place} is smaller than its sampled PSUs together")
    return faults


def proportional(sizes: FloatArray, population: float) -> FloatArray:
    """Inclusion probabilities (m,) of m PSUs drawn with probability proportional to size out of `population`."""
    chance = np.zeros(len(sizes))
    certain = np.zeros(len(sizes), dtype=bool)
    while True:
        left, rest = (~certain).sum(), population - sizes[certain].sum()
        chance = np.where(certain, 1.0, left * sizes / rest if rest > 0 else 1.0)
        if not (chance > 1.0).any():
            return chance
        certain |= chance >= 1.0
