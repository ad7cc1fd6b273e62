"""Writes the rows of an XLSForm's sheet `choices`: the levels, the options, and the states kept apart from both."""

from collections.abc import Iterator

from questionnaires.exchange import xlsform_columns as columns
from questionnaires.kinds import THREE_LEVELS
from questionnaires.model import (
    AnyQuestion,
    Audio,
    Choice,
    Day,
    GeneralRating,
    Instrument,
    Number,
    Option,
    Percentage,
    Questionnaire,
    RatedItem,
    Text,
    ThreeLevelRating,
)
from questionnaires.texts import SUBSTITUTES

Cells = dict[str, str]


def texts(column: str, text: Text | None) -> Cells:
    if text is None:
        return {}
    return {f"{column}::{name}": _with_words(text[language]) for language, name in columns.LANGUAGES.items()}


def _with_words(text: str) -> str:
    """The words of the place stand in hidden fields; any other `${` would be taken for one and refused."""
    text = text.replace("${", f"${columns.JOINER}{{")
    for word in SUBSTITUTES:
        text = text.replace(f"{{{word}}}", f"${{{columns.WORD}{word}}}")
    return text


def audio(recorded: Audio | None) -> Cells:
    if recorded is None:
        return {}
    files = {f"media::audio::{name}": recorded[language] for language, name in columns.LANGUAGES.items()}
    return {heading: file for heading, file in files.items() if file}


def states(question: AnyQuestion) -> list[str]:
    """What the question offers beside an answer."""
    return [state for state in columns.STATES if getattr(question, state)]


def list_name(instrument: Questionnaire, question: AnyQuestion) -> str:
    """Questions on the same levels share a list; options belong to their question."""
    if not isinstance(question, RatedItem | GeneralRating):
        return question.code
    not_used = isinstance(instrument, Instrument) and instrument.not_used_allowed(question)
    ends = (["0"] if not_used else []) + [columns.STATES[state] for state in states(question)]
    return columns.LEVELS + "_".join(["5", *ends])


def list_of_states(question: AnyQuestion) -> str:
    return "states__" + "_".join(columns.STATES[state] for state in states(question))


def choice_rows(instrument: Questionnaire) -> Iterator[Cells]:
    written = set()
    for question in instrument.questions():
        for name, rows in _lists(instrument, question):
            if name not in written:
                written.add(name)
                yield from ({"list_name": name} | row for row in rows)


def _lists(instrument: Questionnaire, question: AnyQuestion) -> Iterator[tuple[str, list[Cells]]]:
    beside = [_state(state) for state in states(question)]
    if isinstance(question, Choice):
        yield question.code, [_option(option) for option in question.options] + beside
    elif isinstance(question, ThreeLevelRating):
        levels = zip(THREE_LEVELS, question.levels, strict=True)
        yield question.code, [{"name": name} | texts("label", level) for name, level in levels] + beside
    elif isinstance(question, RatedItem | GeneralRating) and isinstance(instrument, Instrument):
        yield list_name(instrument, question), _levels(instrument, question) + beside
    elif isinstance(question, Number | Percentage | Day) and beside:
        yield list_of_states(question), beside


def _levels(instrument: Instrument, question: RatedItem | GeneralRating) -> list[Cells]:
    levels = enumerate(instrument.scale.levels, start=1)
    rows = [{"name": str(level)} | texts("label", text) for level, text in levels]
    if instrument.not_used_allowed(question):
        rows.append({"name": "0", f"{columns.OWN}state": "not_used"} | texts("label", instrument.scale.not_used))
    return rows


def _option(option: Option) -> Cells:
    specify = {f"{columns.OWN}specify": "yes"} if option.specify else {}
    return {"name": option.code} | texts("label", option.text) | audio(option.audio) | specify


def _state(state: str) -> Cells:
    labels = {f"label::{name}": columns.STATE_LABELS[state][code] for code, name in columns.LANGUAGES.items()}
    return {"name": columns.STATES[state], f"{columns.OWN}state": state} | labels
