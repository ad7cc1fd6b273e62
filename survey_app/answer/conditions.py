"""Conditions as a page can show them: in words, and as numbered gates that stylesheet and script open.

The server alone decides whether a question is asked (`questionnaires.routing`); a condition that gates cannot express
leaves its question visible, with the words beside it.
"""

from collections.abc import Mapping
from typing import TypeAlias

from flask_babel import gettext

from questionnaires.model import AllOf, AnyOf, AnyRated, Condition, Is, Questionnaire
from survey_app.answer.labels import labels, levels

# The answers of which one opens the gate, as (question, value). A question behind several gates needs all of them open.
Gate: TypeAlias = frozenset[tuple[str, str]]


class Gates:
    """The gates of one instrument, numbered from 1 in the order in which questions use them."""

    def __init__(self, instrument: Questionnaire, language: str) -> None:
        self.instrument, self.language = instrument, language
        self.items = tuple(item.code for item in instrument.items)
        self.numbers = {question.code: number for number, question in enumerate(instrument.questions(), start=1)}
        used = [gate for question in instrument.questions() for gate in self._gates_of(question.show_if)]
        self.gates = list(dict.fromkeys(used))

    def opened_by(self, code: str, value: str) -> str:
        """The classes of a choice that opens gates."""
        return " ".join(f"o{number}" for number, gate in enumerate(self.gates, start=1) if (code, value) in gate)

    def classes_of(self, condition: Condition | None) -> str:
        """The classes of a question that stands behind gates."""
        return " ".join(f"s{self.gates.index(gate) + 1}" for gate in self._gates_of(condition))

    def _gates_of(self, condition: Condition | None) -> list[Gate]:
        if condition is None:
            return []
        if isinstance(condition, AnyRated):
            return [frozenset((code, str(level)) for code in self.items for level in condition.any_rated)]
        if isinstance(condition, AllOf):
            return [gate for part in condition.all_of for gate in self._gates_of(part)]
        if isinstance(condition, AnyOf):
            parts = [self._gates_of(part) for part in condition.any_of]
            # "This, or both of those" is no gate.
            return [frozenset().union(*(part[0] for part in parts))] if all(len(part) == 1 for part in parts) else []
        if not isinstance(condition, Is):
            return []
        return [frozenset((condition.question, str(value)) for value in condition.any_of)]

    def in_words(self, condition: Condition | None) -> str:
        return "" if condition is None else gettext("Only if %(condition)s.", condition=self._words(condition))

    def _words(self, condition: Condition) -> str:
        if isinstance(condition, AllOf):
            return f" {gettext('and')} ".join(map(self._words, condition.all_of))
        if isinstance(condition, AnyOf):
            return f" {gettext('or')} ".join(map(self._words, condition.any_of))
        if isinstance(condition, AnyRated):
            chosen = _quoted(levels(self.instrument, self.language), condition.any_rated)
            return str(gettext("you chose %(answers)s for at least one item", answers=chosen))
        if not isinstance(condition, Is):
            return ""
        question = self.instrument.question(condition.question)
        chosen = _quoted(labels(self.instrument, question, self.language), condition.any_of)
        number = self.numbers[condition.question]
        return str(gettext("you chose %(answers)s for question %(number)s", answers=chosen, number=number))


def _quoted(words: Mapping[str, str], values: tuple[str | int, ...]) -> str:
    return f" {gettext('or')} ".join(f"“{words.get(str(value), value)}”" for value in values)
