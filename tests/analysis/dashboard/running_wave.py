"""`make_…` functions for a wave that runs: answers that come in day by day, thinly, from many units and channels."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Any

from analysis.dashboard.folder import snapshot_of
from analysis.dashboard.ladder import Cell, steps_up
from analysis.dashboard.ledger import Answer, Atom, Ledger, advance

MODES = ("tablet", "paper_officer", "qr_slip", "qr_open")
KINDS = ("citizen", "business", "")
Snapshots = list[dict[str, Any]]
Advance = Callable[[Ledger, Sequence[Answer], bool], None]


def make_units(count: int) -> list[dict[str, str]]:
    """Communes under a district."""
    communes = [{"code": f"{number:03}", "parent_code": "395"} for number in range(1, count + 1)]
    return [{"code": "395", "parent_code": ""}, *communes]


def make_days(random: Random, units: int, days: int, a_day: int, items: int = 6) -> Iterator[list[Answer]]:
    """The answers of each day; the last item is answered by few, each unit and channel has a pace of its own."""
    cells = [
        Cell("w1", "open" if mode == "qr_open" else "probability", f"{unit:03}", kind, mode)
        for unit in range(1, units + 1)
        for mode in MODES
        for kind in KINDS
    ]
    paces = [random.paretovariate(0.8) for _ in cells]
    number = 0
    for _ in range(days):
        today = []
        for cell in random.choices(cells, paces, k=random.randint(a_day // 2, a_day * 3 // 2)):
            number += 1
            asked = [f"A{item}" for item in range(items - 1) if random.random() < 0.93]
            asked += [f"A{items - 1}"] if random.random() < 0.15 else []
            today.append(Answer(f"{number:08}", cell, {code: random.random() < 0.85 for code in asked}))
        yield today


def protected(units: int) -> Advance:
    steps = steps_up(make_units(units))

    def step(ledger: Ledger, answers: Sequence[Answer], last: bool) -> None:
        advance(ledger, answers, steps, {"w1"} if last else set())

    return step


def every_cell_at_once(ledger: Ledger, answers: Sequence[Answer], _last: bool) -> None:
    """Planted: no least number at all."""
    advance(ledger, answers, {}, set(), minimum=1)


def anew_each_time(units: int) -> Advance:
    """Planted: each snapshot by itself has at least five everywhere, but none remembers the one before."""
    steps = steps_up(make_units(units))

    def step(ledger: Ledger, answers: Sequence[Answer], _last: bool) -> None:
        fresh = Ledger()
        advance(fresh, answers, steps, {"w1"})
        ledger.number, ledger.atoms = ledger.number + 1, fresh.atoms

    return step


def items_at_once(units: int) -> Advance:
    """Planted: people come in fives, but the answers to an item that few answer come one by one."""
    advance_well = protected(units)

    def step(ledger: Ledger, answers: Sequence[Answer], last: bool) -> None:
        advance_well(ledger, answers, last)
        for atom in ledger.atoms.values():
            _show_held(atom)

    return step


def _show_held(atom: Atom) -> None:
    for item, (base, satisfied) in atom.held.items():
        shown = atom.items.setdefault(item, [0, 0])
        shown[0] += base
        shown[1] += satisfied
    atom.held.clear()


def make_snapshots(days: Sequence[Sequence[Answer]], step: Advance) -> Snapshots:
    ledger, arrived, found = Ledger(), list[Answer](), Snapshots()
    for number, today in enumerate(days, 1):
        arrived += today
        step(ledger, arrived, number == len(days))
        found.append(snapshot_of(ledger, ABOUT))
    return found


ABOUT: Mapping[str, Any] = {"waves": [{"slug": "w1"}]}
