"""A condition as lines that an editor can show: all lines hold, and a line holds when one of its alternatives does.

That is the conjunctive normal form, in plain data. What a condition means is left to `routing`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any, Final

MOST_LINES: Final = 20  # More than anybody reads; also the guard against conditions that explode when unfolded.

Alternative = dict[str, Any]  # One of the four conditions that hold no other, as it stands in the file.
Line = list[Alternative]


class CannotShow(ValueError):
    """The condition has no form in lines; it stays as it is in the file. `kind`: `too_many` or `not_a_condition`."""

    def __init__(self, kind: str) -> None:
        reasons = {
            "too_many": f"the condition needs more than {MOST_LINES} lines: it is kept as it is; change it in the file",
            "not_a_condition": "the condition has faults: it is kept as it is; change it in the file or begin anew",
        }
        super().__init__(reasons[kind])
        self.kind = kind


def to_rows(condition: Any) -> list[Line]:
    """The lines of a condition, empty without one. Raises CannotShow."""
    return [] if condition is None else _lines(condition)


def from_rows(rows: Sequence[Sequence[Mapping[str, Any]]]) -> dict[str, Any] | None:
    """The condition of the lines; a line without an alternative says nothing and is left out."""
    lines = [_joined("any_of", [dict(one) for one in row]) for row in rows if row]
    return _joined("all_of", lines) if lines else None


def meaning(condition: Any) -> Any:
    """Equal for two conditions that differ in their form only; one that has no lines means itself."""
    try:
        return frozenset(frozenset(_atoms(line)) for line in to_rows(condition))
    except CannotShow:
        return _key(condition)


def _joined(name: str, members: list[dict[str, Any]]) -> dict[str, Any]:
    return members[0] if len(members) == 1 else {name: members}


def _lines(condition: Any) -> list[Line]:
    if not isinstance(condition, Mapping):
        raise CannotShow("not_a_condition")
    if _is_alternative(condition):
        return [[dict(condition)]]
    if set(condition) == {"all_of"}:
        return _fewest([line for member in _members(condition["all_of"]) for line in _lines(member)])
    if set(condition) == {"any_of"}:
        return _unfolded([_lines(member) for member in _members(condition["any_of"])])
    raise CannotShow("not_a_condition")


def _members(value: Any) -> Sequence[Any]:
    if not isinstance(value, list | tuple) or not value:
        raise CannotShow("not_a_condition")
    return value


def _is_alternative(condition: Mapping[str, Any]) -> bool:
    names = set(condition)
    if names in ({"question", "any_of"}, {"place", "any_of"}):
        return isinstance(condition["any_of"], list | tuple)
    if names == {"any_rated"}:
        return isinstance(condition["any_rated"], list | tuple)
    return "number" in names and names <= {"number", "at_least", "at_most"}


def _unfolded(alternatives: list[list[Line]]) -> list[Line]:
    """One of several lists of lines holds: each choice of one line from every list, joined."""
    if prod(len(lines) for lines in alternatives) > MOST_LINES**2:
        raise CannotShow("too_many")
    return _fewest([_merged([one for line in chosen for one in line]) for chosen in product(*alternatives)])


def _merged(line: Line) -> Line:
    """Alternatives that name answers of the same question are one: `a or b` is `one of a, b`."""
    merged: dict[str, Alternative] = {}
    for one in line:
        name = "any_rated" if "any_rated" in one else "any_of"
        key = _key({other: value for other, value in one.items() if other != name})
        if name in one and key in merged:
            values = dict.fromkeys([*merged[key][name], *one[name]])
            merged[key] = {**one, name: list(values)}
        else:
            merged[key] = one
    return list(merged.values())


def _fewest(lines: list[Line]) -> list[Line]:
    """Without lines that another line already demands."""
    kept: dict[frozenset[str], Line] = {}
    for line in lines:
        own = frozenset(_atoms(line))
        if any(other <= own for other in kept):
            continue
        kept = {other: old for other, old in kept.items() if not own <= other} | {own: line}
    if len(kept) > MOST_LINES:
        raise CannotShow("too_many")
    return list(kept.values())


def _atoms(line: Line) -> Iterator[str]:
    """What makes a line hold, one answer each, so that lines can be compared as sets."""
    for one in line:
        name = "any_rated" if "any_rated" in one else "any_of"
        for value in one.get(name, [None]):
            yield _key({**one, name: value})


def _key(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
