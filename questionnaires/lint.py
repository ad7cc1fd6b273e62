"""Advice on the wording and the routing of a valid instrument, each with its place; faults are left to `loader`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from questionnaires.model import (
    AllOf,
    AnyQuestion,
    AnyRated,
    Condition,
    Factor,
    Is,
    MultipleChoice,
    Questionnaire,
    Ranking,
)

LONGEST = 30  # Syllables: what a sixth-grader keeps in mind to the end of the question.
LEADING = {
    "vi": ("tuyệt vời", "xuất sắc", "chắc chắn", "đương nhiên", "có đồng ý rằng", "phải chăng"),
    "en": ("excellent", "wonderful", "surely", "obviously", "don't you agree", "do you agree that"),
}
_MARKUP = re.compile(r"</?[a-z][^>]*>", re.IGNORECASE)

Wanted = dict[str, frozenset[str | int]]  # By question: the values that a condition cannot do without.


@dataclass(frozen=True)
class Advice:
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


def advice(instrument: Questionnaire) -> tuple[Advice, ...]:
    """Everything worth a second look. An instrument may be published all the same."""
    return tuple(_advice(instrument))


def _advice(instrument: Questionnaire) -> Iterator[Advice]:
    earlier: dict[str, AnyQuestion] = {}
    any_item = False
    for number, part in enumerate(instrument.parts):
        is_factor = isinstance(part, Factor)
        if is_factor and len(part.questions) == 1:
            yield Advice(f"parts[{number}].items", "a factor with one item says no more than the item")
        for position, question in enumerate(part.questions):
            place = f"parts[{number}].{'items' if is_factor else 'questions'}[{position}]"
            yield from _wording(place, question)
            if question.show_if is not None and _never(question.show_if, earlier, any_item):
                yield Advice(f"{place}.show_if", f"no answers lead to {question.code}: it is never asked")
            earlier[question.code] = question
            any_item = any_item or is_factor


def _wording(place: str, question: AnyQuestion) -> Iterator[Advice]:
    syllables = len(question.text.vi.split())
    if syllables > LONGEST:
        yield Advice(f"{place}.text.vi", f"{syllables} syllables, more than {LONGEST}: make it shorter")
    if " và " in question.text.vi:
        yield Advice(f"{place}.text.vi", "“và” joins two things: ask one in each question")
    for language, words in LEADING.items():
        text = question.text[language]
        for word in words:
            if word in text.lower():
                yield Advice(f"{place}.text.{language}", f"“{word}” leads to an answer: ask without it")
        if _MARKUP.search(text):
            yield Advice(f"{place}.text.{language}", "markup is shown as it is typed: leave it out")


def _never(condition: Condition, earlier: Mapping[str, AnyQuestion], any_item: bool) -> bool:
    """Whether two needs exclude each other. What needs a search over all answers is not looked for."""
    if isinstance(condition, AnyRated):
        return not any_item
    return any(not values for values in _needs(condition, earlier).values())


def _needs(condition: Condition, earlier: Mapping[str, AnyQuestion]) -> Wanted:
    """What must have been answered, also so that the questions which the condition looks at were asked."""
    if isinstance(condition, Is):
        asked = earlier[condition.question]
        needs: Wanted = {} if asked.show_if is None else _needs(asked.show_if, earlier)
        # Of a multiple choice two different options can both be chosen, so it excludes nothing.
        mine: Wanted = {} if isinstance(asked, MultipleChoice | Ranking) else {asked.code: frozenset(condition.any_of)}
        return _both(needs, mine)
    needs = {}
    if isinstance(condition, AllOf):
        for part in condition.all_of:
            needs = _both(needs, _needs(part, earlier))
    return needs


def _both(one: Wanted, other: Wanted) -> Wanted:
    merged = dict(one)
    for code, values in other.items():
        merged[code] = merged.get(code, values) & values
    return merged
