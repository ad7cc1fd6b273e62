"""An instrument as the parts, questions and choices of a form in one language; written once for all instruments.

What was typed, and the faults in it, the template lays beside it; when a question is asked, `conditions` says.
"""

from dataclasses import dataclass
from functools import lru_cache

from flask_babel import gettext

from questionnaires.checking import OTHER
from questionnaires.model import (
    AnyQuestion,
    LongText,
    MultipleChoice,
    Number,
    Percentage,
    Questionnaire,
    SingleChoice,
)
from survey_app.answer.conditions import Gates
from survey_app.answer.labels import labels

WIDGETS = {
    "rated": "radios",
    "general_rating": "radios",
    "three_level": "radios",
    "single": "radios",
    "multiple": "checkboxes",
    "number": "line",
    "percentage": "line",
    "text": "area",
}


@dataclass(frozen=True)
class Choice:
    value: str
    text: str
    classes: str  # "o1": opens gate 1; "specify": opens the field for words of one's own.


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
    condition: str  # "Only if …"; empty when everybody is asked.
    gates: str  # "s1 s2": shown when the gates 1 and 2 are open.
    other: str  # The name of the field for words of one's own; empty where no choice has one.


@dataclass(frozen=True)
class Section:
    code: str
    title: str
    intro: str
    fields: tuple[Field, ...]


@lru_cache(maxsize=64)
def sections(instrument: Questionnaire, language: str) -> tuple[Section, ...]:
    """The parts in order; questions are numbered through. `language` is that of the request."""
    gates = Gates(instrument, language)
    return tuple(
        Section(
            code=part.code,
            title=part.title[language],
            intro=part.intro[language] if part.intro else "",
            fields=tuple(_field(instrument, question, language, gates) for question in part.questions),
        )
        for part in instrument.parts
    )


def _field(instrument: Questionnaire, question: AnyQuestion, language: str, gates: Gates) -> Field:
    specify = _specify(question)
    hint = question.hint[language] if question.hint else ""
    return Field(
        name=question.code,
        number=gates.numbers[question.code],
        text=question.text[language],
        hint=hint,
        limit=_limit(question, hint),
        required=question.required,
        widget=WIDGETS[question.kind],
        choices=tuple(
            Choice(value, text, _classes(gates.opened_by(question.code, value), value in specify))
            for value, text in labels(instrument, question, language).items()
        ),
        condition=gates.in_words(question.show_if),
        gates=gates.classes_of(question.show_if),
        other=question.code + OTHER if specify else "",
    )


def _specify(question: AnyQuestion) -> set[str]:
    options = question.options if isinstance(question, SingleChoice | MultipleChoice) else ()
    return {option.code for option in options if option.specify}


def _classes(opens: str, specify: bool) -> str:
    return f"{opens} specify".strip() if specify else opens


def _limit(question: AnyQuestion, hint: str) -> str:
    if isinstance(question, MultipleChoice) and question.max_choices:
        # The hint of the instrument may say it already.
        said = str(question.max_choices) in hint
        return "" if said else gettext("Choose at most %(limit)s.", limit=question.max_choices)
    if isinstance(question, LongText):
        return str(gettext("At most %(limit)s characters.", limit=question.max_length))
    if isinstance(question, Number):
        return str(gettext("A whole number from %(low)s to %(high)s.", low=question.minimum, high=question.maximum))
    if isinstance(question, Percentage):
        return str(gettext("A percentage from %(low)s to %(high)s.", low=question.minimum, high=question.maximum))
    return ""
