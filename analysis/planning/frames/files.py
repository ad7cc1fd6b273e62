"""Opens what an office sends, CSV or XLSX, as rows of text; trusts nothing. What cells mean is left to `reading`."""

import csv
import io
import unicodedata
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

from analysis import archives
from analysis.planning.frames.faults import FrameFaults, fault

FILE = 40 * 2**20
ROWS, COLUMNS, CELL = 300_000, 60, 300
BLANK = 200  # Empty rows after which a sheet ends; what formats all rows leaves a million of them.


@dataclass(frozen=True)
class Sheet:
    """`rows`: number as the office's program counts, and the cells below the headings."""

    headings: tuple[str, ...]
    head_row: int
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read_sheet(path: Path) -> Sheet:
    """The first sheet. Raises FrameFaults, OSError."""
    found = list(_kept(lines_of(path)))
    if len(found) < 2:
        raise FrameFaults([fault("empty")])
    (head_row, headings), *rows = found
    return Sheet(headings, head_row, tuple((number, _filled(cells, len(headings))) for number, cells in rows))


def lines_of(path: Path, columns: int = COLUMNS) -> Iterator[Sequence[object]]:
    """The lines of the first sheet as they stand, of one column more than may be. Raises FrameFaults, OSError."""
    if path.stat().st_size > FILE:
        raise FrameFaults([fault("too_large", most=f"{FILE >> 20} MB")])
    content = path.read_bytes()
    return _workbook(content, columns) if content.startswith(b"PK") else _lines(content)


def letter(column: int) -> str:
    """A, B, … as office programs call columns."""
    return str(get_column_letter(column + 1))


def _filled(cells: tuple[str, ...], width: int) -> tuple[str, ...]:
    return (*cells, *[""] * (width - len(cells)))


def _kept(lines: Iterable[Sequence[object]]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Rows that hold something, cleaned, as long as there are not too many."""
    blank = kept = 0
    for number, line in enumerate(lines, start=1):
        cells = [text_of(value, number, column) for column, value in enumerate(line)]
        while cells and not cells[-1]:
            cells.pop()
        blank = 0 if cells else blank + 1
        if blank > BLANK:
            return
        if len(cells) > COLUMNS:
            raise FrameFaults([fault("too_many_columns", number, most=COLUMNS)])
        kept += bool(cells)
        if kept > ROWS + 1:
            raise FrameFaults([fault("too_many_rows", number, most=ROWS)])
        if cells:
            yield number, tuple(cells)


def text_of(value: object, row: int, column: int) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = unicodedata.normalize("NFC", str(getattr(value, "text", value))).replace("\ufeff", "").strip()
    if text.startswith(("=", "@")) or hasattr(value, "text"):
        raise FrameFaults([fault("formula", row, letter(column))])
    if len(text) > CELL:
        raise FrameFaults([fault("long_cell", row, letter(column), most=CELL)])
    if odd := next((sign for sign in text if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")), ""):
        raise FrameFaults([fault("sign", row, letter(column), text=f"U+{ord(odd):04X}")])
    return text


def _lines(content: bytes) -> Iterator[Sequence[object]]:
    text = _decoded(content)
    first = text[:5000].split("\n", 1)[0]
    mark = max(",;\t", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    except csv.Error as error:
        raise FrameFaults([fault("unreadable")]) from error


def _decoded(content: bytes) -> str:
    """UTF-8, or what Excel calls Unicode text; older code pages would be guessed wrong in silence."""
    try:
        return content.decode("utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise FrameFaults([fault("unreadable")]) from error


def _workbook(content: bytes, columns: int) -> Iterator[Sequence[object]]:
    if wrong := archives.fault(content):
        raise FrameFaults([fault(wrong)])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # What the library leaves out is no part of a list.
            book: Any = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # What the sheet says of its size may be a lie.
            yield from sheet.iter_rows(max_col=columns + 1, values_only=True)
            book.close()
    except FrameFaults:
        raise
    except Exception as error:  # A damaged workbook can raise anything in the library.
        raise FrameFaults([fault("unreadable")]) from error
