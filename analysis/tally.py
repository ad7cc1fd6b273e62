"""The tally: one SQL text over the responses that gives exact sums by stratum, PSU and domain keys.

Everything that linearises is computed from these sums (statistics.md §4); nothing above reads a response again.
Weights become integers by a power of two before they are added, so that neither the order of rows, nor threads, nor
the splitting of files can change a digit.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import duckdb
import numpy as np
import numpy.typing as npt

from analysis.design import Design, FloatArray
from analysis.series import name

IntArray = npt.NDArray[np.int64]
Kind = Literal["share", "score", "number", "real"]
WEIGHT_BITS = 52  # A scaled weight and its fivefold fit a 64-bit integer; their sums are 128-bit integers.
REAL_BITS = 36
WEIGHT = name("~weight")  # The scaled weight; no column of a source is called so.


class BadWeights(Exception):
    """A weight is missing, negative or not a number."""


@dataclass(frozen=True)
class Measure:
    """A ratio to be estimated: the weighted sum of `value` over the weighted number of rows that have `answered`.

    Both are SQL expressions over a row. A share's `value` is a condition that implies `answered`; a score's is a small
    integer (0 to 5), a number's any integer; a real's is rounded to a multiple of 2**-REAL_BITS, so that it adds up
    exactly.
    """

    code: str
    answered: str
    value: str
    kind: Kind = "share"


_SUM: dict[Kind, str] = {
    "share": "sum({w} * CAST(({value}) AS TINYINT))",
    "score": "sum(CASE WHEN {answered} THEN {w} * CAST({value} AS BIGINT) END)",
    "number": "sum(CASE WHEN {answered} THEN CAST({w} AS HUGEINT) * CAST({value} AS HUGEINT) END)",
    "real": "sum(CASE WHEN {answered} THEN CAST({w} AS HUGEINT) * CAST(round(({value}) * {real}) AS HUGEINT) END)",
}


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Sums by cell (stratum × PSU × keys), cells in the order of stratum and PSU.

    `rows` (cells,) counts responses; `n` and `weight` (cells, measures) count and weigh those that answered; `value`
    (cells, measures) is the weighted sum. Cells from several sources may be concatenated: their sums add up.
    """

    measures: tuple[Measure, ...]
    keys: dict[str, npt.NDArray[np.str_]]
    rows: IntArray
    n: IntArray
    weight: FloatArray
    value: FloatArray
    base_of: IntArray

    def column(self, code: str) -> int:
        return next(i for i, measure in enumerate(self.measures) if measure.code == code)

    def columns(self, codes: Iterable[str]) -> list[int]:
        position = {measure.code: i for i, measure in enumerate(self.measures)}
        return [position[code] for code in codes]

    def where(self, **keys: str) -> "Tally":
        """The cells of a domain: those whose keys have the given values."""
        chosen = np.ones(len(self.rows), dtype=bool)
        for key, value in keys.items():
            chosen &= self.keys[key] == value
        return self._cells(chosen)

    def _cells(self, chosen: npt.NDArray[np.bool_]) -> "Tally":
        return Tally(
            measures=self.measures,
            keys={key: values[chosen] for key, values in self.keys.items()},
            rows=self.rows[chosen],
            n=self.n[chosen],
            weight=self.weight[chosen],
            value=self.value[chosen],
            base_of=self.base_of,
        )


def tally(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    measures: Sequence[Measure],
    *,
    design: Design,
    by: Sequence[str] = (),
) -> Tally:
    """Sum the measures over `relation` (anything that may follow FROM) by the design's stratum and PSU and by `by`.

    Keys are read as text, a missing one as "". Rows of weight 0 belong to no one and are left out. Raises BadWeights.
    """
    weight = name(design.weight) if design.weight else "1.0"
    columns = {"stratum": design.stratum, "psu": design.psu} | {key: key for key in by}
    bases = list(dict.fromkeys(measure.answered for measure in measures))
    scale = _scale(connection, relation, weight)
    found: dict[str, Any] = connection.execute(_sql(relation, measures, bases, columns, weight, scale)).fetchnumpy()
    keys = {key: np.asarray(found[key]).astype(str) for key in columns}
    return Tally(
        measures=tuple(measures),
        keys=keys,
        rows=np.asarray(found["rows"], dtype=np.int64),
        n=_matrix(found, "n", len(bases)).astype(np.int64),
        weight=_matrix(found, "d", len(bases)) / scale,
        value=_matrix(found, "s", len(measures)) / scale / [_unit(measure) for measure in measures],
        base_of=np.array([bases.index(measure.answered) for measure in measures], dtype=np.int64),
    )


def _unit(measure: Measure) -> float:
    return math.ldexp(1.0, REAL_BITS) if measure.kind == "real" else 1.0


def _scale(connection: duckdb.DuckDBPyConnection, relation: str, weight: str) -> float:
    """The power of two that makes the greatest weight just less than 2**WEIGHT_BITS."""
    bad, greatest = connection.execute(
        f"SELECT count(*) FILTER (WHERE ({weight}) IS NULL OR NOT isfinite(({weight})::DOUBLE) OR ({weight}) < 0),"  # noqa: S608
        f" max({weight}) FROM {relation} AS responses"
    ).fetchone() or (0, None)
    if bad:
        raise BadWeights(f"{bad} rows have a weight that is missing, negative or not a number")
    return math.ldexp(1.0, WEIGHT_BITS - math.frexp(float(greatest or 1.0))[1])


def _sql(
    relation: str,
    measures: Sequence[Measure],
    bases: Sequence[str],
    columns: dict[str, str | None],
    weight: str,
    scale: float,
) -> str:
    keys = [
        f"coalesce(CAST({name(column)} AS VARCHAR), '') AS {name('~' + key)}" if column else f"'' AS {name('~' + key)}"
        for key, column in columns.items()
    ]
    sums = [f"sum(CAST(({base}) AS TINYINT)) AS n{i}" for i, base in enumerate(bases)]
    sums += [f"sum({WEIGHT} * CAST(({base}) AS TINYINT)) AS d{i}" for i, base in enumerate(bases)]
    sums += [f"{_sum(measure)} AS s{i}" for i, measure in enumerate(measures)]
    group = ", ".join(name("~" + key) for key in columns)
    named = ", ".join(f"{name('~' + key)} AS {name(key)}" for key in columns)
    return f"""
        WITH weighed AS (
            SELECT *, {", ".join(keys)}, CAST(round(({weight}) * {scale!r}) AS BIGINT) AS {WEIGHT}
            FROM {relation} AS responses WHERE ({weight}) > 0
        )
        SELECT {named}, count(*) AS rows, {", ".join(sums)}
        FROM weighed GROUP BY {group} ORDER BY {group}
    """  # noqa: S608  (expressions come from instruments, whose codes are checked by their model)


def _sum(measure: Measure) -> str:
    return _SUM[measure.kind].format(w=WEIGHT, real=2**REAL_BITS, answered=measure.answered, value=measure.value)


def _matrix(found: dict[str, Any], prefix: str, count: int) -> FloatArray:
    """The sums as cells × columns; a sum over no row is 0."""
    columns = [np.ma.filled(np.ma.asarray(found[f"{prefix}{i}"], dtype=np.float64), 0.0) for i in range(count)]
    return np.stack(columns, axis=1)
