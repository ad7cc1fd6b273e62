"""Which questions nobody can reach: searched over the answers that their conditions, and those behind them, look at.

Conditions know no "not", so of a multiple choice it is enough to try as many options as may be chosen.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any, Final

from questionnaires.conditions import looked_at
from questionnaires.lint.sentences import Advice
from questionnaires.lint.structure import Placed

MOST_QUESTIONS: Final = 4  # Conditions over more are not searched: the search grows with each by a factor.
MOST_STEPS: Final = 3000
World = dict[str, Any]  # By question (and `place.mode` …) the answer; a set for several options.


class _TooMany(Exception):
    """The search was given up: nothing is said."""


def reach_advice(questions: list[Placed]) -> Iterator[Advice]:
    earlier: dict[str, Placed] = {}
    any_item = False
    for one in questions:
        condition = one.question.get("show_if")
        if isinstance(condition, Mapping) and not _Search(condition, earlier, any_item).reachable():
            yield Advice(f"{one.place}.show_if", one.code, "unreachable", {"code": one.code})
        earlier.setdefault(one.code, one)
        any_item = any_item or one.part.get("kind") == "factor"


class _Search:
    """One condition with the questions that it looks at, also through their own conditions."""

    def __init__(self, condition: Mapping[str, Any], earlier: dict[str, Placed], any_item: bool) -> None:
        self.condition, self.any_item, self.steps = condition, any_item, 0
        wanted = set(looked_at(condition))
        for code in reversed(earlier):
            if code in wanted:
                wanted |= set(looked_at(earlier[code].question.get("show_if")))
        self.questions = [one for code, one in earlier.items() if code in wanted]
        self.known = wanted <= earlier.keys()  # Else a condition has a fault, which is named as such.
        conditions = [condition, *(one.question.get("show_if") for one in self.questions)]
        self.atoms = [atom for one in conditions for atom in _atoms(one)]

    def reachable(self) -> bool:
        if not self.known or len(self.questions) > MOST_QUESTIONS:
            return True
        places = sorted({f"place.{atom['place']}" for atom in self.atoms if "place" in atom})
        try:
            return self._from({}, places, 0)
        except (_TooMany, TypeError, KeyError):  # A condition that is none has a fault of its own.
            return True

    def _from(self, world: World, places: list[str], position: int) -> bool:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise _TooMany
        if position < len(places):
            values = {
                value
                for atom in self.atoms
                if f"place.{atom.get('place')}" == places[position]
                for value in atom["any_of"]
            }
            return any(
                self._from({**world, places[position]: value}, places, position + 1) for value in [*values, None]
            )
        number = position - len(places)
        if number == len(self.questions):
            return self._holds(self.condition, world)
        one = self.questions[number]
        own = one.question.get("show_if")
        values_here = self._values(one) if own is None or self._holds(own, world) else [None]
        return any(self._from({**world, one.code: value}, places, position + 1) for value in values_here)

    def _values(self, one: Placed) -> list[Any]:
        """Answers worth trying; what no condition names is one answer like another."""
        named = [value for atom in self.atoms if atom.get("question") == one.code for value in atom["any_of"]]
        if one.kind in ("multiple", "ranking"):
            limit = one.question.get("max_choices") if one.kind == "multiple" else one.question.get("ranks", 3)
            distinct = list(dict.fromkeys(named))
            return [set(chosen) for chosen in combinations(distinct, min(limit or len(distinct), len(distinct)))]
        bounds = [
            atom[name] for atom in self.atoms if atom.get("number") == one.code for name in _BOUNDS if name in atom
        ]
        if one.kind in ("number", "percentage"):
            low, high = one.question.get("minimum", 0), one.question.get("maximum", _MAXIMA[one.kind])
            return [value for value in dict.fromkeys([*named, *bounds, low, high]) if low <= value <= high]
        return list(dict.fromkeys(named)) or [None]

    def _holds(self, condition: Mapping[str, Any], world: World) -> bool:
        if "all_of" in condition:
            return all(self._holds(member, world) for member in condition["all_of"])
        if "any_rated" in condition:
            return self.any_item
        if "place" in condition:
            return world[f"place.{condition['place']}"] in condition["any_of"]
        if "question" in condition:
            value = world[condition["question"]]
            wanted = condition["any_of"]
            return bool(value.intersection(wanted)) if isinstance(value, set) else value in wanted
        if "number" in condition:
            value = world[condition["number"]]
            return value is not None and condition.get("at_least", value) <= value <= condition.get("at_most", value)
        return any(self._holds(member, world) for member in condition["any_of"])


_BOUNDS: Final = ("at_least", "at_most")
_MAXIMA: Final = {"number": 1_000_000, "percentage": 200}


def _atoms(condition: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(condition, Mapping):
        if {"question", "number", "place"} & set(condition):
            yield condition
        else:
            for inner in condition.values():
                yield from _atoms(inner)
    elif isinstance(condition, list | tuple):
        for inner in condition:
            yield from _atoms(inner)
