"""The columns of a regression: an intercept, numbers as they are, and every level of a category but its first.

What is fitted to them is left to the models.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.design import FloatArray

INTERCEPT = "(Intercept)"


class BadCovariates(ValueError):
    """A covariate is absent, has gaps, or has a level that the model never saw; the message names it."""


@dataclass(frozen=True)
class Covariates:
    """Which columns enter a regression, and the levels of those that are categories (None: a number)."""

    levels: Mapping[str, tuple[str, ...] | None]

    @classmethod
    def of(cls, columns: Sequence[str], *frames: pd.DataFrame) -> "Covariates":
        """The levels seen in all frames together, in the order of their names (as R orders a factor's)."""
        for column in columns:
            _check(column, frames)
        return cls({column: _levels([frame[column] for frame in frames]) for column in columns})

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the matrix's columns, as R's model.matrix gives them."""
        parts = [[column] if levels is None else [column + x for x in levels[1:]] for column, levels in self._items()]
        return (INTERCEPT, *(name for part in parts for name in part))

    def matrix(self, frame: pd.DataFrame) -> FloatArray:
        """(rows, columns): the covariates of `frame`. Raises BadCovariates for a level that is not known."""
        columns = [np.ones(len(frame))]
        for column, levels in self._items():
            columns += [_numbers(frame[column])] if levels is None else _dummies(frame[column], levels)
        return np.column_stack(columns)

    def _items(self) -> Sequence[tuple[str, tuple[str, ...] | None]]:
        return list(self.levels.items())


def _check(column: str, frames: Sequence[pd.DataFrame]) -> None:
    for frame in frames:
        if column not in frame:
            raise BadCovariates(f"there is no column {column}; name columns that the data has")
        if frame[column].isna().any():
            raise BadCovariates(f"covariate {column} is missing in {int(frame[column].isna().sum())} rows")


def _levels(parts: Sequence["pd.Series[Any]"]) -> tuple[str, ...] | None:
    if all(pd.api.types.is_numeric_dtype(part) for part in parts):
        return None
    return tuple(sorted({str(value) for part in parts for value in part.unique()}))


def _numbers(values: "pd.Series[Any]") -> FloatArray:
    return np.asarray(values, dtype=np.float64)


def _dummies(values: "pd.Series[Any]", levels: Sequence[str]) -> list[FloatArray]:
    texts = values.astype(str).to_numpy()
    if unknown := sorted(set(texts) - set(levels)):
        raise BadCovariates(f"covariate {values.name} has a level that the model never saw: {unknown[0]}")
    return [(texts == level).astype(np.float64) for level in levels[1:]]
