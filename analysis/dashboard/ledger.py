"""Who is already counted, and where: the one rule that protects the dashboard.

Answers wait in their cell until five are there; then they are counted together, for good. Those that waited long, and
all of a wave that is over, may be counted under a wider label instead. An item's answers wait in the same way, so that
the answers to an item are never one to four either. How the ledger is kept is left to `folder`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import NamedTuple

from analysis.dashboard.ladder import Cell, Codes, Label, ladder

MINIMUM = 5
PATIENCE = 5  # Snapshots that an answer waits at each rung before it is counted more widely.
Sums = dict[str, list[int]]  # By item: how many answered, how many of them are satisfied.


class Answer(NamedTuple):
    id: str
    cell: Cell
    items: Mapping[str, bool]  # Of the items that were rated: whether with satisfaction.


@dataclass
class Atom:
    """What is shown of a label, and the answers to single items that are still too few to be added."""

    n: int = 0
    items: Sums = field(default_factory=dict)
    held: Sums = field(default_factory=dict)


@dataclass
class Ledger:
    """`waiting`: by id the number of the snapshot that saw the answer first. `counted`: ids of all that are in."""

    number: int = 0
    taken_at: str = ""
    hash: str = ""  # Of the snapshot before.
    waiting: dict[str, int] = field(default_factory=dict)
    counted: set[str] = field(default_factory=set)
    atoms: dict[Label, Atom] = field(default_factory=dict)


class Batch(NamedTuple):
    label: Label
    answers: Sequence[Answer]


def advance(
    ledger: Ledger,
    answers: Iterable[Answer],
    steps: Mapping[str, tuple[Codes, ...]],
    over: Set[str],
    minimum: int = MINIMUM,
) -> list[Batch]:
    """Takes the next snapshot's step: counts what may be counted now, in `ledger`; returns what was added.

    `over`: waves that have ended. What was counted stays as it was, also where an answer was corrected since.
    """
    ledger.number += 1
    left = {one.id: one for one in sorted(answers, key=lambda one: one.id) if one.id not in ledger.counted}
    ledger.waiting = {name: ledger.waiting.get(name, ledger.number) for name in left}
    ladders = {name: ladder(one.cell, steps) for name, one in left.items()}
    batches: list[Batch] = []
    for rung in range(max(map(len, ladders.values()), default=0)):
        groups: dict[Label, list[Answer]] = defaultdict(list)
        for name, one in left.items():
            is_free = one.cell.wave in over or _rung(ledger, name) >= rung
            if is_free and rung < len(ladders[name]):
                groups[ladders[name][rung]].append(one)
        for batch in _large(groups, minimum):
            batches.append(batch)
            for one in batch.answers:
                del left[one.id], ledger.waiting[one.id]
                ledger.counted.add(one.id)
    for batch in batches:
        _add(ledger.atoms.setdefault(batch.label, Atom()), batch.answers, minimum)
    return batches


def _rung(ledger: Ledger, name: str) -> int:
    return (ledger.number - ledger.waiting[name]) // PATIENCE


def _large(groups: Mapping[Label, Sequence[Answer]], minimum: int) -> Iterator[Batch]:
    return (Batch(label, members) for label, members in groups.items() if len(members) >= minimum)


def _add(atom: Atom, answers: Sequence[Answer], minimum: int) -> None:
    atom.n += len(answers)
    for one in answers:
        for item, satisfied in one.items.items():
            held = atom.held.setdefault(item, [0, 0])
            held[0] += 1
            held[1] += satisfied
    for item in [item for item, (base, _) in atom.held.items() if base >= minimum]:
        old = atom.items.get(item, [0, 0])
        atom.items[item] = [before + more for before, more in zip(old, atom.held.pop(item), strict=True)]
