"""What an entry of the audit says of changed rows, read back from how `watching` writes it. No database."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from survey_app.audit.chain import MOST_DETAIL

BETWEEN = re.compile(r", (?=[+~-][a-z_]+)")
ROW = re.compile(r"([+~-])([a-z_]+)(?: ([^()]+))?(?: \(([a-z_ ]*)\))?")


@dataclass(frozen=True)
class Changed:
    """Rows of one table that changed alike, by their keys; of some tables the keys are not written."""

    sign: str
    table: str
    fields: tuple[str, ...]
    keys: tuple[str, ...]


def read(detail: str) -> list[Changed]:
    """In the order in which they were written; what was cut off at the end is left out."""
    groups: dict[tuple[str, str, tuple[str, ...]], list[str]] = {}
    for sign, table, key, fields in _rows(detail):
        groups.setdefault((sign, table, tuple(fields.split())), []).append(key.strip())
    return [Changed(sign, table, fields, tuple(keys)) for (sign, table, fields), keys in groups.items()]


def is_cut(detail: str) -> bool:
    return len(detail) >= MOST_DETAIL


def _rows(detail: str) -> Iterator[tuple[str, str, str, str]]:
    pieces = BETWEEN.split(detail)
    for piece in pieces[:-1] if is_cut(detail) else pieces:
        if found := ROW.fullmatch(piece):
            sign, table, key, fields = found.groups(default="")
            yield sign, table, key, fields
