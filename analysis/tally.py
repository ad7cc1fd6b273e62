"""The tally: one SQL text over the responses that gives exact sums by stratum, PSU and domain keys.

Everything that linearises is computed from these sums; nothing above reads a response again.
Weights become integers by a power of two before they are added, so that neither the order of rows, nor threads, nor
the splitting of files can change a digit.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from analysis.design import Design, FloatArray
from analysis.engine import Dialect, Engine
from analysis.series import name

IntArray = npt.NDArray[np.int64]
Kind = Literal["share", "score", "number", "real"]
WEIGHT_BITS = 52  # A scaled weight and its fivefold fit a 64-bit integer; their sums are wide integers.
GREATEST = 1.7976931348623157e308
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


_SUMMAND: dict[Kind, str] = {
    "share": "{w} * CAST(({value}) AS TINYINT)",
    "score": "CASE WHEN {answered} THEN {w} * CAST({value} AS BIGINT) END",
    "number": "CASE WHEN {answered} THEN CAST({w} AS {wide}) * CAST({value} AS {wide}) END",
    "real": "CASE WHEN {answered} THEN CAST({w} AS {wide}) * CAST(round(({value}) * {real}) AS {wide}) END",
}
IN_64_BITS = ("share", "score")


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
        return self._cells(self.matching(**keys))

    def matching(self, **keys: str) -> npt.NDArray[np.bool_]:
        """Which cells (cells,) have the given values."""
        chosen = np.ones(len(self.rows), dtype=bool)
        for key, value in keys.items():
            chosen &= self.keys[key] == value
        return chosen

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
    engine: Engine,
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
    scale = _scale(engine, relation, weight)
    found = engine.table(_sql(relation, measures, bases, columns, weight, scale, engine.dialect))
    keys = {key: found[key].to_numpy().astype(str) for key in columns}
    return Tally(
        measures=tuple(measures),
        keys=keys,
        rows=found["rows"].to_numpy(),
        n=matrix(found, "n", len(bases)).astype(np.int64),
        weight=matrix(found, "d", len(bases)) / scale,
        value=matrix(found, "s", len(measures)) / scale / [_unit(measure) for measure in measures],
        base_of=np.array([bases.index(measure.answered) for measure in measures], dtype=np.int64),
    )


def _unit(measure: Measure) -> float:
    return math.ldexp(1.0, REAL_BITS) if measure.kind == "real" else 1.0


def _scale(engine: Engine, relation: str, weight: str) -> float:
    """The power of two that makes the greatest weight just less than 2**WEIGHT_BITS."""
    found = engine.table(
        f"SELECT count(*) FILTER (WHERE NOT coalesce(({weight}) BETWEEN 0 AND {GREATEST!r}, FALSE)) AS bad,"  # noqa: S608
        f" max({weight}) AS greatest FROM {relation} AS responses"
    ).to_pylist()[0]
    if found["bad"]:
        raise BadWeights(f"{found['bad']} rows have a weight that is missing, negative or not a number")
    return math.ldexp(1.0, WEIGHT_BITS - math.frexp(float(found["greatest"] or 1.0))[1])


def _sql(
    relation: str,
    measures: Sequence[Measure],
    bases: Sequence[str],
    columns: Mapping[str, str | None],
    weight: str,
    scale: float,
    dialect: Dialect,
) -> str:
    keys, keyed = key_columns(columns)
    sums = [f"sum(CAST(({base}) AS TINYINT)) AS n{i}" for i, base in enumerate(bases)]
    sums += [f"{_sum(Measure('', base, base), dialect)} AS d{i}" for i, base in enumerate(bases)]
    sums += [f"{_sum(measure, dialect)} AS s{i}" for i, measure in enumerate(measures)]
    group = ", ".join(keyed)
    named = ", ".join(f"{one} AS {name(key)}" for one, key in zip(keyed, columns, strict=True))
    return f"""
        WITH weighed AS (
            SELECT *, {", ".join(keys)}, CAST(round(({weight}) * {scale!r}) AS BIGINT) AS {WEIGHT}
            FROM {relation} AS responses WHERE ({weight}) > 0
        )
        SELECT {named}, count(*) AS rows, {", ".join(sums)}
        FROM weighed GROUP BY {group} ORDER BY {group}
    """  # noqa: S608  (expressions come from instruments, whose codes are checked by their model)


def key_columns(columns: Mapping[str, str | None]) -> tuple[list[str], list[str]]:
    """The keys as text (a missing one as "") under names that no column of a source has, and these names."""
    names = [name("~" + key) for key in columns]
    texts = [f"coalesce(CAST({name(column)} AS STRING), '')" if column else "''" for column in columns.values()]
    return [f"{text} AS {named}" for text, named in zip(texts, names, strict=True)], names


def _sum(measure: Measure, dialect: Dialect) -> str:
    summand = _SUMMAND[measure.kind].format(
        w=WEIGHT, real=2**REAL_BITS, answered=measure.answered, value=measure.value, wide=dialect.wide
    )
    exact_sum = dialect.exact_sum if measure.kind in IN_64_BITS else "sum({x})"
    return exact_sum.format(x=summand)


def matrix(found: pa.Table, prefix: str, count: int) -> FloatArray:
    """The sums as cells × columns; a sum over no row is 0. One way from integers to floats, whatever the engine."""
    columns = [pc.fill_null(found[f"{prefix}{i}"].cast(pa.float64()), 0.0).to_numpy() for i in range(count)]
    return np.stack(columns, axis=1)
