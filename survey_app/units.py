"""Units: the map of a day, and reading and writing it as CSV. All faults of a file are named at once, nothing is
half-imported. What a unit is, the model says; which units a survey rates, its points and cases say.
"""

import csv
import io
import itertools
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from survey_app.models import Unit, UnitMove

COLUMNS = ("code", "name", "type", "valid_from", "valid_to", "parent_code", "merged_into_code", "certainty")
REQUIRED = ("code", "name", "type")
LENGTHS = {"code": 20, "name": 200, "type": 40, "parent_code": 20, "merged_into_code": 20, "certainty": 300}
MAX_ROWS = 50_000
MAX_FAULTS = 50  # A file of the wrong kind would otherwise answer with a fault for each of its lines.
# A spreadsheet runs a cell that begins with one of these; a leading apostrophe makes it plain text again.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Fault:
    line: int
    message: str


class UnitFaults(ValueError):
    """Everything that is wrong with a file of units, each with its line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: fault.line))
        shown = [
            _("line %(line)s: %(fault)s", line=fault.line, fault=fault.message) for fault in self.faults[:MAX_FAULTS]
        ]
        if left := self.faults[MAX_FAULTS:]:
            shown.append(ngettext("… and %(num)d more", "… and %(num)d more", len(left)))
        super().__init__("\n".join([_("Nothing was imported. Repair the file:"), *shown]))


@dataclass(frozen=True)
class Row:
    """One line of a file, checked by itself."""

    line: int
    code: str
    name: str
    type: str
    valid_from: date
    valid_to: date | None
    parent_code: str | None
    merged_into_code: str | None
    certainty: str
    columns: tuple[str, ...]  # Of the file: what has none stays as it is.


@dataclass(frozen=True)
class Imported:
    added: int
    changed: int
    unchanged: int


def on_day(day: date) -> sa.Select[Unit]:
    """The map of the day, in no order."""
    return sa.select(Unit).where(is_valid(day))


def is_valid(day: date) -> sa.ColumnElement[bool]:
    return (Unit.valid_from <= day) & (Unit.valid_to.is_(None) | (Unit.valid_to >= day))


def valid_on(session: Session, day: date) -> list[Unit]:
    """The map of the day, by code."""
    return list(session.scalars(on_day(day).order_by(Unit.code)))


def find(session: Session, code: str, day: date) -> Unit | None:
    """Of units that had the code one after the other, that of the day."""
    return session.scalar(on_day(day).where(Unit.code == code))


def code_in(unit: Unit, day: date) -> str:
    """The code of the unit in the files of a survey with the map of `day`: what began later may use a code again."""
    return unit.code if unit.valid_from <= day else f"{unit.code}-{unit.valid_from:%Y%m%d}"


def types_on(session: Session, day: date) -> list[tuple[str, int]]:
    """The types of the map of the day, each with its number of units, the most frequent first."""
    found = on_day(day).with_only_columns(Unit.type, sa.func.count()).group_by(Unit.type)
    return [(kind, count) for kind, count in session.execute(found.order_by(sa.func.count().desc(), Unit.type))]


def types(session: Session) -> list[str]:
    """The types that units have, of any day."""
    return list(session.scalars(sa.select(Unit.type).distinct().order_by(Unit.type)))


def import_csv(session: Session, content: bytes) -> Imported:
    """Adds and updates units by (code, valid_from); those not in the file stay. Raises UnitFaults."""
    rows, faults, named = _read(content)
    known = {(unit.code, unit.valid_from): unit for unit in session.scalars(sa.select(Unit))}
    if faults := [*faults, *_contradictions(rows, list(known.values()), named)]:
        raise UnitFaults(faults)
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    ended = set(session.scalars(sa.select(UnitMove.from_id).where(UnitMove.thing == "unit")))
    for row in rows:
        unit = known.get((row.code, row.valid_from))
        # What a change of units has ended stays so: a list of before does not know of it.
        lasting = row if unit is None or unit.id not in ended else replace(row, columns=_without_end(row.columns))
        counts[_keep(session, unit, lasting)] += 1
    session.flush()
    return Imported(**counts)


def export_csv(session: Session) -> str:
    """All units in the columns that `import_csv` reads."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for unit in session.scalars(sa.select(Unit).order_by(Unit.valid_from, Unit.code)):
        writer.writerow([_cell(getattr(unit, column)) for column in COLUMNS])
    return out.getvalue()


def _cell(value: object) -> str:
    return plain_cell("" if value is None or value == date.min else str(value))


def plain_cell(text: str) -> str:
    """The text as a cell that no spreadsheet runs."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _plain(cell: str) -> str:
    text = unicodedata.normalize("NFC", cell).strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTS) else text


def _read(content: bytes) -> tuple[list[Row], list[Fault], set[str]]:
    """The rows whose code and days can be read, all faults of single cells, and every code that the file has. What
    cannot be read on from somewhere is refused at once.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UnitFaults([Fault(line, _("not UTF-8 text: save the sheet as “CSV UTF-8”"))]) from error
    faults: list[Fault] = []
    records = _records(text, faults)
    rows = [row for line, cells in records if len(cells) > 1 and (row := _row(line, cells, faults))]
    return rows, faults, {cells["code"] for _line, cells in records}


def _records(text: str, faults: list[Fault]) -> list[tuple[int, dict[str, str]]]:
    """The cells of each line by column; of a line with too many or too few the code alone."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = [cell.strip() for cell in next(reader, [])]
        if len(set(header)) != len(header) or not set(REQUIRED) <= set(header) <= set(COLUMNS):
            raise UnitFaults([Fault(1, _fault_of_header())])
        return list(_named(reader, header, faults))
    except csv.Error as error:
        raise UnitFaults([Fault(reader.line_num, _("not readable as CSV: %(error)s", error=error))]) from error


def _fault_of_header() -> str:
    rest = ", ".join(column for column in COLUMNS if column not in REQUIRED)
    needed = ", ".join(REQUIRED)
    return str(_("the columns must be %(needed)s, and may be %(more)s", needed=needed, more=rest))


def _named(
    reader: Iterable[list[str]], header: Sequence[str], faults: list[Fault]
) -> Iterable[tuple[int, dict[str, str]]]:
    for count, cells in enumerate(reader, 1):
        line = int(getattr(reader, "line_num", count + 1))
        if count > MAX_ROWS:
            raise UnitFaults([Fault(line, _("more than %(most)s rows: split the file", most=MAX_ROWS))])
        if not any(cell.strip() for cell in cells):
            continue
        named = {name: _plain(cell) for name, cell in zip(header, cells, strict=False)}
        if len(cells) != len(header):
            fault = _("%(cells)s cells where %(columns)s columns are named", cells=len(cells), columns=len(header))
            faults.append(Fault(line, fault))
            named = {"code": named.get("code", "")}
        yield line, named


def _row(line: int, cells: dict[str, str], faults: list[Fault]) -> Row | None:
    """None where it cannot be compared with others. Of a cell with a fault no other fault is said."""
    wrong = {column: fault for column, text in cells.items() if (fault := _fault_of_cell(column, text))}
    faults.extend(Fault(line, fault) for fault in wrong.values())
    if wrong.keys() & {"code", "valid_from", "valid_to"}:
        return None
    cells |= dict.fromkeys(wrong, "")
    valid_from, valid_to = _day(cells.get("valid_from")) or date.min, _day(cells.get("valid_to"))
    if valid_to is not None and valid_to < valid_from:
        faults.append(Fault(line, _("valid_to is before valid_from")))
        return None
    return Row(
        line=line,
        code=cells["code"],
        name=cells["name"],
        type=cells["type"],
        valid_from=valid_from,
        valid_to=valid_to,
        parent_code=cells.get("parent_code") or None,
        merged_into_code=cells.get("merged_into_code") or None,
        certainty=cells.get("certainty", ""),
        columns=tuple(cells),
    )


def _fault_of_cell(column: str, text: str) -> str | None:
    if not text:
        return _("%(column)s is empty", column=column) if column in REQUIRED else None
    if column in ("valid_from", "valid_to"):
        wrong = _("%(column)s is %(text)s: write the day as 2017-06-01", column=column, text=repr(text[:20]))
        return None if _day(text) else wrong
    limit = LENGTHS[column]
    if len(text) > limit:
        return str(_("%(column)s is longer than %(limit)s characters", column=column, limit=limit))
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn") for sign in text):
        return str(_("%(column)s holds an invisible control character", column=column))
    return None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _contradictions(rows: Sequence[Row], known: Sequence[Unit], named: set[str]) -> list[Fault]:
    """Faults between the rows, and between the rows and what is already there."""
    keys = {(row.code, row.valid_from) for row in rows}
    others = [unit for unit in known if (unit.code, unit.valid_from) not in keys]
    return _overlaps(rows, others) + _unknown_codes(rows, {unit.code for unit in known} | named)


def _overlaps(rows: Sequence[Row], others: Sequence[Unit]) -> list[Fault]:
    by_code: dict[str, list[Row | Unit]] = defaultdict(list)
    for unit in others:
        by_code[unit.code].append(unit)
    for row in rows:
        by_code[row.code].append(row)
    faults = []
    for units in by_code.values():
        units.sort(key=lambda unit: unit.valid_from)
        for earlier, later in itertools.pairwise(units):
            new = later if isinstance(later, Row) else earlier
            if isinstance(new, Row) and (earlier.valid_to is None or earlier.valid_to >= later.valid_from):
                faults.append(Fault(new.line, _("code %(code)s is valid twice on the same day", code=new.code)))
    return faults


def _unknown_codes(rows: Sequence[Row], known: set[str]) -> list[Fault]:
    return [
        Fault(row.line, _("%(column)s %(code)s is no unit of the file or the system", column=column, code=code))
        for row in rows
        for column, code in (("parent_code", row.parent_code), ("merged_into_code", row.merged_into_code))
        if code is not None and code not in known
    ]


def _without_end(columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(column for column in columns if column not in ("valid_to", "merged_into_code"))


def _keep(session: Session, unit: Unit | None, row: Row) -> str:
    """Stores the row; says whether that added, changed or left the unit."""
    fields = {column: getattr(row, column) for column in COLUMNS if unit is None or column in row.columns}
    if unit is None:
        session.add(Unit(**fields))
        return "added"
    if all(getattr(unit, column) == value for column, value in fields.items()):
        return "unchanged"
    for column, value in fields.items():
        setattr(unit, column, value)
    return "changed"
