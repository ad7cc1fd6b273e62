"""Reads the sheets of a workbook from outside as rows of text; what the cells mean is left to `xlsform_in`."""

import unicodedata
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import openpyxl

from questionnaires.exchange import notes
from questionnaires.exchange.archive import repacked
from questionnaires.exchange.cleaning import cleaned
from questionnaires.exchange.draft import Note, Place, Refused

ROWS: Final = 5_000
COLUMNS: Final = 120
CELL: Final = 32_767  # Characters; no office program takes more.
_BLANK: Final = 100  # Empty rows in a row after which a sheet ends; what formats all rows leaves a million of them.


@dataclass(frozen=True)
class Row:
    """One row of a sheet: its cells by heading, without the empty ones."""

    sheet: str
    number: int
    cells: Mapping[str, str]

    def __getitem__(self, heading: str) -> str:
        return self.cells.get(heading, "")

    def place(self, heading: str = "") -> Place:
        return Place(self.sheet, self.number, heading)


@dataclass
class Workbook:
    """`headings` and `rows` by the name of the sheet, in lower case."""

    headings: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, list[Row]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def sheet(self, name: str) -> list[Row]:
        return self.rows.get(name, [])


def read(content: bytes, wanted: Iterable[str]) -> Workbook:
    """The wanted sheets. Nothing is calculated: a formula is the text that it was typed as."""
    book = Workbook()
    packed, macros = repacked(content)
    if macros:
        book.notes.append(Note(Place(), notes.MACROS, needs_person=False))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # What the library leaves out is no part of a questionnaire.
            opened = openpyxl.load_workbook(packed, read_only=True, keep_links=False)
            for sheet in opened.worksheets:
                _take(book, sheet, set(wanted))
            opened.close()
    except Refused:
        raise
    except Exception as error:  # A damaged workbook can raise anything in the library; the reason goes to the person.
        raise Refused(Place(), notes.DAMAGED, {"reason": f"{type(error).__name__}: {error}"[:100]}) from error
    return book


def _take(book: Workbook, sheet: Any, wanted: set[str]) -> None:
    name = str(sheet.title).strip().lower()
    if name not in wanted:
        book.notes.append(Note(Place(cleaned(str(sheet.title))[0][:40]), notes.SHEET_NOT_USED, needs_person=False))
        return
    if name in book.rows:
        raise Refused(Place(name), notes.DOUBLE_SHEET)
    sheet.reset_dimensions()  # What the sheet says of its size may be a lie.
    lines = _lines(book, name, sheet)
    headings = _headings(book, name, next(lines, (1, {}))[1])
    book.headings[name] = list(headings.values())
    book.rows[name] = []
    for number, cells in lines:
        for column in cells.keys() - headings.keys():
            book.notes.append(Note(Place(name, number), notes.NO_HEADING, {"text": cells[column][:40]}))
        named = {heading: cells[column] for column, heading in headings.items() if column in cells}
        book.rows[name].append(Row(name, number, named))


def _lines(book: Workbook, name: str, sheet: Any) -> Iterator[tuple[int, dict[int, str]]]:
    """The rows that hold something: the number and the texts by column."""
    blank = taken = 0
    for number, row in enumerate(sheet.iter_rows(max_col=COLUMNS + 1), start=1):
        cells = {column: text for column, cell in enumerate(row) if (text := _cell(book, name, number, cell))}
        blank = 0 if cells else blank + 1
        if blank == _BLANK:
            book.notes.append(Note(Place(name, number), notes.BLANK_ROWS, {"count": _BLANK}, needs_person=False))
            return
        if COLUMNS in cells:
            raise Refused(Place(name, number), notes.TOO_MANY_COLUMNS, {"most": COLUMNS})
        if cells:
            taken += 1
            if taken > ROWS:
                raise Refused(Place(name, number), notes.TOO_MANY_ROWS, {"most": ROWS})
            yield number, cells


def _cell(book: Workbook, sheet: str, number: int, cell: Any) -> str:
    if cell.value is None:
        return ""
    text = _as_text(cell.value)
    place = Place(sheet, number, str(getattr(cell, "column_letter", "")))
    if len(text) > CELL:
        raise Refused(place, notes.LONG_CELL, {"length": len(text), "most": CELL})
    if cell.data_type == "f":
        book.notes.append(Note(place, notes.FORMULA, {"text": text[:40]}))
    text, removed = cleaned(text)
    if removed:
        book.notes.append(Note(place, notes.ODD_CHARACTERS, {"codes": removed}))
    return text.strip()


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, date):
        return value.isoformat().removesuffix("T00:00:00")
    return str(getattr(value, "text", value))  # An array formula keeps its text apart.


def _headings(book: Workbook, sheet: str, cells: Mapping[int, str]) -> dict[int, str]:
    """The heading of each column; one that comes twice counts once."""
    found: dict[int, str] = {}
    for column, text in cells.items():
        heading = _normal(text)
        if heading in found.values():
            book.notes.append(Note(Place(sheet, 1, heading[:40]), notes.DOUBLE_COLUMN))
        else:
            found[column] = heading
    return found


def _normal(heading: str) -> str:
    """As forms are written by hand: `Label : English`, `relevance`, `list name`."""
    name, _, language = unicodedata.normalize("NFC", heading).replace("::", ":").partition(":")
    name = name.strip().lower().replace(" ", "_").replace("-", "_")
    if name in ("media", "bind", "body", "instance", "control") and language:
        below, _, language = language.partition(":")
        name = f"{name}::{below.strip().lower()}"
    return f"{name}::{language.strip()}" if language else _ALIASES.get(name, name)


_ALIASES: Final = {
    "relevance": "relevant",
    "bind::relevant": "relevant",
    "bind::required": "required",
    "bind::constraint": "constraint",
    "audio": "media::audio",
    "image": "media::image",
    "video": "media::video",
    "caption": "label",
    "command": "type",
    "tag": "name",
    "value": "name",
    "list": "list_name",
    "read_only": "readonly",
    "constraint_msg": "constraint_message",
    "id_string": "form_id",
    "title": "form_title",
}
