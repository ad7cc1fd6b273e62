"""The words of each choice that a question offers, by the value that the form sends for it."""

from flask_babel import gettext

from questionnaires.kinds import THREE_LEVELS
from questionnaires.model import (
    AnyQuestion,
    Choice,
    GeneralRating,
    Instrument,
    Questionnaire,
    RatedItem,
    ThreeLevelRating,
)


def labels(instrument: Questionnaire, question: AnyQuestion, language: str) -> dict[str, str]:
    """In the order of the form: the levels from the lowest, so that the list does not flatter the office."""
    return _answers(instrument, question, language) | _states(question)


def levels(instrument: Questionnaire, language: str) -> dict[str, str]:
    if not isinstance(instrument, Instrument):
        return {}
    return {str(level): text[language] for level, text in enumerate(instrument.scale.levels, start=1)}


def _answers(instrument: Questionnaire, question: AnyQuestion, language: str) -> dict[str, str]:
    if isinstance(question, Choice):
        return {option.code: option.text[language] for option in question.options}
    if isinstance(question, ThreeLevelRating):
        return {code: text[language] for code, text in zip(THREE_LEVELS, question.levels, strict=True)}
    if not isinstance(question, RatedItem | GeneralRating) or not isinstance(instrument, Instrument):
        return {}
    if not instrument.not_used_allowed(question):
        return levels(instrument, language)
    not_used = instrument.scale.not_used
    return levels(instrument, language) | {"0": not_used[language] if not_used else gettext("Not used, or no opinion")}


def _states(question: AnyQuestion) -> dict[str, str]:
    dont_know = {"dk": gettext("I do not know")} if question.dont_know else {}
    return dont_know | ({"pn": gettext("I would rather not say")} if question.prefer_not else {})
