"""Conditions in words, for pages where no stylesheet can follow them, and for everybody who reads a form on paper.

The server alone decides whether a question is asked (`questionnaires.routing`).
"""

from collections.abc import Mapping

from flask_babel import gettext

from questionnaires.conditions import AllOf, AnyOf, AnyRated, Condition, Is, Within
from questionnaires.model import Number, Percentage, Questionnaire
from survey_app.answer.labels import Say, labels, levels


class InWords:
    """The conditions of one instrument, with the numbers under which its questions are shown."""

    def __init__(self, instrument: Questionnaire, numbers: Mapping[str, int], say: Say) -> None:
        self.instrument, self.numbers, self.say = instrument, numbers, say

    def of(self, condition: Condition | bool) -> str:
        if isinstance(condition, bool):
            return ""
        return str(gettext("Only if %(condition)s.", condition=self._words(condition)))

    def _words(self, condition: Condition) -> str:
        if isinstance(condition, AllOf):
            return f" {gettext('and')} ".join(map(self._member, condition.all_of))
        if isinstance(condition, AnyOf):
            return f" {gettext('or')} ".join(map(self._words, condition.any_of))
        if isinstance(condition, AnyRated):
            chosen = _quoted(levels(self.instrument, self.say), condition.any_rated)
            return str(gettext("you chose %(answers)s for at least one item", answers=chosen))
        if isinstance(condition, Within):
            return self._number(condition)
        return self._choice(condition) if isinstance(condition, Is) else ""

    def _member(self, condition: Condition) -> str:
        """ "This and (that or those)": without the marks it would say something else."""
        words = self._words(condition)
        return f"({words})" if isinstance(condition, AnyOf) and len(condition.any_of) > 1 else words

    def _choice(self, condition: Is) -> str:
        question, number = self.instrument.question(condition.question), self.numbers.get(condition.question, 0)
        chosen = _quoted(labels(self.instrument, question, self.say), condition.any_of)
        if isinstance(question, Number | Percentage):
            return str(gettext("you wrote %(answers)s for question %(number)s", answers=chosen, number=number))
        return str(gettext("you chose %(answers)s for question %(number)s", answers=chosen, number=number))

    def _number(self, condition: Within) -> str:
        number, low, high = self.numbers.get(condition.number, 0), condition.at_least, condition.at_most
        if low is None:
            return str(gettext("you wrote at most %(high)s for question %(number)s", high=high, number=number))
        if high is None:
            return str(gettext("you wrote at least %(low)s for question %(number)s", low=low, number=number))
        return str(gettext("you wrote %(low)s to %(high)s for question %(number)s", low=low, high=high, number=number))


def _quoted(words: Mapping[str, str], values: tuple[str | int, ...]) -> str:
    return f" {gettext('or')} ".join(f"“{words.get(str(value), value)}”" for value in values)
