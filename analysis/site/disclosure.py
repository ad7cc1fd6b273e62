"""Which cells are kept back: the small ones, and others beside them until no subtraction leads to a small one.

A cell that an earlier publication of the survey kept back stays so, and one that changed by fewer than five people
since then is kept back too: the difference would be those people. Whether it holds is tried by `attack`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from analysis.report.source import Release
from analysis.site import cells as cell_rules
from analysis.site.cells import WHOLES, Cell, Key, cells_of, is_level, is_small
from analysis.site.relations import Sum, structure_of, sums_of_counts, sums_of_rates

SIDES = ("+", "-")  # Of an item: its rate and its base give these numbers away.
ROUNDING = 1e-7


@dataclass(frozen=True)
class Opened:
    """The cells of one publication, and the keys of those that are kept back."""

    cells: Mapping[Key, Cell]
    hidden: frozenset[Key]


def opened(release: Release, earlier: Sequence[Opened] = ()) -> Opened:
    cells = cells_of(release)
    structure = structure_of(release)
    systems = (sums_of_counts(cells, structure), sums_of_rates(cells, structure))
    hidden = {key for key, cell in cells.items() if is_small(cell)}
    for before in earlier:
        hidden |= {key for key in before.hidden if key in cells} | set(_nearly_equal(cells, before.cells))
    return Opened(cells, frozenset(_closed(cells, hidden, systems)))


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
    """Cells to be kept back as well, each beside one that the sums give away."""
    places = {key.place for key in cells.keys() - hidden}
    unknown = {key for one in sums for key in one if _is_unknown(key, cells, hidden, places)}
    rows = [(one, [key for key in one if key in unknown]) for one in sums]
    rows = [(one, left) for one, left in rows if left]
    given_away = determined([{key: one[key] for key in left} for one, left in rows])
    for one, left in rows:
        is_few = counts and _left_over(cells, one, left) < cell_rules.MINIMUM
        if is_few or any(key in given_away and _is_ours(key, cells) for key in left):
            yield from _cheapest(cells, set(one) - unknown)


def _is_unknown(key: Key, cells: Mapping[Key, Cell], hidden: Set[Key], places: Set[tuple[str, str, str]]) -> bool:
    """What the reader has no number for: kept back, in no figure, or respondents of a place that shows nothing."""
    if not key.question:
        return key.place not in places
    return key in hidden or (key not in cells and key.level not in SIDES)


def _is_ours(key: Key, cells: Mapping[Key, Cell]) -> bool:
    return not key.question or key in cells


def _left_over(cells: Mapping[Key, Cell], one: Sum, left: Sequence[Key]) -> float:
    """What the cells kept back in a sum have together, where the reader knows it."""
    if any(one[key] < 0 or key not in cells for key in left):
        return float("inf")
    return float(sum(cells[key].base for key in left))


def _cheapest(cells: Mapping[Key, Cell], known: Iterable[Key]) -> Iterator[Key]:
    """The cell whose absence costs least; of a number of respondents, every cell of the place."""
    by_place: dict[tuple[str, str, str], list[Cell]] = {}
    for cell in cells.values():
        by_place.setdefault(cell.key.place, []).append(cell)
    choices = [(_cost(key, cells, by_place), key) for key in known if _is_ours(key, cells) and key.place in by_place]
    if choices:
        chosen = min(choices)[1]
        yield from [chosen] if chosen.question else [cell.key for cell in by_place[chosen.place]]


def _cost(
    key: Key, cells: Mapping[Key, Cell], by_place: Mapping[tuple[str, str, str], Sequence[Cell]]
) -> tuple[bool, bool, bool, int]:
    size = cells[key].base if key.question else by_place[key.place][0].respondents
    return key.domain_type == "all" and not is_level(key), key.domain_type != "unit", key.level in WHOLES, size


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
        _, sizes, axes = np.linalg.svd(matrix, full_matrices=False)
        inside = (axes[sizes > ROUNDING * sizes[0]] ** 2).sum(axis=0)
        found |= {key for key, column in keys.items() if inside[column] > 1.0 - ROUNDING}
    return found


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
