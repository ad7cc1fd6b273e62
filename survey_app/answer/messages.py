"""What is wrong with an answer, in words that help to repair it. Faults are found by `questionnaires.checking`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext

from questionnaires.checking import OTHER, AnswerFault
from survey_app.answer.paging import Layout

Limit = int | date | str | None  # A text stands in for a bound that whoever reads the sentence fills in.
Words = Mapping[str, Callable[[Limit], str]]
WORDS: Words = {
    "unknown_question": lambda _: gettext("The form was sent with a field that does not belong to it."),
    "not_an_option": lambda _: gettext("Choose one of the answers offered here."),
    "several_values": lambda _: gettext("Give only one answer here."),
    "not_asked": lambda _: gettext("With the other answers, this question does not apply."),
    "required": lambda _: gettext("Please answer this question: without it the other answers cannot be counted."),
    "too_many": lambda limit: gettext("Choose at most %(limit)s.", limit=limit),
    "not_a_number": lambda _: gettext("Write a whole number with digits, for example 12."),
    "out_of_range": lambda limit: gettext("This number is beyond the limit, which is %(limit)s.", limit=limit),
    "too_long": lambda limit: gettext("This is too long: at most %(limit)s characters.", limit=limit),
    "named_twice": lambda _: gettext("The same answer stands in two places. Choose another, or leave one empty."),
    "not_a_day": lambda _: gettext("Write a day of the calendar, for example 25/11/2026."),
    "too_early": lambda limit: gettext("The earliest day here is %(limit)s.", limit=_day(limit)),
    "too_late": lambda limit: gettext("The latest day here is %(limit)s.", limit=_day(limit)),
    "bad_text": lambda _: gettext(
        "There are characters here that cannot be kept. Delete them or write the text again."
    ),
    "nothing_answered": lambda _: gettext("No satisfaction question is answered yet. Please answer at least one."),
}


def _day(limit: Limit) -> str:
    return f"{limit:%d/%m/%Y}" if isinstance(limit, date) else str(limit or "")


@dataclass(frozen=True)
class Problem:
    """One line of the summary; `question` is empty for what belongs to no question."""

    question: str
    number: int
    text: str


def problems(layout: Layout, faults: Sequence[AnswerFault], words: Words = WORDS) -> list[Problem]:
    """The faults in the order of the questions, those without a question first."""
    numbers = layout.numbers
    found = []
    for fault in faults:
        question = fault.question.removesuffix(OTHER)
        known = question in numbers
        found.append(Problem(question if known else "", numbers.get(question, 0), words[fault.kind](fault.limit)))
    return sorted(dict.fromkeys(found), key=lambda problem: problem.number)


def by_question(found: Sequence[Problem]) -> Mapping[str, str]:
    """What stands beside each question."""
    beside: dict[str, str] = {}
    for problem in found:
        beside[problem.question] = (
            f"{beside[problem.question]} {problem.text}" if problem.question in beside else problem.text
        )
    return beside
