"""Advice on parts and lists: one item alone, options, directions of scales, codes, the same question twice."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from questionnaires import outline
from questionnaires.lint.sentences import Advice
from questionnaires.lint.words import LOW

_NUMBERED: Final = re.compile(r"(.*?)[0-9]+[a-z]?")
_CLOSED: Final = 4  # From so many options on, somebody usually finds none that fits.
_OTHER: Final = re.compile(r"\b(khác|other|none|không có)\b", re.IGNORECASE)
_PATTERN_OF: Final = 3  # So many codes make a pattern.


@dataclass(frozen=True)
class Placed:
    """A question with its path in the file."""

    place: str
    code: str
    kind: str
    part: outline.Data
    question: outline.Data


def placed(data: outline.Data) -> list[Placed]:
    return [
        Placed(f"parts[{number}].{outline.list_name(part)}[{position}]", *_named(part, question))
        for number, part in enumerate(outline.parts(data))
        for position, question in enumerate(outline.questions(part))
    ]


def _named(part: outline.Data, question: outline.Data) -> tuple[str, str, outline.Data, outline.Data]:
    return str(question.get("code", "")), outline.kind(part, question), part, question


def part_advice(data: outline.Data) -> Iterator[Advice]:
    for number, part in enumerate(outline.parts(data)):
        code, name = str(part.get("code", "")), outline.list_name(part)
        if part.get("kind") == "factor" and len(outline.questions(part)) == 1:
            yield Advice(f"parts[{number}].items", code, "one_item")
        codes = [str(question.get("code", "")) for question in outline.questions(part)]
        for position, stem in _strangers(codes):
            details = {"code": codes[position], "pattern": f"{stem}…"}
            yield Advice(f"parts[{number}].{name}[{position}].code", codes[position], "code_pattern", details)


def _strangers(codes: list[str]) -> Iterator[tuple[int, str]]:
    """Codes that begin otherwise than most of their neighbours, with how those begin."""
    stems = [match[1] if (match := _NUMBERED.fullmatch(code)) else "" for code in codes]
    stem, count = Counter(filter(None, stems)).most_common(1)[0] if any(stems) else ("", 0)
    if count >= _PATTERN_OF and count * 2 > len(codes):
        yield from ((position, stem) for position, own in enumerate(stems) if own != stem)


def repeated_advice(questions: list[Placed]) -> Iterator[Advice]:
    first: dict[str, str] = {}
    for one in questions:
        words = " ".join(_vi(one.question.get("text")).lower().split())
        if words and words in first:
            yield Advice(f"{one.place}.text.vi", one.code, "repeated", {"code": first[words]})
        first.setdefault(words, one.code)


def option_advice(questions: list[Placed]) -> Iterator[Advice]:
    for one in questions:
        options = _tables(one.question.get("options"))
        if len(options) >= _CLOSED and one.kind in ("single", "multiple") and _is_open_list(one, options):
            yield Advice(f"{one.place}.options", one.code, "no_other")


def _is_open_list(one: Placed, options: list[Mapping[str, Any]]) -> bool:
    """Whether the options are things of which there may be more: neither steps of a scale nor ranges of numbers."""
    words = [f"{_vi(option.get('text'))} {_en(option.get('text'))}" for option in options]
    closed = one.code == "respondent_type" or one.question.get("dont_know") or _direction(options)
    numbers = sum(any(letter.isdigit() for letter in text) for text in words) * 2 > len(words)
    has_other = any(option.get("specify") or _OTHER.search(text) for option, text in zip(options, words, strict=True))
    return not (closed or numbers or has_other)


def direction_advice(data: outline.Data, questions: list[Placed]) -> Iterator[Advice]:
    scale = data.get("scale")
    levels = _tables(scale.get("levels")) if isinstance(scale, Mapping) else []
    if levels and _low(levels[-1]) and not _low(levels[0]):
        yield Advice("scale.levels", outline.HEAD, "scale_reversed")
    directions = {one.place: _direction(_tables(one.question.get("options"))) for one in questions}
    counts = Counter(way for way in directions.values() if way)
    if len(counts) < 2:
        return
    most = counts.most_common(1)[0][0]
    for one in questions:
        if (own := directions[one.place]) and own != most:
            yield Advice(f"{one.place}.options", one.code, "other_direction", {"own": own, "most": most})


def _direction(options: list[Mapping[str, Any]]) -> str:
    """Where a list of steps begins; "" when it is none, as far as its first and its last step tell."""
    if len(options) < 3:
        return ""
    first, last = _low(options[0].get("text")), _low(options[-1].get("text"))
    if first == last or _OTHER.search(_vi(options[-1].get("text"))):
        return ""
    return "low to high" if first else "high to low"


def _low(text: Any) -> bool:
    return bool(LOW.search(_vi(text)))


def _vi(text: Any) -> str:
    return str(text.get("vi") or "") if isinstance(text, Mapping) else ""


def _en(text: Any) -> str:
    return str(text.get("en") or "") if isinstance(text, Mapping) else ""


def _tables(value: Any) -> list[Mapping[str, Any]]:
    return [table for table in value if isinstance(table, Mapping)] if isinstance(value, list | tuple) else []
