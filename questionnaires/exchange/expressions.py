"""Reads conditions of other systems into one small tree: XPath as XLSForm has it, ExpressionScript of LimeSurvey.

The two differ in their signs only (`=` and `==`, `and` and `&&`, `${q}` and `q.NAOK`). What the tree means for a
question of ours is left to `conditions_in`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

LONGEST: Final = 50_000  # Characters. "Any of 300 items was rated 1 or 2" has 15,000.
DEEPEST: Final = 40  # Brackets within brackets; keeps a hostile form off the end of the stack.

Comparison = Literal["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True)
class Reference:
    name: str  # "." is the question itself.


@dataclass(frozen=True)
class Constant:
    value: str | float


@dataclass(frozen=True)
class Call:
    name: str
    arguments: tuple["Expression", ...]


@dataclass(frozen=True)
class Compare:
    sign: Comparison
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True)
class Joined:
    word: Literal["and", "or"]
    parts: tuple["Expression", ...]


@dataclass(frozen=True)
class Negated:
    part: "Expression"


Expression = Reference | Constant | Call | Compare | Joined | Negated


class Unreadable(ValueError):
    """The expression uses what the grammar does not have; the text says where."""


_TOKEN: Final = re.compile(
    r"""\s*(?:
    \$\{\s*(?P<reference>[^{}\s]+)\s*\}
    |'(?P<single>[^']*)' | "(?P<double>[^"]*)"
    |(?P<number>-?[0-9]{1,15}(?:\.[0-9]{1,15})?)(?![\w.])
    |(?P<sign>!=|==|<=|>=|=|<|>) | (?P<and>&&) | (?P<or>\|\|) | (?P<not>!) | (?P<punctuation>[(),])
    |(?P<name>[A-Za-z_][\w.:-]*) | (?P<self>\.)(?![\w/.])
    )""",
    re.VERBOSE,
)
_QUOTES: Final = str.maketrans("‘’“”", "''\"\"")
_WORDS: Final[dict[str, tuple[str, str]]] = {
    **{word: ("sign", sign) for word, sign in {"eq": "=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">"}.items()},
    "ge": ("sign", ">="),
    "and": ("and", "and"),
    "or": ("or", "or"),
}
# What LimeSurvey puts behind the name of a question to say which of its sides is meant.
_SUFFIX: Final = re.compile(r"\.(NAOK|value|valueNAOK|code)$")

_Token = tuple[str, str]
_END: Final[_Token] = ("end", "")


def parsed(text: str) -> Expression:
    if len(text) > LONGEST:
        raise Unreadable(f"more than {LONGEST} characters")
    reader = _Reader(list(_tokens(text.translate(_QUOTES))))
    found = reader.either(0)
    if reader.next != _END:
        raise Unreadable(f"“{reader.next[1][:20]}” is not expected there")
    return found


def _tokens(text: str) -> Iterator[_Token]:
    position, text = 0, text.rstrip()
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise Unreadable(f"“{text[position:].strip()[:20]}” is not understood")
        kind = str(found.lastgroup)
        value = found[kind]
        position = found.end()
        if kind in ("single", "double"):
            yield "text", value
        elif kind == "name":
            yield _WORDS.get(value, ("name", value))
        else:
            yield kind, "=" if value == "==" else value


class _Reader:
    """One expression on its way in: each method takes what belongs to it off the front."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens, self._at = tokens, 0

    @property
    def next(self) -> _Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else _END

    def _take(self) -> _Token:
        token = self.next
        self._at += 1
        return token

    def _expect(self, value: str) -> None:
        if self._take() != ("punctuation", value):
            raise Unreadable(f"“{value}” is missing")

    def either(self, depth: int) -> Expression:
        parts = [self._both(depth)]
        while self.next[0] == "or":
            self._take()
            parts.append(self._both(depth))
        return parts[0] if len(parts) == 1 else Joined("or", tuple(parts))

    def _both(self, depth: int) -> Expression:
        parts = [self._compared(depth)]
        while self.next[0] == "and":
            self._take()
            parts.append(self._compared(depth))
        return parts[0] if len(parts) == 1 else Joined("and", tuple(parts))

    def _compared(self, depth: int) -> Expression:
        left = self._single(depth)
        if self.next[0] != "sign":
            return left
        sign = self._take()[1]
        return Compare(sign, left, self._single(depth))  # type: ignore[arg-type]  # The pattern has these signs only.

    def _single(self, depth: int) -> Expression:
        if depth > DEEPEST:
            raise Unreadable(f"brackets are nested more than {DEEPEST} deep")
        kind, value = self._take()
        if kind == "not":
            return Negated(self._single(depth + 1))
        if (kind, value) == ("punctuation", "("):
            inner = self.either(depth + 1)
            self._expect(")")
            return inner
        if kind == "name" and self.next == ("punctuation", "("):
            return self._called(value, depth + 1)
        return _leaf(kind, value)

    def _called(self, name: str, depth: int) -> Expression:
        self._expect("(")
        arguments = []
        while self.next != ("punctuation", ")"):
            arguments.append(self.either(depth))
            if self.next == ("punctuation", ","):
                self._take()
            elif self.next != ("punctuation", ")"):
                raise Unreadable(f"“)” is missing after {name[:20]}")
        self._expect(")")
        return Negated(arguments[0]) if name == "not" and len(arguments) == 1 else Call(name, tuple(arguments))


def _leaf(kind: str, value: str) -> Expression:
    if kind == "number":
        return Constant(float(value))
    if kind == "text":
        return Constant(value)
    if kind in ("reference", "self"):
        return Reference(value)
    if kind == "name":
        return Reference(_SUFFIX.sub("", value))
    raise Unreadable(f"“{value[:20]}” is not expected there" if value else "it ends too early")
