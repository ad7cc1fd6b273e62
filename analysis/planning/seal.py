"""The seal: what is fixed before the draw has one hash, and the seed comes from it and a number drawn in public later.

Whoever plans cannot choose the number, and whoever knows the number can no longer change frame or plan.
"""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping

import pandas as pd

from analysis.planning.spec import PublicNumber, SamplePlan


class BadNumber(Exception):
    """What was given is not the public number that the plan named."""


def frame_bytes(frame: pd.DataFrame) -> bytes:
    """The frame as the one file that is hashed: rows by code, columns by name, UTF-8 CSV."""
    columns = ["code", *sorted(column for column in frame.columns if column != "code")]
    rows = frame.sort_values("code")[columns].astype(object).where(frame.notna(), "")
    return csv_bytes(columns, rows.itertuples(index=False))


def csv_bytes(columns: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def plan_bytes(plan: SamplePlan) -> bytes:
    return json_bytes(plan.model_dump(mode="json"))


def json_bytes(content: Mapping[str, object]) -> bytes:
    return (json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def commitment(frame: bytes, plan: bytes) -> str:
    """What is published on the day of sealing: SHA-256 over the hashes of both files."""
    both = hashlib.sha256(frame).hexdigest() + hashlib.sha256(plan).hexdigest()
    return hashlib.sha256(both.encode()).hexdigest()


def seed(sealed: str, number: str, expected: PublicNumber) -> str:
    """The seed (64 hexadecimal digits). `number`: the digits as they were announced. Raises BadNumber."""
    digits = number.replace(" ", "")
    if not (digits.isascii() and digits.isdigit() and len(digits) == expected.digits):
        raise BadNumber(f"the public number has {expected.digits} digits: type all of them, zeros in front included")
    return hashlib.sha256(f"{sealed}:{digits}".encode()).hexdigest()
