"""Opens a foreign file (CSV, XLSX, SPSS .sav; so also exports of KoboToolbox and LimeSurvey) as rows of wanted columns.

Trusts nothing: sizes, formulas and odd signs are refused by the rules of the frames' files; columns that nobody wants
are not looked at, for they hold what people wrote.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyreadstat

from analysis.old_data.mapping import OldDataFaults
from analysis.planning.frames.faults import FrameFaults
from analysis.planning.frames.files import FILE, ROWS, letter, lines_of, text_of

COLUMNS = 2000
BLANK = 200


@dataclass(frozen=True)
class Table:
    """By wanted heading its place as an office program calls it; rows with their number in the file."""

    places: dict[str, str]
    rows: list[tuple[int, dict[str, str]]]


def read(path: Path, wanted: Sequence[str]) -> Table:
    """Raises OldDataFaults."""
    try:
        lines = _of_spss(path) if path.suffix.lower() == ".sav" else lines_of(path, COLUMNS)
        return _table(iter(lines), wanted)
    except FrameFaults as wrong:
        raise OldDataFaults([one.en for one in wrong.faults]) from wrong
    except OSError as error:
        raise OldDataFaults([f"{path.name} cannot be read ({error.strerror})"]) from error


def _table(lines: Iterator[Sequence[object]], wanted: Sequence[str]) -> Table:
    head = [str(value or "").replace("\ufeff", "").strip() for value in next(lines, ())]
    faults = [f"row 1: the column {heading} is missing" for heading in wanted if heading not in head]
    faults += [f"row 1: the column {heading} is there twice" for heading in wanted if head.count(heading) > 1]
    if faults:
        raise OldDataFaults(faults)
    at = {heading: head.index(heading) for heading in wanted}
    rows: list[tuple[int, dict[str, str]]] = []
    blank = 0
    for number, line in enumerate(lines, 2):
        found = {
            heading: text_of(line[place], number, place) if place < len(line) else "" for heading, place in at.items()
        }
        blank = 0 if any(found.values()) else blank + 1
        if blank > BLANK:
            break
        if not blank:
            rows.append((number, found))
        if len(rows) > ROWS:
            raise OldDataFaults([f"row {number}: the file has more than {ROWS} rows; split it"])
    if not rows:
        raise OldDataFaults(["the file has no row of data"])
    return Table({heading: letter(place) for heading, place in at.items()}, rows)


def _of_spss(path: Path) -> list[Sequence[object]]:
    if path.stat().st_size > FILE:
        raise OldDataFaults([f"{path.name} is larger than {FILE >> 20} MB; split it"])
    try:
        found, about = pyreadstat.read_sav(path, output_format="dict", user_missing=True, row_limit=ROWS + 1)
    except Exception as error:  # A damaged file can raise anything in the library.
        raise OldDataFaults([f"{path.name} is no readable .sav file; save it anew in SPSS or PSPP"]) from error
    # SPSS has one kind of missing number of its own, which is no number at all.
    cells = ([None if value != value else value for value in found[name]] for name in about.column_names)
    return [about.column_names, *zip(*cells, strict=True)]
