"""Conditions as numbered gates that stylesheet and script can open; which formula a question has is left to `paging`.

A question behind a condition is shown when in one of the condition's terms all gates are open. A gate is opened by a
choice on the same page, or is known from the pages before.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from questionnaires.answers import Value
from questionnaires.conditions import Condition
from questionnaires.routing import compiled


@dataclass(frozen=True)
class Chosen:
    """One of these (question, value) is chosen on the page."""

    answers: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Known:
    """What the answers on the pages before say of a condition."""

    condition: Condition


Gate = Chosen | Known
Term = tuple[Gate, ...]
Formula = tuple[Term, ...]  # "Or" of "and"s.
ALWAYS: Formula = ((),)
# A formula that would name more gates than this is not for a stylesheet: its question begins a new page instead.
MOST_MENTIONS = 24
# The formulas stand in the address of the stylesheet. Those of a whole instrument may be this long, so that its pages
# share one stylesheet; else each page has its own.
LONGEST_SHARED = 1500


class TooLong(Exception):
    """The formula would grow beyond what a page should carry."""


def either(formulas: Iterator[Formula]) -> Formula:
    return _shortest([term for formula in formulas for term in formula])


def both(one: Formula, other: Formula) -> Formula:
    return _shortest([tuple(dict.fromkeys(left + right)) for left in one for right in other])


def _shortest(terms: list[Term]) -> Formula:
    """Without terms that ask for more than another does."""
    as_sets = [frozenset(term) for term in terms]
    kept = tuple(
        term
        for place, (term, gates) in enumerate(zip(terms, as_sets, strict=True))
        if not any(other < gates or (other == gates and before < place) for before, other in enumerate(as_sets))
    )
    if sum(map(len, kept)) > MOST_MENTIONS:
        raise TooLong
    return kept


class Gates:
    """The gates and formulas of one instrument, numbered from 1 in the order in which questions use them."""

    def __init__(self, formulas: Mapping[str, Formula], items: tuple[str, ...]) -> None:
        distinct = list(dict.fromkeys(formula for formula in formulas.values() if formula != ALWAYS))
        gates = dict.fromkeys(gate for formula in distinct for term in formula for gate in term)
        self._numbers: dict[Gate, int] = {gate: number for number, gate in enumerate(gates, start=1)}
        self._of = formulas
        self._place = {code: distinct.index(formula) for code, formula in formulas.items() if formula != ALWAYS}
        self._written = [self._as_text(formula) for formula in distinct]
        self._known = {gate: compiled(gate.condition, items) for gate in gates if isinstance(gate, Known)}
        self._opened: dict[tuple[str, str], str] = {}
        for gate, number in self._numbers.items():
            for answer in gate.answers if isinstance(gate, Chosen) else ():
                self._opened[answer] = f"{self._opened.get(answer, '')} o{number}".strip()

    def _as_text(self, formula: Formula) -> str:
        return "_".join(".".join(str(self._numbers[gate]) for gate in term) for term in formula)

    def opened_by(self, code: str, value: str) -> str:
        """The classes of a choice that opens gates."""
        return self._opened.get((code, value), "")

    def class_of(self, code: str) -> str:
        """The class of a question that stands behind a condition."""
        return f"s{self._place[code] + 1}" if code in self._place else ""

    def known_open(self, codes: tuple[str, ...], before: Mapping[str, Value]) -> frozenset[Gate]:
        """The gates of these questions that the values on the pages before open."""
        used = dict.fromkeys(gate for code in codes for term in self._of[code] for gate in term)
        return frozenset(gate for gate in used if isinstance(gate, Known) and self._known[gate](before))

    def classes(self, opened: frozenset[Gate]) -> str:
        """The classes of a form on which these gates are open from the start."""
        return " ".join(f"o{number}" for number in sorted(self._numbers[gate] for gate in opened))

    def may_be_asked(self, code: str, opened: frozenset[Gate]) -> bool:
        """Whether some choices on the page would show the question, where the pages before open just `opened`."""
        return any(all(isinstance(gate, Chosen) or gate in opened for gate in term) for term in self._of[code])

    def text(self, codes: tuple[str, ...]) -> str:
        """The formulas as page and stylesheet carry them: "1.2_3,4" says (1 and 2) or 3; 4. Empty: not on this page."""
        whole = ",".join(self._written)
        if len(whole) <= LONGEST_SHARED:
            return whole
        here = {self._place[code] for code in codes if code in self._place}
        return ",".join(text if place in here else "" for place, text in enumerate(self._written)).rstrip(",")
