"""Importance against performance (Martilla & James 1977): what matters most where people are least satisfied."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analysis import estimators
from analysis.design import BoolArray, FloatArray
from analysis.drivers.importance import Importance, Method, importance
from analysis.survey_data import SurveyData

# By whether importance and performance reach their lines.
QUADRANTS: Mapping[tuple[bool, bool], str] = {
    (True, True): "keep",
    (True, False): "improve first",
    (False, True): "possible overkill",
    (False, False): "low priority",
}
Line = Literal["mean", "median"] | float


@dataclass(frozen=True, kw_only=True)
class ImportancePerformance:
    """`performance` in its own unit with its standard error; the lines that part high from low are kept beside it."""

    importance: Importance
    performance: FloatArray
    se: FloatArray
    importance_line: float
    performance_line: float
    quadrant: tuple[str, ...]

    def table(self) -> pd.DataFrame:
        own = {"performance": self.performance, "performance_se": self.se, "quadrant": self.quadrant}
        return pd.concat([self.importance.table(), pd.DataFrame(own)], axis=1)


def importance_performance(
    data: SurveyData,
    *,
    outcome: str,
    drivers: Sequence[str],
    performance: Mapping[str, str] | None = None,
    method: Method = "lmg",
    importance_line: Line = "mean",
    performance_line: Line = "mean",
    everybody: bool = False,
) -> ImportancePerformance:
    """The table behind the chart. `performance` names a column by driver (default: the driver itself).

    Performance is the weighted mean over the respondents of the regression or, with `everybody`, over all who have the
    driver: then it is the published rate. A line is the drivers' mean or median, or
    a number, for example the target. Drivers near a line are near it by chance: see `importance.rank_probabilities`.
    Raises UnfitDrivers, LonelyPSU.
    """
    found = importance(data, outcome=outcome, drivers=drivers, method=method)
    named = [driver if performance is None else performance[driver] for driver in drivers]
    complete = data.frame[[outcome, *drivers]].notna().all(axis=1).to_numpy(dtype=bool)
    reached = estimators.mean(data if everybody else data.subset(complete), named)
    lines = _line(found.importance, importance_line), _line(reached.value, performance_line)
    important: BoolArray = found.importance >= lines[0]
    good: BoolArray = reached.value >= lines[1]
    return ImportancePerformance(
        importance=found,
        performance=reached.value,
        se=reached.se,
        importance_line=lines[0],
        performance_line=lines[1],
        quadrant=tuple(QUADRANTS[bool(a), bool(b)] for a, b in zip(important, good, strict=True)),
    )


def _line(values: FloatArray, line: Line) -> float:
    if line == "mean":
        return float(values.mean())
    return float(np.median(values)) if line == "median" else float(line)
