"""Which parts and questions of two versions are the same ones: by code, and where the code changed, by their words."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from questionnaires import outline
from questionnaires.changes.normal import normal, normal_question
from questionnaires.changes.wording import letters


@dataclass(frozen=True)
class Placed:
    """A question with what it stands in."""

    code: str
    part: str
    in_factor: bool
    block: str
    content: Mapping[str, Any]

    @property
    def rated(self) -> bool:
        """Whether it counts in the figure of the whole: an item of the index, or a rating of a counter."""
        return self.in_factor or self.content.get("kind") == "three_level"


def placed(data: outline.Data) -> dict[str, Placed]:
    """By code; of a code that is used twice (a fault) the first counts."""
    found: dict[str, Placed] = {}
    for part, question in outline.walk(data):
        code = str(question.get("code", ""))
        content = normal_question(question, outline.kind(part, question))
        in_factor = part.get("kind") == "factor"
        block = str(part.get("block") or "")
        found.setdefault(code, Placed(code, str(part.get("code", "")), in_factor, block, content))
    return found


def same_questions(old: Mapping[str, Placed], new: Mapping[str, Placed]) -> dict[str, str]:
    """By old code the new one."""
    return _same(
        {code: one.content for code, one in old.items()}, {code: one.content for code, one in new.items()}, "text"
    )


def same_parts(old: outline.Data, new: outline.Data) -> dict[str, str]:
    return _same(_parts(old), _parts(new), "title")


def _parts(data: outline.Data) -> dict[str, Mapping[str, Any]]:
    return {str(part.get("code", "")): normal(part) for part in reversed(outline.parts(data))}


def _same(old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]], text: str) -> dict[str, str]:
    pairs = {code: code for code in old if code in new}
    free = {_signature(one, text): code for code, one in new.items() if code not in old}
    for code, one in old.items():
        if code not in pairs and (found := free.pop(_signature(one, text), None)) is not None:
            pairs[code] = found
    return pairs


def _signature(one: Mapping[str, Any], text: str) -> tuple[str, ...]:
    return (str(one.get("kind")), *(letters(_vi(one.get(name))) for name in (text, "criterion")))


def _vi(text: Any) -> str:
    return str(text.get("vi", "")) if isinstance(text, Mapping) else ""


def moved(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """The fewest of the common names that must have changed their place for the two orders to differ."""
    at = {name: position for position, name in enumerate(new)}
    common = [name for name in old if name in at]
    stayed = set(_longest_rise([at[name] for name in common]))
    return [name for name in common if at[name] not in stayed]


def _longest_rise(numbers: Iterable[int]) -> list[int]:
    """A longest increasing subsequence (Schensted 1961)."""
    tails: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        position = bisect_left(tails, number)
        before[number] = tails[position - 1] if position else None
        tails[position : position + 1] = [number]
    rise: list[int] = []
    last = tails[-1] if tails else None
    while last is not None:
        rise.append(last)
        last = before[last]
    return rise[::-1]
