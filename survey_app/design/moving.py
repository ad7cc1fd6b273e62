"""What a button of the outline asks for: a step up or down, a copy, a new place; what a step does is `editing`'s."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort

from questionnaires import editing, outline

Plain = dict[str, Any]


@dataclass(frozen=True)
class Step:
    place: str  # What must still be as the person saw it.
    seen: str
    apply: Callable[[Plain], Plain]
    anchor: str


def asked(form: Mapping[str, str]) -> Step:
    """The button says `verb:part:question`, and for a question that was dragged also before which position."""
    verb, part, *rest = [*form.get("do", "").split(":"), "", ""]
    code = rest[0]
    if verb in _PART_STEPS:
        return Step(outline.ORDER, form.get("order", ""), lambda data: _PART_STEPS[verb](data, part), f"p-{part}")
    if verb == "drag" and len(rest) >= 3 and rest[2].isdigit():
        return Step(part, form.get(f"seen.{part}", ""), _dragged(code, rest[1], int(rest[2])), f"q-{code}")
    if verb not in _STEPS:
        abort(400)
    return Step(part, form.get(f"seen.{part}", ""), lambda data: _STEPS[verb](data, code), f"q-{code}")


def _dragged(code: str, part: str, position: int) -> Callable[[Plain], Plain]:
    return lambda data: editing.move_question(data, code, part, position)


def _up(data: Plain, code: str) -> Plain:
    """Over the question before; from the head of a part to the end of the one before that can hold it."""
    home = outline.part_of(data, code)
    at = _position(home, code)
    if at > 0:
        return editing.move_question(data, code, str(home["code"]), at - 1)
    before = _neighbours(data, home)[0]
    return editing.move_question(data, code, before, 10_000) if before else data


def _down(data: Plain, code: str) -> Plain:
    home = outline.part_of(data, code)
    at = _position(home, code)
    if at + 1 < len(outline.questions(home)):
        return editing.move_question(data, code, str(home["code"]), at + 1)
    after = _neighbours(data, home)[1]
    return editing.move_question(data, code, after, 0) if after else data


def _position(part: Mapping[str, Any], code: str) -> int:
    return [question.get("code") for question in outline.questions(part)].index(code)


def _neighbours(data: Plain, home: Mapping[str, Any]) -> tuple[str, str]:
    """The nearest parts before and after that hold the same sort of question; "" where there is none."""
    holds = [part for part in outline.parts(data) if outline.list_name(part) == outline.list_name(home)]
    codes = [str(part["code"]) for part in holds]
    at = codes.index(str(home["code"]))
    return (codes[at - 1] if at else "", codes[at + 1] if at + 1 < len(codes) else "")


def _copy(data: Plain, code: str) -> Plain:
    return editing.duplicate_question(data, code)[0]


def _part_up(data: Plain, code: str) -> Plain:
    return editing.move_part(data, code, max(0, _part_position(data, code) - 1))


def _part_down(data: Plain, code: str) -> Plain:
    return editing.move_part(data, code, _part_position(data, code) + 1)


def _part_position(data: Plain, code: str) -> int:
    return outline.parts(data).index(outline.part(data, code))


_STEPS: Mapping[str, Callable[[Plain, str], Plain]] = {"up": _up, "down": _down, "copy": _copy}
_PART_STEPS: Mapping[str, Callable[[Plain, str], Plain]] = {"part-up": _part_up, "part-down": _part_down}
