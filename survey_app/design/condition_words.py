"""A condition of a draft as a sentence for the person who edits it; it may look at what is no longer there.

The respondent's own sentence ("Only if you chose …") is `answer.conditions`'.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import force_locale, gettext

from questionnaires import outline
from survey_app import words

Raw = Mapping[str, Any]
PLACES: Mapping[str, Mapping[str, Any]] = {"kind": words.KINDS, "mode": words.MODES, "unit_type": {}}


class ConditionWords:
    """The words of one questionnaire's conditions, in one language."""

    def __init__(self, data: Raw, language: str) -> None:
        self.data, self.language = data, language
        self._labels: dict[str, dict[str, str]] = {}
        self.numbers = {str(found.get("code")): number for number, (_, found) in enumerate(outline.walk(data), start=1)}

    def sentence(self, condition: Any) -> str:
        """«question 12 is answered “late”»; empty without a condition."""
        if not isinstance(condition, Mapping):
            return ""
        with force_locale(self.language):
            return self._words(condition)

    def _words(self, condition: Raw) -> str:
        kinds: dict[str, Callable[[Raw], str]] = {
            "question": self._is,
            "number": self._within,
            "any_rated": self._any_rated,
            "place": self._place,
            "all_of": lambda found: self._joined(found, "all_of", gettext("and")),
            "any_of": lambda found: self._joined(found, "any_of", gettext("or")),
        }
        kind = next((name for name in kinds if name in condition), "")
        return kinds[kind](condition) if kind else "…"

    def _joined(self, condition: Raw, name: str, word: str) -> str:
        parts = [part for part in condition[name] if isinstance(part, Mapping)]
        nested = [self._words(part) for part in parts]
        if len(parts) > 1:
            pairs = zip(parts, nested, strict=True)
            nested = [f"({text})" if {"all_of", "any_of"} & set(part) - _own(part) else text for part, text in pairs]
        return f" {word} ".join(nested)

    def _is(self, condition: Raw) -> str:
        code = str(condition["question"])
        labels = self.labels(code)
        answers = self._quoted([labels.get(str(value), str(value)) for value in condition.get("any_of") or ()])
        return str(gettext("question %(number)s is answered %(answers)s", number=self._number(code), answers=answers))

    def _within(self, condition: Raw) -> str:
        number = self._number(str(condition["number"]))
        low, high = condition.get("at_least"), condition.get("at_most")
        if low is None:
            return str(gettext("the number in question %(number)s is at most %(high)s", number=number, high=high))
        if high is None:
            return str(gettext("the number in question %(number)s is at least %(low)s", number=number, low=low))
        return str(
            gettext("the number in question %(number)s is from %(low)s to %(high)s", number=number, low=low, high=high)
        )

    def _any_rated(self, condition: Raw) -> str:
        labels = self.levels()
        answers = self._quoted([labels.get(str(level), str(level)) for level in condition["any_rated"]])
        return str(gettext("at least one item of the index is rated %(answers)s", answers=answers))

    def _place(self, condition: Raw) -> str:
        names = PLACES.get(str(condition["place"]), {})
        values = self._quoted([str(names.get(value, value)) for value in condition.get("any_of") or ()])
        sentences = {
            "kind": gettext("the place is %(values)s", values=values),
            "mode": gettext("the mode is %(values)s", values=values),
            "unit_type": gettext("the unit is of the type %(values)s", values=values),
        }
        return str(sentences.get(str(condition["place"]), values))

    def _number(self, code: str) -> str:
        return str(self.numbers.get(code, f"“{code}”"))

    def _quoted(self, texts: Sequence[str]) -> str:
        return f" {gettext('or')} ".join(f"“{text}”" for text in texts) or "…"

    def labels(self, code: str) -> dict[str, str]:
        """What can be answered: the value a condition names, and its text in this language."""
        if code not in self._labels:
            possible = outline.possible_values(self.data, code) if code in self.numbers else []
            self._labels[code] = {str(value): _text(text, self.language) for value, text in possible}
        return self._labels[code]

    def levels(self) -> dict[str, str]:
        """The levels of the scale."""
        texts = (self.data.get("scale") or {}).get("levels") or ()
        return {str(number): _text(text, self.language) for number, text in enumerate(texts, start=1)}


def _text(text: Any, language: str) -> str:
    return str(text.get(language) or "") if isinstance(text, Mapping) else ""


def _own(part: Raw) -> set[str]:
    """`any_of` also names the answers of a plain condition; there it joins nothing."""
    return {"any_of"} if "question" in part or "place" in part else set()
