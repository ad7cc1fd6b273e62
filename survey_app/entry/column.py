"""A questionnaire as one compact column in the printed order, each answer with the key that gives it.

For whoever types from paper or corrects what was typed. All questions stand there, as on the paper; which of them an
answer leaves out, the check says afterwards.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import force_locale, gettext

from questionnaires.checking import OTHER, AnswerFault
from questionnaires.model import Questionnaire
from survey_app.answer import messages
from survey_app.answer.forms import Field, Section, Words, names_places, sections
from survey_app.answer.labels import labels
from survey_app.answer.paging import Layout, layout
from survey_app.answer.places import Place

# Without c and k, which stand for what is no answer to the question.
KEYS = "123456789abdefghijlmnopqrstuvwxyz"
STATE_KEYS = {"dk": "k", "pn": "c"}
Typed = Mapping[str, Sequence[str]]
# To whoever types what somebody else answered.
TO_TYPISTS: messages.Words = {
    **messages.WORDS,
    "not_asked": lambda _: gettext("By the other answers on the sheet, this question does not apply."),
    "required": lambda _: gettext(
        "Without this answer the sheet does not count. If the paper has none, it is spoiled."
    ),
    "nothing_answered": lambda _: gettext(
        "No satisfaction question is answered. If the paper has none, it is spoiled."
    ),
}


@dataclass(frozen=True)
class Column:
    """What the template draws."""

    layout: Layout
    sections: Sequence[Section]
    typed: Typed
    problems: Sequence[messages.Problem]
    beside: Mapping[str, str]

    def only(self, names: Sequence[str]) -> list[Field]:
        """The questions of these fields, once each."""
        wanted = {name.removesuffix(OTHER) for name in names}
        return [field for section in self.sections for field in section.fields if field.name in wanted]

    def in_words(self, name: str, values: Sequence[str], place: Place) -> str:
        """What somebody typed, as the form says it."""
        question = self.layout.instrument.question(name.removesuffix(OTHER))
        if name.endswith(OTHER):
            return "; ".join(values)
        texts = labels(self.layout.instrument, question, lambda text: text[place.language])
        return "; ".join(texts.get(value, value) for value in values)


def column(
    instrument: Questionnaire,
    place: Place,
    typed: Typed,
    faults: Sequence[AnswerFault] = (),
    faulted: messages.Words = messages.WORDS,
) -> Column:
    """In the language of the printed form, so that both can be laid side by side."""
    laid = layout(instrument, place.setting)
    words: Words = tuple(place.words().items()) if names_places(instrument) else ()
    with force_locale(place.language):
        found = [part for page in range(1, len(laid.pages) + 1) for part in sections(laid, page, place.language, words)]
    problems = messages.problems(laid, faults, faulted)
    return Column(laid, found, typed, problems, messages.by_question(problems))


def keys(field: Field) -> Mapping[str, str]:
    """The key of each value. A rated level is its own key."""
    values = [choice.value for choice in field.choices]
    rated = all(len(value) == 1 and value.isdigit() for value in values)
    own = {value: value for value in values} if rated else dict(zip(values, KEYS, strict=False))
    return own | {choice.value: STATE_KEYS[choice.value] for choice in field.states}


def title_of(column: Column, name: str) -> str:
    """The question of a field with its number."""
    (field,) = column.only([name])
    text = f"{field.number}. {field.text}"
    return f"{text} ({gettext('in words')})" if name.endswith(OTHER) else text
