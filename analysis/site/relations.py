"""What a reader can add up: the sums that hold between the cells of a release, of counts and of rates.

Where a sum may not hold to the last answer (a response without a unit, weights that are not published) it is taken as
if it did: then too much is kept back, never too little. Who uses the sums is left to `disclosure` and `attack`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.site.cells import LEVELS_OF_ANSWERS, UNITS, WHOLES, Cell, Key, is_level, weighted_series

if TYPE_CHECKING:
    from analysis.report.source import Release

Sum = Mapping[Key, float]  # The terms of a sum that is 0.


@dataclass(frozen=True)
class Structure:
    """Which items stand in which factor and block, and the formulas of the index."""

    factors: Mapping[str, tuple[str, ...]]
    blocks: Mapping[str, tuple[str, ...]]
    formula: str
    omitted: frozenset[tuple[str, str, str, str]]  # Series, domain type, domain, item.
    weighted: frozenset[str]  # Series.
    parts: Mapping[str, Sequence[str]]  # By unit of the last day: those of the day of the answer that it is made of.


def structure_of(release: "Release") -> Structure:
    factors: dict[str, tuple[str, ...]] = {}
    blocks: dict[str, tuple[str, ...]] = {}
    for instrument in release.context["instruments"].values():
        for part in _factors(instrument):
            items = tuple(item["code"] for item in part["items"])
            factors[part["code"]] = items
            if part.get("block"):
                blocks[part["block"]] = blocks.get(part["block"], ()) + items
    omitted = frozenset(
        (one["series"], one["domain_type"], one["domain"], one["item"]) for one in release.context["omissions"]
    )
    parts = release.context.get("unit_changes", {}).get("parts", {})
    return Structure(factors, blocks, release.instrument.formula.name, omitted, weighted_series(release), parts)


def _factors(instrument: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (part for part in instrument["parts"] if part["kind"] == "factor")


def sums_of_counts(cells: Mapping[Key, Cell], structure: Structure) -> list[Sum]:
    """Bases add up over the domains of a type and over the items of a factor; levels of an item to its answers."""
    found = [*_partitions(cells, weighed=False), *_respondents(cells), *_levels(cells), *_grown(cells, structure)]
    for parts in _parts_of_wholes(cells, structure):
        found.append({parts.whole: -1.0, **dict.fromkeys(parts.items, 1.0)})
    return found


def sums_of_rates(cells: Mapping[Key, Cell], structure: Structure) -> list[Sum]:
    """A factor is the mean of its items. Rates of domains, weighed by their bases, give the rate of all; but over
    units only where every answer counts the same.
    """
    rates = {key: cell for key, cell in cells.items() if not is_level(key)}
    mixed = {
        key: cell for key, cell in rates.items() if key.domain_type not in UNITS or key.series not in structure.weighted
    }
    found = list(_partitions(mixed, weighed=True))
    for parts in _parts_of_wholes(rates, structure):
        if parts.formula not in ("O_pool", "H1") or parts.whole.series not in structure.weighted:
            found.append({parts.whole: -1.0, **parts.rates(rates)})
    return found


def _partitions(cells: Mapping[Key, Cell], *, weighed: bool) -> Iterator[Sum]:
    """The domains of one type against the whole. A whole that has no figure stands in its sums as an unknown.

    Indices and factors of units do not add up: each unit leaves out its own criteria with few answers.
    """
    groups: dict[tuple[Key, str], list[Key]] = {}
    for key in cells:
        is_whole_of_unit = key.domain_type == "unit" and key.level in WHOLES
        if key.domain_type not in ("all", "unit_end") and not is_whole_of_unit:
            groups.setdefault((key.of_all(), key.domain_type), []).append(key)
    for (whole, _), keys in groups.items():
        weights = {key: float(max(cells[key].base, 1)) if weighed else 1.0 for key in keys}
        yield {whole: -sum(weights.values()) if weighed else -1.0, **weights}


def respondents_key(key: Key) -> Key:
    return Key(key.series, "", "", key.domain_type, key.domain)


def _respondents(cells: Mapping[Key, Cell]) -> Iterator[Sum]:
    """Respondents of the domains add up as well: their number stands in every row of a domain."""
    groups: dict[tuple[str, str], set[Key]] = {}
    for key in cells:
        if key.domain_type not in ("all", "unit_end"):
            groups.setdefault((key.series, key.domain_type), set()).add(respondents_key(key))
    for keys in groups.values():
        yield {next(iter(keys)).of_all(): -1.0, **dict.fromkeys(sorted(keys), 1.0)}
    if waves := groups.get(("probability", "wave")):
        yield {Key("combined", "", "", "all", "all"): -1.0, **dict.fromkeys(sorted(waves), 1.0)}


def _grown(cells: Mapping[Key, Cell], structure: Structure) -> Iterator[Sum]:
    """Respondents of what units became are those of its parts; with the units that stayed they are everybody."""
    there = {respondents_key(key) for key in cells}
    for series in sorted({key.series for key in there}):
        units = {key.domain: key for key in there if (key.series, key.domain_type) == (series, "unit")}
        ends = {key.domain: key for key in there if (key.series, key.domain_type) == (series, "unit_end")}
        parts = {end: [units.pop(code) for code in structure.parts[end] if code in units] for end in sorted(ends)}
        yield from ({ends[end]: -1.0, **dict.fromkeys(of_end, 1.0)} for end, of_end in parts.items())
        if ends:
            everybody = Key(series, "", "", "all", "all")
            yield {everybody: -1.0, **dict.fromkeys(sorted([*ends.values(), *units.values()]), 1.0)}


def _levels(cells: Mapping[Key, Cell]) -> Iterator[Sum]:
    """The levels that count as satisfied, and those that do not: the rate of the item gives away either number.

    That number has no figure of its own; its key is the item's with a level `+` or `-`.
    """
    groups: dict[tuple[Key, str], list[Key]] = {}
    for key in filter(is_level, cells):
        item, _, state = key.question.rpartition("=")
        if state in LEVELS_OF_ANSWERS:
            side = "+" if state in ("4", "5") else "-"
            groups.setdefault((key._replace(question=item), side), []).append(key)
    for (whole, side), keys in groups.items():
        yield {whole._replace(level=side): -1.0, **dict.fromkeys(keys, 1.0)}


@dataclass(frozen=True)
class _Parts:
    """A factor, a block or an index, and the items that count in it."""

    whole: Key
    items: tuple[Key, ...]
    by_factor: Sequence[tuple[Key, ...]]
    formula: str

    def rates(self, cells: Mapping[Key, Cell]) -> Sum:
        if self.formula in ("O_pool", "H1"):
            total = sum(cells[item].base for item in self.items) or 1
            return {item: cells[item].base / total for item in self.items}
        if self.formula == "O_fac":
            return {item: 1.0 / (len(self.by_factor) * len(items)) for items in self.by_factor for item in items}
        return dict.fromkeys(self.items, 1.0 / len(self.items))


def _parts_of_wholes(cells: Mapping[Key, Cell], structure: Structure) -> Iterator[_Parts]:
    for key in cells:
        groups = _groups(key, structure)
        by_factor = [found for codes in groups if (found := _counted(key, codes, cells, structure))]
        items = tuple(item for group in by_factor for item in group)
        if items and cells[key].figures[0].estimate is not None:
            name = structure.formula if key.question == "index" else key.question
            yield _Parts(key, items, by_factor, name if key.level == "overall" else "mean")


def _groups(key: Key, structure: Structure) -> Sequence[tuple[str, ...]]:
    if key.level == "factor":
        return [structure.factors.get(key.question, ())]
    if key.level == "block":
        return [structure.blocks.get(key.question, ())]
    known = ("index", "O_crit", "O_pool", "O_fac")
    return list(structure.factors.values()) if key.level == "overall" and key.question in known else []


def _counted(key: Key, codes: Sequence[str], cells: Mapping[Key, Cell], structure: Structure) -> tuple[Key, ...]:
    keys = (Key(key.series, "item", code, key.domain_type, key.domain) for code in codes)
    return tuple(one for one in keys if one in cells and (*one.place, one.question) not in structure.omitted)
