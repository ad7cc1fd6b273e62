"""Classes within which weight is moved: whose rows they are, and the factor by which those who take are multiplied."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.columns import require
from analysis.design import BoolArray, FloatArray
from analysis.model_columns import level_label
from analysis.survey_data import SurveyData
from analysis.tally import IntArray
from analysis.weighting.faults import EmptyClasses, WeightingFault

EVERYBODY = "everybody"


def class_of_rows(data: SurveyData, within: str | Sequence[str] | None) -> tuple[IntArray, tuple[str, ...]]:
    """Each row's class (rows,) and the labels; one class where `within` names no column."""
    columns = [] if within is None else [within] if isinstance(within, str) else list(within)
    require(data.frame, columns)
    if not columns:
        return np.zeros(len(data.frame), dtype=np.int64), (EVERYBODY,)
    if data.frame[columns].isna().to_numpy().any():
        raise WeightingFault(f"{', '.join(columns)} must not be missing: every row belongs to a class")
    return row_groups(data.frame, columns)


def row_groups(frame: pd.DataFrame, columns: Sequence[str]) -> tuple[IntArray, tuple[str, ...]]:
    """Each row's combination of the columns (rows,), in sorted order, and how each is called; "nan" where missing."""
    groups = frame.groupby(list(columns), sort=True, observed=True, dropna=False)
    numbers: IntArray = groups.ngroup().to_numpy().astype(np.int64)
    _, first = np.unique(numbers, return_index=True)
    parts = [frame[column].iloc[first] for column in columns]
    return numbers, tuple(joined(key) for key in zip(*parts, strict=True))


def joined(key: object) -> str:
    """The name of one combination of levels."""
    parts = key if isinstance(key, tuple) else (key,)
    return " × ".join(level_label(part) for part in parts)


def condition(data: SurveyData, column: str) -> BoolArray:
    """A column of yes and no (or 1 and 0), without gaps."""
    require(data.frame, [column])
    values = data.frame[column]
    if values.isna().any() or not values.isin([0, 1]).all():
        raise WeightingFault(f"column {column} must say yes or no (1 or 0) for every row")
    yes: BoolArray = values.to_numpy(dtype=np.float64) > 0
    return yes


def move_weight(
    weights: FloatArray, giving: BoolArray, taking: BoolArray, classes: IntArray, labels: Sequence[str]
) -> tuple[FloatArray, pd.DataFrame]:
    """Within each class the weight of those who give goes to those who take, in proportion to theirs."""
    count = len(labels)
    given = np.bincount(classes[giving], weights=weights[giving], minlength=count)
    taken = np.bincount(classes[taking], weights=weights[taking], minlength=count)
    if stranded := [label for label, has, can in zip(labels, given, taken, strict=True) if has > 0 and can == 0]:
        raise EmptyClasses(stranded)
    factor = 1.0 + given / np.where(taken > 0, taken, 1.0)
    moved = np.where(taking, weights * factor[classes], np.where(giving, 0.0, weights))
    rows = np.bincount(classes[taking], minlength=count)
    return moved, pd.DataFrame({"class": labels, "n": rows, "factor": factor})
