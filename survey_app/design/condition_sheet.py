"""The condition builder: lines that all must hold, each with alternatives, as fields of a form and as plain data.

Which condition the lines make is `questionnaires.conditions_form`'s, the sentence `condition_words`'.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from questionnaires import conditions_form, outline
from questionnaires.conditions import PLACE_ATTRIBUTES
from survey_app import words
from survey_app.design.sheet import in_order, whole

Plain = dict[str, Any]
Lines = list[list[Plain]]


@dataclass(frozen=True)
class Choice:
    value: str
    text: str
    chosen: bool


@dataclass(frozen=True)
class Alternative:
    """One row: what is looked at, and the answers (checkboxes) or the bounds of a number."""

    look: str  # "question:N5", "number:K1", "any_rated:", "place:mode"; empty while nothing is chosen.
    answers: tuple[Choice, ...]
    low: str
    high: str


def lines_of(condition: Any) -> Lines | None:
    """None when the condition has no form in lines and can only be kept or begun anew."""
    try:
        return conditions_form.to_rows(condition)
    except conditions_form.CannotShow:
        return None


def read(typed: Any, data: Plain) -> Lines:
    """The lines as they were typed, unfinished ones too."""
    lines = [[_read(row, data) for row in in_order(line) if isinstance(row, dict)] for line in in_order(typed)]
    return [line for line in lines if line]


def _read(row: Plain, data: Plain) -> Plain:
    kind, _, name = str(row.get("look") or "").partition(":")
    values = [str(value) for value in in_order(row.get("is"))]
    if kind == "any_rated":
        return {"any_rated": [int(value) for value in values if value.isdigit()]}
    if kind == "number":
        bounds = {"at_least": whole(row.get("low")), "at_most": whole(row.get("high"))}
        return {"number": name} | {bound: value for bound, value in bounds.items() if value is not None}
    if kind == "place":
        return {"place": name, "any_of": values}
    if kind == "question":
        return {"question": name, "any_of": [_as_stored(data, name, value) for value in values]}
    return {}


def _as_stored(data: Plain, code: str, typed: str) -> str | int:
    """Levels are numbers in the file and text in a form."""
    return next((value for value, _ in _possible(data, code) if str(value) == typed), typed)


def _possible(data: Plain, code: str) -> list[tuple[str | int, Mapping[str, Any]]]:
    try:
        return outline.possible_values(data, code)
    except outline.NotThere:
        return []


def condition(lines: Lines) -> Plain | None:
    return conditions_form.from_rows([[one for one in line if one] for line in lines])


def looks(data: Plain, code: str, language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a condition of this question can look at, in groups of a list."""
    numbers = {str(found.get("code")): number for number, (_, found) in enumerate(outline.walk(data), start=1)}
    earlier = []
    for found in outline.questions_before(data, code):
        asked = str(found.get("code"))
        kind = "number" if found.get("kind") in ("number", "percentage") else "question"
        wording = str((found.get("text") or {}).get(language) or asked)
        earlier.append((f"{kind}:{asked}", f"{numbers[asked]}. {wording}"))
    return [
        (gettext("Earlier questions"), earlier),
        (gettext("All items together"), [("any_rated:", gettext("Any item of the index"))]),
        (
            gettext("Where the form is filled in"),
            [(f"place:{name}", str(_places()[name])) for name in PLACE_ATTRIBUTES],
        ),
    ]


def _places() -> Mapping[str, str]:
    return {"kind": gettext("The place"), "mode": gettext("The mode"), "unit_type": gettext("The type of the unit")}


def shown(lines: Lines, data: Plain, language: str, unit_types: Sequence[str]) -> list[list[Alternative]]:
    return [[_shown(one, data, language, unit_types) for one in line] for line in lines]


def _shown(one: Plain, data: Plain, language: str, unit_types: Sequence[str]) -> Alternative:
    if "number" in one:
        low, high = (str(one.get(name, "")) for name in ("at_least", "at_most"))
        return Alternative(f"number:{one['number']}", (), low, high)
    if "any_rated" in one:
        return Alternative("any_rated:", _choices(_levels(data, language), one["any_rated"]), "", "")
    if "place" in one:
        return Alternative(
            f"place:{one['place']}", _choices(_of_place(one["place"], unit_types), one["any_of"]), "", ""
        )
    if "question" in one:
        texts = [(str(value), str(text.get(language) or value)) for value, text in _possible(data, one["question"])]
        return Alternative(f"question:{one['question']}", _choices(texts, one["any_of"]), "", "")
    return Alternative("", (), "", "")


def _levels(data: Plain, language: str) -> list[tuple[str, str]]:
    texts = (data.get("scale") or {}).get("levels") or ()
    return [(str(level), str(text.get(language) or level)) for level, text in enumerate(texts, start=1)]


def _of_place(name: str, unit_types: Sequence[str]) -> list[tuple[str, str]]:
    if name == "unit_type":
        return [(kind, kind) for kind in unit_types]
    tables: Mapping[str, Mapping[str, Any]] = {"kind": words.KINDS, "mode": words.MODES}
    return [(code, str(text)) for code, text in tables.get(name, {}).items()]


def _choices(texts: Sequence[tuple[str, str]], chosen: Sequence[Any]) -> tuple[Choice, ...]:
    """The answers; what is chosen and no answer any more stays visible, so that it can be taken away."""
    picked = [str(value) for value in chosen]
    gone = [(value, value) for value in picked if value not in dict(texts)]
    return tuple(Choice(value, text, value in picked) for value, text in [*texts, *gone])
