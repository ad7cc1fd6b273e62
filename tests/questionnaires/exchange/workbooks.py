"""Builds workbooks for tests, by a library that the reader does not use."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

from questionnaires import exchange

Table = Sequence[Sequence[Any]]


def workbook(sheets: Mapping[str, Table], **options: Any) -> bytes:
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_urls": False} | options)
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write(number, column, cell)
    book.close()
    return stream.getvalue()


def repacked(content: bytes, **changes: bytes) -> bytes:
    """The same archive with other parts: the name of a part with `/` as `__`."""
    stream = io.BytesIO()
    wanted = {name.replace("__", "/"): part for name, part in changes.items()}
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, wanted.pop(name, None) or old.read(name))
        for name, part in wanted.items():
            new.writestr(name, part)
    return stream.getvalue()


def draft(content: bytes, name: str = "form.xlsx", rated: Sequence[str] = ()) -> exchange.Draft:
    return exchange.read_any(name, content, rated)


def said(draft: exchange.Draft) -> list[str]:
    return [str(note) for note in draft.notes]
