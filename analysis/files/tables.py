"""Writes the rows as CSV and Parquet, straight from the engine: memory does not grow with the number of responses."""

from pathlib import Path

from analysis.files.rows import Rows
from analysis.series import name, text

# A spreadsheet would take a text that begins so for a formula.
FORMULA = "^[=+@\\t\\r-]"


def write_csv(rows: Rows, file: Path) -> None:
    texts = [name(one.name) for one in rows.variables if one.kind == "text"]
    escaped = ", ".join(
        f"CASE WHEN regexp_matches({column}, {text(FORMULA)}) THEN '''' || {column} ELSE {column} END AS {column}"
        for column in texts
    )
    select = f"SELECT * REPLACE ({escaped}) FROM ({rows.select}) AS plain"  # noqa: S608  (quoted by `name` and `text`)
    rows.connection.sql(f"COPY ({select}) TO {text(str(file))} (FORMAT csv, HEADER)")


def write_parquet(rows: Rows, file: Path) -> None:
    about = f"{{title: {text(rows.title)}, simulated: {text(str(rows.simulated).lower())}}}"
    rows.connection.sql(
        f"COPY ({rows.select}) TO {text(str(file))} (FORMAT parquet, COMPRESSION zstd, KV_METADATA {about})"
    )
