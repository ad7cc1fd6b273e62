"""Makes a frame of a file: columns under their own names, days and words in one form, faults with their place."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from analysis.planning.frames.faults import Fault, FrameFaults, fault
from analysis.planning.frames.files import Sheet, letter, read_sheet
from analysis.planning.frames.kinds import COLUMNS, FrameColumn, plain
from analysis.planning.frames.personal import personal
from analysis.planning.rows import FORBIDDEN, Row
from analysis.planning.spec import FrameKind

SHOWN = 20  # Faults that are told one by one.


@dataclass(frozen=True)
class Frame:
    """`numbers`: in which row of the file each stood; `ignored`: headings that mean nothing here and were left out."""

    kind: FrameKind
    rows: tuple[Row, ...]
    numbers: tuple[int, ...]
    ignored: tuple[str, ...]


def read_frame(path: Path, kind: FrameKind) -> Frame:
    """Raises FrameFaults, OSError."""
    sheet = read_sheet(path)
    found, faults = _columns(sheet, kind)
    names = [found[place].name if place in found else "" for place in range(len(sheet.headings))]
    faults = [*personal(sheet, names), *faults]
    if not faults:
        rows, faults = _rows(sheet, found)
    if faults:
        raise FrameFaults(faults[:SHOWN], more=max(0, len(faults) - SHOWN))
    numbers = tuple(number for number, _ in sheet.rows)
    ignored = tuple(heading for place, heading in enumerate(sheet.headings) if heading and place not in found)
    return Frame(kind, tuple(rows), numbers, ignored)


def _columns(sheet: Sheet, kind: FrameKind) -> tuple[dict[int, FrameColumn], list[Fault]]:
    """By place in the sheet; a column's own name is always known."""
    found: dict[int, FrameColumn] = {}
    faults = []
    for column in COLUMNS[kind]:
        names = (plain(column.name), *column.headings)
        places = [place for place, heading in enumerate(sheet.headings) if plain(heading) in names]
        if len(places) > 1:
            headings = ", ".join(sheet.headings[place] for place in places)
            faults.append(fault("double_column", sheet.head_row, letter(places[1]), text=headings))
        if not places and column.required:
            faults.append(fault("missing_column", sheet.head_row, column.name, text=", ".join(column.headings[:3])))
        found |= {place: column for place in places[:1]}
    return found, faults


def _rows(sheet: Sheet, found: Mapping[int, FrameColumn]) -> tuple[list[Row], list[Fault]]:
    rows: list[Row] = []
    faults: list[Fault] = []
    first: dict[str, int] = {}
    for number, cells in sheet.rows:
        row = {}
        for place, column in found.items():
            value, wrong = _cell(cells[place], column, number, place)
            row[column.name] = value
            faults += wrong
            if column.holds == "code" and value and first.setdefault(value, number) != number:
                faults.append(fault("duplicate", number, letter(place), text=value, first=first[value]))
        rows.append(row)
    return rows, faults


def _cell(text: str, column: FrameColumn, row: int, place: int) -> tuple[str, list[Fault]]:
    if not text:
        return "", [fault("blank", row, letter(place))] if column.required else []
    value = READERS[column.holds](text, column)
    if value is None:
        known = ", ".join(column.words)
        return "", [fault(FAULTS[column.holds], row, letter(place), text=text, known=known)]
    return value, []


def _plain_text(text: str, _column: FrameColumn) -> str:
    """The signs that part the labels of the draw become hyphens."""
    return text.translate({ord(sign): "-" for sign in FORBIDDEN})


def _day(text: str, _column: FrameColumn) -> str | None:
    parts = text.split(" ")[0].replace(".", "/").replace("-", "/").split("/")
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    year, month, day = parts if len(parts[0]) == 4 else reversed(parts)
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _count(text: str, _column: FrameColumn) -> str | None:
    return str(int(text)) if text.isascii() and text.isdigit() and 0 < int(text) < 10_000 else None


READERS: Mapping[str, Callable[[str, FrameColumn], str | None]] = {
    "code": _plain_text,
    "text": _plain_text,
    "day": _day,
    "count": _count,
    "word": lambda text, column: column.value(text),
}
FAULTS = {"day": "day", "count": "count", "word": "word"}


def columns(kind: FrameKind) -> Iterator[str]:
    """The names of a frame's columns, as `frame.csv` has them."""
    return (column.name for column in COLUMNS[kind])
