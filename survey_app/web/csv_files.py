"""Tables to take home as CSV: UTF-8 with the mark that spreadsheets want, and no cell that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

from survey_app.units import plain_cell


def content(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return "\ufeff" + out.getvalue()


def download(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content(header, rows), mimetype="text/csv", headers=headers)


def _cell(value: object) -> object:
    if value is None:
        return ""
    return plain_cell(value) if isinstance(value, str) else value
