"""Checks what was sent against one instrument version and gives the answers or all faults; knows no form and no page.

Every question of the version is looked at, also those that were not sent. What a value may be is compiled once for a
version, because this runs for every response.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from questionnaires.answers import DONT_KNOW, NOT_ASKED, PREFER_NOT, SKIPPED, Answers, Value
from questionnaires.conditions import ANYWHERE, Setting
from questionnaires.model import AnyQuestion, Choice, Questionnaire
from questionnaires.reading import Reader, Refused, read_other, reader
from questionnaires.routing import Shown, route

OTHER: Final = "__other"
STATE_WORDS: Final = {DONT_KNOW: "dk", PREFER_NOT: "pn"}
_UNKNOWN_SHOWN: Final = 20  # A hostile form may send thousands of unknown fields; nobody reads more than these.


@dataclass(frozen=True)
class AnswerFault:
    """`limit`: the most that is allowed; for `out_of_range` the bound that was overstepped."""

    question: str
    kind: str
    limit: int | date | None = None


@dataclass(frozen=True)
class Checked:
    answers: Answers | None  # None when there are faults.
    faults: tuple[AnswerFault, ...]
    values: Mapping[str, Value]  # What could be read of the questions asked, also beside faults.


@dataclass(frozen=True)
class _Step:
    code: str
    shown: Shown | None
    states: Mapping[str, int]  # "dk", "pn" where the question offers them.
    read: Reader
    required: bool
    other: str  # The name of the field for the words of an option; "" where no option has one.
    specify: frozenset[str]


@dataclass(frozen=True)
class _Form:
    """An instrument made ready to check many submissions."""

    steps: tuple[_Step, ...]
    fields: frozenset[str]
    ratings: tuple[str, ...]


def check(
    instrument: Questionnaire,
    submitted: Mapping[str, Sequence[str]],
    drop_not_asked: bool = False,
    setting: Setting = ANYWHERE,
) -> Checked:
    """The answers in canonical form, or every fault. `drop_not_asked`: the respondent agreed to leave those out."""
    form, run = _compiled(instrument, setting), _Run(submitted, drop_not_asked)
    for step in form.steps:
        run.take(step)
    run.refuse_unknown(form.fields)
    if not any(code in run.values for code in form.ratings):
        run.faults.append(AnswerFault("", "nothing_answered"))
    if run.faults:
        return Checked(None, tuple(run.faults), run.values)
    return Checked(Answers(run.values, run.states), (), run.values)


def as_submitted(answers: Answers) -> dict[str, list[str]]:
    """The raw form that gives these answers: to show them again for correction, or to send them from a program."""
    form = {code: list(value) if isinstance(value, tuple) else [str(value)] for code, value in answers.values.items()}
    return form | {code: [STATE_WORDS[state]] for code, state in answers.states.items() if state in STATE_WORDS}


class _Run:
    """One submission on its way through the questions."""

    def __init__(self, submitted: Mapping[str, Sequence[str]], drop_not_asked: bool) -> None:
        self.submitted, self.drop_not_asked = submitted, drop_not_asked
        self.values: dict[str, Value] = {}
        self.states: dict[str, int] = {}
        self.faults: list[AnswerFault] = []

    def take(self, step: _Step) -> None:
        raw = self._filled(step.code)
        if step.shown is not None and not step.shown(self.values):
            self.states[step.code] = NOT_ASKED
            self._leave_out(step.code, raw)
        elif not raw:
            self.states[step.code] = SKIPPED
            if step.required:
                self.faults.append(AnswerFault(step.code, "required"))
        elif len(raw) == 1 and raw[0] in step.states:
            self.states[step.code] = step.states[raw[0]]
        else:
            self._read(step.code, step.read, raw)
        if step.other:
            self._take_other(step)

    def _take_other(self, step: _Step) -> None:
        raw = self._filled(step.other)
        chosen = self.values.get(step.code, ())
        if step.specify.isdisjoint(chosen if isinstance(chosen, tuple) else (str(chosen),)):
            self._leave_out(step.other, raw)
        elif raw:
            self._read(step.other, read_other, raw)

    def _read(self, field: str, read: Reader, raw: Sequence[str]) -> None:
        try:
            self.values[field] = read(raw)
        except Refused as refused:
            self.faults.append(AnswerFault(field, refused.kind, refused.limit))

    def _leave_out(self, field: str, raw: Sequence[str]) -> None:
        if raw and not self.drop_not_asked:
            self.faults.append(AnswerFault(field, "not_asked"))

    def _filled(self, field: str) -> Sequence[str]:
        raw = self.submitted.get(field)
        return [value for value in raw if value and not value.isspace()] if raw else ()

    def refuse_unknown(self, fields: frozenset[str]) -> None:
        unknown = sorted(field for field in self.submitted if field not in fields)
        for field in unknown[:_UNKNOWN_SHOWN]:
            shown = "".join(letter if letter.isprintable() else "?" for letter in field[:80])
            self.faults.append(AnswerFault(shown, "unknown_question"))


@lru_cache(maxsize=256)
def _compiled(instrument: Questionnaire, setting: Setting) -> _Form:
    conditions = dict(route(instrument, setting))
    steps = tuple(_step(instrument, question, conditions[question.code]) for question in instrument.questions())
    fields = frozenset(step.code for step in steps) | frozenset(step.other for step in steps if step.other)
    return _Form(steps, fields, instrument.ratings)


def _step(instrument: Questionnaire, question: AnyQuestion, shown: Shown | None) -> _Step:
    states = {"dk": DONT_KNOW} if question.dont_know else {}
    if question.prefer_not:
        states["pn"] = PREFER_NOT
    options = question.options if isinstance(question, Choice) else ()
    specify = frozenset(option.code for option in options if option.specify)
    other = question.code + OTHER if specify else ""
    return _Step(question.code, shown, states, reader(instrument, question), question.required, other, specify)
