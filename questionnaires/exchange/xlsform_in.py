"""Reads an XLSForm: our own exactly as it was written, others as a draft with notes on what a person has to look at."""

from collections.abc import Collection
from typing import Final

from questionnaires.exchange import notes, workbook
from questionnaires.exchange import xlsform_columns as columns
from questionnaires.exchange.building import Builder, Group, fitting
from questionnaires.exchange.conditions_in import Known
from questionnaires.exchange.draft import Draft, Place, Refused
from questionnaires.exchange.languages import Columns
from questionnaires.exchange.own_columns import differences, own_data, own_part
from questionnaires.exchange.workbook import Row, Workbook
from questionnaires.exchange.xlsform_choices import Choices
from questionnaires.exchange.xlsform_questions import Questions

SHEETS: Final = ("survey", "choices", "settings", columns.OWN_SHEET)
_METADATA: Final = frozenset(
    {"start", "end", "today", "deviceid", "subscriberid", "simserial", "phonenumber", "username", "email", "audit"}
    | {"start_geopoint", "background_audio"}
)
_HIDDEN: Final = frozenset({"calculate", "hidden", "csv_external", "xml_external"})
# What the reader looks at; any other column is named in a note.
_USED: Final = frozenset(
    {"type", "name", "label", "hint", "required", "relevant", "constraint", "choice_filter", "appearance", "disabled"}
    | {"calculation", "parameters", "constraint_message", "required_message", "default", "media::audio"}
)
_HARMLESS: Final = frozenset({"guidance_hint", "appearance", "note", "notes", "comment", "constraint_message"})


def read(name: str, content: bytes, rated: Collection[str] = ()) -> Draft:
    book = workbook.read(content, SHEETS)
    if not {"type", "name"} <= set(book.headings.get("survey", ())):
        raise Refused(Place("survey"), notes.NO_SURVEY)
    form = _Form(name, book, rated)
    for row in book.sheet("survey"):
        form.take(row)
    return form.draft()


class _Form:
    """One form on its way in: each row finds out what it is, and groups what is inside them."""

    def __init__(self, name: str, book: Workbook, rated: Collection[str]) -> None:
        self.book = book
        self.own = bool(book.sheet(columns.OWN_SHEET))
        settings = next(iter(book.sheet("settings")), Row("settings", 2, {}))
        default = settings["default_language"]
        self.texts = Columns(book.headings["survey"], default)
        self.builder = Builder(self._opening(name, settings, default), book.notes)
        choices = Choices(book, default, rated, self.builder)
        self.questions = Questions(book.sheet("survey"), self.texts, choices, self.builder)
        self.repeats: list[str] = []
        self._note_columns()

    def _opening(self, name: str, settings: Row, default: str) -> dict[str, object]:
        """What stands in front of the questions."""
        version = settings["version"] or "1"
        code = settings["form_id"] or name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        if self.own:
            data, left = own_data(self.book.sheet(columns.OWN_SHEET), settings)
            self.book.notes += left
            return data
        title = Columns(["form_title"], default).texts("form_title", settings.cells)
        return {"code": fitting(code), "version": version, "status": "draft", "title": title}

    def _note_columns(self) -> None:
        note = self.builder.note
        for sheet, used in (("survey", self.texts), ("choices", self.questions.choices.texts)):
            for heading, language in used.foreign:
                note(Place(sheet, 1, heading[:40]), notes.LANGUAGE_NOT_USED, {"language": language[:40]})
            if used.names_no_language("label"):
                note(Place(sheet, 1, "label"), notes.LANGUAGE_ASSUMED, person=False)
        for heading in self.book.headings["survey"]:
            count = sum(1 for row in self.book.sheet("survey") if row[heading])
            name = heading.split("::")[0] if not heading.startswith("media::audio") else "media::audio"
            if count and name not in _USED and not heading.startswith(columns.OWN):
                note(Place("survey", 1, heading[:40]), notes.COLUMN_NOT_USED, {"count": count}, name not in _HARMLESS)

    def take(self, row: Row) -> None:
        kind, _, rest = row["type"].strip().partition(" ")
        words = f"{kind} {rest}".strip().replace("-", "_").replace(" ", "_").lower()
        if row["disabled"].lower() in ("yes", "true", "1"):
            self.builder.note(row.place(), notes.DISABLED, {"name": row["name"][:40]}, person=False)
        elif row[columns.ROLE]:
            self._take_ours(row)
        elif words.startswith(("begin", "end_", "endgroup", "endrepeat")) or words == "end":
            self._group(row, words) if words != "end" else self._leave_out(row, words)
        elif self.repeats:
            self.builder.note(row.place(), notes.IN_REPEAT, {"name": row["name"][:40], "repeat": self.repeats[-1][:40]})
        elif words in _METADATA or words in _HIDDEN or words == "note":
            self._leave_out(row, words)
        elif words:
            self.questions.take(row)

    def _take_ours(self, row: Row) -> None:
        """Rows that we wrote and that are no question."""
        texts = self.texts.texts("label", row.cells)
        if row[columns.ROLE] == "notice":
            notice = self.builder.data.setdefault("notice", {})
            notice[row["name"].removeprefix(columns.NOTICE)[:40]] = self.questions.our_texts(row, "label")
        elif row[columns.ROLE] == "intro":
            self.builder.intro(self.questions.with_words(texts), row.place("label"))

    def _group(self, row: Row, words: str) -> None:
        name = row["name"]
        if words.startswith("begin") and "repeat" in words:
            self.repeats.append(name)
            self.builder.note(row.place("type"), notes.REPEAT, {"name": name[:40]})
        elif words.startswith("begin"):
            self.repeats.append(self.repeats[-1]) if self.repeats else self._open(row)
        elif self.repeats:
            self.repeats.pop()
        elif self.builder.groups:
            self._close()
        else:
            self.builder.note(row.place("type"), notes.NOT_OPEN)

    def _open(self, row: Row) -> None:
        found = self.builder.condition(row["relevant"], row.place("relevant"))
        title = self.questions.with_words(self.texts.texts("label", row.cells))
        group = Group(row["name"] or "part", title, row.place("label"), [found] if found else [], own_part(row))
        self.builder.open(group)

    def _close(self) -> None:
        group = self.builder.groups[-1]
        if not self.builder.close():
            self.builder.note(group.place, notes.EMPTY_GROUP, {"name": group.name[:40]}, person=False)

    def _leave_out(self, row: Row, words: str) -> None:
        name = row["name"]
        self.builder.known.setdefault(name, Known(name, "other"))
        if words == "note":
            texts = self.texts.texts("label", row.cells)
            if not self.builder.intro(texts, row.place("label")):
                text = next(iter(texts.values()), name)
                self.builder.note(row.place("label"), notes.TEXT_ROW, {"text": text[:60]})
        elif words in _HIDDEN:
            self.builder.note(row.place("type"), notes.CALCULATED, {"name": name[:40]})
        else:
            self.builder.note(row.place("type"), notes.METADATA, {"type": words}, person=False)

    def draft(self) -> Draft:
        for group in self.builder.groups:
            self.builder.note(group.place, notes.UNCLOSED, {"name": group.name[:40]})
        if not self.own:
            self.builder.note(Place(), notes.STILL_MISSING)
        draft = Draft(self.builder.data, self.builder.finished_notes())
        return differences(draft, self.book) if self.own else draft
