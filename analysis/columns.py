"""Columns of any DataFrame by name, and as numbers whatever their dtype; what is missing or text is refused by name."""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from analysis.design import FloatArray


class UnknownTerms(ValueError):
    """Names that the table has no column for."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = tuple(columns)
        super().__init__(f"the table has no column {', '.join(map(str, self.columns))}")


class NotNumbers(ValueError):
    """A column that cannot be reckoned with: text, dates, or a name that two columns share."""


def require(frame: pd.DataFrame, names: Iterable[str]) -> None:
    """Raises UnknownTerms with all that are missing."""
    if missing := [name for name in names if name not in frame.columns]:
        raise UnknownTerms(missing)


def column(frame: pd.DataFrame, name: str) -> pd.Series:
    """Raises UnknownTerms; NotNumbers where two columns have the name."""
    require(frame, [name])
    found = frame[name]
    if not isinstance(found, pd.Series):
        raise NotNumbers(f"the table has {found.shape[1]} columns called {name}; keep one")
    return found


def numbers(frame: pd.DataFrame, name: str) -> FloatArray:
    """(rows,), nan where there is no value; of numbers, yes and no, and categories of numbers. Raises as `column`."""
    values = column(frame, name)
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(values.cat.categories.dtype if not values.isna().any() else object)
    known = values.dropna()
    if len(known) and pd.api.types.is_string_dtype(known):
        raise NotNumbers(f"column {name} holds text; make it numbers first")
    try:
        return values.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise NotNumbers(f"column {name} cannot be read as numbers") from error


def matrix(frame: pd.DataFrame, names: Sequence[str]) -> FloatArray:
    """(rows, names)"""
    require(frame, names)
    return np.column_stack([numbers(frame, name) for name in names]) if names else np.zeros((len(frame), 0))
