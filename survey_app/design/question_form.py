"""The question form between two presses of a button: what was typed, with rows added, taken away and moved.

Nothing is stored here; the page comes back with everything that was typed.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from questionnaires import outline
from questionnaires.faults import STATE_WORDS
from survey_app.design import condition_sheet, sheet

Plain = dict[str, Any]
FEWEST_OPTIONS = 2


@dataclass(frozen=True)
class QuestionForm:
    """`lines` is None where the condition has no form in lines: it is kept as it is."""

    question: Plain
    was: tuple[str, ...]  # By row of options: the code it had when the page was first shown.
    lines: condition_sheet.Lines | None

    @property
    def finished(self) -> Plain:
        """The question with the condition that the lines make."""
        made = {name: value for name, value in self.question.items() if name != "show_if"}
        if "options" in made:
            made["options"] = _coded([one for one in _options(made) if one["code"] or one["text"]])
        kept = self.question.get("show_if") if self.lines is None else condition_sheet.condition(self.lines)
        return made | ({"show_if": kept} if kept is not None else {})


def _coded(options: list[Plain]) -> list[Plain]:
    """A code for each answer that has none: its English words, so that tables can be read."""
    taken = {one["code"].lower() for one in options}
    made = []
    for number, one in enumerate(options, start=1):
        code = one["code"] or _free_code(str(one["text"].get("en") or ""), number, taken)
        taken.add(code.lower())
        made.append(one | {"code": code})
    return made


def _free_code(words: str, number: int, taken: set[str]) -> str:
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:20].strip("_")
    stem = stem if stem[:1].isalpha() else f"o{number}"
    # "dk" and "pn" are what a form sends for "don't know" and "prefer not to say".
    tries = (stem if count == 1 else f"{stem}_{count}" for count in range(1, len(taken) + 3))
    return next(code for code in tries if code not in taken | STATE_WORDS)


def stored(question: Plain) -> QuestionForm:
    codes = tuple(str(option.get("code", "")) for option in _options(question))
    return QuestionForm(question, codes, condition_sheet.lines_of(question.get("show_if")))


def typed(pairs: Iterable[tuple[str, str]], old: Plain, data: Plain) -> QuestionForm:
    """What the form holds; `old` is the question as it is stored, `data` the questionnaire around it."""
    fields = sheet.nested(pairs)
    question = sheet.question(fields, old)
    was = tuple(str(row.get("was", "")) for row in sheet.in_order(fields.get("options")) if isinstance(row, dict))
    lines = None if fields.get("kept_condition") else condition_sheet.read(fields.get("if"), data)
    return QuestionForm(question, was, lines)


def pressed(form: QuestionForm, do: str) -> QuestionForm:
    """The form after a button that changes its rows; one that only shows it again changes nothing."""
    verb, *numbers = do.split(":")
    steps = [int(number) for number in numbers if number.isdigit()]
    change = _CHANGES.get(verb)
    return change(form, steps) if change and len(steps) == _NUMBERS[verb] else form


def _options(question: Mapping[str, Any]) -> list[Plain]:
    return [option for option in question.get("options") or () if isinstance(option, dict)]


def _with_options(form: QuestionForm, rows: list[tuple[Plain, str]]) -> QuestionForm:
    question = form.question | {"options": [option for option, _ in rows]}
    return replace(form, question=question, was=tuple(was for _, was in rows))


def _rows(form: QuestionForm) -> list[tuple[Plain, str]]:
    return list(zip(_options(form.question), form.was, strict=False))


def _add_option(form: QuestionForm, _steps: list[int]) -> QuestionForm:
    return _with_options(form, [*_rows(form), ({"code": "", "text": {}}, "")])


def _remove_option(form: QuestionForm, steps: list[int]) -> QuestionForm:
    return _with_options(form, [row for number, row in enumerate(_rows(form)) if number != steps[0]])


def _raise_option(form: QuestionForm, steps: list[int]) -> QuestionForm:
    rows, at = _rows(form), steps[0]
    if 0 < at < len(rows):
        rows[at - 1], rows[at] = rows[at], rows[at - 1]
    return _with_options(form, rows)


def _lower_option(form: QuestionForm, steps: list[int]) -> QuestionForm:
    return _raise_option(form, [steps[0] + 1])


def _add_line(form: QuestionForm, _steps: list[int]) -> QuestionForm:
    return replace(form, lines=[*(form.lines or []), [{}]])


def _add_alternative(form: QuestionForm, steps: list[int]) -> QuestionForm:
    lines = [[*line, {}] if number == steps[0] else line for number, line in enumerate(form.lines or [])]
    return replace(form, lines=lines)


def _remove_alternative(form: QuestionForm, steps: list[int]) -> QuestionForm:
    lines = [
        [one for place, one in enumerate(line) if (number, place) != tuple(steps)]
        for number, line in enumerate(form.lines or [])
    ]
    return replace(form, lines=[line for line in lines if line])


def _condition_anew(form: QuestionForm, _steps: list[int]) -> QuestionForm:
    return replace(form, lines=[[{}]])


_Change = Callable[[QuestionForm, list[int]], QuestionForm]
_CHANGES: Mapping[str, _Change] = {
    "option-add": _add_option,
    "option-remove": _remove_option,
    "option-up": _raise_option,
    "option-down": _lower_option,
    "line-add": _add_line,
    "or-add": _add_alternative,
    "or-remove": _remove_alternative,
    "condition-anew": _condition_anew,
}
_NUMBERS = dict.fromkeys(_CHANGES, 0) | {
    **dict.fromkeys(("option-remove", "option-up", "option-down", "or-add"), 1),
    "or-remove": 2,
}


def fewest(question: Plain) -> Plain:
    """The question with as many rows to fill in as its kind needs at least."""
    kind = question.get("kind")
    if kind in sheet.CHOICES:
        options = _options(question)
        return question | {"options": options + [{"code": "", "text": {}}] * (FEWEST_OPTIONS - len(options))}
    if kind == "three_level":
        levels = list(question.get("levels") or ())
        return question | {"levels": levels + [{}] * (3 - len(levels))}
    return question


NEW_FIELDS: Mapping[str, Plain] = {
    "rated": {"criterion": {}},
    "number": {"minimum": 0, "maximum": 100},
    "percentage": {"minimum": 0, "maximum": 200},
    "ranking": {"ranks": 3},
    "short_text": {"max_length": 200},
    "text": {"max_length": 2000},
}


def new_question(data: Plain, part: str, kind: str, code: str, decision: str) -> Plain:
    """A question with nothing in it yet; a rated item names whoever adds it as its source."""
    own = {"source": {"decision": decision, "certainty": "proposed"}} if kind == "rated" else {}
    return fewest({"kind": kind, "code": code, "text": {}} | NEW_FIELDS.get(kind, {}) | own)


def kinds_for(data: Plain, part_code: str) -> list[str]:
    """Which kinds of question a part can hold."""
    kind = outline.part(data, part_code).get("kind")
    if kind == "factor":
        return ["rated"]
    if kind == "counter":
        return ["three_level"]
    counter = data.get("kind") == "counter_3"
    return [
        name
        for name in sheet.FIELDS
        if name not in ("rated", "three_level") and not (counter and name == "general_rating")
    ]
