"""Turns the structure of a LimeSurvey survey into a draft of ours, with notes on what a person has to look at."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from questionnaires.exchange import notes
from questionnaires.exchange.building import Builder, Group, fitting, option_codes
from questionnaires.exchange.conditions_in import Known, Plain
from questionnaires.exchange.draft import Draft, Place, Refused
from questionnaires.exchange.limesurvey_rows import Node, Structure, structure

OTHER: Final[Plain] = {"code": "other", "text": {"vi": "Khác", "en": "Other"}, "specify": True}
YES_NO: Final = ({"code": "Y", "text": {"vi": "Có", "en": "Yes"}}, {"code": "N", "text": {"vi": "Không", "en": "No"}})
# Columns that every export has; all others are settings of a question.
_USUAL: Final = frozenset(
    {"id", "related_id", "class", "type/scale", "name", "relevance", "text", "help", "language", "mandatory", "other"}
    | {"same_default", "same_script", "encrypted", "maximum_chars", "max_answers", "min_num_value_n", "max_num_value_n"}
)
# Settings that change what may be answered or what is shown.
_MATTERS: Final = frozenset(
    {"validation", "em_validation_q", "em_validation_sq", "default", "array_filter", "array_filter_exclude", "hidden"}
    | {"exclude_all_others", "min_answers", "random_group", "equation", "max_subquestions"}
)


def read(name: str, text: str, rated: Collection[str] = ()) -> Draft:
    found = structure(text)
    if not {"class", "type/scale", "name"} <= set(found.headings):
        raise Refused(Place(row=1), notes.NO_CLASS)
    return _Survey(name, found, rated).draft()


class _Survey:
    def __init__(self, name: str, found: Structure, rated: Collection[str]) -> None:
        self.found, self.rated = found, frozenset(rated)
        stem = fitting(name.rsplit("/", 1)[-1].rsplit(".", 1)[0])
        opening = {"code": stem, "version": "1", "status": "draft", "title": found.titles}
        self.builder = Builder(opening, found.notes)
        if found.welcome:
            self.builder.data["notice"] = {"purpose": found.welcome}

    def draft(self) -> Draft:
        for group, questions in self.found.groups:
            shown = self._condition(group)
            name = group.texts.get("en") or group.name or "part"
            self.builder.open(Group(name, group.texts, group.place, [shown] if shown else []))
            if group.helps:
                self.builder.intro(group.helps, group.place_of("text"))
            for question in questions:
                self._take(question)
            if not self.builder.close():
                self.builder.note(group.place, notes.EMPTY_GROUP, {"name": name[:40]}, person=False)
        self._note_settings()
        self.builder.note(Place(), notes.STILL_MISSING)
        return Draft(self.builder.data, self.builder.finished_notes())

    def _note_settings(self) -> None:
        questions = [question for _, questions in self.found.groups for question in questions]
        for heading in self.found.headings:
            count = sum(1 for question in questions if question.cells.get(heading, "0") not in ("0", "N"))
            if count and heading and heading not in _USUAL:
                words: dict[str, str | int] = {"name": heading[:40], "count": count}
                self.builder.note(Place(column=heading[:40]), notes.ATTRIBUTE_NOT_USED, words, heading in _MATTERS)

    def _condition(self, node: Node) -> Plain | None:
        text = node.cells.get("relevance", "").strip()
        text = text[1:-1] if text.startswith("{") and text.endswith("}") else text
        return self.builder.condition(text, node.place_of("relevance")) if text not in ("", "1") else None

    def _take(self, node: Node) -> None:
        kind = node.cells.get("type/scale", "").strip()
        make = _KINDS.get(kind)
        if kind == "X":
            if not self.builder.intro(node.texts, node.place_of("text")):
                text = next(iter(node.texts.values()), node.name)
                self.builder.note(node.place_of("text"), notes.TEXT_ROW, {"text": text[:60]})
        elif kind == "F":
            self._array(node)
        elif make is None or not node.name:
            words = {"type": kind[:20], "name": node.name[:40]}
            self.builder.note(node.place_of("type/scale"), notes.UNKNOWN_TYPE if node.name else notes.NO_NAME, words)
            self.builder.known.setdefault(node.name, Known(node.name, "other"))
        else:
            self._add(node, make(self, node))

    def _add(self, node: Node, found: Plain) -> None:
        shown = self._condition(node)
        code = self.builder.code(node.name, node.place_of("name"))
        question: Plain = {"kind": found["kind"], "code": code, "text": self._text(node)}
        if node.helps:
            question["hint"] = self.builder.text(node.helps, node.place_of("help"))
        if node.cells.get("mandatory", "") in ("Y", "S"):
            question["required"] = True
        known = found.pop("known", Known(code, "other"))
        self.builder.known[node.name] = Known(code, known.kind, known.options)
        if found["kind"] == "multiple":
            for foreign, option in known.options.items():
                self.builder.known[f"{node.name}_{foreign}"] = Known(code, "part", {"Y": option})
        self.builder.add(question | found, shown)

    def _text(self, node: Node) -> dict[str, str]:
        return self.builder.text(node.texts, node.place_of("text"))

    def _array(self, node: Node) -> None:
        """A table: every row a question with the columns as its choices, rated where a person says so."""
        self.builder.note(node.place_of("type/scale"), notes.SPLIT_ARRAY, {"name": node.name[:40]}, person=False)
        shown = self._condition(node)
        levels = list(node.answers.values())
        rated = node.name in self.rated and len(levels) == 5
        if rated:
            self.builder.data.setdefault("scale", {"levels": [self._text(level) for level in levels]})
            words = {"first": levels[0].name[:40], "last": levels[-1].name[:40]}
            self.builder.note(levels[0].place, notes.CHECK_LEVELS, words)
        elif len(levels) == 5:
            self.builder.note(node.place, notes.FIVE_CHOICES, {"list": node.name[:40]}, person=False)
        for row in node.subquestions.values():
            found = self._rated(levels) if rated else self._options(node, "single", node.answers)
            foreign = f"{node.name}_{row.name}"
            code = self.builder.code(foreign, row.place_of("name"))
            known = found.pop("known")
            self.builder.known[foreign] = Known(code, "one", known.options)
            question = {"kind": found["kind"], "code": code, "text": self._text(row)} | found
            if node.cells.get("mandatory", "") == "Y":
                question["required"] = True
            self.builder.add(question, shown)

    def _rated(self, levels: list[Node]) -> Plain:
        return {"kind": "rated", "known": Known("", "one", {one.name: at for at, one in enumerate(levels, start=1)})}

    def _options(self, node: Node, kind: str, below: Mapping[Any, Node]) -> Plain:
        codes: dict[str, str | int] = dict(option_codes([one.name for one in below.values()]))
        options = [{"code": codes[one.name], "text": self._text(one)} for one in below.values()]
        changed = [f"{old} → {new}" for old, new in codes.items() if old != new]
        if changed:
            self.builder.note(node.place, notes.OPTIONS_RENAMED, {"example": changed[0][:80]}, person=False)
        if node.cells.get("other") == "Y":
            options.append(dict(OTHER))
            codes["-oth-"] = "other"
        return {"kind": kind, "options": options, "known": Known("", "one" if kind == "single" else "some", codes)}

    def single(self, node: Node) -> Plain:
        return self._options(node, "single", node.answers)

    def multiple(self, node: Node) -> Plain:
        most = _whole(node, "max_answers")
        return self._options(node, "multiple", node.subquestions) | ({"max_choices": most} if most else {})

    def ranking(self, node: Node) -> Plain:
        found = self._options(node, "ranking", node.answers or node.subquestions)
        most = min(_whole(node, "max_answers") or 3, 3, len(found["options"]))
        self.builder.note(node.place_of("type/scale"), notes.ALL_RANKED)
        return found | {"ranks": max(most, 1)}

    def yes_no(self, _node: Node) -> Plain:
        return {"kind": "single", "options": list(YES_NO), "known": Known("", "one", {"Y": "Y", "N": "N"})}

    def five_points(self, node: Node) -> Plain:
        """LimeSurvey shows five numbers without words; whether they are levels of satisfaction, a person says."""
        points = [{"code": f"o{point}", "text": {"vi": str(point), "en": str(point)}} for point in range(1, 6)]
        self.builder.note(node.place_of("type/scale"), notes.FIVE_POINTS)
        codes: dict[str, str | int] = {str(point): f"o{point}" for point in range(1, 6)}
        return {"kind": "single", "options": points, "known": Known("", "one", codes)}

    def number(self, node: Node) -> Plain:
        low, high = _whole(node, "min_num_value_n"), _whole(node, "max_num_value_n")
        if low is None and high is None:
            self.builder.note(node.place, notes.NO_BOUNDS, person=False)
        bounds = {"minimum": low, "maximum": high}
        given = {name: bound for name, bound in bounds.items() if bound is not None}
        return {"kind": "number", "known": Known("", "number")} | given

    def day(self, _node: Node) -> Plain:
        return {"kind": "date"}

    def short_text(self, node: Node) -> Plain:
        return {"kind": "short_text"} | _length(node, 500)

    def long_text(self, node: Node) -> Plain:
        return {"kind": "text"} | _length(node, 10_000)


def _length(node: Node, most: int) -> Plain:
    said = _whole(node, "maximum_chars")
    return {"max_length": min(said, most)} if said else {}


def _whole(node: Node, column: str) -> int | None:
    text = node.cells.get(column, "").strip()
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else None


_KINDS: Final[Mapping[str, Callable[[_Survey, Node], Plain]]] = {
    "L": _Survey.single,
    "!": _Survey.single,
    "M": _Survey.multiple,
    "R": _Survey.ranking,
    "Y": _Survey.yes_no,
    "5": _Survey.five_points,
    "N": _Survey.number,
    "D": _Survey.day,
    "S": _Survey.short_text,
    "T": _Survey.long_text,
    "U": _Survey.long_text,
}
