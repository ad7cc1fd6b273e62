"""What can be wrong with an instrument file, each with its place in words; leaves reading files to `loader`.

Shape is pydantic's; the rules that join two places of a file (`crossing_faults`) run also where the shape has faults,
so that the person who repairs the file sees everything at once.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from questionnaires.condition_faults import Fault, condition_faults, option_codes
from questionnaires.conditions import looked_at
from questionnaires.model import (
    AnyQuestion,
    Choice,
    Day,
    GeneralRating,
    MultipleChoice,
    Number,
    Percentage,
    Ranking,
    RatedItem,
    SingleChoice,
    Written,
)
from questionnaires.texts import SUBSTITUTES, named_in

# Columns of the extract and fields of the form that stand beside the answers.
RESERVED = frozenset(
    {"id", "wave", "unit", "point", "mode", "language", "local_day", "stratum", "psu", "case", "weight", "item_order"}
    | {"officer", "device", "seconds", "seconds_by_part", "changes"}
    | {"token", "csrf_token"}
)
STATE_WORDS = frozenset({"dk", "pn"})  # The form sends these for "don't know" and "prefers not to say".
WORDS = {
    "missing": "missing",
    "extra_forbidden": "unknown name",
    "string_too_short": "empty",
    "too_short": "too few",
    "too_long": "too many",
    "union_tag_not_found": "not clear what this is: give `kind`, or for a condition `question`, `number`, `any_rated`, "
    "`place`, `all_of` or `any_of`",
    "union_tag_invalid": "unknown kind",
}
_QUESTION: TypeAdapter[AnyQuestion] = TypeAdapter(AnyQuestion)


class InstrumentFaults(Exception):
    """Everything that is wrong with one instrument file."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class _Placed:
    place: str
    code: str
    question: AnyQuestion | None  # None: its shape has faults of its own.


def shape_faults(error: ValidationError) -> list[Fault]:
    """Pydantic's faults in words, one a place (a union reports the same place once a member)."""
    found: dict[str, Fault] = {}
    for detail in error.errors(include_url=False, include_input=False):
        place = _place(detail["loc"])
        found.setdefault(place, Fault(place, WORDS.get(detail["type"], detail["msg"].removeprefix("Value error, "))))
    # A list whose every member has faults is also reported as empty, which it is not.
    lists = {place[:end] for place in found for end, letter in enumerate(place) if letter == "["}
    return [fault for place, fault in found.items() if place not in lists]


def _place(location: Sequence[str | int]) -> str:
    """The location as a person writes it; what is no name in the file (the tag of a union) is left out."""
    place = ""
    for position, step in enumerate(location):
        if isinstance(step, int):
            place += f"[{step}]"
        elif not _is_tag(location, position):
            place += f".{step}" if place else step
    return place or "file"


def _is_tag(location: Sequence[str | int], position: int) -> bool:
    """A union puts the member it took right behind its name or behind the number in its list."""
    before = location[:position]
    if not before:
        return False
    if isinstance(before[-1], int):
        return before[-2] in ("parts", "questions", "all_of", "any_of")
    return before[-1] == "show_if"


def crossing_faults(data: Mapping[str, Any]) -> Iterator[Fault]:
    """The rules between questions: names, conditions, respondent types, choices, `not used`."""
    placed = list(_questions(data))
    yield from _name_faults(data, placed)
    yield from _respondent_faults(data, placed)
    yield from _brace_faults(data, "")
    yield from _rotation_faults(data)
    yield from _block_faults(data)
    has_scale = data.get("kind") != "counter_3"
    has_not_used = isinstance(data.get("scale"), dict) and data["scale"].get("not_used") is not None
    earlier: dict[str, AnyQuestion | None] = {}
    for one in placed:
        if one.question is not None:
            yield from _question_faults(one.place, one.question, has_not_used)
            if isinstance(one.question, GeneralRating) and not has_scale:
                yield Fault(one.place, "a counter's instrument has no five levels: ask with options instead")
            if one.question.show_if is not None:
                known = {other.code for other in placed}
                yield from condition_faults(f"{one.place}.show_if", one.question.show_if, earlier, known)
        earlier[one.code] = one.question


def _questions(data: Mapping[str, Any]) -> Iterator[_Placed]:
    for part_place, part in _tables(data.get("parts"), "parts"):
        name = "items" if part.get("kind") == "factor" else "questions"
        for place, raw in _tables(part.get(name), f"{part_place}.{name}"):
            if name == "items":
                raw = {"kind": "rated"} | raw
            question = _question(json.dumps(raw, default=str))
            yield _Placed(place, str(raw.get("code", "")), question)


@lru_cache(maxsize=4096)
def _question(text: str) -> AnyQuestion | None:
    """An editor has hundreds of questions checked after each change of one: those that are as before are read once."""
    try:
        return _QUESTION.validate_python(json.loads(text))
    except ValidationError:
        return None


def _tables(value: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, table in enumerate(value if isinstance(value, list | tuple) else ()):
        if isinstance(table, dict):
            yield f"{place}[{number}]", table


def _name_faults(data: Mapping[str, Any], placed: list[_Placed]) -> Iterator[Fault]:
    """Parts and questions share one space of names; databases ignore case, so it does not tell two names apart."""
    named = [(place, str(part.get("code", ""))) for place, part in _tables(data.get("parts"), "parts")]
    named += [(one.place, one.code) for one in placed]
    counts = Counter(code.lower() for _, code in named if code)
    for place, code in named:
        if counts[code.lower()] > 1:
            yield Fault(f"{place}.code", f"{code} is used more than once")
        if code.lower() in RESERVED or "__" in code:
            yield Fault(f"{place}.code", f"{code} is reserved: choose another name")


def _brace_faults(value: Any, place: str) -> Iterator[Fault]:
    """Every text may name the place's words in braces, and nothing else."""
    if isinstance(value, str):
        for name in named_in(value):
            if name not in SUBSTITUTES:
                yield Fault(place, f"{{{name}}} cannot be replaced: use {', '.join(SUBSTITUTES)}, or no braces")
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _brace_faults(inner, f"{place}.{name}" if place else str(name))
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from _brace_faults(inner, f"{place}[{number}]")


def _rotation_faults(data: Mapping[str, Any]) -> Iterator[Fault]:
    """Where the order changes, no item can depend on another: it might come first."""
    for place, part in _tables(data.get("parts"), "parts"):
        if part.get("kind") == "factor" and part.get("rotate"):
            codes = {str(item.get("code")) for _, item in _tables(part.get("items"), "")}
            for item_place, item in _tables(part.get("items"), f"{place}.items"):
                if seen := codes & set(looked_at(item.get("show_if"))):
                    yield Fault(f"{item_place}.show_if", f"{min(seen)} is rotated with it: it may come later")


def _block_faults(data: Mapping[str, Any]) -> Iterator[Fault]:
    """Where there are blocks every factor belongs to one, and O_block needs all their weights."""
    blocks = [block for _, block in _tables(data.get("blocks"), "blocks")]
    codes = [str(block.get("code", "")) for block in blocks]
    yield from _repeated("blocks", codes)
    for place, part in _tables(data.get("parts"), "parts"):
        if part.get("kind") == "factor" and (part.get("block") is not None or codes) and part.get("block") not in codes:
            yield Fault(f"{place}.block", f"name one of {', '.join(codes)}" if codes else "there are no blocks")
    formula = data.get("formula")
    beside = formula.get("beside") if isinstance(formula, dict) else None
    wanted = isinstance(beside, list | tuple) and "O_block" in beside
    if wanted and not (blocks and all(block.get("weight") for block in blocks)):
        yield Fault("formula.beside", "O_block needs blocks that all have a weight")


def _respondent_faults(data: Mapping[str, Any], placed: list[_Placed]) -> Iterator[Fault]:
    types = [str(table.get("code", "")) for _, table in _tables(data.get("respondent_types"), "respondent_types")]
    yield from _repeated("respondent_types", types)
    asked = next((one for one in placed if one.code == "respondent_type"), None)
    if asked is None:
        if len(types) > 1:
            yield Fault("respondent_types", "two or more need a question with the code respondent_type")
    elif asked.question is not None:
        options = option_codes(asked.question) if isinstance(asked.question, SingleChoice) else ()
        if set(options) != set(types):
            yield Fault(asked.place, f"must be a single choice with the options {', '.join(types)}")


def _question_faults(place: str, question: AnyQuestion, has_not_used: bool) -> Iterator[Fault]:
    if isinstance(question, RatedItem | GeneralRating) and question.not_used and not has_not_used:
        yield Fault(f"{place}.not_used", "the scale has no label for it: give scale.not_used")
    if isinstance(question, Choice):
        codes = option_codes(question)
        yield from _repeated(f"{place}.options", codes)
        for code in STATE_WORDS & set(codes):
            yield Fault(f"{place}.options", f"{code} is reserved: use dont_know or prefer_not")
    if isinstance(question, MultipleChoice) and (question.max_choices or 0) > len(question.options):
        yield Fault(f"{place}.max_choices", f"more than the {len(question.options)} options")
    if isinstance(question, Ranking) and question.ranks > len(question.options):
        yield Fault(f"{place}.ranks", f"more than the {len(question.options)} options")
    if isinstance(question, Number | Percentage) and question.minimum > question.maximum:
        yield Fault(f"{place}.minimum", "above the maximum")
    if isinstance(question, Day) and question.earliest and question.latest and question.earliest > question.latest:
        yield Fault(f"{place}.earliest", "after the latest day")
    if isinstance(question, Written) and (question.dont_know or question.prefer_not):
        yield Fault(place, "a text can be left empty: it offers no dont_know and no prefer_not")


def _repeated(place: str, codes: Sequence[str]) -> Iterator[Fault]:
    for code, count in Counter(codes).items():
        if count > 1:
            yield Fault(place, f"{code} is used more than once")
