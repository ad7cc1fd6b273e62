"""Which cells are kept back: the small ones, and others beside them until no subtraction leads to a small one.

A cell that an earlier publication of the survey kept back stays so, and one that changed by fewer than five people
since then is kept back too: the difference would be those people. Whether it holds is tried by `attack`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from analysis.design import FloatArray
from analysis.site import cells as cell_rules
from analysis.site.cells import WHOLES, Cell, Key, cells_of, is_level, is_small
from analysis.site.relations import Sum, structure_of, sums_of_counts, sums_of_rates

if TYPE_CHECKING:
    from analysis.report.source import Release

SIDES = ("+", "-")  # Of an item: its rate and its base give these numbers away.
ROUNDING = 1e-7


@dataclass(frozen=True)
class Opened:
    """The cells of one publication, and the keys of those that are kept back."""

    cells: Mapping[Key, Cell]
    hidden: frozenset[Key]

    @property
    def shown(self) -> frozenset[str]:
        """The ids of the figures that the public may see."""
        return frozenset(one.id for key, cell in self.cells.items() if key not in self.hidden for one in cell.figures)

    def kept_back(self, release: "Release") -> frozenset[str]:
        """The ids of all others; what nobody answered keeps nothing back."""
        shown = self.shown
        return frozenset(id for id, one in release.figures.items() if id not in shown and (one.n or "=" in one.code))


def opened(release: "Release", earlier: Sequence[Opened] = ()) -> Opened:
    cells = cells_of(release)
    structure = structure_of(release)
    systems = (sums_of_counts(cells, structure), sums_of_rates(cells, structure))
    hidden = {key for key, cell in cells.items() if is_small(cell)} - _said_by_rates(cells, systems[0])
    for before in earlier:
        hidden |= {key for key in before.hidden if key in cells} | set(_nearly_equal(cells, before.cells))
    return Opened(cells, frozenset(_closed(cells, hidden, systems)))


def _said_by_rates(cells: Mapping[Key, Cell], sums: Sequence[Sum]) -> set[Key]:
    """Levels that nobody chose where the rate of the item is 0 or 100 %: it says so already."""
    sides = [[key for key in one if is_level(key)] for one in sums if any(key.level in SIDES for key in one)]
    return {key for levels in sides if all(cells[level].base == 0 for level in levels) for key in levels}


def _nearly_equal(cells: Mapping[Key, Cell], before: Mapping[Key, Cell]) -> Iterator[Key]:
    """Cells whose people or answers changed by one to four; the results of the whole are corrected in plain sight."""
    for key, cell in cells.items():
        is_headline = key.domain_type == "all" and key.level in WHOLES
        if key in before and not is_headline:
            old = before[key]
            changes = (abs(cell.base - old.base), abs(cell.respondents - old.respondents))
            of_all = key.domain_type == "all"
            if any(0 < change < cell_rules.MINIMUM for change in (changes[:1] if of_all else changes)):
                yield key


def _closed(cells: Mapping[Key, Cell], hidden: set[Key], systems: Sequence[Sequence[Sum]]) -> set[Key]:
    """Adds cells until no sum gives one away."""
    while True:
        hidden |= _levels_of_hidden_items(cells, hidden)
        more: set[Key] = set()
        for number, sums in enumerate(systems):
            more |= set(_partners(cells, hidden, sums, counts=number == 0))
        if not more:
            return hidden
        hidden |= more


def _levels_of_hidden_items(cells: Mapping[Key, Cell], hidden: Set[Key]) -> set[Key]:
    """The levels of an item give its rate."""
    return {key for key in cells if is_level(key) and key._replace(question=key.question.rpartition("=")[0]) in hidden}


def _partners(cells: Mapping[Key, Cell], hidden: Set[Key], sums: Sequence[Sum], *, counts: bool) -> Iterator[Key]:
    """Cells to be kept back as well: one beside each that the sums give away, in the shortest of its sums."""
    places = {key.place for key in cells.keys() - hidden}
    unknown = {key for one in sums for key in one if _is_unknown(key, cells, hidden, places)}
    rows = [(one, [key for key in one if key in unknown]) for one in sums]
    fresh = Counter(key for one, left in rows if not left for key in one)
    rows = [(one, left) for one, left in rows if left]
    given_away = determined([{key: one[key] for key in left} for one, left in rows])
    shortest: dict[Key, Sum] = {}
    for one, left in rows:
        if counts and _left_over(cells, one, left) < cell_rules.MINIMUM:
            shortest[left[0]] = one
        for key in given_away.intersection(left):
            if is_ours(key, cells) and _cheapest(cells, one.keys() - unknown, fresh):
                shortest[key] = min(shortest.get(key, one), one, key=len)
    for one in shortest.values():
        yield from _cheapest(cells, one.keys() - unknown, fresh)


def _is_unknown(key: Key, cells: Mapping[Key, Cell], hidden: Set[Key], places: Set[tuple[str, str, str]]) -> bool:
    """What the reader has no number for: kept back, in no figure, or respondents of a place that shows nothing."""
    if not key.question:
        return key.place not in places
    return key in hidden or (key not in cells and key.level not in SIDES)


def is_ours(key: Key, cells: Mapping[Key, Cell]) -> bool:
    """A cell, or the respondents of a domain; how many answered in all is always told."""
    return key in cells or (not key.question and key.domain_type != "all")


def _left_over(cells: Mapping[Key, Cell], one: Sum, left: Sequence[Key]) -> float:
    """What the cells kept back in a sum have together, where the reader knows it."""
    if any(one[key] < 0 or key not in cells for key in left):
        return float("inf")
    return float(sum(cells[key].base for key in left))


def _cheapest(cells: Mapping[Key, Cell], known: Iterable[Key], fresh: Mapping[Key, int]) -> Sequence[Key]:
    """The cell whose absence costs least; of a number of respondents, every cell of the place. Never the headline."""
    choices = [(_cost(key, cells, fresh), key) for key in known if is_ours(key, cells) and not _is_headline(key)]
    if not choices:
        return ()
    chosen = min(choices)[1]
    return (chosen,) if chosen.question else [key for key in cells if key.place == chosen.place]


def _is_headline(key: Key) -> bool:
    return key.domain_type == "all" and key.level == "overall"


def _cost(key: Key, cells: Mapping[Key, Cell], fresh: Mapping[Key, int]) -> tuple[bool, bool, bool, int, int]:
    """First what readers would miss most, then in how many sums it would be the first gap, then its size."""
    size = (
        cells[key].base
        if key.question
        else min(one.respondents for one in cells.values() if one.key.place == key.place)
    )
    of_all = key.domain_type == "all" and not is_level(key)
    return of_all, key.domain_type != "unit", key.level in WHOLES, fresh.get(key, 0), size


def determined(rows: Sequence[Mapping[Key, float]]) -> set[Key]:
    """Unknowns that linear equations fix, whatever the right-hand sides are: those in the span of the rows."""
    found = {next(iter(row)) for row in rows if len(row) == 1}
    if found:
        return found  # One at a time is cheap, and what is hidden for them changes the rest.
    for keys, part in components(rows):
        matrix = np.zeros((len(part), len(keys)))
        for i, row in enumerate(part):
            scale = max(map(abs, row.values()))
            for key, factor in row.items():
                matrix[i, keys[key]] = factor / scale
        inside = _inside(matrix)
        found |= {key for key, column in keys.items() if inside[column] > 1.0 - ROUNDING}
    return found


def _inside(matrix: FloatArray) -> FloatArray:
    """How much of each unknown's axis lies in the span of the rows: the diagonal of the projection on them."""
    sizes, axes = np.linalg.eigh(matrix @ matrix.T)
    kept = sizes > ROUNDING * sizes[-1]
    parts = (axes[:, kept].T @ matrix) / np.sqrt(sizes[kept])[:, None]
    inside: FloatArray = (parts**2).sum(axis=0)
    return inside


def components(
    rows: Sequence[Mapping[Key, float]],
) -> Iterator[tuple[Mapping[Key, int], Sequence[Mapping[Key, float]]]]:
    """Equations that share unknowns, with a column for each unknown."""
    keys = {key: place for place, key in enumerate(sorted({key for row in rows for key in row}))}
    if not keys:
        return
    pairs = [(keys[next(iter(row))], keys[key]) for row in rows for key in row]
    one, other = np.array(pairs).T
    graph = coo_array((np.ones(len(pairs)), (one, other)), shape=(len(keys), len(keys)))
    _, labels = connected_components(graph, directed=False)
    groups: dict[int, list[Mapping[Key, float]]] = {}
    for row in rows:
        groups.setdefault(int(labels[keys[next(iter(row))]]), []).append(row)
    for part in groups.values():
        inside = sorted({key for row in part for key in row})
        yield {key: column for column, key in enumerate(inside)}, part
