"""An instrument as the blocks of a printed form: headings, grids of rated items, single questions with their answers.

How a block looks is left to the Typst template. Which questions a place asks, under which numbers and when, is what the
page at that place says too: paper and page can be laid side by side.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask_babel import gettext

from questionnaires.conditions import Setting
from questionnaires.model import (
    AnyQuestion,
    Choice,
    CounterPart,
    Day,
    Factor,
    GeneralRating,
    LongText,
    MultipleChoice,
    Number,
    Percentage,
    PlainPart,
    Questionnaire,
    Ranking,
    RatedItem,
    SingleChoice,
    Text,
    ThreeLevelRating,
)
from questionnaires.texts import SUBSTITUTES, substituted
from survey_app.answer.conditions import InWords
from survey_app.answer.labels import labels
from survey_app.answer.paging import layout

Block = dict[str, Any]
BLANK = "…………………………"  # To be filled in by hand where the place is not known when the form is printed.
LETTERS_A_LINE, MOST_LINES = 500, 4  # Few people write as much as they may.
# A run of single choices with the same few short answers is a grid; longer ones are better read one by one.
SHORTEST_RUN, MOST_COLUMNS, LONGEST_LABEL = 3, 5, 34


@dataclass(frozen=True)
class Printing:
    """What is printed, for whom, and in which size."""

    instrument: Questionnaire
    words: Mapping[str, str]
    language: str
    large: bool
    setting: Setting
    households: bool = False  # One grown-up of each is asked: the officer writes down how many there are.

    def say(self, text: Text) -> str:
        """In the language of the form; words of the place that are not known become a line to write on."""
        known = {name: self.words.get(name) or BLANK for name in SUBSTITUTES}
        return substituted(text[self.language], known)


def blocks(printing: Printing) -> list[Block]:
    """Everything between the notice and the officer's box, in order. What nobody is asked here is left out."""
    laid = layout(printing.instrument, printing.setting)
    in_words = InWords(printing.instrument, laid.numbers, printing.say)

    def drawn(question: AnyQuestion) -> Block:
        return {
            "number": laid.numbers[question.code],
            "code": question.code,
            "text": printing.say(question.text),
            "hint": printing.say(question.hint) if question.hint else "",
            "condition": in_words.of(laid.left[question.code]),
            "required": gettext("(needed)") if question.required else "",
            "marks": _marks(question),
        }

    found: list[Block] = []
    for part in printing.instrument.parts:
        questions = [question for question in part.questions if question.code in laid.numbers]
        found.extend(_part(printing, part, [(question, drawn(question)) for question in questions]))
    return found


Drawn = tuple[AnyQuestion, Block]


def _marks(question: AnyQuestion) -> int:
    """How many boxes may be marked; 0: the answer is written, and only what is no answer has a box."""
    if isinstance(question, MultipleChoice):
        return question.max_choices or len(question.options)
    return int(isinstance(question, RatedItem | GeneralRating | ThreeLevelRating | SingleChoice))


def _part(printing: Printing, part: Factor | PlainPart | CounterPart, questions: list[Drawn]) -> Iterator[Block]:
    """A part's title stands over its first grid or, before a question, alone."""
    if not questions:
        return
    head = {"title": printing.say(part.title), "intro": printing.say(part.intro) if part.intro else ""}
    pieces = list(_pieces(printing, questions))
    if pieces[0]["kind"] == "grid":
        pieces[0] |= head
    else:
        yield {"kind": "part"} | head
    yield from pieces


def _pieces(printing: Printing, questions: list[Drawn]) -> Iterator[Block]:
    for columns, run in groupby(questions, lambda one: _columns(printing, one[0])):
        members = list(run)
        rated = isinstance(members[0][0], RatedItem | GeneralRating)
        if columns and not printing.large and (rated or len(members) >= SHORTEST_RUN):
            yield _grid(printing, members)
        else:
            for question, drawn in members:
                yield drawn | {"kind": "question"} | _answer(printing, question, drawn["hint"])


def _columns(printing: Printing, question: AnyQuestion) -> tuple[str, ...]:
    """What the questions of one grid have in common: the words over its columns; empty: stands alone."""
    if isinstance(question, RatedItem | GeneralRating):
        return ("levels",)
    if not isinstance(question, SingleChoice | ThreeLevelRating):
        return ()
    words = tuple(labels(printing.instrument, question, printing.say).values())
    specify = isinstance(question, SingleChoice) and any(option.specify for option in question.options)
    short = len(words) <= MOST_COLUMNS and all(len(word) <= LONGEST_LABEL for word in words)
    return words if short and not specify else ()


def _grid(printing: Printing, members: list[Drawn]) -> Block:
    offered = [labels(printing.instrument, question, printing.say) for question, _ in members]
    columns = {value: text for one in offered for value, text in one.items()}
    values = sorted(columns, key=_place)
    rows = [
        drawn | {"boxes": [value in one for value in values]} for (_, drawn), one in zip(members, offered, strict=True)
    ]
    heads = [{"text": columns[value], "value": value} for value in values]
    return {"kind": "grid", "title": "", "intro": "", "columns": heads, "rows": rows}


def _place(value: str) -> int:
    """Levels and options keep their order; after them 0, then what is no answer to the question."""
    return {"0": 1, "dk": 2, "pn": 3}.get(value, 0)


def _answer(printing: Printing, question: AnyQuestion, hint: str) -> Block:
    """Where the answer goes, by the kind of the question."""
    offered = labels(printing.instrument, question, printing.say)
    if isinstance(question, Choice):
        specify = {option.code for option in question.options if option.specify}
        choices = [{"value": value, "text": text, "specify": value in specify} for value, text in offered.items()]
        if isinstance(question, Ranking):
            return _ranking(question, choices, len(question.options))
        return {"answer": "choices", "choices": choices, "limit": _limit(question, hint)}
    choices = [{"value": value, "text": text, "specify": False} for value, text in offered.items()]
    if isinstance(question, RatedItem | GeneralRating | ThreeLevelRating):
        return {"answer": "stack" if printing.large else "choices", "choices": choices, "limit": ""}
    return {"choices": choices, "limit": _limit(question, hint)} | _space(question)


def _ranking(question: Ranking, choices: list[Block], options: int) -> Block:
    """The options are numbered: the respondent writes a number on the line of each rank."""
    ranks = [gettext("First choice"), gettext("Second choice"), gettext("Third choice")][: question.ranks]
    limit = gettext("Write the number of one answer into each box.")
    return {
        "answer": "ranking",
        "ranks": ranks,
        "ranked": choices[:options],
        "choices": choices[options:],
        "limit": limit,
    }


def _space(question: AnyQuestion) -> Block:
    if isinstance(question, Number | Percentage):
        digits = len(str(max(abs(question.minimum), abs(question.maximum))))
        groups = [{"boxes": digits, "text": ""}]
        return {"answer": "digits", "groups": groups, "unit": "%" if isinstance(question, Percentage) else ""}
    if isinstance(question, Day):
        names = ((2, gettext("day")), (2, gettext("month")), (4, gettext("year")))
        groups = [{"boxes": boxes, "text": name} for boxes, name in names]
        return {"answer": "digits", "groups": groups, "unit": ""}
    lines = 1 + question.max_length // LETTERS_A_LINE if isinstance(question, LongText) else 1
    return {"answer": "lines", "lines": min(lines, MOST_LINES)}


def _limit(question: AnyQuestion, hint: str) -> str:
    """The limits in words, unless the hint of the instrument says them already."""
    if isinstance(question, MultipleChoice):
        if question.max_choices is None:
            return str(gettext("You may mark several boxes."))
        said = str(question.max_choices) in hint
        return "" if said else str(gettext("Mark at most %(limit)s boxes.", limit=question.max_choices))
    if isinstance(question, Number | Percentage):
        said = str(question.maximum) in hint
        words = gettext("A whole number from %(low)s to %(high)s.", low=question.minimum, high=question.maximum)
        return "" if said else str(words)
    if isinstance(question, Day):
        return _days(question)
    return ""


def _days(question: Day) -> str:
    first, last = (f"{day:%d/%m/%Y}" if day else "" for day in (question.earliest, question.latest))
    if first and last:
        return str(gettext("From %(low)s to %(high)s.", low=first, high=last))
    if first:
        return str(gettext("Not before %(day)s.", day=first))
    return str(gettext("Not after %(day)s.", day=last)) if last else ""
