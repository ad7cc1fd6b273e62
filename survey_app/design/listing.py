"""A questionnaire as the calm list that the editor shows: parts and questions with their marks and remarks.

Works on plain data, so that a draft with faults can be seen like a published version. Changes nothing.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from questionnaires import outline
from survey_app.design import names
from survey_app.design.condition_words import ConditionWords
from survey_app.web import languages

Raw = Mapping[str, Any]
_PLACE = re.compile(r"^parts\[(\d+)\](?:\.(?:items|questions)\[(\d+)\])?")


@dataclass(frozen=True)
class Remark:
    """A fault or an advice, in words, and where it belongs: a question, a part, or the head."""

    text: str
    fault: bool
    part: int | None = None
    question: int | None = None
    place: str = ""


@dataclass(frozen=True)
class Chip:
    text: str
    look: str = ""


@dataclass(frozen=True)
class Row:
    code: str
    number: int
    raw: Raw
    chips: tuple[Chip, ...]
    condition: str
    remarks: tuple[Remark, ...]


@dataclass(frozen=True)
class PartRow:
    code: str
    kind: str
    raw: Raw
    rows: tuple[Row, ...]
    remarks: tuple[Remark, ...]


def rows(data: Raw, remarks: Sequence[Remark] = (), changes: Mapping[str, str] | None = None) -> tuple[PartRow, ...]:
    """The parts in order; questions are numbered through, as respondents see them.

    `changes`: by question "new" or "changed" since the version it is compared with.
    """
    return tuple(_parts(data, remarks, changes or {}))


class _Chips:
    """The marks of questions, put into words once for a page."""

    def __init__(self) -> None:
        self.kinds = {kind: Chip(str(words[0])) for kind, words in names.QUESTION_KINDS.items()}
        self.index = Chip(gettext("in the index"), "index")
        self.marks = {
            "required": Chip(gettext("required")),
            "full_only": Chip(gettext("not in the short form")),
            "dont_know": Chip(gettext("offers “don't know”")),
            "prefer_not": Chip(gettext("offers “prefer not to say”")),
            "audio": Chip(gettext("read aloud")),
        }
        self.changes = {change: Chip(str(words), "change") for change, words in names.CHANGES.items()}

    def of(self, kind: str, raw: Raw, change: str) -> Iterator[Chip]:
        yield self.kinds.get(kind) or Chip(kind)
        if kind == "rated":
            yield self.index
        yield from (chip for name, chip in self.marks.items() if raw.get(name))
        if change in self.changes:
            yield self.changes[change]


def _parts(data: Raw, remarks: Sequence[Remark], changes: Mapping[str, str]) -> Iterator[PartRow]:
    sentences, number = ConditionWords(data, languages.current()), 0
    chips = _Chips()
    beside: dict[tuple[int | None, int | None], list[Remark]] = {}
    for remark in remarks:
        beside.setdefault((remark.part, remark.question), []).append(remark)
    for at, part in enumerate(outline.parts(data)):
        made = []
        for position, raw in enumerate(outline.questions(part)):
            number += 1
            code = str(raw.get("code", ""))
            made.append(
                Row(
                    code=code,
                    number=number,
                    raw=raw,
                    chips=tuple(chips.of(outline.kind(part, raw), raw, changes.get(code, ""))),
                    condition=sentences.sentence(raw.get("show_if")),
                    remarks=tuple(beside.get((at, position), ())),
                )
            )
        own = tuple(beside.get((at, None), ()))
        yield PartRow(str(part.get("code", "")), str(part.get("kind", "")), part, tuple(made), own)


def remark_at(place: str, text: str, fault: bool) -> Remark:
    """What the checks say of a place like `parts[2].items[0].text.vi`, laid beside its question or part."""
    found = _PLACE.match(place)
    if found is None:
        return Remark(text, fault, place=place)
    part, question = found[1], found[2]
    rest = place[found.end() :].lstrip(".")
    return Remark(text, fault, int(part), int(question) if question else None, rest)
