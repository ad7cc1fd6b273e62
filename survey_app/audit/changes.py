"""What an entry of the audit says of changed rows: how it is written, and read back. No database.

Of every field it says that it changed, as in «~wave 3 (closes_on=2026-11-30>2026-12-15 name_vi)»; what it said before
and after only of SETTINGS: never what is about a respondent, a secret, or anybody's own words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

import sqlalchemy as sa
from sqlalchemy.orm.state import AttributeState

from survey_app.audit.chain import MOST_DETAIL

BETWEEN = re.compile(r", (?=[+~-][a-z_]+)")
ROW = re.compile(r"([+~-])([a-z_]+)(?: ([^()]+))?(?: \(([^()]*)\))?")
# Kept with their values, by table.
SETTINGS = {
    "account": ("active", "branch_id", "ends_on", "roles"),
    "collection_point": ("active", "kind", "mode", "variant"),
    "instrument_version": ("state",),
    "plan": ("state",),
    "publication": ("document_day", "reply_until", "state"),
    "register_entry": ("due_on", "owner_id", "state"),
    "retention": ("comments_days", "contacts_days", "devices_days", "paradata_days"),
    "role": ("second_factor",),
    "survey": ("period_from", "period_to", "target", "units_on"),
    "unit": ("valid_from", "valid_to"),
    "unit_change": ("effective_on", "state"),
    "wave": ("closes_on", "instrument_version_id", "opens_on"),
}


@dataclass(frozen=True)
class Field:
    """`before` and `after`: None where the entry does not say; several of a list, none of an empty field."""

    name: str
    before: tuple[str, ...] | None = None
    after: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Changed:
    """Rows of one table that changed alike, by their keys; of some tables the keys are not written."""

    sign: str
    table: str
    fields: tuple[Field, ...]
    keys: tuple[str, ...]


def written(row: object) -> str:
    """The fields of a row that a deed changed, as its entry says them."""
    table, fields = sa.inspect(row).mapper.local_table.name, sa.inspect(row).attrs
    changed = sorted((one for one in fields if one.history.has_changes()), key=lambda one: str(one.key))
    return f"({' '.join(_field(table, one) for one in changed)})"


def _field(table: str, field: AttributeState) -> str:
    added, unchanged, deleted = (list(some or ()) for some in field.history)
    # A value that nobody had read before it was changed is not known.
    if field.key not in SETTINGS.get(table, ()) or not (deleted or isinstance(field.value, list)):
        return str(field.key)
    return f"{field.key}={_values(deleted + unchanged)}>{_values(added + unchanged)}"


def _values(values: Sequence[Any]) -> str:
    return "+".join(sorted(quote(_plain(value), safe="") for value in values if value is not None))


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return f"{value:g}" if isinstance(value, float) else str(getattr(value, "name", value))


def read_field(text: str) -> Field:
    name, is_told, both = text.partition("=")
    return Field(name, *(_read_values(one) for one in both.split(">"))) if is_told else Field(name)


def _read_values(text: str) -> tuple[str, ...]:
    return tuple(unquote(one) for one in text.split("+")) if text else ()


def read(detail: str) -> list[Changed]:
    """In the order in which they were written; what was cut off at the end is left out."""
    groups: dict[tuple[str, str, tuple[Field, ...]], list[str]] = {}
    for sign, table, key, fields in _rows(detail):
        read_fields = tuple(read_field(one) for one in fields.split())
        groups.setdefault((sign, table, read_fields), []).append(key.strip())
    return [Changed(sign, table, fields, tuple(keys)) for (sign, table, fields), keys in groups.items()]


def is_cut(detail: str) -> bool:
    return len(detail) >= MOST_DETAIL


def _rows(detail: str) -> Iterator[tuple[str, str, str, str]]:
    pieces = BETWEEN.split(detail)
    for piece in pieces[:-1] if is_cut(detail) else pieces:
        if found := ROW.fullmatch(piece):
            sign, table, key, fields = found.groups(default="")
            yield sign, table, key, fields
