"""Changes an instrument's plain data, one step at a time: every function gives new data and leaves the old as it was.

The data may have faults; only what would lose somebody's work or put a question where it cannot stand is refused.
Finding things in the data is left to `outline`.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from questionnaires import outline
from questionnaires.conditions import renamed
from questionnaires.outline import Data, NotThere

__all__ = [
    "CannotEdit",
    "NotThere",
    "add_part",
    "add_question",
    "duplicate_question",
    "move_part",
    "move_question",
    "put_head",
    "put_part",
    "put_question",
    "remove_part",
    "remove_question",
    "rename_question",
    "suggested_code",
    "suggested_part_code",
]

Plain = dict[str, Any]
_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,39}")
_NUMBERED: Final = re.compile(r"(.*?)([0-9]+)")
_SENTENCES: Final = {
    "code_taken": "{code} is used already: choose another code",
    "bad_code": "{code} is no code: begin with a letter, then letters, digits, _ and . up to 40",
    "looked_at": "the conditions of {by} look at {code}: change them first",
    "rated_only": "a factor holds rated items only, and {code} is another kind of question",
    "not_rated": "{code} is a rated item: only a factor can hold it",
    "has_questions": "{code} has questions of its kind: move them first",
}


class CannotEdit(ValueError):
    """`kind` is a key of the sentences above; `details` fill them, so that a page can say it in its own language."""

    def __init__(self, kind: str, **details: str) -> None:
        super().__init__(_SENTENCES[kind].format(**details))
        self.kind, self.details = kind, details


def put_head(data: Data, fields: Mapping[str, Any]) -> Plain:
    """The data with these fields of its head; None takes one away. Parts have their own functions."""
    return _with(data, {name: value for name, value in fields.items() if name != "parts"})


def add_part(data: Data, part: Data, position: int | None = None) -> Plain:
    """At the end unless a position is given."""
    _require_free(data, str(part.get("code", "")))
    return {**data, "parts": _inserted(outline.parts(data), part, position)}


def put_part(data: Data, code: str, fields: Mapping[str, Any]) -> Plain:
    """Changes the part's own fields and leaves its questions; None takes a field away."""
    old = outline.part(data, code)
    new = _with(old, {name: value for name, value in fields.items() if name not in ("items", "questions")})
    if str(new.get("code", "")) != code:
        _require_free(data, str(new.get("code", "")))
    before, after = outline.list_name(old), outline.list_name(new)
    if before != after:
        if outline.questions(old):
            raise CannotEdit("has_questions", code=code)
        new[after] = new.pop(before, [])
    return _replaced(data, code, lambda _part: new)


def move_part(data: Data, code: str, position: int) -> Plain:
    moved = outline.part(data, code)
    others = [part for part in outline.parts(data) if part is not moved]
    return {**data, "parts": _inserted(others, moved, position)}


def remove_part(data: Data, code: str, *, anyway: bool = False) -> Plain:
    """With its questions. Refused while a condition elsewhere looks at one of them; `anyway` leaves it as a fault."""
    gone = outline.part(data, code)
    left = {**data, "parts": [part for part in outline.parts(data) if part is not gone]}
    if not anyway:
        for question in outline.questions(gone):
            _require_unseen(left, str(question.get("code", "")))
    return left


def add_question(data: Data, part_code: str, question: Data, position: int | None = None) -> Plain:
    """Into a part, at its end unless a position is given."""
    _require_free(data, str(question.get("code", "")))
    return _replaced(data, part_code, lambda part: _put_in(part, question, position))


def put_question(data: Data, code: str, question: Data) -> Plain:
    """Replaces a question; where its code changes, the conditions that look at it follow."""
    new_code = str(question.get("code", ""))
    if new_code != code:
        data = rename_question(data, code, new_code)
    _require_kind(outline.part_of(data, new_code), question)
    return _each_question(data, lambda found: dict(question) if found.get("code") == new_code else found)


def rename_question(data: Data, code: str, new_code: str) -> Plain:
    """With all conditions that name it."""
    outline.question(data, code)
    # Another case of the same letters is a new spelling of this name, not a name that is taken.
    if new_code.lower() != code.lower():
        _require_free(data, new_code)
    elif not _CODE.fullmatch(new_code):
        raise CannotEdit("bad_code", code=new_code)
    return _each_question(data, lambda found: _renamed(found, code, new_code))


def move_question(data: Data, code: str, part_code: str, position: int) -> Plain:
    """Within its part or into another; `position` counts without the question itself."""
    moved, home = outline.question(data, code), outline.part_of(data, code)
    outline.part(data, part_code)
    if home.get("kind") == "factor":
        moved = {"kind": "rated", **moved}
    taken = _replaced(data, str(home.get("code", "")), lambda part: _left_out(part, code))
    return _replaced(taken, part_code, lambda part: _put_in(part, moved, position))


def remove_question(data: Data, code: str, *, anyway: bool = False) -> Plain:
    """Refused while a condition looks at it: `outline.looking_at` names them; `anyway` leaves those as faults."""
    home = str(outline.part_of(data, code).get("code", ""))
    if not anyway:
        _require_unseen(data, code)
    return _replaced(data, home, lambda part: _left_out(part, code))


def duplicate_question(data: Data, code: str) -> tuple[Plain, str]:
    """A copy right behind the question, and the copy's code."""
    home = outline.part_of(data, code)
    position = [found.get("code") for found in outline.questions(home)].index(code) + 1
    new_code = _next_in_pattern(data, [code]) or _first_free(data, f"{code}_", 2)
    copy = {**outline.question(data, code), "code": new_code}
    return add_question(data, str(home.get("code", "")), copy, position), new_code


def suggested_code(data: Data, part_code: str) -> str:
    """The next free code in the pattern of the part's questions."""
    found = outline.part(data, part_code)
    in_pattern = _next_in_pattern(data, [str(question.get("code", "")) for question in outline.questions(found)])
    return in_pattern or _first_free(data, f"{part_code}." if found.get("kind") == "factor" else f"{part_code}_", 1)


def suggested_part_code(data: Data, kind: str) -> str:
    """The next free code in the pattern of the parts of this kind."""
    alike = [str(part.get("code", "")) for part in outline.parts(data) if part.get("kind") == kind]
    return _next_in_pattern(data, alike) or _first_free(data, "F" if kind == "factor" else kind, 1)


def _next_in_pattern(data: Data, codes: list[str]) -> str:
    """After the highest number of the codes that begin like the last numbered one; "" when none is numbered."""
    numbered = [match for code in codes if (match := _NUMBERED.fullmatch(code))]
    if not numbered:
        return ""
    stem = numbered[-1][1]
    highest = max(int(match[2]) for match in numbered if match[1] == stem)
    return _first_free(data, stem, highest + 1)


def _first_free(data: Data, stem: str, number: int) -> str:
    taken = {code.lower() for code in outline.codes(data)}
    while f"{stem}{number}".lower() in taken:
        number += 1
    return f"{stem}{number}"


def _require_free(data: Data, code: str) -> None:
    if not _CODE.fullmatch(code):
        raise CannotEdit("bad_code", code=code)
    if code.lower() in {taken.lower() for taken in outline.codes(data)}:
        raise CannotEdit("code_taken", code=code)


def _require_unseen(data: Data, code: str) -> None:
    if by := outline.looking_at(data, code):
        raise CannotEdit("looked_at", code=code, by=", ".join(by))


def _require_kind(part: Data, question: Data) -> None:
    code, kind = str(question.get("code", "")), question.get("kind")
    if part.get("kind") == "factor" and kind not in ("rated", None):
        raise CannotEdit("rated_only", code=code)
    if part.get("kind") != "factor" and kind == "rated":
        raise CannotEdit("not_rated", code=code)


def _with(table: Data, fields: Mapping[str, Any]) -> Plain:
    return {name: value for name, value in {**table, **fields}.items() if value is not None}


def _inserted(tables: list[Data], table: Data, position: int | None) -> list[Data]:
    at = len(tables) if position is None else max(0, min(position, len(tables)))
    return [*tables[:at], dict(table), *tables[at:]]


def _put_in(part: Data, question: Data, position: int | None) -> Plain:
    _require_kind(part, question)
    return {**part, outline.list_name(part): _inserted(outline.questions(part), question, position)}


def _left_out(part: Data, code: str) -> Plain:
    kept = [question for question in outline.questions(part) if question.get("code") != code]
    return {**part, outline.list_name(part): kept}


def _replaced(data: Data, part_code: str, change: Callable[[Data], Data]) -> Plain:
    target = outline.part(data, part_code)
    return {**data, "parts": [change(part) if part is target else part for part in outline.parts(data)]}


def _each_question(data: Data, change: Callable[[Data], Data]) -> Plain:
    def changed(part: Data) -> Plain:
        return {**part, outline.list_name(part): [change(question) for question in outline.questions(part)]}

    return {**data, "parts": [changed(part) for part in outline.parts(data)]}


def _renamed(question: Data, code: str, new_code: str) -> Plain:
    own = {"code": new_code} if question.get("code") == code else {}
    looks = {"show_if": renamed(question["show_if"], {code: new_code})} if "show_if" in question else {}
    return {**question, **own, **looks}
