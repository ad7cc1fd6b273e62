"""Writes tables of text as a workbook in which nothing is a formula."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

import xlsxwriter

Cells = Mapping[str, str]
LONGEST: Final = 32_767  # Characters in a cell; what is longer, office programs cut without a word.


def workbook(sheets: Mapping[str, tuple[Sequence[str], Sequence[Cells]]]) -> bytes:
    """Every cell is text: nothing that a form says can become a formula. The same content gives the same bytes."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": datetime(2000, 1, 1)})
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    for name, (headings, rows) in sheets.items():
        sheet = book.add_worksheet(name)
        used = [heading for heading in headings if any(row.get(heading) for row in rows)]
        for column, heading in enumerate(used):
            sheet.write_string(0, column, heading, bold)
            sheet.set_column(column, column, 40 if "label" in heading or heading == "text" else 18)
            for number, row in enumerate(rows, start=1):
                if text := row.get(heading, ""):
                    sheet.write_string(number, column, _fitting(name, number, heading, text), wrapped)
        sheet.freeze_panes(1, 0)
    book.close()
    return stream.getvalue()


def _fitting(sheet: str, number: int, heading: str, text: str) -> str:
    if len(text) > LONGEST:
        raise ValueError(f"{sheet}, row {number + 1}, {heading}: a cell holds {LONGEST} characters, not {len(text)}.")
    return text
