"""Finds parts and questions in an instrument's plain data, which may have faults, and tells what somebody saw of them.

Changing the data is left to `editing`; what is wrong with it, to `faults`.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from questionnaires.conditions import looked_at
from questionnaires.kinds import THREE_LEVELS

Data = Mapping[str, Any]
# A place is the code of a question or a part (they share one space of names), or one of these two.
HEAD: Final = ""  # Everything but the parts: titles, scale, formula …
ORDER: Final = "*"  # Which parts there are, and in which order.
_NOT_LOOKED_AT: Final = frozenset({"date", "short_text", "text"})


class NotThere(LookupError):
    """The data has no part or question of this code: somebody removed or renamed it."""

    def __init__(self, code: str) -> None:
        super().__init__(f"there is no {code} in the questionnaire")
        self.code = code


def parts(data: Data) -> list[Data]:
    return _tables(data.get("parts"))


def list_name(part: Data) -> str:
    """Under which name a part keeps its questions."""
    return "items" if part.get("kind") == "factor" else "questions"


def questions(part: Data) -> list[Data]:
    return _tables(part.get(list_name(part)))


def _tables(value: Any) -> list[Data]:
    return [table for table in value if isinstance(table, Mapping)] if isinstance(value, list | tuple) else []


def walk(data: Data) -> Iterator[tuple[Data, Data]]:
    """Every question with its part, in the order in which it is asked."""
    for part in parts(data):
        for question in questions(part):
            yield part, question


def head(data: Data) -> dict[str, Any]:
    return {name: value for name, value in data.items() if name != "parts"}


def part(data: Data, code: str) -> Data:
    return next((found for found in parts(data) if found.get("code") == code), None) or _missing(code)


def part_of(data: Data, code: str) -> Data:
    """The part in which a question stands."""
    return next((found for found, question in walk(data) if question.get("code") == code), None) or _missing(code)


def question(data: Data, code: str) -> Data:
    return next((found for _, found in walk(data) if found.get("code") == code), None) or _missing(code)


def _missing(code: str) -> Data:
    raise NotThere(code)


def kind(part: Data, question: Data) -> str:
    """An item of a factor need not say what it is."""
    return str(question.get("kind") or ("rated" if part.get("kind") == "factor" else ""))


def codes(data: Data) -> list[str]:
    """Of parts and questions."""
    named = [str(found.get("code", "")) for found in parts(data)]
    return named + [str(found.get("code", "")) for _, found in walk(data)]


def looking_at(data: Data, code: str) -> tuple[str, ...]:
    """The questions whose condition looks at this one."""
    return tuple(str(found.get("code", "")) for _, found in walk(data) if code in looked_at(found.get("show_if")))


def questions_before(data: Data, code: str) -> list[Data]:
    """What a condition of this question (or of a new one at the head of this part) can look at."""
    before: list[Data] = []
    for found in parts(data):
        if found.get("code") == code:
            return before
        own: list[Data] = []
        for asked in questions(found):
            if asked.get("code") == code:
                # Items that change their order among themselves may come later.
                return before + ([] if found.get("rotate") else own)
            if kind(found, asked) not in _NOT_LOOKED_AT:
                own.append(asked)
        before += own
    raise NotThere(code)


def possible_values(data: Data, code: str) -> list[tuple[str | int, Data]]:
    """What a condition may name as answer, each with its words; empty where the answer is a number or a text."""
    found = question(data, code)
    asked_as = kind(part_of(data, code), found)
    if asked_as in ("rated", "general_rating"):
        return list(_levels(data, found))
    if asked_as == "three_level":
        return list(zip(THREE_LEVELS, _tables(found.get("levels")), strict=False))
    return [(str(option.get("code", "")), option.get("text") or {}) for option in _tables(found.get("options"))]


def _levels(data: Data, question: Data) -> Iterator[tuple[int, Data]]:
    scale = data["scale"] if isinstance(data.get("scale"), Mapping) else {}
    yield from enumerate(_tables(scale.get("levels")), start=1)
    if scale.get("not_used") and question.get("not_used") is not False:
        yield 0, scale["not_used"]


def question_hash(data: Data, code: str) -> str:
    """Of the question with its condition, wherever it stands; "" when it is not there any more."""
    try:
        return _hash(question(data, code))
    except NotThere:
        return ""


def part_hash(data: Data, code: str) -> str:
    """Of the part's own texts, and of which questions it has in which order; not of what they say."""
    try:
        found = part(data, code)
    except NotThere:
        return ""
    name = list_name(found)
    return _hash({**found, name: [asked.get("code") for asked in questions(found)]})


def head_hash(data: Data) -> str:
    return _hash(head(data))


def order_hash(data: Data) -> str:
    return _hash([found.get("code") for found in parts(data)])


def place_hash(data: Data, place: str) -> str:
    """What somebody who edits a place has seen of it: so edits of different places never meet."""
    if place == HEAD:
        return head_hash(data)
    if place == ORDER:
        return order_hash(data)
    return question_hash(data, place) or part_hash(data, place)


def at_place(data: Data, place: str) -> Any:
    """What stands at a place: a question, a part, the head, or the codes of the parts; None when it is gone."""
    if place == HEAD:
        return head(data)
    if place == ORDER:
        return [found.get("code") for found in parts(data)]
    both = [found for found in [asked for _, asked in walk(data)] + parts(data) if found.get("code") == place]
    return both[0] if both else None


def _hash(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
