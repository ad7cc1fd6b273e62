"""The words of each choice that a question offers, by the value that the form sends for it."""

from collections.abc import Callable

from flask_babel import gettext

from questionnaires.kinds import THREE_LEVELS
from questionnaires.model import (
    AnyQuestion,
    Choice,
    GeneralRating,
    Instrument,
    Questionnaire,
    RatedItem,
    Text,
    ThreeLevelRating,
)

Say = Callable[[Text], str]  # A text in the language of the page, with the words of the place in it.


def labels(instrument: Questionnaire, question: AnyQuestion, say: Say) -> dict[str, str]:
    """In the order of the form: the levels from the lowest, so that the list does not flatter the office."""
    return answers(instrument, question, say) | states(question)


def levels(instrument: Questionnaire, say: Say) -> dict[str, str]:
    if not isinstance(instrument, Instrument):
        return {}
    return {str(level): say(text) for level, text in enumerate(instrument.scale.levels, start=1)}


def answers(instrument: Questionnaire, question: AnyQuestion, say: Say) -> dict[str, str]:
    if isinstance(question, Choice):
        return {option.code: say(option.text) for option in question.options}
    if isinstance(question, ThreeLevelRating):
        return {code: say(text) for code, text in zip(THREE_LEVELS, question.levels, strict=True)}
    if not isinstance(question, RatedItem | GeneralRating) or not isinstance(instrument, Instrument):
        return {}
    if not instrument.not_used_allowed(question):
        return levels(instrument, say)
    not_used = instrument.scale.not_used
    return levels(instrument, say) | {"0": say(not_used) if not_used else gettext("Not used, or no opinion")}


def states(question: AnyQuestion) -> dict[str, str]:
    """What can be ticked in place of an answer."""
    dont_know = {"dk": gettext("I do not know")} if question.dont_know else {}
    return dont_know | ({"pn": gettext("I would rather not say")} if question.prefer_not else {})
