"""The columns that a model sees: numbers as they are, categories as treatment contrasts, products of both.

Names are R's (column and level run together), so that tables can be laid side by side. Fitting is left to others.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.columns import UnknownTerms, numbers, require
from analysis.design import BoolArray, FloatArray
from analysis.tally import IntArray

INTERCEPT = "(Intercept)"


@dataclass(frozen=True, kw_only=True)
class ModelColumns:
    """`matrix` (rows, p) with a name and a term for every column; rows with a gap are zero, not `complete`."""

    names: tuple[str, ...]
    term_of: tuple[str, ...]
    matrix: FloatArray
    complete: BoolArray

    def of_terms(self, terms: Sequence[str]) -> list[int]:
        """Positions of the columns that belong to `terms`. Raises UnknownTerms."""
        unknown = [term for term in terms if term not in self.term_of]
        if unknown:
            raise UnknownTerms(unknown)
        return [i for i, term in enumerate(self.term_of) if term in terms]


def model_columns(
    frame: pd.DataFrame, terms: Sequence[str], *, categorical: Sequence[str] = (), intercept: bool = True
) -> ModelColumns:
    """Columns for `terms`: "age", or "age:sex" for the product of both.

    Text, booleans and pandas categories are categories; a column of numbers is one when `categorical` names it. The
    first level (of the category's own order, else sorted) is the reference. Raises UnknownTerms.
    """
    parts = list(dict.fromkeys(part for term in terms for part in term.split(":")))
    require(frame, parts)
    coded = {part: _coded(frame, part, part in categorical) for part in parts}
    complete = np.ones(len(frame), dtype=bool)
    for part in parts:
        complete &= frame[part].notna().to_numpy(dtype=bool)
    names, term_of, columns = [], [], []
    if intercept:
        names, term_of, columns = [INTERCEPT], [INTERCEPT], [np.ones(len(frame))]
    for term in terms:
        for name, column in _product([coded[part] for part in term.split(":")]):
            names.append(name)
            term_of.append(term)
            columns.append(column)
    matrix = np.column_stack(columns) if columns else np.zeros((len(frame), 0))
    return ModelColumns(
        names=tuple(names),
        term_of=tuple(term_of),
        matrix=np.where(complete[:, None], matrix, 0.0),
        complete=complete,
    )


Coded = list[tuple[str, FloatArray]]


def _coded(frame: pd.DataFrame, name: str, as_category: bool) -> Coded:
    column = frame[name]
    if not as_category and _holds_numbers(column):
        return [(name, numbers(frame, name))]
    codes, labels = levels(column)
    return [(f"{name}{label}", (codes == i).astype(np.float64)) for i, label in enumerate(labels) if i > 0]


def _holds_numbers(column: pd.Series) -> bool:
    """Also of a column of any objects that are all numbers."""
    if column.dtype == object:
        return pd.api.types.infer_dtype(column, skipna=True) in (
            "integer",
            "floating",
            "mixed-integer-float",
            "decimal",
        )
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def levels(column: pd.Series) -> tuple[IntArray, tuple[str, ...]]:
    """Each row's level (rows,), -1 where missing, and the labels of the levels that occur, in their order."""
    category = column.astype("category").cat.remove_unused_categories()
    labels = tuple(level_label(value) for value in category.cat.categories)
    codes: IntArray = category.cat.codes.to_numpy().astype(np.int64)
    return codes, labels


def level_label(value: object) -> str:
    """A number that is whole is written as one: a column with gaps holds 1 as 1.0."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _product(factors: Sequence[Coded]) -> Coded:
    product = factors[0]
    for factor in factors[1:]:
        product = [(f"{a}:{b}", x * y) for b, y in factor for a, x in product]
    return product
