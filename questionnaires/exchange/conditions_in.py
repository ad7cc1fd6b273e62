"""Turns an expression of another system into a condition of ours, or says what it cannot say.

The result is plain data, because the questionnaire around it may still be incomplete.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from questionnaires.exchange import notes
from questionnaires.exchange.draft import Words
from questionnaires.exchange.expressions import (
    Call,
    Compare,
    Comparison,
    Constant,
    Expression,
    Joined,
    Negated,
    Reference,
    Unreadable,
    parsed,
)

Plain = dict[str, Any]
Option = str | int
_OPPOSITE: Mapping[Comparison, Comparison] = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_MIRRORED: Mapping[Comparison, Comparison] = {"=": "=", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


class CannotSay(Exception):
    """No condition of ours means this."""

    def __init__(self, message: str, words: Words) -> None:
        super().__init__(message)
        self.message, self.words = message, words


@dataclass(frozen=True)
class Known:
    """A name that expressions may use: the question of ours that it means, and its options by their foreign names.

    `one`: exactly one option can be chosen; `some`: several; `part`: the name stands for one option among several, so
    its absence cannot be asked for; `other`: no condition can look at it.
    """

    code: str
    kind: Literal["one", "some", "part", "number", "other"]
    options: Mapping[str, Option] = field(default_factory=dict)


def condition(text: str, known: Mapping[str, Known]) -> Plain:
    """The condition in plain data. Raises `CannotSay`; the reason goes to the person."""
    try:
        return _Meaning(known).of(parsed(text))
    except Unreadable as error:
        raise CannotSay(notes.EXPRESSION_UNREADABLE, {"reason": str(error)}) from error


@dataclass(frozen=True)
class _Meaning:
    known: Mapping[str, Known]

    def of(self, expression: Expression, negated: bool = False) -> Plain:
        if isinstance(expression, Negated):
            return self.of(expression.part, not negated)
        if isinstance(expression, Joined):
            both = (expression.word == "and") is not negated  # Not (a or b) is: not a, and not b.
            parts = [self.of(part, negated) for part in expression.parts]
            return all_of(parts) if both else any_of(parts)
        if isinstance(expression, Compare):
            return self._compared(expression, negated)
        if isinstance(expression, Call) and expression.name == "selected" and len(expression.arguments) == 2:
            return self._chosen(expression.arguments[0], expression.arguments[1], negated)
        if isinstance(expression, Call) and expression.name == "is_empty" and len(expression.arguments) == 1:
            return self._compared(Compare("=", expression.arguments[0], Constant("")), negated)
        raise CannotSay(notes.NO_SUCH_CONDITION, {"what": _shown(expression)})

    def _asked(self, expression: Expression) -> Known:
        if not isinstance(expression, Reference):
            raise CannotSay(notes.NO_SUCH_CONDITION, {"what": _shown(expression)})
        found = self.known.get(expression.name)
        if found is None:
            raise CannotSay(notes.NOT_AN_EARLIER_QUESTION, {"name": expression.name[:40]})
        if found.kind == "other":
            raise CannotSay(notes.NO_CONDITION_ON, {"name": expression.name[:40]})
        return found

    def _compared(self, compare: Compare, negated: bool) -> Plain:
        sign, left, right = compare.sign, compare.left, compare.right
        if isinstance(left, Constant):
            sign, left, right = _MIRRORED[sign], right, left
        if not isinstance(right, Constant):
            raise CannotSay(notes.NO_SUCH_CONDITION, {"what": _shown(right)})
        sign = _OPPOSITE[sign] if negated else sign
        if isinstance(left, Call) and left.name == "count-selected" and len(left.arguments) == 1:
            return self._answered(left.arguments[0], sign, right)
        asked = self._asked(left)
        if asked.kind == "number":
            return _number(asked, sign, right)
        if sign not in ("=", "!="):
            raise CannotSay(notes.NO_ORDER, {"name": asked.code})
        if right.value == "":
            return self._answered(left, ">" if sign == "!=" else "=", Constant(0.0))
        if asked.kind == "some":
            raise CannotSay(notes.WHOLE_CHOICE, {"name": asked.code})
        return _is(asked, right, sign == "!=")

    def _chosen(self, question: Expression, option: Expression, negated: bool) -> Plain:
        if not isinstance(option, Constant):
            raise CannotSay(notes.NO_SUCH_CONDITION, {"what": _shown(option)})
        asked = self._asked(question)
        if asked.kind == "number":
            return _number(asked, "!=" if negated else "=", option)
        return _is(asked, option, negated)

    def _answered(self, question: Expression, sign: Comparison, than: Constant) -> Plain:
        """Whether anything was answered at all; how many options were chosen, no condition of ours can ask."""
        asked = self._asked(question)
        if (sign, than.value) not in ((">", 0.0), (">=", 1.0), ("!=", 0.0)) or asked.kind not in ("one", "some"):
            raise CannotSay(notes.NO_UNANSWERED, {"name": asked.code})
        return {"question": asked.code, "any_of": list(dict.fromkeys(asked.options.values()))}


def _is(asked: Known, constant: Constant, negated: bool) -> Plain:
    name = _name(constant)
    if name not in asked.options:
        raise CannotSay(notes.NO_SUCH_OPTION, {"option": name[:40], "name": asked.code})
    wanted = asked.options[name]
    if not negated:
        return {"question": asked.code, "any_of": [wanted]}
    if asked.kind != "one":
        raise CannotSay(notes.NOT_CHOSEN, {"name": asked.code, "option": name})
    others = [option for option in dict.fromkeys(asked.options.values()) if option != wanted]
    return {"question": asked.code, "any_of": others}


def _number(asked: Known, sign: Comparison, constant: Constant) -> Plain:
    """Numbers of ours are whole: above 17 is at least 18, above 17.5 too."""
    try:
        bound = float(constant.value)
    except ValueError:
        bound = math.nan
    if math.isnan(bound) or math.isinf(bound):
        if constant.value == "" and sign == "!=":
            return {"number": asked.code, "at_least": -999_999_999}
        raise CannotSay(notes.NO_SUCH_CONDITION, {"what": _name(constant)[:40]})
    if sign in ("=", "!=") and not bound.is_integer():
        raise CannotSay(notes.NO_SUCH_CONDITION, {"what": _name(constant)[:40]})
    below, above = {"number": asked.code, "at_most": math.ceil(bound) - 1}, {"number": asked.code}
    if sign == "=":
        return {"question": asked.code, "any_of": [int(bound)]}
    if sign == "!=":
        return {"any_of": [below, above | {"at_least": int(bound) + 1}]}
    if sign in ("<", "<="):
        return below if sign == "<" else {"number": asked.code, "at_most": math.floor(bound)}
    return above | {"at_least": math.floor(bound) + 1 if sign == ">" else math.ceil(bound)}


def any_of(parts: list[Plain]) -> Plain:
    """Neighbours that look at the same question become one condition."""
    left: list[Plain] = []
    for part in parts:
        if left and "question" in part and left[-1].get("question") == part["question"]:
            left[-1] = part | {"any_of": list(dict.fromkeys(left[-1]["any_of"] + part["any_of"]))}
        else:
            left.append(part)
    return left[0] if len(left) == 1 else {"any_of": left}


def all_of(parts: list[Plain]) -> Plain:
    """A lower and an upper bound of the same number become one condition."""
    left: list[Plain] = []
    for part in parts:
        if (
            left
            and "number" in part
            and left[-1].get("number") == part["number"]
            and not left[-1].keys() & _bounds(part)
        ):
            left[-1] = left[-1] | part
        else:
            left.append(part)
    return left[0] if len(left) == 1 else {"all_of": left}


def _bounds(part: Plain) -> set[str]:
    return part.keys() - {"number"}


def _name(constant: Constant) -> str:
    value = constant.value
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _shown(expression: Expression) -> str:
    if isinstance(expression, Call):
        return f"{expression.name[:40]}()"
    if isinstance(expression, Reference):
        return expression.name[:40]
    return _name(expression)[:40] if isinstance(expression, Constant) else "…"
