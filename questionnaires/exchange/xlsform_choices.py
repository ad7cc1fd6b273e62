"""Reads the sheet `choices` of an XLSForm: options with codes of ours, and lists that a person calls five levels."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from questionnaires.exchange import notes
from questionnaires.exchange import xlsform_columns as columns
from questionnaires.exchange.building import Builder, option_codes
from questionnaires.exchange.draft import Place
from questionnaires.exchange.languages import Columns
from questionnaires.exchange.own_columns import with_words
from questionnaires.exchange.workbook import Row, Workbook

Plain = dict[str, Any]


@dataclass(frozen=True)
class Choice:
    name: str
    texts: Mapping[str, str]
    row: Row

    @property
    def state(self) -> str:
        return self.row[f"{columns.OWN}state"]


class Choices:
    """All lists of a form."""

    def __init__(self, book: Workbook, default: str, rated: Collection[str], builder: Builder) -> None:
        self.texts = Columns(book.headings.get("choices", ()), default)
        self._rated, self._builder = frozenset(rated), builder
        self._lists: dict[str, list[Choice]] = {}
        self._codes: dict[str, dict[str, str]] = {}
        self._named: set[str] = set()  # Lists of which the person has been told.
        for row in book.sheet("choices"):
            self._take(row)

    def _take(self, row: Row) -> None:
        name = row["name"]
        if not row["list_name"] or not name:
            return
        known = self._lists.setdefault(row["list_name"], [])
        if any(choice.name == name for choice in known[:1000]):
            self._builder.note(row.place("name"), notes.DOUBLE_OPTION, {"name": name[:40]})
        else:
            known.append(Choice(name, with_words(self.texts.texts("label", row.cells)), row))

    def of(self, name: str) -> list[Choice]:
        return self._lists.get(name, [])

    def codes(self, name: str) -> dict[str, str]:
        """By the names in the form the codes here, without the states that our own lists keep apart."""
        if name not in self._codes:
            names = [choice.name for choice in self.of(name) if not choice.state]
            found = self._codes[name] = option_codes(names)
            changed = [f"{old[:40]} → {new}" for old, new in found.items() if old != new]
            if changed:
                place = Place("choices", self.of(name)[0].row.number, "name")
                self._builder.note(place, notes.OPTIONS_RENAMED, {"example": changed[0]}, person=False)
        return self._codes[name]

    def options(self, name: str) -> list[Plain]:
        codes = self.codes(name)
        return [self._option(choice, codes[choice.name]) for choice in self.of(name) if choice.name in codes]

    def _option(self, choice: Choice, code: str) -> Plain:
        option: Plain = {"code": code, "text": self._builder.text(choice.texts, choice.row.place("label"))}
        if choice.row[f"{columns.OWN}specify"]:
            option["specify"] = True
        if audio := self.texts.texts("media::audio", choice.row.cells):
            option["audio"] = audio
        return option

    def is_rated(self, name: str) -> bool:
        """Whether a person says that these are levels of satisfaction, and they can be."""
        choices = self.of(name)
        if name not in self._rated:
            if len(choices) == 5 and name not in self._named and not name.startswith(columns.LEVELS):
                self._named.add(name)
                place = Place("choices", choices[0].row.number)
                self._builder.note(place, notes.FIVE_CHOICES, {"list": name[:40]}, person=False)
            return False
        levels, beside = _levels(choices)
        if len(levels) == 5 and len(beside) <= 1:
            return self._same_scale(name, levels, beside)
        self._builder.note(Place("choices"), notes.NOT_FIVE_LEVELS, {"list": name[:40]})
        return False

    def _same_scale(self, name: str, levels: list[Choice], beside: list[Choice]) -> bool:
        """Takes the first rated list as the scale; a second one has to have the same labels."""
        data, place = self._builder.data, levels[0].row.place("label")
        scale: Plain = {"levels": [dict(choice.texts) for choice in levels]}
        known = data.get("scale")
        if not isinstance(known, dict) or "levels" not in known:
            ends = {
                "first": next(iter(levels[0].texts.values()), ""),
                "last": next(iter(levels[-1].texts.values()), ""),
            }
            self._builder.note(place, notes.CHECK_LEVELS, {end: text[:40] for end, text in ends.items()})
            known = data["scale"] = scale
        if known["levels"] != scale["levels"]:
            self._builder.note(place, notes.OTHER_SCALE, {"list": name[:40]})
            return False
        if beside:
            known.setdefault("not_used", dict(beside[0].texts))
        return True

    def levels(self, name: str) -> dict[str, int]:
        """By the names in the form the levels 1 to 5, and 0 for the choice beside them."""
        levels, beside = _levels(self.of(name))
        return {choice.name: level for level, choice in enumerate(levels, start=1)} | {
            choice.name: 0 for choice in beside
        }


def _levels(choices: list[Choice]) -> tuple[list[Choice], list[Choice]]:
    """The five levels from the lowest, and what stands beside them."""
    numbered = [choice for choice in choices if choice.name in ("1", "2", "3", "4", "5")]
    if len(numbered) == 5:
        return sorted(numbered, key=lambda choice: choice.name), [one for one in choices if one not in numbered]
    return choices[:5], choices[5:]
