"""Turns one row of an XLSForm into a question of ours, or says why not."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from questionnaires.exchange import notes
from questionnaires.exchange import xlsform_columns as columns
from questionnaires.exchange.building import Builder
from questionnaires.exchange.conditions_in import CannotSay, Known, Plain, condition
from questionnaires.exchange.languages import Columns
from questionnaires.exchange.own_columns import own_question, unchanged_condition, with_words
from questionnaires.exchange.workbook import Row
from questionnaires.exchange.xlsform_choices import Choices
from questionnaires.kinds import THREE_LEVELS

_SELECT: Final = re.compile(
    r"(select[ _]?one|select1|select[ _]multiple|rank)[ _]*(?:from[ _]file )?(.*?)((?: or[ _]other)?)"
)
_YES: Final = ("yes", "true", "true()", "1")
_NO: Final = ("", "no", "false", "false()", "0")
_DAY: Final = re.compile(r"\.\s*([<>])=\s*date\(\s*'([0-9]{4}-[0-9]{2}-[0-9]{2})'\s*\)")
_MOST: Final = re.compile(r"(?:string-length|count-selected)\(\s*\.\s*\)\s*(<=?)\s*([0-9]{1,6})")
_ITSELF: Final = {".": Known(".", "number")}
OTHER_OPTION: Final[Plain] = {"code": "other", "text": {"vi": "Khác", "en": "Other"}, "specify": True}


class Questions:
    def __init__(self, rows: list[Row], texts: Columns, choices: Choices, builder: Builder) -> None:
        self.texts, self.choices, self.builder = texts, choices, builder
        self._names = [row["name"] for row in rows]

    def with_words(self, texts: Mapping[str, str]) -> dict[str, str]:
        return with_words(texts)

    def our_texts(self, row: Row, column: str) -> dict[str, str]:
        return self.builder.text(with_words(self.texts.texts(column, row.cells)), row.place(column))

    def take(self, row: Row) -> None:
        kind = " ".join(row["type"].split())
        selected = _SELECT.fullmatch(kind)
        make = self._selected if selected else _PLAIN.get(kind.replace(" ", "_").lower())
        if not row["name"] or make is None:
            message = notes.UNKNOWN_TYPE if row["name"] else notes.NO_NAME
            self.builder.note(row.place("type"), message, {"type": kind[:40], "name": row["name"][:40]})
            self.builder.known.setdefault(row["name"], Known(row["name"], "other"))
            return
        found = self._selected(row, selected) if selected else _PLAIN[kind.replace(" ", "_").lower()](self, row)
        if found is not None:
            self._add(row, found)

    def _add(self, row: Row, found: Plain) -> None:
        """Puts together what all kinds have: name, texts, condition, and what our own columns say."""
        shown = self._condition(row)
        name = row["name"]
        code = self.builder.code(_of_ranking(name) if found["kind"] == "ranking" else name, row.place("name"))
        question: Plain = {"kind": found["kind"], "code": code, "text": self.our_texts(row, "label")}
        if hint := self.texts.texts("hint", row.cells):
            question["hint"] = self.builder.text(with_words(hint), row.place("hint"))
        if audio := self.texts.texts("media::audio", row.cells):
            question["audio"] = audio
        if self._required(row):
            question["required"] = True
        known = found.pop("known", Known(code, "other"))
        question |= found | own_question(row)
        for each in {name, code}:
            self.builder.known[each] = Known(code, known.kind, known.options)
        for rank in range(2, question.get("ranks", 0) + 1):
            self.builder.known[f"{code}__rank{rank}"] = self.builder.known[code]
        self.builder.add(question, shown)

    def _condition(self, row: Row) -> Plain | None:
        unchanged, found = unchanged_condition(row)
        return found if unchanged else self.builder.condition(row["relevant"], row.place("relevant"))

    def _required(self, row: Row) -> bool:
        said = row["required"].lower().replace(" ", "")
        if said not in _YES + _NO:
            self.builder.note(row.place("required"), notes.REQUIRED_IF, {"text": row["required"][:60]})
        return said in _YES

    def _selected(self, row: Row, selected: Any) -> Plain | None:
        name, own = selected[2].strip(), row[f"{columns.OWN}kind"]
        if not self.choices.of(name):
            self.builder.note(row.place("type"), notes.NO_LIST, {"list": name[:40], "name": row["name"][:40]})
            self.builder.known.setdefault(row["name"], Known(row["name"], "other"))
            return None
        if row["choice_filter"]:
            self.builder.note(row.place("choice_filter"), notes.FILTER, {"text": row["choice_filter"][:60]})
        one = selected[1].startswith(("select one", "select_one", "selectone", "select1"))
        if own in ("rated", "general_rating"):
            return {"kind": own, "known": Known("", "one", {str(level): level for level in range(6)})}
        if own == "three_level":
            return self._three_levels(name)
        if one and not own and self.choices.is_rated(name):
            return {"kind": "rated", "known": Known("", "one", self.choices.levels(name))}
        return self._options(
            row, name, "single" if one else "ranking" if selected[1] == "rank" else "multiple", selected[3]
        )

    def _three_levels(self, name: str) -> Plain:
        levels = [self.builder.text(choice.texts, choice.row.place("label")) for choice in self.choices.of(name)[:3]]
        return {
            "kind": "three_level",
            "levels": levels,
            "known": Known("", "one", {word: word for word in THREE_LEVELS}),
        }

    def _options(self, row: Row, name: str, kind: str, or_other: str) -> Plain:
        codes: dict[str, str | int] = dict(self.choices.codes(name))
        options = self.choices.options(name)
        if or_other:
            options.append(OTHER_OPTION)
            codes["other"] = "other"
        found: Plain = {"kind": row[f"{columns.OWN}kind"] or kind, "options": options}
        if found["kind"] == "multiple":
            found |= self._most(row, "max_choices")
        if found["kind"] == "ranking":
            found["ranks"] = self._ranks(row, kind, len(options))
        return found | {"known": Known("", "one" if found["kind"] == "single" else "some", codes)}

    def _ranks(self, row: Row, kind: str, most: int) -> int:
        """Ours are a question for each place; the type `rank` orders all options."""
        if kind == "ranking":
            self.builder.note(row.place("type"), notes.ALL_RANKED)
            return min(3, most)
        stem = _of_ranking(row["name"])
        return sum(1 for name in self._names if re.fullmatch(re.escape(stem) + "__rank[1-9]", name))

    def _most(self, row: Row, key: str) -> Plain:
        text = row["constraint"]
        found = _MOST.match(text)
        whole = found is not None and (found.end() == len(text) or bool(row[f"{columns.OWN}kind"]))
        if text and not whole and not row[f"{columns.OWN}kind"]:
            self.builder.note(row.place("constraint"), notes.CONSTRAINT, {"text": text[:60]})
        return {key: int(found[2]) - (found[1] == "<")} if found and whole else {}

    def whole(self, row: Row) -> Plain:
        """A whole number; bounds that no condition can say are noted."""
        found: Plain = {"kind": "number", "known": Known("", "number")}
        try:
            bounds = condition(row["constraint"], _ITSELF) if row["constraint"] else {}
        except CannotSay:
            bounds = {"number": None}
        if ("number" not in bounds and row["constraint"]) or bounds.get("number", ".") is None:
            self.builder.note(row.place("constraint"), notes.CONSTRAINT, {"text": row["constraint"][:60]})
        elif not bounds:
            self.builder.note(row.place("constraint"), notes.NO_BOUNDS, person=False)
        names = {"at_least": "minimum", "at_most": "maximum"}
        return found | {names[key]: value for key, value in bounds.items() if key in names}

    def decimal(self, row: Row) -> Plain:
        self.builder.note(row.place("type"), notes.WHOLE_NUMBERS)
        return self.whole(row)

    def range(self, row: Row) -> Plain:
        """A slider; its ends stand among the parameters."""
        pairs = dict(re.findall(r"(start|end)\s*=\s*(-?[0-9]{1,9})(?![0-9.])", row["parameters"]))
        bounds = {name: int(pairs[key]) for key, name in (("start", "minimum"), ("end", "maximum")) if key in pairs}
        return {"kind": "number", "known": Known("", "number")} | ({"maximum": 10} | bounds)

    def day(self, row: Row) -> Plain:
        text = row["constraint"]
        bounds = {("earliest" if sign == ">" else "latest"): day for sign, day in _DAY.findall(text)}
        if re.sub(r"\band\b|\s", "", _DAY.sub("", text)):
            self.builder.note(row.place("constraint"), notes.CONSTRAINT, {"text": text[:60]})
        return {"kind": "date"} | bounds

    def written(self, row: Row) -> Plain:
        kind = row[f"{columns.OWN}kind"] or ("text" if "multiline" in row["appearance"] else "short_text")
        return {"kind": kind} | self._most(row, "max_length")


_PLAIN: Final[Mapping[str, Callable[[Questions, Row], Plain]]] = {
    **dict.fromkeys(("integer", "int"), Questions.whole),
    "decimal": Questions.decimal,
    "range": Questions.range,
    "date": Questions.day,
    **dict.fromkeys(("text", "string"), Questions.written),
}


def _of_ranking(name: str) -> str:
    return name.removesuffix("__rank1")
