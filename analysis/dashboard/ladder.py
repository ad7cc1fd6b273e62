"""Where an answer may be counted: its own cell first, then ever wider ones, in an order that is fixed beforehand.

Channels of different series never meet, however wide a label is. Who is counted where is left to `ledger`.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

ALL = ("*",)
BLOCK = 4  # Neighbours of one parent, by code, that are counted together.
Codes = tuple[str, ...]


class Cell(NamedTuple):
    wave: str
    series: str
    unit: str
    respondent_type: str
    mode: str


class Label(NamedTuple):
    """Whose answers an atom may hold: of any of these units, types and modes."""

    wave: str
    series: str
    units: Codes
    types: Codes
    modes: Codes


def steps_up(units: Sequence[Mapping[str, str]]) -> Mapping[str, tuple[Codes, ...]]:
    """For each unit the sets of units around it: neighbours under the same parent, then each parent with all below."""
    parents = {unit["code"]: unit["parent_code"] for unit in units}
    return {code: (_block(code, parents), *_ancestors(code, parents)) for code in parents}


def _block(code: str, parents: Mapping[str, str]) -> Codes:
    siblings = sorted(other for other, parent in parents.items() if parent == parents[code])
    start = siblings.index(code) // BLOCK * BLOCK
    return tuple(siblings[start : start + BLOCK])


def _ancestors(code: str, parents: Mapping[str, str]) -> list[Codes]:
    return [tuple(sorted(_below(above, parents))) for above in _line(code, parents)[1:] if above in parents]


def _line(code: str, parents: Mapping[str, str]) -> list[str]:
    """The unit, its parent, the parent's parent; a map that runs in a circle ends where it began."""
    line = [code]
    while (above := parents.get(line[-1], "")) and above not in line:
        line.append(above)
    return line


def _below(above: str, parents: Mapping[str, str]) -> list[str]:
    return [code for code in parents if above in _line(code, parents)]


def ladder(cell: Cell, steps: Mapping[str, tuple[Codes, ...]]) -> tuple[Label, ...]:
    """The labels under which an answer of the cell may be counted, the narrowest first; a unit not on the map has only
    its own cell and everything.
    """
    wave, series, unit, kind, mode = cell
    own: Codes = (unit,)
    tried: list[tuple[Codes, Codes, Codes]] = [(own, (kind,), (mode,)), (own, (kind,), ALL), (own, ALL, ALL)]
    tried += [(units, ALL, ALL) for units in (*steps.get(unit, ()), ALL)]
    return tuple(dict.fromkeys(Label(wave, series, *one) for one in tried))
