"""Plain samples: every response stands for itself, so sums by domain and sums of products of answers say all of it.

With a PSU a response the tally would be as long as the survey. Sums are left to `tally`; what is computed from a domain
is left to `estimation`, which finds here the same variance as from a cell a response.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.design import BoolArray, Design, FloatArray
from analysis.engine import Engine
from analysis.estimation import Domain
from analysis.sampling import Drawn, Sampling
from analysis.series import name
from analysis.tally import IntArray, Measure, Tally, key_columns, matrix, tally

AT_ONCE = 300  # Products in one query: an engine keeps each of them for every cell, and Spark compiles each.
ROUNDING = 1e-13  # Products that cancel to less than this part of themselves are 0: everybody answered alike.


@dataclass(frozen=True, kw_only=True)
class PlainSample:
    """A simple sample of equal weights: its sums by domain keys, and the sums of products of each pair of parts.

    A response's parts are numbers: first, for every base of the tally, whether it answered (0 or 1), then, for every
    measure, its value. `products` is (cells, pairs), `pairs` (pairs, 2).
    """

    tally: Tally
    pairs: IntArray
    products: FloatArray

    def domain(self, **keys: str) -> Domain:
        """The domain whose keys have the given values; without keys, everybody."""
        chosen = self.tally.matching(**keys)
        cells = self.tally.where(**keys)
        parts = len(self.tally.measures) + self.tally.weight.shape[1]
        products = np.full((parts, parts), np.nan)  # Missing where nobody asked for it, and so is the variance.
        for one, other in (self.pairs.T, self.pairs.T[::-1]):
            products[one, other] = self.products[chosen].sum(axis=0)
        stage = _Responses(products=products, sampled=int(self.tally.rows.sum()))
        return Domain(tally=_by_part(cells), sampling=Sampling((Drawn(parts + 1, (stage,)),)))


def plain_sample(
    engine: Engine,
    relation: str,
    measures: Sequence[Measure],
    *,
    by: Sequence[str],
    together: Sequence[Sequence[str]] = (),
) -> PlainSample:
    """Sums over `relation`, whose rows weigh the same. `together`: codes of measures that one estimate may combine."""
    cells = tally(engine, relation, measures, design=Design(), by=by)
    pairs = list(dict.fromkeys(_pairs(cells, together))) if len(cells.rows) else []
    columns = [_products(engine, relation, cells, by, pairs[i : i + AT_ONCE]) for i in range(0, len(pairs), AT_ONCE)]
    return PlainSample(
        tally=cells,
        pairs=np.array(pairs, dtype=np.int64).reshape(-1, 2),
        products=np.concatenate([np.zeros((len(cells.rows), 0)), *columns], axis=1),
    )


def _pairs(cells: Tally, together: Sequence[Sequence[str]]) -> Iterator[tuple[int, int]]:
    """Every measure with its own base; within a group, all parts of all measures."""
    bases = cells.weight.shape[1]
    for group in (*([measure.code] for measure in cells.measures), *together):
        columns = cells.columns(group)
        parts = {int(cells.base_of[column]) for column in columns} | {bases + column for column in columns}
        yield from itertools.combinations_with_replacement(sorted(parts), 2)


def _products(
    engine: Engine, relation: str, cells: Tally, by: Sequence[str], pairs: Sequence[tuple[int, int]]
) -> FloatArray:
    """Whole numbers, in the order of the cells."""
    bases = list(dict.fromkeys(measure.answered for measure in cells.measures))
    parts = [Measure("", base, base) for base in bases] + list(cells.measures)
    wide = engine.dialect.wide
    used = sorted({part for pair in pairs for part in pair})
    keys, names = key_columns({key: key for key in by})
    values = [f"{_value(parts[part], wide)} AS {name(f'~{part}')}" for part in used]
    sums = [f"sum({name(f'~{one}')} * {name(f'~{other}')}) AS p{i}" for i, (one, other) in enumerate(pairs)]
    group = ", ".join(names)
    found = engine.table(
        f"SELECT {', '.join(sums)} FROM (SELECT {', '.join([*keys, *values])} FROM {relation} AS responses) AS parts"  # noqa: S608
        f" GROUP BY {group} ORDER BY {group}"
    )
    return matrix(found, "p", len(pairs))


def _value(part: Measure, wide: str) -> str:
    """0 where there is none, as in a sum."""
    if part.kind == "share":
        return f"coalesce(CAST(({part.value}) AS INTEGER), 0)"
    kind = "INTEGER" if part.kind == "score" else wide
    return f"CASE WHEN {part.answered} THEN coalesce(CAST({part.value} AS {kind}), 0) ELSE 0 END"


def _by_part(cells: Tally) -> Tally:
    """The domain's sums with a cell a part and one for the rest, so that an influence says what a unit of a part moves.

    A part's cell holds 1 of it, the last cell all else; together they are the sums.
    """
    bases, count = cells.weight.shape[1], len(cells.measures)
    last = bases + count
    weight, value = np.eye(last + 1, bases), np.eye(last + 1, count, -bases)
    n, rows = np.zeros((last + 1, bases), dtype=np.int64), np.zeros(last + 1, dtype=np.int64)
    weight[last], value[last] = cells.weight.sum(axis=0) - 1.0, cells.value.sum(axis=0) - 1.0
    n[last], rows[last] = cells.n.sum(axis=0), cells.rows.sum()
    return Tally(measures=cells.measures, keys={}, rows=rows, n=n, weight=weight, value=value, base_of=cells.base_of)


@dataclass(frozen=True, kw_only=True)
class _Responses:
    """The stage of a plain sample: `products` (parts, parts) in the domain, and all `sampled` responses."""

    products: FloatArray
    sampled: int

    def variance(self, influence: FloatArray) -> FloatArray:
        """m/(m − 1) (Σ z² − (Σ z)²/m) over responses whose z is the sum of their parts times the parts' influences."""
        squares = np.array([self._squares(moved) for moved in influence[:-1].T])
        m = self.sampled
        found: FloatArray = m / max(m - 1, 1) * np.maximum(squares - influence.sum(axis=0) ** 2 / m, 0.0)
        return found

    def _squares(self, moved: FloatArray) -> float:
        used = np.flatnonzero(moved)
        terms = moved[used, None] * self.products[np.ix_(used, used)] * moved[used]
        total = float(terms.sum())
        return 0.0 if total < ROUNDING * float(np.abs(terms).sum()) else total

    def degrees_of_freedom(self, present: BoolArray, n: IntArray) -> IntArray:
        """Those who answered, less one."""
        freedom: IntArray = np.maximum(n - 1, 0)
        return freedom
