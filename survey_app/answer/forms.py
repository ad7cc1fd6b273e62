"""An instrument as the parts, questions and choices of a form in one language; written once for all instruments.

What was typed, and the faults in it, the template lays beside it; which questions stand where, `paging` says.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask_babel import gettext

from questionnaires.checking import OTHER
from questionnaires.kinds import Choice as ChoiceQuestion
from questionnaires.model import (
    AnyQuestion,
    Audio,
    Day,
    LongText,
    MultipleChoice,
    Number,
    Percentage,
    Questionnaire,
    Ranking,
    ShortText,
)
from questionnaires.texts import named_in, substituted
from survey_app.answer.conditions import InWords
from survey_app.answer.labels import Say, answers, states
from survey_app.answer.paging import Layout

WIDGETS = {
    "rated": "radios",
    "general_rating": "radios",
    "three_level": "radios",
    "single": "radios",
    "multiple": "checkboxes",
    "ranking": "ranking",
    "number": "line",
    "percentage": "line",
    "date": "day",
    "short_text": "short",
    "text": "area",
}
Words = tuple[tuple[str, str], ...]  # What replaces the names in braces; a tuple, so that pages can be kept by it.


@dataclass(frozen=True)
class Choice:
    value: str
    text: str
    classes: str  # "o1": opens gate 1; "specify": opens the field for words of one's own.
    audio: str = ""


@dataclass(frozen=True)
class Field:
    """One question. `widget` names the macro that draws it."""

    name: str
    number: int
    text: str
    hint: str
    limit: str
    required: bool
    widget: str
    choices: tuple[Choice, ...]
    states: tuple[Choice, ...]  # "I do not know" and the like.
    ranks: tuple[str, ...]  # The name of each rank of a ranking.
    bounds: tuple[str, str]  # The earliest and the latest day; empty where there is none.
    condition: str  # "Only if …"; empty when everybody is asked.
    gates: str  # "s1": shown when formula 1 holds.
    other: str  # The name of the field for words of one's own; empty where no choice has one.
    audio: str  # The name of a recording; empty where nobody recorded the question.


@dataclass(frozen=True)
class Section:
    code: str
    title: str
    intro: str
    fields: tuple[Field, ...]


def speaker(language: str, words: Words) -> Say:
    named = dict(words)
    return lambda text: substituted(text[language], named)


@lru_cache(maxsize=64)
def names_places(instrument: Questionnaire) -> bool:
    """Whether any text has a name in braces. Most have none, and their pages differ in less."""
    return any(map(named_in, _strings(instrument.model_dump())))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)


@lru_cache(maxsize=256)
def sections(layout: Layout, page: int, language: str, words: Words) -> tuple[Section, ...]:
    """The parts on a page, in order. `language` is that of the request."""
    form = _Form(layout, language, words)
    return tuple(
        Section(
            code=piece.part.code,
            title=form.say(piece.part.title),
            intro=form.say(piece.part.intro) if piece.part.intro and piece.begins else "",
            fields=tuple(map(form.field, piece.questions)),
        )
        for piece in layout.pages[page - 1]
    )


class _Form:
    def __init__(self, layout: Layout, language: str, words: Words) -> None:
        self.layout, self.language, self.say = layout, language, speaker(language, words)
        self.in_words = InWords(layout.instrument, layout.numbers, self.say)

    def field(self, question: AnyQuestion) -> Field:
        hint = self.say(question.hint) if question.hint else ""
        options = {option.code: option for option in question.options} if isinstance(question, ChoiceQuestion) else {}
        specify = {code for code, option in options.items() if option.specify}
        spoken = {code: self._audio(option.audio) for code, option in options.items()}
        return Field(
            name=question.code,
            number=self.layout.numbers[question.code],
            text=self.say(question.text),
            hint=hint,
            limit=_limit(question, hint),
            required=question.required,
            widget=WIDGETS[question.kind],
            choices=tuple(
                Choice(value, text, self._classes(question.code, value, specify), spoken.get(value, ""))
                for value, text in answers(self.layout.instrument, question, self.say).items()
            ),
            states=tuple(Choice(value, text, "") for value, text in states(question).items()),
            ranks=_ranks()[: question.ranks] if isinstance(question, Ranking) else (),
            bounds=_bounds(question),
            condition=self.in_words.of(self.layout.left[question.code]),
            gates=self.layout.gates.class_of(question.code),
            other=question.code + OTHER if specify else "",
            audio=self._audio(question.audio),
        )

    def _audio(self, audio: Audio | None) -> str:
        return (audio and audio[self.language]) or ""

    def _classes(self, code: str, value: str, specify: set[str]) -> str:
        opens = self.layout.gates.opened_by(code, value)
        return f"{opens} specify".strip() if value in specify else opens


def _ranks() -> tuple[str, ...]:
    return gettext("First choice"), gettext("Second choice"), gettext("Third choice")


def _bounds(question: AnyQuestion) -> tuple[str, str]:
    bounds = (question.earliest, question.latest) if isinstance(question, Day) else (None, None)
    low, high = (bound.isoformat() if bound else "" for bound in bounds)
    return low, high


def _limit(question: AnyQuestion, hint: str) -> str:
    if isinstance(question, MultipleChoice) and question.max_choices:
        # The hint of the instrument may say it already.
        said = str(question.max_choices) in hint
        return "" if said else gettext("Choose at most %(limit)s.", limit=question.max_choices)
    if isinstance(question, ShortText | LongText):
        return str(gettext("At most %(limit)s characters.", limit=question.max_length))
    if isinstance(question, Number):
        return str(gettext("A whole number from %(low)s to %(high)s.", low=question.minimum, high=question.maximum))
    if isinstance(question, Percentage):
        return str(gettext("A percentage from %(low)s to %(high)s.", low=question.minimum, high=question.maximum))
    return _day_limit(question) if isinstance(question, Day) else ""


def _day_limit(question: Day) -> str:
    low, high = (bound and f"{bound:%d/%m/%Y}" for bound in (question.earliest, question.latest))
    bounds = ""
    if low and high:
        bounds = gettext("From %(low)s to %(high)s.", low=low, high=high)
    elif low:
        bounds = gettext("Not before %(day)s.", day=low)
    elif high:
        bounds = gettext("Not after %(day)s.", day=high)
    example = gettext("A day, for example 25/11/2026.")
    return f"{example} {bounds}".strip()
