"""From the units of an old map to those of a later one: 41 → 30 → 8, along what each was merged into.

Only whole units are moved, so answers move exactly; where a unit has no successor nothing is guessed.
"""

import csv
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path

from analysis.old_data.mapping import OldDataFaults

Unit = Mapping[str, str]
FIELDS = ("code", "name", "type", "valid_from", "valid_to", "parent_code", "merged_into_code", "certainty")


def read(path: Path) -> list[Unit]:
    """A list of units with their days, as `hailong units export` writes it. Raises OldDataFaults."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise OldDataFaults([f"{path.name} cannot be read ({error})"]) from error
    if not rows or not set(FIELDS) <= set(rows[0]):
        raise OldDataFaults([f"{path.name} lacks one of the columns {', '.join(FIELDS)}"])
    return [{field: row[field] or "" for field in FIELDS} for row in rows]


def valid(units: Sequence[Unit], on: date) -> dict[str, Unit]:
    """By code the units of a day: codes are reused with another meaning on another day."""
    day = on.isoformat()
    return {one["code"]: one for one in units if one["valid_from"] <= day and day <= (one["valid_to"] or "9999")}


def successor(units: Sequence[Unit], code: str, on: date, to: date) -> str | None:
    """The code, on the day `to`, of the unit that `code` means on the day `on`; None where it ended without one."""
    while True:
        one = valid(units, on).get(code)
        if one is None:
            return None
        ended = one["valid_to"]
        if not ended or ended >= to.isoformat():
            return code
        code, on = one["merged_into_code"], date.fromisoformat(ended) + timedelta(days=1)
