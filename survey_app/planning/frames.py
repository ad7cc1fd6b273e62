"""The frame of a plan as kept: plain CSV with hidden codes, written by the analysis. Counted here, never judged."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from survey_app.planning.kinds import KINDS

LONGEST = 60  # What the table of cases holds of a stratum's or PSU's name.


def rows(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def cells(file: Path, kind: str, strata: tuple[str, ...]) -> list[dict[str, Any]]:
    """The frame as a question of sizes names it: by stratum and respondent type, how many, in how many PSUs."""
    sizes: dict[tuple[str, str], int] = {}
    psus: dict[tuple[str, str], set[str]] = {}
    psu = KINDS[kind].psu
    by_type = "respondent_type" in strata
    places = [column for column in strata if column != "respondent_type"]
    for row in rows(file):
        name = "/".join(row[column] for column in places) or "–"
        key = (name, row["respondent_type"] if by_type else "")
        sizes[key] = sizes.get(key, 0) + (int(row["people"]) if kind == "schools" else 1)
        psus.setdefault(key, set()).add(row[psu] if psu else "")
    return [
        {"unit": name, "respondent_type": asked, "size": sizes[name, asked], "psus": len(psus[name, asked]) * bool(psu)}
        for name, asked in sorted(sizes)
    ]


def psu(file: Path, kind: str, code: str) -> dict[str, Any]:
    """Name and size of one unit of the first stage; nothing where there is no list any more."""
    column = KINDS[kind].psu
    found = [row for row in rows(file) if row[column] == code] if column and file.exists() else []
    if not found:
        return {"name": "", "population": None}
    size = sum(int(row["people"]) for row in found) if kind == "schools" else len(found)
    return {"name": found[0].get(f"{column}_name", ""), "population": size}


def too_long(file: Path, plan: Mapping[str, Any]) -> str:
    """The first name of a stratum or PSU that the table of cases could not hold; nothing when all fit."""
    psu = KINDS[plan["kind"]].psu
    for row in rows(file):
        for name in ("/".join(row[column] for column in plan["strata"]), row[psu] if psu else ""):
            if len(name) > LONGEST:
                return name
    return ""
