"""Reads the rows of a LimeSurvey structure (.txt, tab-separated) as groups, questions and their answers.

The first language of the file gives the structure; the rows of the others only add their texts. What a question
becomes is left to `limesurvey_in`.
"""

import csv
import html
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from questionnaires.exchange import notes
from questionnaires.exchange.cleaning import cleaned, has_markup
from questionnaires.exchange.draft import Note, Place, Refused
from questionnaires.exchange.languages import language_of

ROWS: Final = 20_000
_MARKUP: Final = re.compile(r"<[^<>]{0,500}>")
_SPACE: Final = re.compile(r"[ \t\xa0]*\n[ \t\n\xa0]*|[ \t\xa0]{2,}")


@dataclass
class Node:
    """A group, a question, a subquestion or an answer. `cells` are those of the first language."""

    place: Place
    cells: Mapping[str, str]
    texts: dict[str, str] = field(default_factory=dict)
    helps: dict[str, str] = field(default_factory=dict)
    answers: dict[tuple[str, str], "Node"] = field(default_factory=dict)  # By scale and name.
    subquestions: dict[tuple[str, str], "Node"] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.cells.get("name", "")

    def place_of(self, column: str) -> Place:
        return Place(row=self.place.row, column=column)


@dataclass
class Structure:
    headings: list[str]
    settings: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    welcome: dict[str, str] = field(default_factory=dict)
    groups: list[tuple[Node, list[Node]]] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def is_structure(text: str) -> bool:
    first = {cell.strip('"').strip().lower() for cell in text[:20_000].split("\n", 1)[0].rstrip("\r").split("\t")}
    return {"class", "name"} <= first and bool({"type/scale", "relevance"} & first)


def structure(text: str) -> Structure:
    reader = _rows(text)
    _, first = next(reader, (1, []))
    headings = [cell.strip().lower() for cell in first]
    found = _Reader(Structure(headings))
    for number, row in reader:
        cells = {heading: cell for heading, cell in zip(headings, row, strict=False) if cell}
        found.take(number, cells)
    return found.structure


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows with the numbers of the lines on which they end."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="\t")
    try:
        for count, row in enumerate(reader, start=1):
            if count > ROWS:
                raise Refused(Place(row=reader.line_num), notes.TOO_MANY_ROWS, {"most": ROWS})
            yield reader.line_num, row
    except csv.Error as error:
        raise Refused(Place(row=reader.line_num), notes.BAD_ROW, {"reason": str(error)}) from error


class _Reader:
    def __init__(self, structure: Structure) -> None:
        self.structure = structure
        self._first = ""  # The language of the file's first rows.
        self._language, self._at_group = "", -1
        self._questions: dict[str, Node] = {}
        self._question: Node | None = None
        self._foreign: set[str] = set()

    def take(self, number: int, cells: Mapping[str, str]) -> None:
        kind, language = cells.get("class", "").strip().upper(), cells.get("language", "")
        if kind == "S":
            self.structure.settings[cells.get("name", "")] = cells.get("text", "")
        elif kind == "SL":
            self._setting(number, cells, language)
        elif kind in ("G", "Q", "SQ", "A"):
            self._first = self._first or language
            if kind == "G" and language != self._language:
                self._language, self._at_group = language, -1
            self._node(kind, number, cells, language)
        elif kind:
            words = {"type": kind[:20], "name": cells.get("name", "")[:40]}
            self.structure.notes.append(Note(Place(row=number, column="class"), notes.UNKNOWN_TYPE, words))

    def _setting(self, number: int, cells: Mapping[str, str], language: str) -> None:
        wanted = {"surveyls_title": self.structure.titles, "surveyls_welcometext": self.structure.welcome}
        if cells.get("name", "") in wanted:
            code = self._code(number, language)
            if text := self._plain(number, "text", cells.get("text", "")):
                wanted[cells["name"]].update({code: text} if code else {})

    def _node(self, kind: str, number: int, cells: Mapping[str, str], language: str) -> None:
        node = self._found(kind, number, cells, language == self._first)
        code = self._code(number, language)
        if node is None or code is None:
            return
        label, description = ("name", "text") if kind == "G" else ("text", "help")
        for texts, column in ((node.texts, label), (node.helps, description)):
            if text := self._plain(number, column, cells.get(column, "")):
                texts[code] = text

    def _found(self, kind: str, number: int, cells: Mapping[str, str], is_first: bool) -> Node | None:
        """The node that a row is about: a new one in the first language, a known one in the others."""
        fresh = Node(Place(row=number), cells)
        if kind == "G":
            self._at_group += 1
            if is_first:
                self.structure.groups.append((fresh, []))
            return self.structure.groups[self._at_group][0] if self._at_group < len(self.structure.groups) else None
        if kind == "Q":
            self._question = self._questions.get(cells.get("name", ""))
            if is_first and self._question is None and self.structure.groups:
                self._question = self._questions[cells.get("name", "")] = fresh
                self.structure.groups[-1][1].append(fresh)
            return self._question
        if self._question is None:
            return None
        below = self._question.answers if kind == "A" else self._question.subquestions
        key = (cells.get("type/scale", "0"), cells.get("name", ""))
        return below.setdefault(key, fresh) if is_first else below.get(key)

    def _code(self, number: int, language: str) -> str | None:
        code = language_of(language) if language else language_of(self._first or "en")
        if code is None and language not in self._foreign:
            self._foreign.add(language)
            words = {"language": language[:40]}
            self.structure.notes.append(Note(Place(row=number, column="language"), notes.LANGUAGE_NOT_USED, words))
        return code

    def _plain(self, number: int, column: str, text: str) -> str:
        """LimeSurvey keeps texts as HTML: the words are taken."""
        place = Place(row=number, column=column)
        text, removed = cleaned(text)
        if removed:
            self.structure.notes.append(Note(place, notes.ODD_CHARACTERS, {"codes": removed}))
        if has_markup(text) or "&" in text:
            if has_markup(text):
                self.structure.notes.append(Note(place, notes.MARKUP_REMOVED, needs_person=False))
            text = cleaned(html.unescape(_MARKUP.sub(" ", text)))[0]
        return _SPACE.sub(lambda gap: "\n" if "\n" in gap[0] else " ", text).strip()
