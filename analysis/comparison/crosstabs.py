"""Two categories side by side: the weighted table and the tests of independence that know the design.

Rao & Scott (1984), Annals of Statistics 12, 46–60; Wald's variants after Koch, Freeman & Freeman (1975) and Thomas &
Rao (1987). Equal to R survey's svychisq.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from scipy import special

from analysis.columns import require
from analysis.comparison.quadratic_forms import exceeds, saddlepoint
from analysis.comparison.test_results import TestResult, f_test, quadratic
from analysis.design import BoolArray, FloatArray
from analysis.estimands import Data
from analysis.model_columns import levels

Statistic = Literal["F", "chi2", "wald", "adjusted_wald", "exact", "saddlepoint"]


class TooFewLevels(ValueError):
    """A table with one row or one column has nothing to test."""


@dataclass(frozen=True, kw_only=True)
class Crosstab:
    """`counts` (rows, columns): weighted; `covariance` of the cells' totals, `of_shares` of their shares, row by row.

    `n` counts the rows of the data that have a weight (R's N: it scales the chi-squared statistic, and no p-value);
    `df` are the design's degrees of freedom.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: FloatArray
    covariance: FloatArray
    of_shares: FloatArray
    n: int
    df: int

    def shares(self, *, by: Literal["rows", "columns", "all"] = "all") -> pd.DataFrame:
        """Shares that add up to 1 over each row, over each column, or over all."""
        axis = {"rows": 1, "columns": 0, "all": None}[by]
        return self._frame(self.counts / self.counts.sum(axis=axis, keepdims=True))

    def table(self) -> pd.DataFrame:
        return self._frame(self.counts)

    def test(self, statistic: Statistic = "F") -> TestResult:
        """Independence of rows and columns.

        "F": Rao–Scott of second order, as F (the default); "chi2": of first order; "exact" and "saddlepoint": the
        statistic's own distribution, a weighted sum of chi-squareds over the estimated covariance (R: lincom,
        saddlepoint); "wald", "adjusted_wald": Wald's F.
        """
        return _TESTS[statistic](self)

    def _frame(self, values: FloatArray) -> pd.DataFrame:
        return pd.DataFrame(values, index=list(self.rows), columns=list(self.columns))

    @property
    def freedom(self) -> int:
        return (len(self.rows) - 1) * (len(self.columns) - 1)

    @property
    def pearson(self) -> float:
        """Pearson's statistic of the weighted shares, times n."""
        shares = self.counts / self.counts.sum()
        expected = np.outer(shares.sum(axis=1), shares.sum(axis=0))
        return float(self.n * np.sum((shares - expected) ** 2 / expected))

    @cached_property
    def design_effects(self) -> FloatArray:
        """The generalised design effects of the interaction: the weights of its chi-squareds, eigenvalues of Δ."""
        shares = (self.counts / self.counts.sum()).ravel()
        inverse = np.where(shares > 0, 1.0 / np.where(shares > 0, shares, 1.0), 0.0)
        contrasts = self._interaction() * inverse[:, None]
        simple = (self._interaction() / self.n).T @ contrasts
        return np.linalg.eigvals(np.linalg.solve(simple, contrasts.T @ self.of_shares @ contrasts)).real

    def _interaction(self) -> FloatArray:
        """(cells, freedom): indicators of the cells beyond the first row and column, free of both margins."""
        r, c = len(self.rows), len(self.columns)
        row, column = np.repeat(np.arange(r), c), np.tile(np.arange(c), r)
        margins = np.hstack([row[:, None] == np.arange(r), column[:, None] == np.arange(1, c)]).astype(np.float64)
        cells = np.eye(r * c)[:, (row > 0) & (column > 0)]
        return cells - margins @ np.linalg.lstsq(margins, cells, rcond=None)[0]


def crosstab(data: Data, *, rows: str, columns: str) -> Crosstab:
    """The table of two categories over the rows of `data` that have both. Raises UnknownTerms, TooFewLevels."""
    require(data.frame, (rows, columns))
    has: BoolArray = data.frame[[rows, columns]].notna().all(axis=1).to_numpy(dtype=bool) & (data.weights > 0)
    (row_of, row_names), (column_of, column_names) = (levels(data.frame[name].where(has)) for name in (rows, columns))
    for name, found in ((rows, row_names), (columns, column_names)):
        if len(found) < 2:
            raise TooFewLevels(f"{name} shows fewer than two levels: there is nothing to compare")
    cell_of = np.where(has, row_of * len(column_names) + column_of, -1)
    cells = (cell_of[:, None] == np.arange(len(row_names) * len(column_names))).astype(np.float64)
    inside, scores = data.subset(has), data.weights[:, None] * cells
    shares = scores.sum(axis=0) / scores.sum()
    moved = (scores - np.where(has, data.weights, 0.0)[:, None] * shares) / scores.sum()
    return Crosstab(
        rows=row_names,
        columns=column_names,
        counts=scores.sum(axis=0).reshape(len(row_names), len(column_names)),
        covariance=inside.covariance_of_fit(scores, lambda weights: weights @ cells),
        of_shares=inside.covariance_of_fit(moved, lambda weights: weights @ cells / (weights @ cells).sum()),
        n=int((data.weights > 0).sum()),
        df=data.degrees_of_freedom(),
    )


def _freedoms(table: Crosstab) -> tuple[float, float]:
    """Rao and Scott's second-order degrees of freedom."""
    effects = table.design_effects
    df = float(effects.sum() ** 2 / (effects**2).sum())
    return df, df * table.df


def _second_order(table: Crosstab) -> TestResult:
    return f_test("Rao–Scott, second order", table.pearson / float(table.design_effects.sum()), *_freedoms(table))


def _first_order(table: Crosstab) -> TestResult:
    p = special.chdtrc(table.freedom, table.pearson / table.design_effects.mean())
    return _chi_squared(table, "Rao–Scott, first order", float(p))


def _exact(table: Crosstab) -> TestResult:
    p = exceeds(table.pearson, table.design_effects, _freedoms(table)[1])
    return _chi_squared(table, "Rao–Scott, exact distribution", p)


def _saddlepoint(table: Crosstab) -> TestResult:
    p = saddlepoint(table.pearson, table.design_effects, _freedoms(table)[1])
    return _chi_squared(table, "Rao–Scott, saddlepoint", p)


def _chi_squared(table: Crosstab, method: str, p: float) -> TestResult:
    return TestResult(method=method, statistic="chi-squared", value=table.pearson, df=table.freedom, ddf=np.inf, p=p)


def _wald_statistic(table: Crosstab) -> float:
    """Deviations of the cells from independence, over their linearised covariance, one row and column left out."""
    r, c = table.counts.shape
    row, column, total = table.counts.sum(axis=1), table.counts.sum(axis=0), table.counts.sum()
    in_row, in_column = np.repeat(np.arange(r), c), np.tile(np.arange(c), r)
    expected = row[in_row] * column[in_column] / total
    slopes = (
        np.eye(r * c)
        - (in_row[:, None] == in_row) * (column[in_column] / total)[:, None]
        - (in_column[:, None] == in_column) * (row[in_row] / total)[:, None]
        + (expected / total)[:, None]
    )
    use = np.flatnonzero((in_row > 0) & (in_column > 0))
    deviations = (table.counts.ravel() - expected)[use]
    covariance = (slopes @ table.covariance @ slopes.T)[np.ix_(use, use)]
    return quadratic(deviations, covariance)


def _wald(table: Crosstab) -> TestResult:
    return f_test("Wald", _wald_statistic(table) / table.freedom, table.freedom, table.df)


def _adjusted_wald(table: Crosstab) -> TestResult:
    ddf = table.df - table.freedom + 1
    value = _wald_statistic(table) * ddf / (table.freedom * table.df)
    return f_test("Wald, adjusted", value, table.freedom, ddf)


_TESTS: Mapping[Statistic, Callable[[Crosstab], TestResult]] = {
    "F": _second_order,
    "chi2": _first_order,
    "exact": _exact,
    "saddlepoint": _saddlepoint,
    "wald": _wald,
    "adjusted_wald": _adjusted_wald,
}
