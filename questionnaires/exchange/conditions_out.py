"""Writes a condition as the XPath of an XLSForm. The place, which XLSForm does not know, becomes hidden fields."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from questionnaires.conditions import PLACE_ATTRIBUTES
from questionnaires.model import (
    AllOf,
    AnyOf,
    AnyQuestion,
    AnyRated,
    Condition,
    Is,
    MultipleChoice,
    Number,
    Percentage,
    PlaceIs,
    Questionnaire,
    Ranking,
    Within,
)

# "__" is kept out of codes, so no question can have one of these names.
PLACE: Final = {attribute: f"place__{attribute}" for attribute in PLACE_ATTRIBUTES}
VARIANT: Final = "form__variant"
NEVER: Final = "false()"


def rank_name(code: str, rank: int) -> str:
    """The first place of a ranking has a question of its own, and so have the others."""
    return f"{code}__rank{rank}"


def relevants(instrument: Questionnaire) -> Mapping[str, str]:
    """By question when it is asked; "" is always."""
    asked: dict[str, AnyQuestion] = {}
    items: list[str] = []
    found = {}
    own = {item.code for item in instrument.items}
    for question in instrument.questions():
        parts = [] if question.full_only is None else [f"{_ref(VARIANT)} != 'short'"]
        if question.show_if is not None:
            inner = _Writer(asked, tuple(items)).of(question.show_if)
            parts.append(f"({inner})" if parts and " or " in inner else inner)
        found[question.code] = " and ".join(parts)
        asked[question.code] = question
        items += [question.code] if question.code in own else []
    return found


class _Writer:
    """`asked`: the questions before this one; `items`: those of the index among them."""

    def __init__(self, asked: Mapping[str, AnyQuestion], items: Sequence[str]) -> None:
        self.asked, self.items = asked, items

    def of(self, condition: Condition) -> str:
        if isinstance(condition, AllOf):
            return _joined(" and ", map(self._inner, condition.all_of))
        if isinstance(condition, AnyOf):
            return _joined(" or ", map(self._inner, condition.any_of))
        if isinstance(condition, PlaceIs):
            return _equal(_ref(PLACE[condition.place]), condition.any_of)
        if isinstance(condition, AnyRated):
            return _joined(" or ", (_equal(_ref(item), condition.any_rated) for item in self.items))
        return self._is(condition) if isinstance(condition, Is) else _within(condition)

    def _inner(self, condition: Condition) -> str:
        found = self.of(condition)
        return f"({found})" if " or " in found or " and " in found else found

    def _is(self, condition: Is) -> str:
        question = self.asked[condition.question]
        if isinstance(question, MultipleChoice):
            chosen = (f"selected({_ref(question.code)}, {quoted(str(value))})" for value in condition.any_of)
            return _joined(" or ", chosen)
        if isinstance(question, Ranking):
            ranks = range(1, question.ranks + 1)
            return _joined(" or ", (_equal(_ref(rank_name(question.code, rank)), condition.any_of) for rank in ranks))
        if isinstance(question, Number | Percentage):
            return _joined(" or ", (f"{_ref(question.code)} = {value}" for value in condition.any_of))
        return _equal(_ref(question.code), condition.any_of)


def _within(condition: Within) -> str:
    bounds = [] if condition.at_least is None else [f"{_ref(condition.number)} >= {condition.at_least}"]
    bounds += [] if condition.at_most is None else [f"{_ref(condition.number)} <= {condition.at_most}"]
    return _joined(" and ", bounds)


def _equal(reference: str, values: Iterable[str | int]) -> str:
    return _joined(" or ", (f"{reference} = {quoted(str(value))}" for value in values))


def _joined(word: str, parts: Iterable[str]) -> str:
    return word.join(parts) or NEVER


def _ref(name: str) -> str:
    return f"${{{name}}}"


def quoted(text: str) -> str:
    """XPath has no sign to quote a quote with."""
    if "'" not in text:
        return f"'{text}'"
    if '"' not in text:
        return f'"{text}"'
    pieces = (f"'{piece}'" for piece in text.split("'"))
    return f"concat({', '.join(_interleaved(list(pieces)))})"


def _interleaved(pieces: list[str]) -> list[str]:
    found = pieces[:1]
    for piece in pieces[1:]:
        found += ['"\'"', piece]
    return found
