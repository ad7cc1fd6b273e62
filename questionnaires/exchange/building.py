"""Builds the draft of a questionnaire from another system, question by question; knows none of the file formats.

Parts come from groups. A run of rated questions becomes a factor and any other run a part without index, because a
factor holds nothing else.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from questionnaires.exchange import conditions_in, notes
from questionnaires.exchange.cleaning import has_markup
from questionnaires.exchange.conditions_in import CannotSay, Known, Plain
from questionnaires.exchange.draft import Note, Place, Words
from questionnaires.faults import RESERVED
from questionnaires.texts import SUBSTITUTES

MOST_NOTES: Final = 500
LANGUAGE_NAMES: Final = {"vi": "Tiếng Việt", "en": "English"}
_CODE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.]{0,39}")
_TAG: Final = re.compile(r"</?[a-z][^>]{0,30}", re.IGNORECASE)
_ANSWER: Final = re.compile(rf"\{{(?!(?:{'|'.join(SUBSTITUTES)})\}})[^{{}}]{{0,40}}\}}")

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Group:
    """`own`: what our own columns say of the part."""

    name: str
    title: Texts
    place: Place
    conditions: Sequence[Plain] = ()
    own: Plain | None = None


@dataclass
class Builder:
    data: Plain
    notes: list[Note] = field(default_factory=list)
    known: dict[str, Known] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)
    _codes: set[str] = field(default_factory=set)
    _copies: Counter[str] = field(default_factory=Counter)
    _runs: list[tuple[Group | None, bool]] = field(default_factory=list)
    _filled: list[bool] = field(default_factory=list)
    _intro: Plain | None = None

    def note(self, place: Place, message: str, words: Words | None = None, person: bool = True) -> None:
        self.notes.append(Note(place, message, words or {}, person))

    def code(self, name: str, place: Place) -> str:
        """The name as a code that is allowed and not yet taken; a change is noted."""
        found = stem = fitting(name)
        while found.lower() in RESERVED or found.lower() in self._codes:
            self._copies[stem] += 1
            found = f"{stem[:34]}_{self._copies[stem] + 1}"
        self._codes.add(found.lower())
        if found != name:
            self.note(place, notes.RENAMED, {"old": name[:40], "new": found}, person=False)
        return found

    def text(self, texts: Texts, place: Place) -> dict[str, str]:
        """The text in our languages; what is missing or would not be shown as meant is noted."""
        found = {language: texts[language] for language in LANGUAGE_NAMES if texts.get(language)}
        for language, missing in notes.NO_TRANSLATION.items():
            if language not in found:
                self.note(place, missing)
        for text in found.values():
            if has_markup(text) and (tag := _TAG.search(text)):
                self.note(place, notes.MARKUP, {"text": f"{tag[0]}>"}, person=False)
            if answer := _ANSWER.search(text):
                self.note(place, notes.NAMES_ANSWER, {"text": answer[0]})
        return found

    def intro(self, texts: Texts, place: Place) -> bool:
        """Takes the text for the opening of the part that comes next, unless that has one or has begun."""
        begun = bool(self._runs) and self._runs[-1][0] is (self.groups[-1] if self.groups else None)
        if begun or self._intro is not None or not any(texts.values()):
            return False
        self._intro = self.text(texts, place)
        return True

    def open(self, group: Group) -> None:
        self.groups.append(group)
        self._filled.append(False)

    def close(self) -> bool:
        """Whether the group had a question."""
        self.groups.pop()
        filled = self._filled.pop()
        if filled and self._filled:
            self._filled[-1] = True
        return filled

    def add(self, question: Plain, condition: Plain | None = None) -> None:
        """Puts the question into the part that it belongs to."""
        group = self.groups[-1] if self.groups else None
        if self._filled:
            self._filled[-1] = True
        rated = question.get("kind") == "rated"
        if not self._runs or self._runs[-1] != (group, rated):
            self._runs.append((group, rated))
            self.data.setdefault("parts", []).append(self._part(group, rated))
        conditions = [one for each in self.groups for one in each.conditions]
        if condition is not None:
            conditions.append(condition)
        if conditions:
            question["show_if"] = conditions_in.all_of(conditions)
        part = self.data["parts"][-1]
        part["items" if rated else "questions"].append(question)

    def _part(self, group: Group | None, rated: bool) -> Plain:
        named = next((one for one in reversed(self.groups) if any(one.title.values())), None)
        place = group.place if group else Place()
        title = self.text(named.title, place) if named else dict(self.data.get("title", {}))
        code = self.code(group.name if group else "part", place)
        part: Plain = {"kind": "factor" if rated else "general", "code": code, "title": title}
        if self._intro is not None:
            part["intro"], self._intro = self._intro, None
        return part | (group.own or {} if group else {}) | {"items" if rated else "questions": []}

    def condition(self, text: str, place: Place) -> Plain | None:
        """The condition; one that cannot be said is noted, and the question stays shown."""
        if not text:
            return None
        try:
            found = conditions_in.condition(text, self.known)
        except CannotSay as error:
            self.note(place, error.message, error.words)
            return None
        if re.search(r"!=|\bne\b|\bnot\s*\(|!\s*[(\w]", text):
            self.note(place, notes.NEGATION, person=False)
        return found

    def finished_notes(self) -> list[Note]:
        over = len(self.notes) - MOST_NOTES
        if over <= 0:
            return self.notes
        return [*self.notes[:MOST_NOTES], Note(Place(), notes.MORE_NOTES, {"count": over})]


def fitting(name: str) -> str:
    """The name as a code: letters, digits, `_` and `.`, a letter first."""
    if _CODE.fullmatch(name) and "__" not in name:
        return name
    plain = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    plain = re.sub(r"_{2,}", "_", re.sub(r"[^A-Za-z0-9_.]+", "_", plain)).strip("_.")
    return (plain if plain[:1].isalpha() else f"q{plain}")[:40].rstrip("_.") or "q"


def option_codes(names: Sequence[str]) -> dict[str, str]:
    """By their foreign names the codes of options. Two different names never become one code."""
    found: dict[str, str] = {}
    taken = {"dk", "pn"}  # The form sends these for the states.
    for number, name in enumerate(names):
        code = fitting(name if name[:1].isalpha() else f"o{name.replace('-', 'm')}")
        if code in taken:
            code = f"{code[:33]}_{number}"
        taken.add(code)
        found[name] = code
    return found
