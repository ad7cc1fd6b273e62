"""The seal: what is fixed before the draw has one hash, and the seed comes from it and a number drawn in public later.

Whoever plans cannot choose the number, and whoever knows the number can no longer change frame or plan.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from analysis.planning.rows import Row
from analysis.planning.spec import CODE, PublicNumber, SamplePlan
from analysis.planning.strata import PlannedStratum

FORMAT = "hailong-plan/1"


class BadNumber(Exception):
    """What was given is not the public number that the plan named."""


def frame_bytes(rows: Sequence[Row]) -> bytes:
    """The frame as the one file that is hashed: rows by code, columns by name after the code, UTF-8 CSV."""
    columns = [CODE, *sorted({column for row in rows for column in row} - {CODE})]
    ordered = sorted(rows, key=lambda row: row[CODE])
    return csv_bytes(columns, ([row.get(column, "") for column in columns] for row in ordered))


def csv_bytes(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def plan_bytes(plan: SamplePlan, strata: Sequence[PlannedStratum]) -> bytes:
    """The plan and what each stratum is to give; `verify.py` reads stages and strata from here."""
    return json_bytes({"plan": plan.model_dump(mode="json"), "strata": [asdict(stratum) for stratum in strata]})


def json_bytes(content: Mapping[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def commitment(frame: bytes, plan: bytes) -> str:
    """What is published on the day of sealing: SHA-256 over the hashes of both files."""
    return sha256((sha256(frame) + sha256(plan)).encode())


def seed(sealed: str, number: str, expected: PublicNumber) -> str:
    """The seed (64 hexadecimal digits). `number`: the digits as they were announced. Raises BadNumber."""
    digits = number.replace(" ", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) == expected.digits):
        raise BadNumber(f"the public number has {expected.digits} digits: type all of them, zeros in front included")
    return sha256(f"{sealed}:{digits}".encode())
