"""Results that were published in earlier years, from a table: index or factor, unit, value, n, and a note on method.

They have no answers behind them, so no interval and no difference: they stand beside a new year with a break. Units are
rolled up to a later map by shares of population, and each says how comparable it is.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from analysis.extract import sha256
from analysis.old_data import mapping, table, units
from analysis.old_data.mapping import OldDataFaults
from analysis.old_data.table import Table
from questionnaires import loader
from questionnaires.model import Instrument

FORMAT, FILE = "hailong-published/1", "published.json"
COLUMNS = ("code", "unit", "value", "n", "note")
INDEX = "index"
Flag = Literal["exact", "by_share", "not_comparable"]


@dataclass(frozen=True)
class Result:
    """One line of the table; `unit` is empty for the whole."""

    code: str
    unit: str
    value: float
    n: int
    note: str


@dataclass(frozen=True)
class RolledUp:
    """`exact`: one old unit became this one whole. `by_share`: several did, weighed by their people."""

    code: str
    unit: str
    flag: Flag
    value: float | None
    n: int
    made_of: tuple[str, ...]


def results(found: Table, instrument: Instrument, known: Mapping[str, units.Unit]) -> list[Result]:
    """Raises OldDataFaults with every fault of the table."""
    codes = {INDEX, *(factor.code for factor in instrument.factors)}
    faults: list[str] = []
    read: dict[tuple[str, str], Result] = {}
    for number, cells in found.rows:
        value, count = _number(cells["value"]), _number(cells["n"])
        wrong = {
            "code": "is neither index nor a factor" if cells["code"] not in codes else "",
            "unit": "is no unit of that day" if cells["unit"] and cells["unit"] not in known else "",
            "value": "is no percentage from 0 to 100" if value is None or not 0 <= value <= 100 else "",
            "n": "is no number of people" if count is None or count < 1 or count % 1 else "",
        }
        named = [
            f"row {number}, column {found.places[name]} ({name}): {cells[name]!r} {why}"
            for name, why in wrong.items()
            if why
        ]
        key = (cells["code"], cells["unit"])
        named += [f"row {number}: {' '.join(key)} is there twice"] if key in read else []
        faults += named
        if not named and value is not None and count is not None:
            read[key] = Result(*key, value, int(count), cells["note"])
    if (INDEX, "") not in read and not faults:
        faults = ["the table has no index of the whole (code index, unit empty)"]
    if faults:
        raise OldDataFaults(faults)
    return list(read.values())


def _number(text: str) -> float | None:
    """«82,66» and «82.66»."""
    plain = text.replace(",", ".")
    return float(plain) if plain.replace(".", "", 1).isdecimal() and plain.isascii() else None


def rolled_up(
    found: Sequence[Result], known: Sequence[units.Unit], on: date, to: date, people: Mapping[str, int]
) -> list[RolledUp]:
    """By code and unit of the later map; without all parts or their people a unit is not comparable."""
    parts: dict[str, list[str]] = {}
    for code in units.valid(known, on):
        if new := units.successor(known, code, on, to):
            parts.setdefault(new, []).append(code)
    told = {(one.code, one.unit): one for one in found if one.unit}
    made = []
    for code in dict.fromkeys(one.code for one in found):
        for unit, olds in sorted(parts.items()):
            have = [told[code, old] for old in olds if (code, old) in told]
            if have:
                made.append(_one(code, unit, olds, have, people))
    return made


def _one(code: str, unit: str, olds: Sequence[str], have: Sequence[Result], people: Mapping[str, int]) -> RolledUp:
    n, whole = sum(one.n for one in have), len(have) == len(olds)
    if whole and len(olds) == 1:
        return RolledUp(code, unit, "exact", have[0].value, n, tuple(olds))
    if whole and all(people.get(old, 0) > 0 for old in olds):
        total = sum(people[old] for old in olds)
        value = sum(people[one.unit] * one.value for one in have) / total
        return RolledUp(code, unit, "by_share", value, n, tuple(olds))
    return RolledUp(code, unit, "not_comparable", None, n, tuple(olds))


@dataclass(frozen=True)
class Job:
    file: Path
    about: Path
    units: Path
    units_on: date | None = None
    people: Path | None = None


def import_table(job: Job, out: Path) -> int:
    """Writes the folder; returns how many results it holds. Raises OldDataFaults, OSError."""
    if out.exists():
        raise OldDataFaults([f"{out} exists; name a new folder"])
    dataset = mapping.read_published(job.about)
    instrument = loader.load_builtin(dataset.instrument) if dataset.instrument in loader.builtin_codes() else None
    if not isinstance(instrument, Instrument):
        raise OldDataFaults([f"instrument: there is no built-in questionnaire {dataset.instrument} with an index"])
    known, on = units.read(job.units), dataset.survey.last_day
    found = results(table.read(job.file, COLUMNS), instrument, units.valid(known, on))
    to = job.units_on or on
    more = rolled_up(found, known, on, to, _people(job.people))
    content: dict[str, Any] = {
        "format": FORMAT,
        "survey": dataset.survey.model_dump(mode="json") | {"index": instrument.index.code, "units_on": on.isoformat()},
        "series": dataset.series,
        "results": [asdict(one) for one in found],
        "rolled_up": {"units_on": to.isoformat(), "units": [asdict(one) for one in more]},
        "source": {"sha256": sha256(job.file)},
    }
    out.mkdir(parents=True)
    said = json.dumps(content | {"hash": hash_of(content)}, ensure_ascii=False, indent=1, sort_keys=True)
    (out / FILE).write_text(said + "\n", "utf-8")
    return len(found)


def _people(path: Path | None) -> dict[str, int]:
    """A table with the columns unit and people."""
    if path is None:
        return {}
    found = table.read(path, ("unit", "people"))
    wrong = [
        f"row {number}, column {found.places['people']}: {cells['people']!r} is no whole number"
        for number, cells in found.rows
        if not (cells["people"].isdecimal() and cells["people"].isascii())
    ]
    if wrong:
        raise OldDataFaults(wrong)
    return {cells["unit"]: int(cells["people"]) for _, cells in found.rows}


def hash_of(content: Mapping[str, Any]) -> str:
    said = {name: value for name, value in content.items() if name != "hash"}
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def read(folder: Path) -> dict[str, Any]:
    """Raises ValueError where the file is not as it was imported, OSError."""
    found: dict[str, Any] = json.loads((folder / FILE).read_text("utf-8"))
    if found.get("format") != FORMAT or found.get("hash") != hash_of(found):
        raise ValueError(f"{FILE} is not as it was imported")
    return found
